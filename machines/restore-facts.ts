import type { IntentFacts, SavedIntent } from "./auth-intent.types.ts"
import { defaultLifetime } from "./clock.ts"
import type { Failure } from "./failures.ts"

/** Returns what a request is about; without a solution it is the one that sends the credentials. */
export const about = (request: IntentFacts["request"]) =>
  request === undefined ? "credentials" : request === "inApp" || request === "poll" ? "approval" : request

/**
 * Returns what an intent still knows when it goes on from its record, or what a new one knows.
 * A request that was in flight is unanswered, and shown as interrupted if it was a person's.
 */
export function restoreFacts(saved: Partial<SavedIntent> = {}): IntentFacts {
  const { version, revision, provider, state, request, ...known } = saved
  const facts = { attempts: 0, timedOut: false, unanswered: false, ...known, failedPolls: known.failedPolls ?? 0 }
  if (state !== "submitting" && state !== "solving") return facts
  const failure: Failure = { type: "client/interrupted", status: 0, recovery: "retry", about: about(request) }
  return { ...facts, unanswered: true, ...(request !== "poll" && { failure, failureBy: "person" }) }
}

/** Returns a record as it stands by now: past its deadline it is expired, and its deadline is at most a lifetime away. */
export function bringUpToDate(saved: SavedIntent, time: number, lifetime = defaultLifetime): SavedIntent {
  const { state, expiresAt = Number.POSITIVE_INFINITY } = saved
  if (state !== "checkpoint" && state !== "solving") return saved
  if (time < expiresAt) return { ...saved, expiresAt: Math.min(expiresAt, time + lifetime) }
  const { request, ...facts } = saved
  return { ...facts, state: "expired", ...(state === "solving" && { unanswered: true }) }
}
