import { createTestClock, type TestClock } from "../../src/testing/create-test-clock.ts"

export interface PatientClock extends Omit<TestClock, "advance"> {
  /** Moves on timer by timer, and lets everything come to rest after each: time does not pass in the middle of it. */
  advance(ms: number, settle: () => Promise<void>): Promise<void>
}

/** Creates a clock for what answers its timers with promises. */
export function createPatientClock(): PatientClock {
  const clock = createTestClock()
  const dues = new Map<number, number>()
  let elapsed = 0

  function pass(ms: number): void {
    elapsed += ms
    clock.advance(ms)
  }

  return {
    now: clock.now,
    jump: clock.jump,
    setTimeout(callback, ms) {
      const id = clock.setTimeout(() => {
        dues.delete(id)
        callback()
      }, ms)
      dues.set(id, elapsed + Math.max(ms, 0))
      return id
    },
    clearTimeout(id) {
      dues.delete(id)
      clock.clearTimeout(id)
    },
    async advance(ms, settle) {
      const until = elapsed + ms
      for (;;) {
        const due = Math.min(...dues.values())
        if (due > until) break
        pass(due - elapsed)
        await settle()
      }
      pass(until - elapsed)
    },
  }
}
