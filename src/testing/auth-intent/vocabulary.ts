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
import { Secret } from "../../secret.ts"
import type { PostpressCredentials } from "../../transports/postpress.ts"

/** What a person does; `reload` leaves and comes back to what was saved. `spent`: the host has sent the secret before. */
export type PersonMove =
  | { person: "credentials.submit"; credentials: PostpressCredentials; spent?: true }
  | { person: "code.submit"; code: string; spent?: true }
  | { person: "phone.submit"; phone: Phone; spent?: true }
  | { person: "inApp.approve" | "method.switch" | "intent.cancel" | "reload" }

/**
 * What comes back for a request: a response (a string is sent as it is), or what went wrong. `slot rejects`: a slot of the
 * machine that was filled in by hand rejects, where the library's own returns an outcome.
 */
export type Reply =
  | { status: number; headers?: Record<string, string>; body: object | string }
  | { fault: "no connection" | "nothing sent" | "transport throws" | "slot rejects" }

/** The words of the scenarios of `authIntentMachine`. */
export interface AuthIntentVocabulary {
  person: PersonMove
  reply: Reply
  input: AuthIntentInput
  step: IntentStep
}

/** Builds the event of a move afresh: a secret opens once. */
export function toEvent(move: PersonMove): AuthIntentEvent {
  const event = build(move)
  if ("spent" in move) for (const part of Object.values(event)) if (part instanceof Secret) part.drop()
  return event
}

function build(move: PersonMove): AuthIntentEvent {
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
    default:
      throw new Error(`${move.person} is no event of a person's`)
  }
}
