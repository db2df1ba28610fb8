import * as v from "valibot"
import type { SavedIntent } from "../../machines/auth-intent.types.ts"
import { providerSchema } from "../transports/auth-transport.schema.ts"
import { checkpoint, failure } from "../transports/outcome.schema.ts"
import { accountToken, boolean, count, epoch, having, oneOf, version } from "../values.schema.ts"

const parts = {
  idle: [],
  checkpoint: ["accountId", "checkpoint", "expiresAt"],
  connected: ["accountId"],
  expired: ["accountId", "expiresAt"],
  failed: ["failure"],
} as const satisfies Record<SavedIntent["state"], readonly (keyof SavedIntent)[]>

/** A record of `saveIntent`. */
export const savedIntent = v.pipe(
  v.object({
    version,
    revision: count,
    provider: providerSchema,
    state: oneOf(Object.keys(parts) as SavedIntent["state"][]),
    accountId: v.optional(accountToken),
    checkpoint: v.optional(checkpoint),
    expiresAt: v.optional(epoch),
    attempts: count,
    failure: v.optional(failure),
    failureBy: v.optional(oneOf(["poll"])),
    left: v.optional(v.object({ failure })),
    failedPolls: v.optional(count),
    retryAt: v.optional(epoch),
    timedOut: v.optional(boolean),
    unanswered: v.optional(boolean),
  }),
  having(({ state }) => parts[state]),
)
