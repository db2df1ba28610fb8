/** Counts the seconds until a moment. */
interface Ticker {
  subscribe(changed: () => void): () => void
  /** Returns the whole seconds that remain, never less than 0. */
  getSeconds(): number
}

/**
 * Creates what counts the seconds until a time in epoch ms, by whatever clock. It ticks only while somebody listens, and
 * without a time not at all.
 */
export function createTicker(until: number | undefined, now: () => number): Ticker {
  return {
    subscribe(changed) {
      if (until === undefined) return () => {}
      const timer = setInterval(changed, 250)
      return () => clearInterval(timer)
    },
    getSeconds: () => Math.max(0, Math.ceil(((until ?? 0) - now()) / 1000)),
  }
}
