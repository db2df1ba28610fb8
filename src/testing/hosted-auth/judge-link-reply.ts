import type { LinkOutcome } from "../../../machines/hosted-auth.types.ts"
import type { HostedAuthReply } from "./hosted-auth-vocabulary.ts"

/** How a `createLink` that gets this reply ends. */
export function judgeLinkReply(reply: HostedAuthReply, at: number): { output: LinkOutcome } | { error: Error } {
  if ("fault" in reply) return { error: new Error(reply.fault) }
  if ("failure" in reply) return { output: { kind: "rejected", at, failure: reply.failure } }
  const { url, lifetime } = reply.link
  return { output: { kind: "linked", at, url, expiresAt: at + lifetime } }
}
