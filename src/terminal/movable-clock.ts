import type { IntentClock } from "../intent/create-auth-intent.ts"

/** The system's clock, which can be moved forward: the machine and the sandbox both run on it. */
export interface MovableClock extends IntentClock {
  /** Moves it by so many ms, and fires the timers that have come to their time. */
  advance(ms: number): void
}

/** Creates a clock that is the system's until it is moved. */
export function createMovableClock(): MovableClock {
  const timers = new Map<number, { at: number; run: () => void; handle: ReturnType<typeof setTimeout> }>()
  let ahead = 0
  let count = 0
  const now = () => Date.now() + ahead
  const clear = (id: number) => {
    clearTimeout(timers.get(id)?.handle)
    timers.delete(id)
  }
  const arm = (id: number, at: number, run: () => void) => {
    const fire = () => {
      clear(id)
      run()
    }
    timers.set(id, { at, run, handle: setTimeout(fire, Math.max(0, at - now())) })
    return id
  }
  return {
    now,
    setTimeout: (run, ms) => arm(++count, now() + ms, run),
    clearTimeout: clear,
    advance(ms) {
      ahead += ms
      for (const [id, { at, run, handle }] of [...timers]) {
        clearTimeout(handle)
        arm(id, at, run)
      }
    },
  }
}
