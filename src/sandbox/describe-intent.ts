import { checkpoints } from "./checkpoints.ts"
import type { Intent } from "./sandbox-state.ts"

/** What a request is answered with when it is not refused. */
export interface Reply {
  status: number
  body: object
}

/**
 * Says where an intent stands: at a checkpoint or, with none left, connected.
 * @see postpress, Instagram guide, step 2; "Solve a code checkpoint", Response 201.
 */
export function describeIntent({ accountId: account_id, left: [type] }: Intent): Reply {
  if (type === undefined) return { status: 201, body: { object: "AccountCreated", account_id } }
  const checkpoint = { type, ...checkpoints[type].data }
  return { status: 202, body: { object: "Checkpoint", account_id, checkpoint } }
}
