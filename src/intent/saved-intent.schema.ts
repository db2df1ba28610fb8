import * as v from "valibot"
import { provider } from "../transports/auth-transport.schema.ts"
import { checkpoint, failure } from "../transports/outcome.schema.ts"
import { accountToken, boolean, count, epoch, having, oneOf } from "../values.schema.ts"

const states = ["idle", "submitting", "checkpoint", "solving", "connected", "expired", "failed"] as const

const parts: Record<(typeof states)[number], ("accountId" | "checkpoint" | "expiresAt" | "failure")[]> = {
  idle: [],
  submitting: [],
  checkpoint: ["accountId", "checkpoint", "expiresAt"],
  solving: ["accountId", "checkpoint", "expiresAt"],
  connected: ["accountId"],
  expired: ["accountId", "expiresAt"],
  failed: ["failure"],
}

/** A record of `saveIntent`. */
export const savedIntent = v.pipe(
  v.object({
    version: oneOf([1]),
    revision: count,
    provider,
    state: oneOf(states),
    accountId: v.optional(accountToken),
    checkpoint: v.optional(checkpoint),
    expiresAt: v.optional(epoch),
    attempts: count,
    failure: v.optional(failure),
    failureBy: v.optional(oneOf(["person", "poll"])),
    failedPolls: v.optional(count),
    retryAt: v.optional(epoch),
    timedOut: v.optional(boolean),
    unanswered: v.optional(boolean),
    request: v.optional(oneOf(["code", "phone", "inApp", "method", "poll"])),
  }),
  having(({ state }) => parts[state]),
)
