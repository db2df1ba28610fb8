import type { AnyMachineSnapshot } from "xstate"
import type { AuthIntentContext, AuthIntentInput } from "../../../machines/auth-intent.types.ts"
import { requirementOf } from "../../../machines/checkpoint-kinds.ts"
import { getState, getStep } from "../../intent/get-step.ts"
import { parseSavedIntent, saveIntent } from "../../intent/saved-intent.ts"
import { defineCatalogue, type Fact, type ModelState } from "../model/catalogue.ts"
import { describeRequest, everyFailure, failuresIn, interpret, refuse } from "./interpret.ts"
import { kindOf, movesOf, pauseEnd, repliesTo } from "./moves.ts"
import { type AuthIntentVocabulary, toEvent } from "./vocabulary.ts"

type State = ModelState<AuthIntentVocabulary>

const contextOf = ({ snapshot }: State): AuthIntentContext => snapshot.context

/** How long before the deadline a 408 may end the intent, in ms. A copy, so that a change of the machine's shows. */
const margin = 30_000
const minute = 60_000
/** A response comes within this time: a transport to the API waits no longer. */
const maxWait = 30_000

/** Returns the ms until the deadline as one of a few values: the grace is one value, and the time after it another. */
function remainingOf({ now }: State, { expiresAt, intentLifetime, solveGrace }: AuthIntentContext): number | undefined {
  if (expiresAt === undefined) return undefined
  const left = expiresAt - now
  if (left <= 0) return left === 0 ? 0 : left > -solveGrace ? -1 : -2
  if (left === 1 || left === margin + 1) return left
  if (left <= margin) return margin
  return left > intentLifetime ? intentLifetime + 1 : left === intentLifetime ? left : margin + 2
}

/** Whether the request in flight lasts longer than the machine waits for it. */
const isLasting = ({ requests }: State, { expiresAt = 0, solveGrace }: AuthIntentContext): boolean =>
  (requests[0]?.since ?? 0) + maxWait > expiresAt + solveGrace

function facts(state: State): Record<string, Fact> {
  const context = contextOf(state)
  const { checkpoint, request, failure, failureBy, timedOut, unanswered, attempts, failedPolls, retryAt } = context
  const { status } = state.snapshot
  if (status === "done") return { unanswered, accountId: context.accountId === undefined ? undefined : "known" }
  const isInApp = checkpoint !== undefined && requirementOf(checkpoint.type) === "approval"
  const wait = (retryAt ?? 0) - state.now
  const left = remainingOf(state, context)
  const shown = failure && (failure.type === "client/not_approved_yet" ? failure.type : "another")
  const code = state.requests[0]?.cause
  return {
    type: checkpoint && `${checkpoint.type}${checkpoint.canApproveInApp ? ", or in the app" : ""}`,
    request,
    left,
    // Whether the clock can be set back by a minute: the deadline of a new intent is then more than a lifetime away.
    isMinuteOld: left === undefined || left >= context.intentLifetime ? state.now >= minute : undefined,
    failure: shown,
    failureBy,
    isPaused: pauseEnd(state) !== undefined,
    timedOut,
    unanswered,
    attempts: Math.min(attempts, 3),
    code: code?.person === "code.submit" ? code.code === "000000" : undefined,
    outlasts: request === "poll" || request === "inApp" ? isLasting(state, context) : undefined,
    ...(isInApp && {
      failedPolls: Math.min(failedPolls, 3),
      retryAt: wait <= 0 ? undefined : wait <= 2 * context.inAppPollInterval ? "soon" : "later",
    }),
  }
}

/** A checkpoint for both a phone number and an approval: not of this API, but of another API's transport perhaps. */
const phoneOrApproval: AuthIntentInput = {
  provider: "INSTAGRAM",
  resume: {
    ...{ version: 1, revision: 0, provider: "INSTAGRAM", state: "checkpoint", attempts: 0 },
    ...{ accountId: "account-1", expiresAt: 300_000, checkpoint: { type: "PHONE_REGISTER", canApproveInApp: true } },
  },
}

/** Saves a snapshot as JSON, and builds the input that resumes the intent. */
export function resumeIntent(
  input: AuthIntentInput,
  snapshot: AnyMachineSnapshot,
  clock: { now(): number },
): AuthIntentInput {
  const { provider, intentLifetime } = input
  const record: unknown = JSON.parse(JSON.stringify(saveIntent(snapshot)))
  return { ...input, resume: parseSavedIntent(record, { provider, intentLifetime, clock }) }
}

/** The catalogue of everything that can happen to an intent. */
export const authIntentCatalogue = defineCatalogue<AuthIntentVocabulary>({
  starts: {
    "": { provider: "INSTAGRAM" },
    Messenger: { provider: "MESSENGER" },
    "no polling": { provider: "LINKEDIN", inAppPollInterval: 0 },
    "other times": { provider: "TWITTER", intentLifetime: 120_000, solveGrace: 3_000, inAppPollInterval: 20_000 },
    "a phone number or an approval": phoneOrApproval,
  },
  goal: "connected",
  person: movesOf,
  toEvent,
  replies: repliesTo,
  interpret,
  refuse,
  describeRequest,
  facts,
  situation(state) {
    const { checkpoint, request, timedOut, unanswered } = contextOf(state)
    const path = getState(state.snapshot)
    if (state.snapshot.status === "done") return path
    const remaining = remainingOf(state, contextOf(state)) ?? 0
    const isClose = remaining === margin
    const special = [
      ...(request ? [request] : []),
      ...(checkpoint?.canApproveInApp ? ["or in the app"] : []),
      ...(request === "code" && timedOut ? ["after a 408"] : []),
      ...(request === "code" && isClose && !timedOut ? ["close to the deadline"] : []),
      ...(remaining < 0 && !request ? ["past the deadline"] : []),
      ...(path === "submitting" && unanswered ? ["unanswered"] : []),
    ]
    return special.length > 0 ? `${path} (${special.join(", ")})` : path
  },
  moments(state): Record<string, number> {
    const { expiresAt, intentLifetime } = contextOf(state)
    const [request] = state.requests
    const end = pauseEnd(state)
    const pause = end !== undefined && { "the pause is over": end }
    if (expiresAt === undefined)
      return { ...pause, ...(request ? { "no response": request.since + maxWait } : { "a minute passes": minute }) }
    return {
      ...pause,
      "a minute passes": expiresAt - intentLifetime + minute,
      "the deadline is close": expiresAt - margin,
      "time is up": expiresAt,
      // Close to the deadline, the machine does not always wait that long.
      ...(request && expiresAt - state.now > margin && { "a late response": request.since + maxWait }),
    }
  },
  jumps(state): Record<string, number> {
    const { expiresAt } = contextOf(state)
    if (expiresAt === undefined || state.now >= expiresAt) return {}
    // Without a request in flight, an hour after the deadline: long past the grace.
    const late = state.requests.length > 0 ? 0 : 60 * minute
    return {
      "slept too long": expiresAt - state.now + late,
      ...(state.now >= minute && { "the clock is set back": -minute }),
    }
  },
  // The timeout of a request: a page's clock runs it too.
  maxWait,
  timers: { intentTimeout: "time is up", solveTimeout: "no response", inAppPoll: "poll due" },
  describe: (snapshot) => getStep(snapshot),
  save: (snapshot) => saveIntent(snapshot),
  resume: ({ input, snapshot, now }) => resumeIntent(input, snapshot, { now: () => now }),
  alike: (move) => ("server" in move ? kindOf(move.server) : undefined),
  failures: everyFailure(),
  failuresIn,
  rare: [
    ...["nothing sent", "transport throws", "slot rejects", "a phone number or an approval"],
    ...["early", "spent"],
  ],
})
