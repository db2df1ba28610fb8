import * as v from "valibot"
import { between, flag } from "./is.ts"
import { provider } from "./options.schema.ts"
import { accountId, checkpoint, epoch, failure, has } from "./outcome.schema.ts"

const count = between(0, Number.MAX_SAFE_INTEGER)

const atCheckpoint = ["accountId", "checkpoint", "expiresAt"] as const

const parts = {
  idle: [],
  submitting: [],
  checkpoint: atCheckpoint,
  solving: atCheckpoint,
  expired: atCheckpoint,
  connected: ["accountId"],
  failed: ["failure"],
} as const

/** What `saveIntent` writes, as it comes back from a database or a browser's storage. */
export const savedIntent = v.pipe(
  v.object({
    version: v.picklist([1]),
    revision: count,
    provider,
    state: v.picklist(["idle", "submitting", "checkpoint", "solving", "connected", "expired", "failed"]),
    accountId: v.optional(accountId),
    checkpoint: v.optional(checkpoint),
    expiresAt: v.optional(epoch),
    attempts: count,
    failure: v.optional(failure),
    timedOut: flag,
  }),
  v.check((record) => has(record, parts[record.state])),
)
