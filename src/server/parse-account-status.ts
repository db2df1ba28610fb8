import { read } from "../schemas/check.ts"
import { accountStatus } from "../schemas/hosted.schema.ts"
import { NotificationError } from "./notification-error.ts"

export interface AccountStatus {
  accountId: string
  /** As on the wire. */
  status: string
  /** Whether the person has to sign in anew. */
  needsReconnect: boolean
}

/**
 * Reads what the API posts to an account status webhook, parsed from JSON.
 * @throws NotificationError `malformed`.
 * @see postpress, Hosted auth wizard, "Reconnecting an account". Assumed, as it is not documented: `{ account_id, status }`.
 */
export function parseAccountStatus(body: unknown): AccountStatus {
  const parsed = read(accountStatus, body)
  if (parsed === undefined) throw new NotificationError("malformed")
  const { account_id, status } = parsed
  return { accountId: account_id, status, needsReconnect: status === "CREDENTIALS" }
}
