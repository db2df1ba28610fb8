import { parse } from "../values.schema.ts"
import { fail } from "./model/fail.ts"
import { testClockOptions } from "./testing.schema.ts"

/** A timer of a test clock. `due` is in ms since the clock was created, without jumps. */
export interface PendingTimer {
  readonly id: number
  readonly due: number
  readonly delay: number
}

/** XState's clock with `now()`. The test moves its wall time and its timers, together or apart. */
export interface TestClock {
  /** Returns the wall time, in ms. */
  now(): number
  setTimeout(callback: () => void, ms: number): number
  clearTimeout(id: number): void
  /**
   * Moves wall time and timers forward by `ms`: each timer fires, in order, at its own time.
   * @throws AuthIntentError `invalid_option` for a negative or invalid number.
   */
  advance(ms: number): void
  /** Does what `advance` does, and waits for `settle` after each timer: for code whose timers start promises. */
  advanceAsync(ms: number, settle: () => Promise<void>): Promise<void>
  /** Moves the wall time alone, forward or back: the machine slept, or its clock was set. */
  jump(ms: number): void
  /** The waiting timers, the next one first. */
  readonly pending: readonly PendingTimer[]
  /** The delay of every timer that was armed so far, in order. */
  readonly armed: readonly number[]
}

/** The options of `createTestClock`. */
export interface TestClockOptions {
  /** The wall time at the start, in ms. @default 0 */
  now?: number
  /** Which of two timers with the same due time fires first. @default "oldest" */
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

  /** Throws for an invalid time: the clock would show no time from then on. */
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
      // The platform's `setTimeout` also takes an invalid number for 0.
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
/** The platform's timers, even if a test has replaced them since. */
export const platformTimers = { setTimeout, clearTimeout }

/** Lets all work run that waits for no timer and no server. Uses no timer, since a test may have replaced it. */
export async function tick(): Promise<void> {
  for (let turn = 0; turn < 50; turn += 1) await undefined
}
