import { maxLinkLifetime } from "../../machines/clock.ts"
import { callWithin } from "../call-within.ts"
import type { ConnectedAccount, OnConnected, Report } from "./host.ts"
import { Refusal, unavailable } from "./refusal.ts"
import { type Pending, pendingAccounts } from "./server.schema.ts"
import { isLocked, type Store, toStoreKey, tryStoreTwice, updateEntry } from "./store.ts"

interface DeliveriesOptions {
  store: Store
  report: Report
  now: () => number
  onConnected?: OnConnected | undefined
}

/** How long the lock of `onConnected` lasts, in ms. */
const lease = 30_000

/** How long before the end of its lock a call is aborted, in ms: the clocks of processes differ. */
const abortMargin = 5_000

/**
 * How long an undelivered account is kept, in ms: as long as its login may be reported as connected. This is the
 * longest life of a link, plus the hour in which its callback is accepted, plus the hour for which its entry is kept.
 */
const accountRetention = maxLinkLifetime + 2 * 3_600_000

/** How often a waiting request checks whether another request has delivered, in ms. */
const lookInterval = 100

/** Calls `onConnected` at least once for each account, and once at a time for a user, across all processes. */
export function createDeliveries({ store, onConnected, report, now }: DeliveriesOptions) {
  /** Calls `onConnected` with an account, and returns whether the host has stored the account. */
  async function call(account: ConnectedAccount, until = now() + lease): Promise<boolean> {
    try {
      await callWithin(until - abortMargin - now(), (signal) => onConnected?.({ ...account }, { signal }))
      return true
    } catch (error) {
      report({ code: "account_undelivered", message: "onConnected threw or timed out", error, ...account })
      return false
    }
  }

  /** An entry without accounts is deleted. */
  const change = (key: string, toNext: (pending: Pending | undefined) => Pending | undefined) =>
    updateEntry(store, key, pendingAccounts, (pending) => {
      const next = toNext(pending)
      return next && { value: next.accounts.length > 0 ? next : undefined, expiresAt: now() + accountRetention }
    })

  /** Removes the account that was just delivered, and takes the lock for the next one, if there is one. */
  const lockNext = (key: string, holder: string, delivered: string | undefined, failed: ReadonlySet<string>) =>
    change(key, (stored) => {
      if (stored === undefined) return undefined
      // The lock may be our own: the store wrote it and then failed to respond.
      const isTaken = stored.lock?.holder !== holder && isLocked(stored.lock, now())
      const accounts = stored.accounts.filter(({ accountId }) => accountId !== delivered)
      // Our lock has lapsed, and the account was delivered all the same.
      if (isTaken) return delivered === undefined ? undefined : { ...stored, accounts }
      const isDone = accounts.every(({ accountId }) => failed.has(accountId))
      return isDone ? { accounts } : { accounts, lock: { holder, until: now() + lease } }
    })

  /**
   * Delivers a user's undelivered accounts, and returns the ids of the accounts that the host could not store, or
   * `undefined` where another holder is delivering. An account that the host cannot store does not block the others.
   * @throws StoreError
   */
  async function deliverAll(userId: string, holder: string = crypto.randomUUID()): Promise<Set<string> | undefined> {
    const failed = new Set<string>()
    if (onConnected === undefined) return failed
    const key = await toStoreKey("pending", userId)
    let delivered: string | undefined
    for (;;) {
      const pending = await lockNext(key, holder, delivered, failed)
      if (pending?.lock && pending.lock.holder !== holder) return undefined
      const next = pending?.accounts.find(({ accountId }) => !failed.has(accountId))
      if (next === undefined) return failed
      const isStored = await call({ userId, ...next }, pending?.lock?.until)
      if (!isStored) failed.add(next.accountId)
      delivered = isStored ? next.accountId : undefined
    }
  }

  /** Waits until a kept account is delivered. @throws Refusal 503, StoreError */
  async function waitUntilDelivered({ userId, accountId }: ConnectedAccount, holder?: string): Promise<void> {
    let failed = await deliverAll(userId, holder)
    for (let waited = 0; failed === undefined; waited += lookInterval) {
      if (waited >= lease) throw unavailable(1_000)
      await new Promise((resolve) => setTimeout(resolve, lookInterval))
      failed = await deliverAll(userId, holder)
    }
    if (failed.has(accountId)) throw unavailable()
  }

  async function keep({ userId, ...account }: ConnectedAccount): Promise<void> {
    await change(await toStoreKey("pending", userId), ({ accounts, ...pending } = { accounts: [] }) => {
      const isPending = accounts.some(({ accountId }) => accountId === account.accountId)
      return isPending ? undefined : { ...pending, accounts: [...accounts, account] }
    })
  }

  return {
    waitUntilDelivered,
    /** Delivers a user's undelivered accounts, unless another request does so. @throws Refusal 503, StoreError */
    async deliverPending(userId: string): Promise<void> {
      const failed = await deliverAll(userId)
      if (failed && failed.size > 0) throw unavailable()
    },
    /**
     * Keeps an account until it is delivered, notes that it is connected, and delivers it. It must not be lost now: a
     * store that fails is called once more, and the host is called in any case.
     * @throws Refusal 503; 504 where the account is noted nowhere
     */
    async deliver(account: ConnectedAccount, note: () => Promise<unknown>): Promise<void> {
      const holder = crypto.randomUUID()
      const tryStore = async (run: () => Promise<unknown>): Promise<boolean> =>
        (await tryStoreTwice(report, run, account)) !== undefined
      let isKept = onConnected === undefined || (await tryStore(() => keep(account)))
      // An account that is not kept is noted after `onConnected`: else a repeated request would report it too early.
      let isNoted = isKept && (await tryStore(note))
      try {
        const isSettled = isKept && (await tryStore(() => waitUntilDelivered(account, holder)))
        if (!isSettled && !(await call(account))) throw unavailable()
      } catch (error) {
        isKept ||= await tryStore(() => keep(account))
        isNoted ||= isKept && (await tryStore(note))
        // Nothing remembers the account: a repeated request would go upstream and be refused. A 504 leaves the page in
        // doubt.
        throw isNoted ? error : new Refusal(504, "errors/request_timeout")
      }
      if (!isNoted) await tryStore(note)
    },
  }
}
