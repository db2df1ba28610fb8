import { advanceRequest } from "../schemas/sandbox.schema.ts"
import type { Reply } from "./describe-intent.ts"
import { readFields } from "./read-fields.ts"
import type { SandboxState } from "./sandbox-state.ts"

/** `POST /sandbox/advance`: moves the clock forward by `ms` and tells the time, in epoch ms. The API has nothing like it. */
export function advanceClock(body: object, { advance, now }: SandboxState): Reply {
  advance(readFields(advanceRequest, body).ms)
  return { status: 200, body: { object: "SandboxClock", now: now() } }
}
