import type { Checkpoint, Failure } from "../../machines/auth-intent.types.ts"
import { check } from "../schemas/check.ts"
import { checkpoint as checkpointSchema } from "../schemas/outcome.schema.ts"
import { answerJson } from "./answer-json.ts"
import { hide } from "./hide.ts"
import { Refusal } from "./refusal.ts"

/** Tells a page that its account is connected. */
export const answerConnected = (token: string): Response =>
  answerJson(201, { object: "AccountCreated", account_id: token })

/** Passes a checkpoint on as it was judged: its type, its hint, and up to 2 kB of what came with an unknown one. */
export function answerCheckpoint(token: string, judged: Checkpoint, hidden: readonly string[]): Response {
  const { type, hint, data }: Checkpoint = check(checkpointSchema, judged, "invalid_outcome", "checkpoint")
  const checkpoint = { ...(hide(data, hidden) as object | undefined), type, ...(hint && { source: hint }) }
  return answerJson(202, { object: "Checkpoint", account_id: token, checkpoint })
}

/**
 * Passes a failure on as an envelope; where the API gave no answer, or none with the status of an error, it is a
 * gateway's. So is a 407, of which the platform's fetch makes a network error.
 */
export function refuseFailure({ type, status, retryAt, ...said }: Failure, hidden: readonly string[] = []): Refusal {
  if (type === "client/timeout") return new Refusal(504, "errors/request_timeout", "The API did not answer in time")
  if (status < 400) return new Refusal(502, "errors/proxy_error", "The API gave no answer that can be used")
  const { title, detail, instance } = hide(said, hidden) as typeof said
  const headers = retryAt === undefined ? undefined : { "retry-after": secondsUntil(retryAt) }
  const details = { detail, instance, headers }
  return status === 407
    ? new Refusal(502, "errors/proxy_error", title, details)
    : new Refusal(status, type, title, details)
}

const secondsUntil = (time: number) => String(Math.max(0, Math.ceil((time - Date.now()) / 1000)))
