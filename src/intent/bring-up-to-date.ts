import type { SavedIntent } from "../../machines/auth-intent.types.ts"
import { defaultLifetime, timeOf } from "../../machines/clock.ts"

/** The options by which a record is brought up to date. */
export interface TimeOptions {
  /** Returns the time in epoch ms. @default the system's */
  clock?: { now(): number } | undefined
  /** The longest time to the deadline, in ms; a later deadline is lowered. @default 300000 */
  intentLifetime?: number | undefined
}

/** Returns a record as it stands now: expired past its deadline, and with a deadline at most a lifetime away. */
export function bringUpToDate(saved: SavedIntent, options: TimeOptions): SavedIntent {
  const { expiresAt = 0 } = saved
  const time = timeOf(options)
  if (saved.state !== "checkpoint") return saved
  if (time >= expiresAt) return { ...saved, state: "expired" }
  return { ...saved, expiresAt: Math.min(expiresAt, time + (options.intentLifetime ?? defaultLifetime)) }
}
