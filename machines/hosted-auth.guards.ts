import type { HostedAuthContext, HostedAuthEvent, HostedAuthInput, LinkOutcome } from "./hosted-auth.types.ts"

/** What moves the machine: a host's event, an answer, or its own start. */
export type AnyHostedAuthEvent =
  | HostedAuthEvent
  | { type: `xstate.done.actor.${string}`; output: LinkOutcome }
  | { type: "xstate.init"; input: HostedAuthInput }

interface GuardArgs {
  context: HostedAuthContext
  event: AnyHostedAuthEvent
}

/** The answer that an event carries, if it carries one of that kind. */
export function answer<Kind extends LinkOutcome["kind"]>(
  event: AnyHostedAuthEvent,
  kind: Kind,
): Extract<LinkOutcome, { kind: Kind }> | undefined {
  if (!("output" in event) || event.output.kind !== kind) return undefined
  return event.output as Extract<LinkOutcome, { kind: Kind }>
}

export const isLinked = ({ event }: GuardArgs) => answer(event, "linked") !== undefined

/** A link is out, so its callback may come. */
export const hasLink = ({ context }: GuardArgs) => context.url !== undefined

/** The answer came when the link that is out had expired. */
export const isLate = ({ context, event }: GuardArgs) => {
  const late = answer(event, "linked") ?? answer(event, "rejected")
  return late !== undefined && context.expiresAt !== undefined && late.at >= context.expiresAt
}

/** Nothing that this login could still do about the failure. */
export const isFatal = ({ event }: GuardArgs) => {
  const recovery = answer(event, "rejected")?.failure.recovery
  return recovery === "restart" || recovery === "stop"
}

/** The callback of a link that is out: of the same person and, where one is to be reconnected, of the same account. */
export const isOurCallback = ({ context, event }: GuardArgs) => {
  if (event.type !== "callback.received" || context.url === undefined) return false
  if (event.status !== "CREATION_SUCCESS" && event.status !== "RECONNECTED") return false
  return event.userId === context.userId && event.accountId === (context.reconnectAccount ?? event.accountId)
}

const resumed = (event: AnyHostedAuthEvent) =>
  "input" in event && "resume" in event.input ? event.input.resume : undefined

export const wasConnected = ({ event }: GuardArgs) => resumed(event)?.state === "connected"
export const wasExpired = ({ event }: GuardArgs) => resumed(event)?.state === "expired"
export const wasFailed = ({ event }: GuardArgs) => resumed(event)?.state === "failed"

/** A link was out, and where another was being asked for it still is. */
export const wasRedirected = ({ event }: GuardArgs) => {
  const { state, url } = resumed(event) ?? {}
  return state === "redirected" || (state === "linking" && url !== undefined)
}
