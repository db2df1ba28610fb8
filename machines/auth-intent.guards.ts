import { failureOf, isInvalidSolution, isLate, isOvertaken, isRefusedAfterTimeout } from "./auth-intent.rejections.ts"
import type { AuthIntentArgs, SavedIntent } from "./auth-intent.types.ts"
import { type CheckpointType, type Requirement, requirementOf } from "./checkpoint-kinds.ts"
import { known } from "./known.ts"
import { outcomeOf } from "./outcome-of.ts"

// @__NO_SIDE_EFFECTS__
function hasType(type: CheckpointType) {
  return ({ context }: AuthIntentArgs) => context.checkpoint?.type === type
}

// @__NO_SIDE_EFFECTS__
function wasSavedIn(state: SavedIntent["state"]) {
  return ({ context }: AuthIntentArgs) => context.resumedFrom === state
}

const isRequired = (requirement: Requirement, { context }: AuthIntentArgs) =>
  requirementOf(known(context.checkpoint).type) === requirement

/** An approval is in flight, a person's or a poll: the person may still change their mind. */
const isApproving = ({ context }: AuthIntentArgs) => context.request === "inApp" || context.request === "poll"

export const guards = {
  isConnected: ({ event }: AuthIntentArgs) => outcomeOf(event, "connected") !== undefined,
  isCheckpoint: ({ event }: AuthIntentArgs) => outcomeOf(event, "checkpoint") !== undefined,
  isLate,

  /** A 408 past the deadline, or a 400 after a 408 close to it: the provider has destroyed the intent. */
  isIntentOver: (args: AuthIntentArgs) =>
    failureOf(args.event)?.status === 408 ? isLate(args) : isRefusedAfterTimeout(args),

  /** Nothing more can be done within this intent. To an approval, "canceled by another task" means: not yet. */
  isFatal: (args: AuthIntentArgs) => {
    const failure = failureOf(args.event)
    if (isApproving(args) && isOvertaken(args)) return false
    return failure?.recovery === "restart" || failure?.recovery === "stop"
  },

  /** The provider refused what the person typed. */
  isWrongEntry: (args: AuthIntentArgs) =>
    (args.context.request === "code" || args.context.request === "phone") && isInvalidSolution(args),

  isTwoFactor: hasType("2FA"),
  isOtp: hasType("OTP"),
  isInApp: hasType("IN_APP_VALIDATION"),
  isPhone: hasType("PHONE_REGISTER"),

  canApproveInApp: ({ context }: AuthIntentArgs) => known(context.checkpoint).canApproveInApp === true,

  /** The machine may poll for the approval. */
  isPollingOn: ({ context }: AuthIntentArgs) => context.inAppPollInterval > 0,

  /** The request in flight is a poll. */
  isPoll: ({ context }: AuthIntentArgs) => context.request === "poll",

  isApproving,

  /** An approval is in flight for a checkpoint that also accepts a code. */
  canTypeCode: (args: AuthIntentArgs) => isApproving(args) && isRequired("code", args),

  /** An approval is in flight for a checkpoint that also accepts a phone number. */
  canTypePhone: (args: AuthIntentArgs) => isApproving(args) && isRequired("phone", args),

  wasConnected: wasSavedIn("connected"),
  wasExpired: wasSavedIn("expired"),
  wasFailed: wasSavedIn("failed"),
  wasAtCheckpoint: wasSavedIn("checkpoint"),
}
