import type { AuthIntentEvent, SavedIntent } from "../../../machines/auth-intent.types.ts"
import { defaultTimes, timeOf } from "../../../machines/clock.ts"
import type { Provider } from "../../../machines/providers.ts"
import { AuthIntentError } from "../../auth-intent-error.ts"
import { advanceIntent, assertHostEvent, pollEvent } from "../../intent/advance-intent.ts"
import { bringUpToDate } from "../../intent/bring-up-to-date.ts"
import type { RunOptions } from "../../intent/create-auth-intent.ts"
import { newIntent } from "../../intent/saved-intent.ts"
import { logMistake, reportMistake } from "../../intent/slot.ts"
import { parse } from "../../values.schema.ts"
import type { Lock } from "../server.schema.ts"
import { guardStore, isLocked, type Store, tryStoreTwice, updateEntry } from "../store.ts"
import {
  assertServed,
  beginEvent,
  claimLease,
  describeIntent,
  type IntentStatus,
  newClaim,
  overtakes,
  toChange,
  toIntentKey,
} from "./intent-entry.ts"
import { type IntentEntry, intentEntry, intentsOptions } from "./intents.schema.ts"

/** The options of `createIntents`. */
export interface IntentsOptions<Credentials> extends RunOptions<Credentials> {
  /** Where the records are kept. Processes that share a store act as one. */
  store: Store
}

/** Intents in a store. `undefined` stands for an unknown intent; an intent is kept for an hour after its deadline. */
export interface Intents<Credentials> {
  /** The store that was given. */
  readonly store: Store
  /** Creates an intent under the host's id. An existing intent is returned as it is, with `accepted: false`. */
  start(id: string, options: { provider: Provider }): Promise<IntentStatus>
  /** Sends an event, waits until no request is in flight, and returns how the intent stands then. */
  send(id: string, event: AuthIntentEvent<Credentials>): Promise<IntentStatus | undefined>
  /** Returns how an intent stands. While an approval is awaited, `look` first sends the next poll if it is due. */
  look(id: string): Promise<IntentStatus | undefined>
}

/** How often a claim is renewed while its request is in flight, in ms. */
const renewal = 10_000

/**
 * Creates intents whose records are in a store. One request of an intent is in flight at a time, whichever process sends it;
 * nothing secret is stored.
 * @throws AuthIntentError `invalid_option`, and from its methods `invalid_option`, `invalid_provider`, `invalid_event`, `store_failed`.
 * @example
 * const intents = createIntents({ transport, store })
 * await intents.start("login-1", { provider: "INSTAGRAM" })
 * const status = await intents.send("login-1", parseEvent(await request.json()))
 */
export function createIntents<Credentials>(options: IntentsOptions<Credentials>): Intents<Credentials> {
  const checked = parse(intentsOptions, options, "invalid_option", "createIntents")
  const { intentLifetime = defaultTimes.intentLifetime, inAppPollInterval = defaultTimes.inAppPollInterval } = checked
  const { clock, onMistake = logMistake } = options
  const store = guardStore(options.store)
  const runOptions = { ...options, inAppPollInterval }
  const now = () => timeOf({ clock })
  const keep = (entry: IntentEntry) => toChange(entry, now() + intentLifetime)
  const change = (entry: Omit<IntentEntry, "pollAt">) => keep({ ...entry, pollAt: now() + inAppPollInterval })

  /** A time further ahead than an interval and a claim was written before the clock was set back. */
  const isPast = (pollAt: number) => now() >= pollAt || pollAt > now() + inAppPollInterval + claimLease

  const describe = ({ saved, claim }: IntentEntry, accepted: boolean): IntentStatus =>
    describeIntent(saved, runOptions, { request: isLocked(claim, now()) ? claim?.request : undefined, accepted })

  /** Returns the entry during the request of an event, and the record before; `undefined` if it does not apply. */
  function beginRequest({ saved, handOff, claim }: IntentEntry, event: AuthIntentEvent<Credentials>) {
    if (handOff || (claim && isLocked(claim, now()) && !overtakes(event.type, claim.request))) return undefined
    const during = beginEvent(saved, event, runOptions)
    if (during === undefined) return undefined
    const { request } = during
    return { before: saved, entry: { saved: during.saved, ...(request && { claim: newClaim(now(), request) }) } }
  }

  /** Keeps a deadline that has passed or was lowered, however the clock is set later. */
  function keepDeadline(entry: IntentEntry) {
    const saved = bringUpToDate(entry.saved, runOptions)
    const isKept = saved.state === entry.saved.state && saved.expiresAt === entry.saved.expiresAt
    // The end of an intent is open while a request is in flight, and while a page drives the intent.
    const isOpen = entry.handOff !== undefined || isLocked(entry.claim, now())
    return isKept || (isOpen && saved.state === "expired") ? undefined : keep({ ...entry, saved })
  }

  async function send(id: string, event: AuthIntentEvent<Credentials>, isDue: (entry: IntentEntry) => boolean) {
    assertHostEvent(event)
    const key = await toIntentKey(id)
    let begun: ReturnType<typeof beginRequest>
    const entry = await updateEntry(store, key, intentEntry, (stored) => {
      begun = stored && isDue(stored) ? beginRequest(stored, event) : undefined
      return begun ? change(begun.entry) : stored && keepDeadline(stored)
    })
    if (entry === undefined) return undefined
    return begun?.entry.claim
      ? makeRequest(key, begun.before, begun.entry.claim, event)
      : describe(entry, begun !== undefined)
  }

  /** Renews the claim of an entry until the returned function is called: only the claim of a dead process lapses. */
  function keepClaim(key: string, holder: string): () => void {
    const timers = clock ?? globalThis
    let isStopped = false
    let timer: unknown
    const arm = () => {
      if (!isStopped) timer = timers.setTimeout(renew, renewal)
    }
    const renew = () =>
      updateEntry(store, key, intentEntry, (stored) =>
        stored?.claim?.holder === holder
          ? change({ ...stored, claim: newClaim(now(), stored.claim.request, holder) })
          : undefined,
      ).then(arm, arm)
    arm()
    return () => {
      isStopped = true
      timers.clearTimeout(timer as never)
    }
  }

  /** Makes the request that the entry is claimed for, and releases the entry. */
  async function makeRequest(key: string, before: SavedIntent, { holder }: Lock, event: AuthIntentEvent<Credentials>) {
    const stop = keepClaim(key, holder)
    const { saved, step, output, accepted: applied } = await advanceIntent(before, event, runOptions).finally(stop)
    const accepted = applied && event !== pollEvent
    const status: IntentStatus = { step, ...(output && { output }), busy: false, accepted }
    const report = () => {
      const what = "createIntents: the store failed after a request, whose outcome was returned and is not stored"
      reportMistake(onMistake, new AuthIntentError("store_failed", what))
    }
    let isWritten = false
    const written = await tryStoreTwice(report, () =>
      updateEntry(store, key, intentEntry, (stored) => {
        // A connected account counts, whatever overtook this request.
        const isNews = saved.state === "connected" && stored?.saved.state !== "connected"
        isWritten = stored !== undefined && (stored.claim?.holder === holder || isNews)
        if (stored === undefined) return undefined
        const { handOff, saved: last } = stored
        if (!isWritten) {
          // The response was lost after the overtaking request had settled: this request may yet connect the account.
          const isLost = saved.unanswered && !before.unanswered && last.state !== "connected"
          return isLost ? keep({ ...stored, saved: { ...last, unanswered: true } }) : undefined
        }
        // A `look` meanwhile may have lowered the deadline, by a clock that was set back.
        const deadline = saved.expiresAt && { expiresAt: Math.min(saved.expiresAt, last.expiresAt ?? Infinity) }
        return change({ saved: { ...saved, ...deadline, revision: last.revision + 1 }, ...(handOff && { handOff }) })
      }),
    )
    // Only this status has the session of a connected account. The first of two tries may have written the entry.
    if (isWritten || saved.state === "connected" || written?.value === undefined) return status
    return describe(written.value, accepted)
  }

  return {
    store: options.store,
    async start(id, options) {
      const saved = newIntent(options)
      assertServed(runOptions.transport, saved.provider)
      let accepted = false
      const entry = await updateEntry(store, await toIntentKey(id), intentEntry, (stored) => {
        accepted = stored === undefined
        return accepted ? change({ saved }) : undefined
      })
      return describe(entry ?? change({ saved }).value, accepted)
    },
    send: (id, event) => send(id, event, () => true),
    look: (id) => send(id, pollEvent, ({ saved, pollAt }) => now() >= (saved.retryAt ?? 0) && isPast(pollAt)),
  }
}
