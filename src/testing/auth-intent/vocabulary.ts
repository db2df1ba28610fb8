import type { AuthIntentEvent, AuthIntentInput, Phone } from "../../../machines/auth-intent.types.ts"
import type { IntentStep } from "../../intent/get-step.ts"
import { parseEvent } from "../../intent/parse-event.ts"
import { Secret } from "../../secret.ts"
import type { PostpressCredentials } from "../../transports/postpress.ts"
import { fail } from "../model/fail.ts"

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

/** Builds the event of a move afresh, as a secret opens once. A move that was written by hand, or has a payload, may hold anything. */
export function toEvent({ person, ...rest }: PersonMove): AuthIntentEvent {
  const event = parseEvent({ type: person, ...rest })
  if ("spent" in rest) for (const part of Object.values(event)) if (part instanceof Secret) part.drop()
  return event
}

/** Throws for what is no reply: one that was written by hand, or has a payload, may hold anything. @throws AuthIntentError `invalid_option`. */
export function checkReply(reply: Reply): void {
  const { status, body, fault }: { status?: unknown; body?: unknown; fault?: unknown } = Object(reply)
  const isStatus = Number.isInteger(status) && Number(status) >= 200 && Number(status) < 600
  if (typeof fault === "string" || (isStatus && body !== undefined)) return
  fail("invalid_option", "what comes back should be a fault, or a status from 200 to 599 with a body")
}

/** Returns a reply of the API as the relay passes it on: it adds that a code of Messenger's may be approved in its app. */
export function toRelayed(reply: Reply, provider: string): Reply {
  if (provider !== "MESSENGER" || !("body" in reply) || typeof reply.body === "string") return reply
  const { checkpoint } = reply.body as { checkpoint?: { type: string } }
  if (checkpoint?.type !== "2FA") return reply
  return { ...reply, body: { ...reply.body, checkpoint: { ...checkpoint, canApproveInApp: true } } }
}
