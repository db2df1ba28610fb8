import type { AuthIntentEvent, Phone } from "../../machines/auth-intent.types.ts"
import { Secret } from "../secret.ts"

type EventOf<Type extends AuthIntentEvent["type"], Credentials = unknown> = Extract<
  AuthIntentEvent<Credentials>,
  { type: Type }
>

/**
 * Builds the event that sends the credentials, boxed; their shape is the transport's.
 * @example
 * actor.send(submitCredentials({ username: "ada", password: "correct horse" }))
 */
export const submitCredentials = <Credentials>(
  credentials: Credentials,
): EventOf<"credentials.submit", Credentials> => ({
  type: "credentials.submit",
  credentials: new Secret(credentials),
})

/**
 * Builds the event that sends a code, boxed, as the person typed or pasted it: it is normalized before it is sent.
 * @example
 * actor.send(submitCode("123 456"))
 */
export const submitCode = (code: string): EventOf<"code.submit"> => ({ type: "code.submit", code: new Secret(code) })

/**
 * Builds the event that sends a phone number, boxed.
 * @example
 * actor.send(submitPhone({ countryCode: "33", number: "06 12 34 56 78" }))
 */
export const submitPhone = (phone: Phone): EventOf<"phone.submit"> => ({
  type: "phone.submit",
  phone: new Secret(phone),
})

/**
 * Builds the event that reports that the person has approved the login in the provider's app.
 * @example
 * actor.send(approveInApp())
 */
export const approveInApp = (): EventOf<"inApp.approve"> => ({ type: "inApp.approve" })

/**
 * Builds the event that requests another kind of checkpoint.
 * @example
 * actor.send(switchMethod())
 */
export const switchMethod = (): EventOf<"method.switch"> => ({ type: "method.switch" })

/**
 * Builds the event that ends the intent and aborts the request in flight.
 * @example
 * actor.send(cancelIntent())
 */
export const cancelIntent = (): EventOf<"intent.cancel"> => ({ type: "intent.cancel" })
