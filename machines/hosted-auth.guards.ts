import type { ConnectionOutcome, HostedAuthContext, HostedAuthEvent, LinkOutcome } from "./hosted-auth.types.ts"
import { outcomeOf } from "./outcome-of.ts"

export interface HostedAuthArgs {
  context: HostedAuthContext
  event: HostedAuthEvent | { type: `xstate.${string}`; output?: LinkOutcome | ConnectionOutcome }
}

const isText = (value: unknown): value is string => typeof value === "string" && value !== ""

const failureOf = (event: HostedAuthArgs["event"]) => outcomeOf(event, "rejected")?.failure

/** The outcome names the reason why there is no link. */
const isRejected = ({ event }: HostedAuthArgs) => isText(failureOf(event)?.type)

export const guards = {
  /** The outcome has a link that the person can follow. */
  isLinked: ({ event }: HostedAuthArgs) => {
    const link = outcomeOf(event, "linked")
    return isText(link?.url) && Number.isFinite(link.expiresAt)
  },

  isRejected,

  /** The login has a link, so a callback may come. */
  hasLink: ({ context }: HostedAuthArgs) => context.url !== undefined,

  /** The response came after the current link had expired. */
  isLate: ({ context: { expiresAt = Infinity }, event }: HostedAuthArgs) => {
    const outcome = outcomeOf(event, "linked") ?? outcomeOf(event, "rejected")
    return outcome?.at !== undefined && outcome.at >= expiresAt
  },

  /** Nothing more can be done within this login. */
  isFatal: (args: HostedAuthArgs) => {
    const recovery = failureOf(args.event)?.recovery
    return isRejected(args) && (recovery === "restart" || recovery === "stop")
  },

  /** The callback belongs to this login: to the same person and, in a reconnect, to the same account. */
  isOurCallback: ({ context, event }: HostedAuthArgs) => {
    if (!("accountId" in event) || context.url === undefined || !isText(event.accountId)) return false
    if (event.status !== "CREATION_SUCCESS" && event.status !== "RECONNECTED") return false
    return event.userId === context.userId && event.accountId === (context.reconnectAccount ?? event.accountId)
  },

  /** The host's back end has both halves of the login. */
  isConnected: ({ event }: HostedAuthArgs) => isText(outcomeOf(event, "connected")?.accountId),

  wasConnected: ({ context }: HostedAuthArgs) => context.resumedFrom === "connected",
  wasExpired: ({ context }: HostedAuthArgs) => context.resumedFrom === "expired",
  wasFailed: ({ context }: HostedAuthArgs) => context.resumedFrom === "failed",
}
