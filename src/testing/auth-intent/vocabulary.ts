import type { AuthIntentEvent, AuthIntentInput, Phone } from "../../../machines/auth-intent.types.ts"
import {
  approveInApp,
  cancelIntent,
  submitCode,
  submitCredentials,
  submitPhone,
  switchMethod,
} from "../../intent/events.ts"
import type { IntentStep } from "../../intent/get-step.ts"
import type { PostpressCredentials } from "../../transports/postpress.ts"

/** What a person does; `reload` leaves and comes back to what was saved. */
export type PersonMove =
  | { person: "credentials.submit"; credentials: PostpressCredentials }
  | { person: "code.submit"; code: string }
  | { person: "phone.submit"; phone: Phone }
  | { person: "inApp.approve" | "method.switch" | "intent.cancel" | "reload" }

/** What comes back for a request: a response (a string is sent as it is), or what went wrong. */
export type Reply =
  | { status: number; headers?: Record<string, string>; body: object | string }
  | { fault: "no connection" | "nothing sent" | "transport throws" }

/** The words of the scenarios of `authIntentMachine`. */
export interface AuthIntentVocabulary {
  person: PersonMove
  reply: Reply
  input: AuthIntentInput
  step: IntentStep
}

/** Builds the event of a move afresh: a secret opens once. */
export function toEvent(move: PersonMove): AuthIntentEvent {
  switch (move.person) {
    case "credentials.submit":
      return submitCredentials(move.credentials)
    case "code.submit":
      return submitCode(move.code)
    case "phone.submit":
      return submitPhone(move.phone)
    case "inApp.approve":
      return approveInApp()
    case "method.switch":
      return switchMethod()
    case "intent.cancel":
      return cancelIntent()
    case "reload":
      throw new Error("A reload is no event")
  }
}
