import { failureOf, isGone, isInvalidSolution, isLate, type RejectionArgs } from "./auth-intent.rejections.ts"
import { checkpointKind } from "./checkpoint-kinds.ts"
import { outcomeOf } from "./outcome-of.ts"

type GuardArgs = RejectionArgs

export const isConnected = ({ event }: GuardArgs) => outcomeOf(event, "connected") !== undefined

export { isLate }

export const isCheckpoint = ({ event }: GuardArgs) => outcomeOf(event, "checkpoint") !== undefined

/** A 408 past the deadline, or a 400 after a 408 close to it: the provider has destroyed the intent. */
export const isIntentOver = ({ context, event }: GuardArgs) => {
  const status = failureOf(event)?.status
  return status === 408 ? isLate({ context, event }) : isGone({ context, event })
}

/** Nothing more can be done within this intent. To an approval, "canceled by another task" means: not yet. */
export const isFatal = ({ context, event }: GuardArgs) => {
  const failure = failureOf(event)
  if (isApproving({ context, event }) && failure?.type === "errors/operation_canceled") return false
  return failure?.recovery === "restart" || failure?.recovery === "stop"
}

/** The provider refused what the person typed. */
export const isWrongEntry = (args: GuardArgs) =>
  (args.context.request === "code" || args.context.request === "phone") && isInvalidSolution(args)

const isAt = (state: ReturnType<typeof checkpointKind>["state"]) => (args: GuardArgs) =>
  args.context.checkpoint !== undefined && checkpointKind(args.context.checkpoint.type).state === state

export const isTwoFactor = isAt("twoFactor")
export const isOtp = isAt("otp")
export const isInApp = isAt("inApp")
export const isPhone = isAt("phone")

export const canApproveInApp = ({ context }: GuardArgs) => context.checkpoint?.canApproveInApp === true

/** The machine may poll for the approval. */
export const isPollingOn = ({ context }: GuardArgs) => context.inAppPollInterval > 0

/** What is in flight is the machine's own question. */
export const isPoll = ({ context }: GuardArgs) => context.request === "poll"

/** An approval is in flight, a person's or a poll: the person may still change their mind. */
export const isApproving = ({ context }: GuardArgs) => context.request === "inApp" || context.request === "poll"

const asksFor = ({ context }: GuardArgs) => context.checkpoint && checkpointKind(context.checkpoint.type).asksFor

/** An approval is in flight for a checkpoint that also accepts a code. */
export const canTypeCode = (args: GuardArgs) => isApproving(args) && asksFor(args) === "code"

/** An approval is in flight for a checkpoint that also accepts a phone number. */
export const canTypePhone = (args: GuardArgs) => isApproving(args) && asksFor(args) === "phone"

export const wasConnected = ({ context }: GuardArgs) => context.resumedFrom === "connected"
export const wasExpired = ({ context }: GuardArgs) => context.resumedFrom === "expired"
export const wasFailed = ({ context }: GuardArgs) => context.resumedFrom === "failed"

/** At a checkpoint, or with a solution in flight: what was sent then is not sent again. */
export const wasAtCheckpoint = ({ context }: GuardArgs) =>
  context.resumedFrom === "checkpoint" || context.resumedFrom === "solving"
