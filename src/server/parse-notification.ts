import { now } from "../../machines/now.ts"
import { read } from "../schemas/check.ts"
import { notification } from "../schemas/hosted.schema.ts"
import { readName } from "./hosted-name.ts"
import { NotificationError } from "./notification-error.ts"

export interface AccountNotification {
  status: "CREATION_SUCCESS" | "RECONNECTED"
  accountId: string
  /** As it was given to `createLink`. */
  userId: string
}

/**
 * Reads what the API posts to a `notify_url`, parsed from JSON, and takes it only with a name that `createLink` signed.
 * It says whose the account is, not that the API sent it: who has seen a name can name another account with it.
 * @throws NotificationError `malformed`, `forged` or `expired` (an hour after the link).
 * @see postpress, Hosted auth wizard, step 4.
 */
export async function parseNotification(
  body: unknown,
  options: { secret: string; clock?: { now(): number } },
): Promise<AccountNotification> {
  const { status, account_id, name } = read(notification, body) ?? {}
  if (status === undefined || account_id === undefined || name === undefined) throw new NotificationError("malformed")
  return { status, accountId: account_id, userId: await readName(name, options.secret, now(options)) }
}
