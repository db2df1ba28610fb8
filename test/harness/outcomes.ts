import type { Checkpoint } from "../../machines/auth-intent.types.ts"
import type { Failure, Recovery } from "../../machines/failures.ts"
import type { TransportOutcome } from "../../src/failures/interpret-response.ts"

/** The start of every intent of these tests, in epoch ms. */
export const startsAt = 1_800_000_000_000

/** The deadline of a checkpoint that arrives at once. */
export const deadline = startsAt + 300_000

export const login = { username: "ada", password: "pw-hunter2" }

export const connected: TransportOutcome = { kind: "connected", accountId: "acc_1" }

export const demanded = (checkpoint: Checkpoint, more: { at?: number; accountId?: string } = {}) =>
  ({ kind: "checkpoint", accountId: "acc_1", checkpoint, ...more }) as const

export const rejected = (type: Failure["type"], status: number, recovery: Recovery, more: Partial<Failure> = {}) =>
  ({ kind: "rejected", failure: { type, status, recovery, ...more } }) as const

export const wrongCode = rejected("errors/invalid_checkpoint_solution", 401, "correct")
