import { known } from "./auth-intent.context.ts"
import {
  type AuthIntentArgs,
  failureOf,
  isGone,
  isInvalidSolution,
  isLate,
  isOvertaken,
} from "./auth-intent.rejections.ts"
import { checkpointKind } from "./checkpoint-kinds.ts"
import { outcomeOf } from "./outcome-of.ts"

const kindOf = ({ context }: AuthIntentArgs) => checkpointKind(known(context.checkpoint).type)

const isAt = (state: ReturnType<typeof kindOf>["state"]) => (args: AuthIntentArgs) => kindOf(args).state === state

/** An approval is in flight, a person's or a poll: the person may still change their mind. */
const isApproving = ({ context }: AuthIntentArgs) => context.request === "inApp" || context.request === "poll"

export const guards = {
  isConnected: ({ event }: AuthIntentArgs) => outcomeOf(event, "connected") !== undefined,
  isCheckpoint: ({ event }: AuthIntentArgs) => outcomeOf(event, "checkpoint") !== undefined,
  isLate,

  /** A 408 past the deadline, or a 400 after a 408 close to it: the provider has destroyed the intent. */
  isIntentOver: ({ context, event }: AuthIntentArgs) => {
    const status = failureOf(event)?.status
    return status === 408 ? isLate({ context, event }) : isGone({ context, event })
  },

  /** Nothing more can be done within this intent. To an approval, "canceled by another task" means: not yet. */
  isFatal: (args: AuthIntentArgs) => {
    const failure = failureOf(args.event)
    if (isApproving(args) && isOvertaken(args)) return false
    return failure?.recovery === "restart" || failure?.recovery === "stop"
  },

  /** The provider refused what the person typed. */
  isWrongEntry: (args: AuthIntentArgs) =>
    (args.context.request === "code" || args.context.request === "phone") && isInvalidSolution(args),

  isTwoFactor: isAt("twoFactor"),
  isOtp: isAt("otp"),
  isInApp: isAt("inApp"),
  isPhone: isAt("phone"),

  canApproveInApp: ({ context }: AuthIntentArgs) => known(context.checkpoint).canApproveInApp === true,

  /** The machine may poll for the approval. */
  isPollingOn: ({ context }: AuthIntentArgs) => context.inAppPollInterval > 0,

  /** What is in flight is the machine's own question. */
  isPoll: ({ context }: AuthIntentArgs) => context.request === "poll",

  isApproving,

  /** An approval is in flight for a checkpoint that also accepts a code. */
  canTypeCode: (args: AuthIntentArgs) => isApproving(args) && kindOf(args).requires === "code",

  /** An approval is in flight for a checkpoint that also accepts a phone number. */
  canTypePhone: (args: AuthIntentArgs) => isApproving(args) && kindOf(args).requires === "phone",

  wasConnected: ({ context }: AuthIntentArgs) => context.resumedFrom === "connected",
  wasExpired: ({ context }: AuthIntentArgs) => context.resumedFrom === "expired",
  wasFailed: ({ context }: AuthIntentArgs) => context.resumedFrom === "failed",

  /** At a checkpoint, or with a solution in flight: what was sent then is not sent again. */
  wasAtCheckpoint: ({ context }: AuthIntentArgs) =>
    context.resumedFrom === "checkpoint" || context.resumedFrom === "solving",
}
