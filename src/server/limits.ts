import type { Solution } from "../transports/auth-transport.ts"
import { Refusal } from "./refusal.ts"
import { sendTimes } from "./server.schema.ts"
import { type Store, toStoreKey, updateEntry } from "./store.ts"

/** How much may be sent upstream; `false` turns a limit off. */
export interface RelayLimits {
  /** Codes of one login. @default 10 */
  codes?: number | false | undefined
  /** Phone numbers of one login. @default 5 */
  phones?: number | false | undefined
  /** Requests for another way of one login. @default 5 */
  switches?: number | false | undefined
  /** Requests of one login about its approval. @default 100 */
  approvals?: number | false | undefined
  /** Credentials and hosted links of one user in an hour. @default 20 */
  submits?: number | false | undefined
  /** Credentials for one username at one provider in an hour, from all users together. @default 40 */
  submitsPerUsername?: number | false | undefined
}

/** Returns how many requests of a kind one login may send; `false` for any number. */
export const limitOf = (
  kind: Solution["kind"],
  { codes = 10, phones = 5, switches = 5, approvals = 100 }: RelayLimits,
): number | false => ({ code: codes, phone: phones, method: switches, inApp: approvals })[kind]

const hour = 3_600_000

/** Returns one spelling for all spellings of a lowercase username that a provider could treat as the same. */
const normalizeUsername = (username: string): string =>
  username.replace(/[\s\p{C}\p{DI}\p{P}\p{S}]/gu, "").normalize("NFKC")

/** Counts a request before it is sent. @throws Refusal 429 with the time until the next request; StoreError */
async function count(store: Store, key: string, limit: number | false, time: number): Promise<void> {
  if (limit === false) return
  let next: number | undefined
  await updateEntry(store, key, sendTimes, (stored) => {
    // After a clock was set back, no user waits for longer than an hour.
    const times = (stored?.times ?? []).map((each) => Math.min(each, time)).filter((each) => each > time - hour)
    const first = times.at(-limit)
    next = first && first + hour
    return first === undefined ? { value: { times: [...times, time] }, expiresAt: time + hour } : undefined
  })
  if (next !== undefined) throw new Refusal(429, "errors/unknown", { recovery: "retry", retryAfter: next - time })
}

/**
 * Counts a user's request against the limits of the last hour: credentials, for their username too, or a hosted link.
 * @throws Refusal 429 with the time until the next request; StoreError
 */
export async function countSubmit(
  store: Store,
  { userId, login }: { userId: string; login?: { provider: string; username: string } },
  { submits = 20, submitsPerUsername = 40 }: RelayLimits,
  time: number,
): Promise<void> {
  await count(store, await toStoreKey("submits", userId), submits, time)
  if (login === undefined) return
  const key = await toStoreKey("username", login.provider, normalizeUsername(login.username))
  await count(store, key, submitsPerUsername, time)
}
