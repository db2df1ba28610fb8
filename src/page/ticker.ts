/** Counts the seconds until a moment. */
export interface Ticker {
  subscribe(changed: () => void): () => void
  /** Returns the whole seconds that remain, never less than 0. */
  getSeconds(): number
}

/** Creates what counts the seconds until a time in epoch ms, by whatever clock; it ticks only while somebody listens. */
export function createTicker(until: number, now: () => number): Ticker {
  return {
    subscribe(changed) {
      const timer = setInterval(changed, 250)
      return () => clearInterval(timer)
    },
    getSeconds: () => Math.max(0, Math.ceil((until - now()) / 1000)),
  }
}

/** Returns seconds as minutes and seconds, for example 4:05. */
export const formatSeconds = (seconds: number) => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`
