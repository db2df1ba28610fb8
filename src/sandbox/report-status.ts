import { accountStatus } from "../schemas/hosted.schema.ts"
import { ApiError } from "./api-error.ts"
import type { Reply } from "./describe-intent.ts"
import { readFields } from "./read-fields.ts"
import type { SandboxState } from "./sandbox-state.ts"

/**
 * `POST /sandbox/account-status`: posts what becomes of an account to `statusUrl`. The API does so by itself.
 * @see postpress, Hosted auth wizard, "Reconnecting an account".
 */
export function reportStatus(body: object, { statusUrl, outbox }: SandboxState): Reply {
  const { account_id, status } = readFields(accountStatus, body)
  if (statusUrl === undefined) {
    throw new ApiError(400, "errors/invalid_request", "The sandbox was started without a statusUrl.")
  }
  outbox.post(statusUrl, { account_id, status })
  return { status: 200, body: { object: "SandboxAccountStatus", account_id, status } }
}
