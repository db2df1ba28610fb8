import type { AuthIntentEvent, Phone } from "../machines/auth-intent.types.ts"
import { Secret } from "./secret.ts"

type Event<Type extends AuthIntentEvent["type"]> = Extract<AuthIntentEvent, { type: Type }>

/** Boxes the credentials, of the shape that the transport asks for, and submits them. */
export const submitCredentials = <Credentials>(credentials: Credentials): Event<"credentials.submit"> => ({
  type: "credentials.submit",
  credentials: new Secret(credentials),
})

/** Boxes a code as the person typed it and submits it; it is trimmed, and 1 to 64 printable characters are accepted. */
export const submitCode = (code: string): Event<"code.submit"> => ({ type: "code.submit", code: new Secret(code) })

/** Boxes a phone number, say `{ countryCode: "33", number: "0612345678" }`, and submits it. */
export const submitPhone = (phone: Phone): Event<"phone.submit"> => ({
  type: "phone.submit",
  phone: new Secret(phone),
})

/** Says that the person has approved the login in the provider's app. */
export const approveInApp = (): Event<"inApp.approve"> => ({ type: "inApp.approve" })

/** Asks the provider for another kind of checkpoint. */
export const switchMethod = (): Event<"method.switch"> => ({ type: "method.switch" })

/** Gives the intent up and aborts what is on its way. */
export const cancelIntent = (): Event<"intent.cancel"> => ({ type: "intent.cancel" })
