import type { SnapshotFrom } from "xstate"
import type { authIntentMachine } from "../../machines/auth-intent.machine.ts"
import type { SavedIntent } from "../../machines/auth-intent.types.ts"

/** Writes an intent as a small plain record, with no secret, session or option in it; its `revision` is 0. */
export function saveIntent(snapshot: SnapshotFrom<typeof authIntentMachine>): SavedIntent {
  const { value, context } = snapshot
  const { provider, accountId, checkpoint, expiresAt, attempts, failure, timedOut } = context
  const state = typeof value === "string" ? value : "checkpoint"
  const facts = { provider, state, accountId, checkpoint, expiresAt, attempts, failure, timedOut }
  // A copy, without what is not there.
  return JSON.parse(JSON.stringify({ version: 1, revision: 0, ...facts }))
}
