import * as v from "valibot"
import { flag, is } from "./is.ts"
import { provider } from "./options.schema.ts"
import { accountId, checkpoint, epoch, failure, having } from "./outcome.schema.ts"

const count = is<number>("a whole number", (value) => Number.isSafeInteger(value) && value >= 0)

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
  having(({ state }) => parts[state]),
)
