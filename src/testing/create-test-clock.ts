import { parse } from "../values.schema.ts"
import { fail } from "./model/fail.ts"
import { testClockOptions } from "./testing.schema.ts"

/** A timer of a test clock: `due` counts the ms that timers have run for. */
export interface PendingTimer {
  readonly id: number
  readonly due: number
  readonly delay: number
}

/** XState's clock with `now()`, whose wall time and timers are moved by hand, together or apart. */
export interface TestClock {
  /** Returns the wall time, in ms. */
  now(): number
  setTimeout(callback: () => void, ms: number): number
  clearTimeout(id: number): void
  /**
   * Moves wall time and timers on by so many ms: each timer fires, in order, at its own time.
   * @throws AuthIntentError `invalid_option` for a negative number, and for a value that is no number.
   */
  advance(ms: number): void
  /** Does the same, and waits for `settle` after each timer: for what responds to its timers with promises. */
  advanceAsync(ms: number, settle: () => Promise<void>): Promise<void>
  /** Moves the wall time alone, also back: the machine slept, or its clock was set. */
  jump(ms: number): void
  /** The timers that wait, the next one first. */
  readonly pending: readonly PendingTimer[]
  /** Every delay that a timer was ever armed with, in order. */
  readonly armed: readonly number[]
}

/** The options of `createTestClock`. */
export interface TestClockOptions {
  /** The wall time at the start, in ms. @default 0 */
  now?: number
  /** Which of two timers that are due at the same time fires first. @default "oldest" */
  order?: "oldest" | "newest"
}

/**
 * Creates a clock that stands still until it is moved.
 * @throws AuthIntentError `invalid_option`.
 * @example
 * const clock = createTestClock()
 * const actor = createAuthIntent({ transport, provider: "INSTAGRAM", clock }).start()
 * clock.advance(300_000)
 */
export function createTestClock(options: TestClockOptions = {}): TestClock {
  parse(testClockOptions, options, "invalid_option", "createTestClock")
  const { now = 0, order = "oldest" } = options
  const timers = new Map<number, PendingTimer & { callback: () => void }>()
  const armed: number[] = []
  const sign = order === "oldest" ? 1 : -1
  let count = 0
  let elapsed = 0
  let jumped = now

  const pending = () => [...timers.values()].sort((one, other) => one.due - other.due || sign * (one.id - other.id))

  /** Throws for what is no time: the clock would show none from then on. */
  function check(ms: number, from: number): number {
    if (Number.isFinite(ms) && ms >= from) return ms
    return fail("invalid_option", `ms should be a number${from === 0 ? " from 0" : ""}`)
  }

  function fireNext(until: number): boolean {
    const [timer] = pending()
    if (timer === undefined || timer.due > until) return false
    timers.delete(timer.id)
    elapsed = Math.max(elapsed, timer.due)
    timer.callback()
    return true
  }

  return {
    now: () => elapsed + jumped,
    setTimeout(callback, ms) {
      count += 1
      // As the platform's, which takes what is no number for 0.
      const delay = Math.max(ms, 0) || 0
      timers.set(count, { id: count, due: elapsed + delay, delay, callback })
      armed.push(delay)
      return count
    },
    clearTimeout: (id) => void timers.delete(id),
    advance(ms) {
      const until = elapsed + check(ms, 0)
      while (fireNext(until)) {}
      elapsed = Math.max(elapsed, until)
    },
    async advanceAsync(ms, settle) {
      const until = elapsed + check(ms, 0)
      while (fireNext(until)) await settle()
      elapsed = Math.max(elapsed, until)
      await settle()
    },
    jump(ms) {
      jumped += check(ms, Number.NEGATIVE_INFINITY)
    },
    get pending() {
      return pending().map(({ callback, ...timer }) => timer)
    },
    get armed() {
      return [...armed]
    },
  }
}

const { setTimeout, clearTimeout } = globalThis
/** The platform's timers, also where a test has replaced them since. */
export const platformTimers = { setTimeout, clearTimeout }

/** Lets everything run that waits for no timer and no server. It uses no timer, which a test may have replaced. */
export async function tick(): Promise<void> {
  for (let turn = 0; turn < 50; turn += 1) await undefined
}
