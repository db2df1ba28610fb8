import { guards } from "./auth-intent.guards.ts"
import {
  isInvalidSolution,
  isLate,
  isLost,
  isOvertaken,
  isRefusedAfterTimeout,
  isTimedOut,
  type Rejected,
} from "./auth-intent.rejections.ts"
import { toAbout, toSolution } from "./auth-intent.requests.ts"
import type { AuthIntentArgs, AuthIntentContext } from "./auth-intent.types.ts"
import { clientFailure, type Failure } from "./failures.ts"
import { known } from "./known.ts"
import { outcomeOf } from "./outcome-of.ts"

type Changes = Partial<AuthIntentContext>

/** Returns the deadline. The deadline never moves later, not even after a clock was set back. */
const deadlineAt = (context: AuthIntentContext, at: number) =>
  Math.min(context.expiresAt ?? Infinity, at + context.intentLifetime)

/** Returns the changes after any rejection, of a person's request or of a poll. */
function afterRejection(args: AuthIntentArgs, outcome: Rejected): Changes {
  const { context } = args
  const { at, failure } = outcome
  const { retryAt = 0 } = failure
  const settled = context.request !== undefined && (isInvalidSolution(args) || isRefusedAfterTimeout(args))
  return {
    expiresAt: context.expiresAt && deadlineAt(context, at),
    retryAt: retryAt > (context.retryAt ?? 0) ? retryAt : context.retryAt,
    failedPolls: isInvalidSolution(args) ? 0 : context.failedPolls,
    request: undefined,
    timedOut: isTimedOut(context, outcome),
    unanswered: !settled && (context.unanswered || isLost(context, outcome)),
  }
}

const showFailure = (failure: Failure | undefined, failureBy?: "poll"): Changes => ({ failure, failureBy })

const notApprovedYet = () => clientFailure("client/not_approved_yet", { about: "approval" })

/** Whether a poll caused the failure that is shown. */
const isByPoll = ({ failureBy }: AuthIntentContext) => failureBy === "poll"

export const rememberAccount = ({ event }: AuthIntentArgs): Changes => ({
  accountId: known(outcomeOf(event, "connected")).accountId,
  ...showFailure(undefined),
})

export function rememberCheckpoint({ context, event }: AuthIntentArgs): Changes {
  const { accountId, checkpoint, at } = known(outcomeOf(event, "checkpoint"))
  const isSame = checkpoint.type === context.checkpoint?.type
  const changes = {
    accountId,
    checkpoint,
    expiresAt: deadlineAt(context, at),
    timedOut: false,
    unanswered: false,
    failedPolls: 0,
    request: undefined,
  }
  // A poll leaves the failure of the person's own request.
  if (isSame && context.request === "poll" && !isByPoll(context)) return changes
  return { ...changes, ...showFailure(isSame && context.request === "inApp" ? notApprovedYet() : undefined) }
}

/**
 * Shows the failure of the person's request, or of the whole intent. A pending approval is no wrong entry.
 * A value that is no outcome leaves the request unanswered.
 */
export function rememberFailure(args: AuthIntentArgs): Changes {
  const outcome = outcomeOf(args.event, "rejected")
  if (outcome === undefined) return failAsUnexpected(args)
  const isPending = args.context.request === "inApp" && isInvalidSolution(args)
  return { ...afterRejection(args, outcome), ...showFailure(isPending ? notApprovedYet() : outcome.failure) }
}

/**
 * Remembers a failed poll. The failure is shown from the third in a row on, or at once if it delays the next poll by
 * more than two intervals. A poll replaces no failure of a person's request except `client/not_approved_yet`.
 */
export function rememberPoll(args: AuthIntentArgs): Changes {
  const { context, event } = args
  const outcome = outcomeOf(event, "rejected")
  if (outcome === undefined) return failAsUnexpected(args)
  const { at, failure } = outcome
  const changes = afterRejection(args, outcome)
  if (isInvalidSolution(args)) return isByPoll(context) ? { ...changes, ...showFailure(undefined) } : changes
  // A rejection past the deadline ends the intent, so it does not count as a failed poll.
  if (isOvertaken(args) || isLate(args)) return changes
  const isPutOff = (failure.retryAt ?? at) - at > 2 * context.inAppPollInterval
  return { ...changes, ...countFailedPoll(context, failure, isPutOff) }
}

function countFailedPoll(context: AuthIntentContext, failure: Failure, isPutOff = false): Changes {
  const failedPolls = context.failedPolls + 1
  const isFree = context.failure === undefined || context.failure.type === "client/not_approved_yet"
  return { failedPolls, ...((failedPolls >= 3 || isPutOff) && isFree && showFailure(failure, "poll")) }
}

export const countAttempt = ({ context }: AuthIntentArgs): Changes => ({ attempts: context.attempts + 1 })

export const startSubmitting = (): Changes => showFailure(undefined)

export function startSolving({ event }: AuthIntentArgs): Changes {
  if (event.type.startsWith("xstate.after")) return { request: "poll" }
  return { ...showFailure(undefined), request: toSolution(event).kind }
}

/** Makes the poll in flight the person's request. */
export const takeOverPoll = (): Changes => ({ ...showFailure(undefined), request: "inApp" })

/** Marks the request in flight as unanswered: the machine aborts it and no longer waits for the response. */
export const leaveRequest = (): Changes => ({ unanswered: true })

export const failAsCanceled = (): Changes => showFailure(clientFailure("client/canceled"))

/** Records that an actor rejected or returned no outcome: the transport has a bug, or the slot is empty. */
export function failAsUnexpected(args: AuthIntentArgs): Changes {
  const { context } = args
  const { request } = context
  const failure = clientFailure("client/unexpected", { about: toAbout(request), ...(request && { recovery: "retry" }) })
  const changes = guards.isPoll(args) ? countFailedPoll(context, failure) : showFailure(failure)
  return { request: undefined, unanswered: true, ...changes }
}
