import { timeOf } from "../../machines/clock.ts"
import { parse } from "../values.schema.ts"
import { clockOptions } from "./server.schema.ts"
import type { Store } from "./store.ts"

/**
 * Creates a store in this process's memory.
 * @param options.clock - Returns the time in epoch ms. @default the system's
 * @throws AuthIntentError `invalid_option`.
 * @example
 * const relay = createRelay({ …, store: createMemoryStore() })
 */
export function createMemoryStore(options: { clock?: { now(): number } | undefined } = {}): Store {
  parse(clockOptions, options, "invalid_option", "createMemoryStore")
  const entries = new Map<string, { value: string; expiresAt: number }>()
  let sweepAt = 1024
  let sweepBy = 0

  function read(key: string): string | undefined {
    const entry = entries.get(key)
    if (entry === undefined || entry.expiresAt > timeOf(options)) return entry?.value
    entries.delete(key)
    return undefined
  }

  /** Removes expired entries once an hour, and once the number of entries has doubled: so each entry costs little. */
  function sweep(): void {
    const time = timeOf(options)
    // After a rush the number may never double again.
    if (entries.size < sweepAt && time < sweepBy) return
    for (const key of entries.keys()) read(key)
    sweepAt = Math.max(1024, entries.size * 2)
    sweepBy = time + 3_600_000
  }

  return {
    async get(key) {
      return read(key)
    },
    async swap(key, before, after, expiresAt) {
      if (read(key) !== before) return false
      if (after === undefined) entries.delete(key)
      else entries.set(key, { value: after, expiresAt })
      sweep()
      return true
    },
  }
}
