import { timeOf } from "../../../machines/clock.ts"
import { AuthIntentError } from "../../auth-intent-error.ts"
import { accountStatus } from "../../hosted/link.schema.ts"
import { parse, read } from "../../values.schema.ts"
import { createKeyRing, type KeyRing, type RelayKey } from "../keys.ts"
import { clockOptions } from "../server.schema.ts"
import { type LinkFacts, nameClaims, notification } from "./hosted.schema.ts"

/** A callback of the API whose name this host signed. */
export interface AccountNotification extends LinkFacts {
  status: "CREATION_SUCCESS" | "RECONNECTED"
  accountId: string
}

/** A change of an account's status. */
export interface AccountStatus {
  accountId: string
  /** The status that the API sent. */
  status: string
  /** Whether the person has to sign in again. */
  needsReconnect: boolean
}

const invalid = (what: string) => new AuthIntentError("invalid_notification", `notification: ${what}`)

/**
 * Parses what the API posts to a `notifyUrl`, and accepts only a name that `createLink` signed. This function keeps no
 * state: it accepts a repeated name again, and does not know whether the user has returned. The relay's route checks
 * both.
 * @throws AuthIntentError `invalid_notification`, also from an hour after the link's expiry on; `invalid_option`.
 * @example
 * const { userId, accountId, requireReturn } = await parseNotification(await request.json(), { keys })
 * @see postpress, Hosted auth wizard, step 4.
 */
export async function parseNotification(
  body: unknown,
  options: { keys: readonly RelayKey[]; clock?: { now(): number } | undefined },
): Promise<AccountNotification> {
  parse(clockOptions, options, "invalid_option", "parseNotification")
  const { fault, ...notification } = await verifyNotification(body, createKeyRing(options.keys), timeOf(options))
  if (fault !== undefined) throw invalid(fault)
  return notification
}

/**
 * Parses a callback whose name this host signed. `fault` is the reason to refuse its account nevertheless.
 * @throws AuthIntentError `invalid_notification`.
 */
export async function verifyNotification(
  body: unknown,
  keys: KeyRing,
  time: number,
): Promise<AccountNotification & { fault?: string }> {
  const parsed = read(notification, body)
  if (parsed === undefined) throw invalid("it is not of a known shape")
  const link = await keys.verify("name", nameClaims, parsed.name)
  if (link === undefined) throw invalid("its name is not signed by this host")
  const { status, account_id: accountId } = parsed
  const { expiresAt, reconnectAccount = accountId } = link
  if (time >= expiresAt) return { ...link, status, accountId, fault: "its link has expired" }
  if (reconnectAccount !== accountId) return { ...link, status, accountId, fault: "its link is for another account" }
  return { ...link, status, accountId }
}

/**
 * Parses what the API posts to an account status webhook.
 * @throws AuthIntentError `invalid_notification`.
 * @example
 * const { accountId, needsReconnect } = parseAccountStatus(await request.json())
 * @see postpress, Hosted auth wizard, "Reconnecting an account". Assumed, as it is not documented: `{ account_id, status }`.
 */
export function parseAccountStatus(body: unknown): AccountStatus {
  const parsed = read(accountStatus, body)
  if (parsed === undefined) throw invalid("it is not of a known shape")
  const { account_id, status } = parsed
  return { accountId: account_id, status, needsReconnect: status === "CREDENTIALS" }
}

/** An account that the API has connected before its user has returned. */
export interface UnconfirmedAccount {
  /** A reconnected account existed before: do not remove it. */
  type: "create" | "reconnect"
  userId: string
  accountId: string
  /** In epoch ms: remove the account at the API if `onConnected` was not called with it by then. */
  until: number
}
