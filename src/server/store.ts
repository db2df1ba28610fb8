import { AuthIntentError } from "../auth-intent-error.ts"
import { callWithin, TimeoutError } from "../call-within.ts"
import { readJson } from "../http/read-text.ts"
import { read, type Schema } from "../values.schema.ts"
import type { ConnectedAccount, Report } from "./host.ts"
import type { Lock } from "./server.schema.ts"

/**
 * The storage of the relay and of `createIntents`: compare-and-swap on strings. An expired entry is absent.
 * Processes that share a store act as one.
 * @example
 * const store: Store = {
 *   get: (key) => readRow(key),
 *   swap: (key, before, after, expiresAt) => writeRowIfUnchanged(key, before, after, expiresAt),
 * }
 */
export interface Store {
  /** Returns the stored value, or `undefined`. */
  get(key: string): Promise<string | undefined>
  /**
   * Replaces `before` by `after` and returns whether it did. `before` undefined creates, `after` undefined deletes;
   * the entry is absent from `expiresAt` (epoch ms) on.
   */
  swap(key: string, before: string | undefined, after: string | undefined, expiresAt: number): Promise<boolean>
}

/** Thrown where a store threw, timed out or returned an invalid value. The relay then responds with 503. */
export class StoreError extends AuthIntentError {
  readonly #thrown: unknown

  constructor(message: string, thrown?: unknown) {
    super("store_failed", message)
    this.#thrown = thrown
  }

  /** The value that the store threw. It may hold the entry, so printing the error leaves it out. */
  get thrown(): unknown {
    return this.#thrown
  }
}

/**
 * Builds the key of an entry: its use, and a SHA-256 of its names, so that no store holds a user's id or a username.
 * Different lists of names have different keys: JSON escapes even text that is not well-formed.
 * @example
 * await toStoreKey("login", loginId) // "login:9f86d081…"
 */
export async function toStoreKey(use: string, ...names: readonly string[]): Promise<string> {
  const bytes = new TextEncoder().encode(JSON.stringify(names))
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes))
  return `${use}:${Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("")}`
}

/**
 * Calls `run`, and calls it once more where the store fails. A second failure is reported, and `undefined` is returned:
 * what has happened upstream stands in any case.
 * @throws Any other error of `run`.
 */
export async function tryStoreTwice<Value>(
  report: Report,
  run: () => Promise<Value>,
  account?: ConnectedAccount,
): Promise<{ value: Value } | undefined> {
  for (let tries = 1; ; tries++) {
    try {
      return { value: await run() }
    } catch (error) {
      if (!(error instanceof StoreError)) throw error
      if (tries < 2) continue
      report({ code: "store_failed", message: error.message, error: error.thrown, ...account })
      return undefined
    }
  }
}

/** How long an entry is kept after its deadline, in ms. */
export const retention = 3_600_000

/** The timeout of a store, in ms. */
const timeout = 5_000

/** Wraps a store so that each call that throws, times out or returns an invalid value throws a `StoreError`. */
export function guardStore(store: Store): Store {
  async function call<Value>(operation: string, run: () => unknown, is: (value: unknown) => value is Value) {
    const value = await callWithin(timeout, run).catch((error) => {
      if (error instanceof TimeoutError) throw new StoreError(`store.${operation} took more than ${timeout} ms`)
      throw new StoreError(`store.${operation} threw`, error)
    })
    if (is(value)) return value
    throw new StoreError(
      `store.${operation} returned ${operation === "get" ? "neither a text nor undefined" : "neither true nor false"}`,
    )
  }

  return {
    get: (key) => call("get", async () => (await store.get(key)) ?? undefined, isText),
    // A host's clock may have fractions, and an integer column of a database refuses them.
    swap: (key, before, after, expiresAt) =>
      call("swap", () => store.swap(key, before, after, Math.ceil(expiresAt)), isBoolean),
  }
}

const isText = (value: unknown): value is string | undefined => value === undefined || typeof value === "string"
const isBoolean = (value: unknown): value is boolean => typeof value === "boolean"

/** The next state of an entry: a value with its expiry (epoch ms). No value deletes the entry. */
export interface Change<Value> {
  value: Value | undefined
  expiresAt: number
}

/** The longest lock, in ms: a lock that ends later was written before a clock was set back. */
const maxLease = 120_000

export const isLocked = (lock: Lock | undefined, time: number): boolean =>
  lock !== undefined && time < lock.until && lock.until <= time + maxLease

/** How often an update is tried while others change the same entry. */
const maxTries = 50

/**
 * Changes a JSON entry and returns the entry after the change; tries again where another process changes it meanwhile.
 * `change` returns `undefined` to leave the entry as it is. `change` may run several times, so it must do nothing else.
 * Each value is written with a stamp of its own: it shows whether a swap without a response was done.
 * @throws StoreError, and whatever `change` throws.
 */
export async function updateEntry<Value extends object>(
  store: Store,
  key: string,
  schema: Schema<Value>,
  change: (value: Value | undefined) => Change<Value> | undefined,
): Promise<Value | undefined> {
  let before = await store.get(key)
  for (let tries = 0; tries < maxTries; tries++) {
    const entry = parseEntry(before, schema)
    const changed = change(entry)
    if (changed === undefined) return entry
    const { value, expiresAt } = changed
    if (value === undefined && before === undefined) return undefined
    const after = value && JSON.stringify({ ...value, stamp: crypto.randomUUID() })
    const swapped = await store.swap(key, before, after, expiresAt).catch((error: unknown) => ({ error }))
    if (swapped === true) return value
    before = await store.get(key)
    if (before === after) return value
    if (typeof swapped === "object") throw swapped.error
  }
  throw new StoreError(
    "store.swap returned false each time: too many others change the entry, or it does not compare with what get returns",
  )
}

/** Returns the value of an entry, or `undefined` where there is none. @throws StoreError */
export const getEntry = async <Value>(store: Store, key: string, schema: Schema<Value>): Promise<Value | undefined> =>
  parseEntry(await store.get(key), schema)

function parseEntry<Value>(text: string | undefined, schema: Schema<Value>): Value | undefined {
  if (text === undefined) return undefined
  const value = read(schema, readJson(text))
  if (value === undefined)
    throw new StoreError(
      "store.get returned what this version did not write: give each relay a table or a prefix of its own",
    )
  return value
}
