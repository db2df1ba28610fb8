import { read } from "../../values.schema.ts"
import { Refusal } from "../route.ts"
import { sendings } from "../server.schema.ts"
import { type Store, toStoreKey, updateEntry } from "../store.ts"
import type { LoginLimits } from "./turns.ts"

/** How much may be sent upstream; `false` turns a limit off. */
export interface RelayLimits {
  /** Codes of one login. @default 10 */
  codes?: number | false | undefined
  /** Phone numbers of one login. @default 5 */
  phones?: number | false | undefined
  /** Requests for another way of one login. @default 5 */
  switches?: number | false | undefined
  /** Questions of one login whether it was approved. @default 100 */
  approvals?: number | false | undefined
  /** Credentials of one user in an hour. @default 20 */
  submits?: number | false | undefined
  /** Credentials for one username at one provider in an hour, from all users together. @default 40 */
  submitsPerUsername?: number | false | undefined
}

/** Returns the limits of one login. */
export const toLoginLimits = ({ codes = 10, phones = 5, switches = 5, approvals = 100 }: RelayLimits): LoginLimits => ({
  code: codes,
  phone: phones,
  method: switches,
  inApp: approvals,
})

const hour = 3_600_000

const parseSendings = (json: unknown) => read(sendings, json)

/** Returns one spelling for all those of a username that a provider could take for the same. */
const unify = (username: string): string =>
  username
    .normalize("NFKC")
    .replace(/[\s\p{Cf}\p{DI}]/gu, "")
    .toLowerCase()
    .normalize("NFKC")

/** @throws Refusal 429 with the time until the next one; StoreError */
async function count(store: Store, key: string, limit: number | false, time: number): Promise<void> {
  if (limit === false) return
  let next: number | undefined
  await updateEntry(store, key, parseSendings, (stored) => {
    // After a clock was set back, no user waits for longer than an hour.
    const times = (stored?.times ?? []).map((each) => Math.min(each, time)).filter((each) => each > time - hour)
    const first = times.at(-limit)
    next = first && first + hour
    return first === undefined ? { value: { times: [...times, time] }, expiresAt: time + hour } : undefined
  })
  if (next !== undefined) throw new Refusal(429, "errors/unknown", { recovery: "retry", retryAfter: next - time })
}

/**
 * Counts credentials in the hour that has just passed, for their user and for their username.
 * @throws Refusal 429 with the time until the next ones may be sent; StoreError
 */
export async function countSubmit(
  store: Store,
  { userId, provider, username }: { userId: string; provider: string; username: string },
  { submits = 20, submitsPerUsername = 40 }: RelayLimits,
  time: number,
): Promise<void> {
  await count(store, await toStoreKey("submits", userId), submits, time)
  await count(store, await toStoreKey("username", provider, unify(username)), submitsPerUsername, time)
}
