import { expectTypeOf } from "vitest"
import {
  type AuthIntentActor,
  type AuthIntentEvent,
  approveInApp,
  cancelIntent,
  createAuthIntent,
  createIntelliwiseTransport,
  createPostpressTransport,
  type IntelliwiseCredentials,
  type Phone,
  type PostpressCredentials,
  Secret,
  submitCode,
  submitCredentials,
  submitPhone,
  switchMethod,
} from "../../src/index.ts"

declare const actor: AuthIntentActor
type Event<Type extends AuthIntentEvent["type"], Credentials = unknown> = Extract<
  AuthIntentEvent<Credentials>,
  { type: Type }
>
const login = { username: "ada", password: "correct horse" }

// The creators build the events that the machine accepts.
expectTypeOf(submitCredentials(login)).toExtend<Event<"credentials.submit", PostpressCredentials>>()
expectTypeOf(submitCode("123456")).toExtend<Event<"code.submit">>()
expectTypeOf(submitPhone({ countryCode: "33", number: "0612345678" })).toExtend<Event<"phone.submit">>()
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
submitCredentials<PostpressCredentials>(login)
// @ts-expect-error Credentials have the declared shape.
submitCredentials<PostpressCredentials>({ username: "ada" })

// Credentials belong to the transport, from the creator to `send`.
const postpress = createAuthIntent({ transport: createPostpressTransport({ apiKey: "key" }), provider: "INSTAGRAM" })
const intelliwise = createAuthIntent({
  transport: createIntelliwiseTransport({ baseUrl: "https://iw.example", sessionToken: "token" }),
  provider: "INSTAGRAM",
})
expectTypeOf(postpress).toEqualTypeOf<AuthIntentActor<PostpressCredentials>>()
expectTypeOf(intelliwise).toEqualTypeOf<AuthIntentActor<IntelliwiseCredentials>>()
postpress.send(submitCredentials(login))
intelliwise.send(submitCredentials({ code: "123456" }))
// @ts-expect-error The postpress API takes a password.
postpress.send(submitCredentials({ username: "ada" }))
// @ts-expect-error `can` takes a password too.
postpress.getSnapshot().can(submitCredentials({ code: "123456" }))
// @ts-expect-error An actor belongs to one transport.
export const other: AuthIntentActor<IntelliwiseCredentials> = postpress

// No plain value replaces a secret.
actor.send({ type: "code.submit", code: new Secret("123456") })
// @ts-expect-error A plain string is no secret.
actor.send({ type: "code.submit", code: "123456" })
// @ts-expect-error A secret number is no secret code.
actor.send({ type: "code.submit", code: new Secret(123456) })
actor.send({ type: "credentials.submit", credentials: new Secret(login) })
// @ts-expect-error A plain object is no secret.
actor.send({ type: "credentials.submit", credentials: login })
// @ts-expect-error Credentials of another shape are not the transport's.
actor.send({ type: "credentials.submit", credentials: new Secret({ username: "ada" }) })
actor.send({ type: "phone.submit", phone: new Secret({ countryCode: "33", number: "0612345678" }) })
// @ts-expect-error A plain object is no secret.
actor.send({ type: "phone.submit", phone: { countryCode: "33", number: "0612345678" } })
// @ts-expect-error A secret code is no secret phone number.
actor.send({ type: "phone.submit", phone: new Secret("0612345678") })

// Only events of the machine are sent.
actor.send({ type: "intent.cancel" })
// @ts-expect-error There is no such event.
actor.send({ type: "intent.pause" })

// The content of a secret keeps its type, behind open().
expectTypeOf(new Secret({ code: "1" }).open()).toEqualTypeOf<{ code: string }>()
expectTypeOf(new Secret("1").toString()).toEqualTypeOf<string>()
expectTypeOf(new Secret("1").spent).toEqualTypeOf<boolean>()
// @ts-expect-error A secret is no string.
export const plain: string = new Secret("123456")
