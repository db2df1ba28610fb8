import type { AuthIntentContext, AuthIntentEvent, AuthIntentInput, Outcome } from "./auth-intent.types.ts"

/** What moves the machine: a host's event, an answer, or its own start. */
export type AnyAuthIntentEvent =
  | AuthIntentEvent
  | { type: `xstate.done.actor.${string}`; output: Outcome }
  | { type: "xstate.init"; input: AuthIntentInput }

interface GuardArgs {
  context: AuthIntentContext
  event: AnyAuthIntentEvent
}

/** The answer that an event carries, if it carries one of that kind. */
export function answer<Kind extends Outcome["kind"]>(
  event: AnyAuthIntentEvent,
  kind: Kind,
): Extract<Outcome, { kind: Kind }> | undefined {
  if (!("output" in event) || event.output?.kind !== kind) return undefined
  return event.output as Extract<Outcome, { kind: Kind }>
}

const failureOf = (event: AnyAuthIntentEvent) => answer(event, "rejected")?.failure

export const isConnected = ({ event }: GuardArgs) => answer(event, "connected") !== undefined

export const isCheckpoint = ({ event }: GuardArgs) => answer(event, "checkpoint") !== undefined

/** The answer came on or past the deadline. */
export const isLate = ({ context: { expiresAt = Number.POSITIVE_INFINITY }, event }: GuardArgs) => {
  const late = answer(event, "checkpoint") ?? answer(event, "rejected")
  return late !== undefined && late.at >= expiresAt
}

/** A 408 past the deadline, or the 400 that follows a 408: the provider has destroyed the intent. */
export const isIntentOver = ({ context, event }: GuardArgs) => {
  const status = failureOf(event)?.status
  return status === 408 ? isLate({ context, event }) : status === 400 && context.timedOut
}

/** Nothing that this intent could still do about the failure. */
export const isFatal = ({ event }: GuardArgs) => {
  const recovery = failureOf(event)?.recovery
  return recovery === "restart" || recovery === "stop"
}

const saysWrongSolution = (event: AnyAuthIntentEvent) => failureOf(event)?.type === "errors/invalid_checkpoint_solution"

/** The provider refused what the person typed. */
export const isWrongSolution = ({ context, event }: GuardArgs) =>
  (context.solution === "code" || context.solution === "phone") && saysWrongSolution(event)

/** The person has not approved yet, or the provider could not tell. */
export const isNotYet = ({ context, event }: GuardArgs) => {
  const failure = failureOf(event)
  if (context.solution !== "approval" || failure === undefined) return false
  return (
    saysWrongSolution(event) ||
    failure.status === 408 ||
    failure.status === 504 ||
    failure.type === "client/network" ||
    failure.type === "client/timeout"
  )
}

export const isTwoFactor = ({ context }: GuardArgs) => context.checkpoint?.type === "2FA"
export const isOtp = ({ context }: GuardArgs) => context.checkpoint?.type === "OTP"
export const isInApp = ({ context }: GuardArgs) => context.checkpoint?.type === "IN_APP_VALIDATION"
export const isPhone = ({ context }: GuardArgs) => context.checkpoint?.type === "PHONE_REGISTER"

export const canApproveInApp = ({ context }: GuardArgs) => context.checkpoint?.canApproveInApp === true

/** Asking about an approval has not been turned off. */
export const isPolling = ({ context }: GuardArgs) => context.inAppPollInterval > 0

/** An approval is on its way: the person may still change their mind. */
export const isApproving = ({ context }: GuardArgs) => context.solution === "approval"

/** An approval is on its way for a checkpoint that also takes a code. */
export const canTypeInstead = (args: GuardArgs) => isApproving(args) && !isInApp(args) && !isPhone(args)

const resumedFrom = (event: AnyAuthIntentEvent) => ("input" in event ? event.input.resume?.state : undefined)

export const wasConnected = ({ event }: GuardArgs) => resumedFrom(event) === "connected"
export const wasExpired = ({ event }: GuardArgs) => resumedFrom(event) === "expired"
export const wasFailed = ({ event }: GuardArgs) => resumedFrom(event) === "failed"

/** At a checkpoint, or on the way from one: what was sent then is not sent again. */
export const wasAtCheckpoint = ({ event }: GuardArgs) => {
  const state = resumedFrom(event)
  return state === "checkpoint" || state === "solving"
}
