import type { Failure, Outcome, Provider } from "../../machines/auth-intent.types.ts"
import { mask } from "../http/mask.ts"
import { read } from "../schemas/check.ts"
import { accountCreated, checkpointAnswer, errorEnvelope } from "../schemas/wire.schema.ts"
import { clientFailure } from "./client-failure.ts"
import { recoveryByStatus, recoveryOf, type Step } from "./recovery.ts"

/** Which request an answer belongs to. */
export interface Asked {
  step: Step
  provider: Provider
  /** What was sent and must not be repeated. */
  secrets?: readonly string[]
}

/** An answer as it came: `body` is its JSON, or `undefined` where it is none; times in epoch ms. */
export interface HttpAnswer {
  status: number
  body: unknown
  at: number
  retryAt?: number
}

/**
 * Judges one answer of the API: what it says, or else what its status means.
 * @see postpress, "Solve a code checkpoint", Response 201 and Errors; Instagram guide, step 2; Messenger guide, step 3: its 2FA can be approved in its app.
 */
export function judgeAnswer(
  { step, provider, secrets = [] }: Asked,
  { status, body, at, retryAt }: HttpAnswer,
): Outcome {
  const rejected = (failure: Failure): Outcome => ({ kind: "rejected", at, failure: { ...failure, retryAt } })

  if (status >= 200 && status < 300) {
    const created = read(accountCreated, body)
    if (created) return { kind: "connected", at, accountId: created.account_id }
    const wanted = read(checkpointAnswer, body)
    if (wanted) {
      const { type, hint, data } = wanted.checkpoint
      const canApproveInApp = (provider === "MESSENGER" && type === "2FA") || undefined
      const checkpoint = { type, canApproveInApp, hint, data: repeats(data, secrets) ? undefined : data }
      return { kind: "checkpoint", at, accountId: wanted.account_id, checkpoint }
    }
    return rejected(clientFailure("client/invalid_response", { status }))
  }

  const error = read(errorEnvelope, body)
  if (error === undefined) {
    return rejected(clientFailure("client/invalid_response", { status, recovery: recoveryByStatus(step, status) }))
  }
  const { type, title = type, detail, instance } = error
  const words = (text: string) => mask(text, secrets).slice(0, 1000)
  return rejected({
    type,
    status,
    title: words(title),
    detail: detail && words(detail),
    instance: instance && words(instance),
    recovery: recoveryOf(step, status, type),
  })
}

/** Whether data of an unknown shape repeats a secret, in whatever form. */
function repeats(data: unknown, secrets: readonly string[]): boolean {
  const json = JSON.stringify(data) ?? ""
  return mask(json, secrets) !== json
}
