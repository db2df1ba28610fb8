import type { AuthIntentArgs, AuthIntentContext, Outcome } from "./auth-intent.types.ts"
import { outcomeOf } from "./outcome-of.ts"

/**
 * A 408 within this many ms of the deadline may mean the end of the intent: the provider's clock starts before ours, by
 * less than a request may take.
 */
const timeoutMargin = 30_000

/** The outcome of a request that was refused or lost. */
export type Rejected = Extract<Outcome, { kind: "rejected" }>

export const failureOf = (event: AuthIntentArgs["event"]) => outcomeOf(event, "rejected")?.failure

/** Whether the response came at or past the deadline. */
export const isLate = ({ context: { expiresAt = Infinity }, event }: AuthIntentArgs) => {
  const outcome = outcomeOf(event, "checkpoint") ?? outcomeOf(event, "rejected")
  return outcome !== undefined && outcome.at >= expiresAt
}

/** Whether a 400 follows a 408 close to the deadline. A refused switch does not count: the intent may still live. */
export const isRefusedAfterTimeout = ({ context, event }: AuthIntentArgs) =>
  failureOf(event)?.status === 400 && context.timedOut && context.request !== "method"

/** Whether the provider refused the solution as wrong. For an approval this means "not yet". */
export const isInvalidSolution = ({ event }: AuthIntentArgs) => {
  const failure = failureOf(event)
  return failure?.status === 401 && failure.type === "errors/invalid_checkpoint_solution"
}

/** Whether another task overtook the request. For an approval this means "not yet", too. */
export const isOvertaken = ({ event }: AuthIntentArgs) => {
  const failure = failureOf(event)
  return failure?.status === 409 && failure.type === "errors/operation_canceled"
}

/** Whether the request may have reached the provider although nothing reports its result. */
export function isLost(
  { expiresAt = Infinity }: Pick<AuthIntentContext, "expiresAt">,
  { at, sent, failure: { type, status } }: Rejected,
): boolean {
  if (sent === false) return false
  switch (type) {
    case "client/network":
    case "client/timeout":
    case "client/interrupted":
    case "client/unexpected":
      return true
    case "client/invalid_response":
      if (status >= 200 && status < 300) return true
  }
  if (status === 408) return at < expiresAt
  return status >= 500 && status !== 503 && type !== "errors/authentication_intent_error"
}

/** Whether a 400 from now on would mean that the intent is gone. */
export function isTimedOut(context: AuthIntentContext, outcome: Rejected): boolean {
  const { expiresAt = Infinity, timedOut, request } = context
  if (outcome.failure.status === 408 && outcome.at >= expiresAt - timeoutMargin) return true
  return timedOut && (outcome.sent === false || request === "method" || isLost(context, outcome))
}
