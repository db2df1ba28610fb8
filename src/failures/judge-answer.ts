import type { Checkpoint, Failure, Outcome, Provider } from "../../machines/auth-intent.types.ts"
import { read } from "../schemas/check.ts"
import { accountCreated, checkpointAnswer, errorEnvelope } from "../schemas/wire.schema.ts"
import { clientFailure } from "./client-failure.ts"
import { recoveryByStatus, recoveryOf, type Step } from "./recovery.ts"

/** Which request an answer belongs to. */
export interface Asked {
  step: Step
  provider: Provider
}

/** An answer as it came: `body` is its JSON, or `undefined` where it is none; times in epoch ms. */
export interface HttpAnswer {
  status: number
  body: unknown
  at: number
  retryAt?: number
}

const known = ["2FA", "OTP", "IN_APP_VALIDATION", "PHONE_REGISTER"]

/** @see postpress, Messenger guide, step 3: its 2FA can be approved in its app. Assumed: `source` is `SMS` or `APP`. */
function toCheckpoint(provider: Provider, wire: { type: string; [part: string]: unknown }): Checkpoint {
  const { type, ...data } = wire
  const hint = ["SMS", "APP"].find((source) => source === wire["source"])
  const canApproveInApp = (provider === "MESSENGER" && type === "2FA") || undefined
  return { type, canApproveInApp, hint, data: known.includes(type) ? undefined : data }
}

/**
 * Judges one answer of the API: what it says, or else what its status means.
 * @see postpress, "Solve a code checkpoint", Response 201 and Errors; Instagram guide, step 2.
 */
export function judgeAnswer({ step, provider }: Asked, { status, body, at, retryAt }: HttpAnswer): Outcome {
  const rejected = (failure: Failure): Outcome => ({ kind: "rejected", at, failure: { ...failure, retryAt } })

  if (status >= 200 && status < 300) {
    const created = read(accountCreated, body)
    if (created) return { kind: "connected", at, accountId: created.account_id }
    const wanted = read(checkpointAnswer, body)
    if (wanted) {
      const checkpoint = toCheckpoint(provider, wanted.checkpoint)
      return { kind: "checkpoint", at, accountId: wanted.account_id, checkpoint }
    }
    return rejected(clientFailure("client/invalid_response", { status }))
  }

  const error = read(errorEnvelope, body)
  return rejected(
    error
      ? { ...error, status, recovery: recoveryOf(step, status, error.type) }
      : clientFailure("client/invalid_response", { status, recovery: recoveryByStatus(step, status) }),
  )
}
