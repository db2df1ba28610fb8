import type { Phone } from "../../machines/auth-intent.types.ts"
import { Secret } from "../secret.ts"

/**
 * Builds the event that sends the credentials, boxed. The transport defines their shape.
 * @example
 * actor.send(submitCredentials({ username: "ada", password: "correct horse" }))
 */
export const submitCredentials = <Credentials>(credentials: Credentials) => ({
  type: "credentials.submit" as const,
  credentials: new Secret(credentials),
})

/**
 * Builds the event that sends a code, boxed, as the person typed or pasted it: it is normalized before it is sent.
 * @example
 * actor.send(submitCode("123 456"))
 */
export const submitCode = (code: string) => ({ type: "code.submit" as const, code: new Secret(code) })

/**
 * Builds the event that sends a phone number, boxed.
 * @example
 * actor.send(submitPhone({ countryCode: "33", number: "06 12 34 56 78" }))
 */
export const submitPhone = (phone: Phone) => ({ type: "phone.submit" as const, phone: new Secret(phone) })

/**
 * Builds the event that requests the approval in the provider's app, which the person gives there before or afterwards.
 * @example
 * actor.send(approveInApp())
 */
export const approveInApp = () => ({ type: "inApp.approve" as const })

/**
 * Builds the event that requests another kind of checkpoint.
 * @example
 * actor.send(switchMethod())
 */
export const switchMethod = () => ({ type: "method.switch" as const })

/**
 * Builds the event that ends the intent and aborts the request in flight.
 * @example
 * actor.send(cancelIntent())
 */
export const cancelIntent = () => ({ type: "intent.cancel" as const })
