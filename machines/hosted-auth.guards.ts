import { clientFailures, type Failure, type Recovery } from "./failures.ts"
import type { ConnectionOutcome, HostedAuthContext, HostedAuthEvent, LinkOutcome } from "./hosted-auth.types.ts"
import { outcomeOf } from "./outcome-of.ts"

export interface HostedAuthArgs {
  context: HostedAuthContext
  event: HostedAuthEvent | { type: `xstate.${string}`; output?: LinkOutcome | ConnectionOutcome }
}

const isText = (value: unknown): value is string => typeof value === "string" && value !== ""
const isNumber = (value: unknown): value is number => Number.isFinite(value)

type SlotOutcome = LinkOutcome | ConnectionOutcome

/** Returns the outcome of a host's slot as plain JSON. The slot may return anything, such as a getter that throws. */
export function readOutcome<Kind extends SlotOutcome["kind"]>(
  event: HostedAuthArgs["event"],
  kind: Kind,
): Extract<SlotOutcome, { kind: Kind }> | undefined {
  try {
    return outcomeOf(JSON.parse(JSON.stringify(event)) as { type: string; output?: SlotOutcome }, kind)
  } catch {
    return undefined
  }
}

/** Whether a value is one of the four recoveries: each is that of some failure of this library's own. */
const isRecovery = (value: unknown): value is Recovery => Object.values<unknown>(clientFailures).includes(value)

/** Returns the declared parts of the failure that says why there is no link, or `undefined` where one is missing. */
export function failureOf(event: HostedAuthArgs["event"]): Failure | undefined {
  const { type, status, recovery, about, retryAt }: Partial<Failure> = readOutcome(event, "rejected")?.failure ?? {}
  if (!isText(type) || !isNumber(status) || !isRecovery(recovery)) return undefined
  return { type, status, recovery, ...(isText(about) && { about }), ...(isNumber(retryAt) && { retryAt }) }
}

export const guards = {
  /** The outcome has a link that the person can follow. */
  isLinked: ({ event }: HostedAuthArgs) => {
    const link = readOutcome(event, "linked")
    return isText(link?.url) && isNumber(link.expiresAt)
  },

  /** The outcome names the reason why there is no link. */
  isRejected: ({ event }: HostedAuthArgs) => failureOf(event) !== undefined,

  /** The login has a link, so a callback may come. */
  hasLink: ({ context }: HostedAuthArgs) => context.url !== undefined,

  /** The response came after the current link had expired. */
  isLate: ({ context: { expiresAt = Infinity }, event }: HostedAuthArgs) => {
    const outcome = readOutcome(event, "linked") ?? readOutcome(event, "rejected")
    return outcome?.at !== undefined && outcome.at >= expiresAt
  },

  /** Nothing more can be done within this login. */
  isFatal: ({ event }: HostedAuthArgs) => {
    const recovery = failureOf(event)?.recovery
    return recovery === "restart" || recovery === "stop"
  },

  /** The callback belongs to this login: to the same person and, in a reconnect, to the same account. */
  isOurCallback: ({ context, event }: HostedAuthArgs) => {
    if (!("accountId" in event) || context.url === undefined || !isText(event.accountId)) return false
    if (event.status !== "CREATION_SUCCESS" && event.status !== "RECONNECTED") return false
    return event.userId === context.userId && event.accountId === (context.reconnectAccount ?? event.accountId)
  },

  /** The host's back end has both halves of the login. */
  isConnected: ({ event }: HostedAuthArgs) => isText(readOutcome(event, "connected")?.accountId),

  wasConnected: ({ context }: HostedAuthArgs) => context.resumedFrom === "connected",
  wasExpired: ({ context }: HostedAuthArgs) => context.resumedFrom === "expired",
  wasFailed: ({ context }: HostedAuthArgs) => context.resumedFrom === "failed",
}
