import type { AuthIntentEvent, AuthIntentInput, Phone } from "../../../machines/auth-intent.types.ts"
import type { IntentStep } from "../../intent/get-step.ts"
import { parseEvent } from "../../intent/parse-event.ts"
import { Secret } from "../../secret.ts"
import type { PostpressCredentials } from "../../transports/postpress.ts"
import { fail } from "../model/fail.ts"

/**
 * A person's move. `reload` leaves and resumes the saved intent. `spent`: the host has sent the secret before. `early`:
 * before the `retryAt` of the failure that shows, or in the second after it.
 */
export type PersonMove =
  | { person: "credentials.submit"; credentials: PostpressCredentials; spent?: true; early?: true }
  | { person: "code.submit"; code: string; spent?: true; early?: true }
  | { person: "phone.submit"; phone: Phone; spent?: true; early?: true }
  | { person: "inApp.approve"; early?: true }
  | { person: "method.switch" | "intent.cancel" | "reload" }

/**
 * The reply to a request: a response (a string is sent as it is), or a fault. `slot rejects`: a slot that the host has
 * filled rejects, where the library's own slot returns an outcome.
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

/** Builds a new event for each move, since a secret opens once. A handwritten move or a payload may hold anything. */
export function toEvent({ person, ...rest }: PersonMove): AuthIntentEvent {
  const event = parseEvent({ type: person, ...rest })
  if ("spent" in rest) for (const part of Object.values(event)) if (part instanceof Secret) part.drop()
  return event
}

/** Checks a reply: a handwritten reply or a payload may hold anything. @throws AuthIntentError `invalid_option`. */
export function checkReply(reply: Reply): void {
  const { status, body, fault }: { status?: unknown; body?: unknown; fault?: unknown } = Object(reply)
  const isStatus = Number.isInteger(status) && Number(status) >= 200 && Number(status) < 600
  if (typeof fault === "string" || (isStatus && body !== undefined)) return
  fail("invalid_option", "what comes back should be a fault, or a status from 200 to 599 with a body")
}

/** Returns an API's reply as the relay sends it: Messenger's 2FA may be approved in the app as well. */
export function toRelayed(reply: Reply, provider: string): Reply {
  if (provider !== "MESSENGER" || !("body" in reply) || typeof reply.body === "string") return reply
  const { checkpoint } = reply.body as { checkpoint?: { type: string } }
  if (checkpoint?.type !== "2FA") return reply
  return { ...reply, body: { ...reply.body, checkpoint: { ...checkpoint, canApproveInApp: true } } }
}
