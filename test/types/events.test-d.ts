import { expectTypeOf } from "vitest"
import {
  type AuthIntentActor,
  type AuthIntentEvent,
  approveInApp,
  cancelIntent,
  type Phone,
  type PostpressCredentials,
  Secret,
  submitCode,
  submitCredentials,
  submitPhone,
  switchMethod,
} from "../../src/index.ts"

declare const actor: AuthIntentActor
type Event<Type extends AuthIntentEvent["type"]> = Extract<AuthIntentEvent, { type: Type }>

// The creators give the events that the machine takes.
expectTypeOf(submitCredentials({ username: "ada", password: "correct horse" })).toEqualTypeOf<
  Event<"credentials.submit">
>()
expectTypeOf(submitCode("123456")).toEqualTypeOf<Event<"code.submit">>()
expectTypeOf(submitPhone({ countryCode: "33", number: "0612345678" })).toEqualTypeOf<Event<"phone.submit">>()
expectTypeOf(approveInApp()).toEqualTypeOf<{ type: "inApp.approve" }>()
expectTypeOf(switchMethod()).toEqualTypeOf<{ type: "method.switch" }>()
expectTypeOf(cancelIntent()).toEqualTypeOf<{ type: "intent.cancel" }>()
expectTypeOf(submitPhone).parameters.toEqualTypeOf<[Phone]>()

// @ts-expect-error A code is a text.
submitCode(123456)
// @ts-expect-error A code is boxed once.
submitCode(new Secret("123456"))
// @ts-expect-error A phone number has two parts.
submitPhone("+33612345678")
// @ts-expect-error Both parts of a phone number are texts.
submitPhone({ countryCode: 33, number: "0612345678" })
submitCredentials<PostpressCredentials>({ username: "ada", password: "correct horse" })
// @ts-expect-error Credentials have the shape that was asked for.
submitCredentials<PostpressCredentials>({ username: "ada" })

// Where a secret belongs, no plain value will do.
actor.send({ type: "code.submit", code: new Secret("123456") })
// @ts-expect-error A plain string is no secret.
actor.send({ type: "code.submit", code: "123456" })
// @ts-expect-error A secret number is no secret code.
actor.send({ type: "code.submit", code: new Secret(123456) })
actor.send({ type: "credentials.submit", credentials: new Secret({ username: "ada", password: "correct horse" }) })
// @ts-expect-error A plain string is no secret.
actor.send({ type: "credentials.submit", credentials: "correct horse" })
// @ts-expect-error A plain object is no secret.
actor.send({ type: "credentials.submit", credentials: { username: "ada", password: "correct horse" } })
actor.send({ type: "phone.submit", phone: new Secret({ countryCode: "33", number: "0612345678" }) })
// @ts-expect-error A plain object is no secret.
actor.send({ type: "phone.submit", phone: { countryCode: "33", number: "0612345678" } })
// @ts-expect-error A secret code is no secret phone number.
actor.send({ type: "phone.submit", phone: new Secret("0612345678") })

// Only events of the machine are sent.
actor.send({ type: "intent.cancel" })
// @ts-expect-error Nobody has this event.
actor.send({ type: "intent.pause" })
// @ts-expect-error An event is an object.
actor.send("intent.cancel")

// What is in a secret keeps its type, and is behind open().
expectTypeOf(new Secret({ code: "1" }).open()).toEqualTypeOf<{ code: string }>()
expectTypeOf(new Secret("1").toString()).toEqualTypeOf<string>()
// @ts-expect-error A secret is no string.
export const plain: string = new Secret("123456")
// @ts-expect-error The content has no name outside.
new Secret("123456").content
