import type { Failure } from "../../machines/auth-intent.types.ts"
import type { HttpAnswer } from "../http/http-answer.ts"
import { read } from "../schemas/check.ts"
import { errorEnvelope } from "../schemas/wire.schema.ts"
import { clientFailure } from "./client-failure.ts"
import { isKnownType, recoveryByStatus, recoveryOf, type Step } from "./recovery.ts"

/**
 * Judges an answer that is no success: what its envelope says, or else what its status means.
 * @see postpress, "Solve a code checkpoint", Errors.
 */
export function judgeError(step: Step, { status, body, retryAt, mask = String }: HttpAnswer): Failure {
  const error = read(errorEnvelope, body)
  if (error === undefined) {
    return clientFailure("client/invalid_response", { status, recovery: recoveryByStatus(step, status), retryAt })
  }
  const { type, title = type, detail, instance } = error
  const words = (text: string) => mask(text).slice(0, 1000)
  return {
    // A type that nobody knows may be anything.
    type: isKnownType(type) ? type : mask(type),
    status,
    title: words(title),
    detail: detail && words(detail),
    instance: instance && words(instance),
    recovery: recoveryOf(step, status, type),
    retryAt,
  }
}
