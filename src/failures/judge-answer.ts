import type { Outcome, Provider } from "../../machines/auth-intent.types.ts"
import type { HttpAnswer } from "../http/http-answer.ts"
import { read } from "../schemas/check.ts"
import { knownTypes } from "../schemas/outcome.schema.ts"
import { accountCreated, checkpointAnswer } from "../schemas/wire.schema.ts"
import { clientFailure } from "./client-failure.ts"
import { judgeError } from "./judge-error.ts"
import type { Step } from "./recovery.ts"

/** Which request an answer belongs to. */
export interface Asked {
  step: Step
  provider: Provider
}

/** Data of an unknown shape, unless it repeats a secret: nobody knows where and how. */
function unlessRepeating(data: unknown, mask: (text: string) => string): unknown {
  const json = JSON.stringify(data) ?? ""
  return mask(json) === json ? data : undefined
}

/**
 * Judges one answer of the API: what it says, or else what its status means.
 * @see postpress, "Solve a code checkpoint", Response 201 and Errors; Instagram guide, step 2; Messenger guide, step 3.
 */
export function judgeAnswer({ step, provider }: Asked, answer: HttpAnswer): Outcome {
  const { status, body, at, retryAt, mask = String } = answer
  if (status < 200 || status > 299) return { kind: "rejected", at, failure: judgeError(step, answer) }

  const created = read(accountCreated, body)
  if (created) return { kind: "connected", at, accountId: created.account_id }

  const wanted = read(checkpointAnswer, body)
  if (wanted === undefined) {
    return { kind: "rejected", at, failure: clientFailure("client/invalid_response", { status, retryAt }) }
  }
  const { type, hint, data } = wanted.checkpoint
  const checkpoint = {
    // A type that nobody knows may be anything.
    type: knownTypes.includes(type) ? type : mask(type),
    // Messenger's own app can approve its 2FA.
    canApproveInApp: (provider === "MESSENGER" && type === "2FA") || undefined,
    hint,
    data: unlessRepeating(data, mask),
  }
  return { kind: "checkpoint", at, accountId: wanted.account_id, checkpoint }
}
