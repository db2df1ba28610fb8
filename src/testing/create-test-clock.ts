/** XState's clock with `now()`, whose wall time and timers are moved by hand, together or apart. */
export interface TestClock {
  /** The wall time, in ms; it starts at 0. */
  now(): number
  setTimeout(callback: () => void, ms: number): number
  clearTimeout(id: number): void
  /** Moves wall time and timers on by so many ms: each timer fires, in order, at its own moment. */
  advance(ms: number): void
  /** Moves the wall time alone, back too: the machine slept, or its clock was set. */
  jump(ms: number): void
}

/** Creates a clock that stands still until it is moved. */
export function createTestClock(): TestClock {
  const timers = new Map<number, { due: number; callback: () => void }>()
  let count = 0
  let elapsed = 0
  let jumped = 0

  /** The timer that is due first by a moment, the older of two. */
  function next(until: number) {
    const due = [...timers].filter(([, timer]) => timer.due <= until)
    return due.reduce<(typeof due)[number] | undefined>(
      (first, timer) => (first && first[1].due <= timer[1].due ? first : timer),
      undefined,
    )
  }

  return {
    now: () => elapsed + jumped,
    setTimeout(callback, ms) {
      count += 1
      timers.set(count, { due: elapsed + Math.max(ms, 0), callback })
      return count
    },
    clearTimeout: (id) => timers.delete(id),
    advance(ms) {
      const until = elapsed + ms
      for (let timer = next(until); timer; timer = next(until)) {
        const [id, { due, callback }] = timer
        timers.delete(id)
        elapsed = due
        callback()
      }
      elapsed = until
    },
    jump(ms) {
      jumped += ms
    },
  }
}
