import type { IntentClock } from "../../src/intent/create-auth-intent.ts"

interface Timer {
  due: number
  fire: () => void
}

/** A clock whose time of day can be set, forwards and back, while its timers run on. Times in ms. */
export class SplitClock implements IntentClock {
  /** Every delay that was ever armed. */
  readonly armed: number[] = []
  #wall: number
  #elapsed = 0
  #timers = new Map<number, Timer>()
  #lastToFirst: boolean

  /** Timers that are due together fire in the order they were armed, or the other way round. */
  constructor(wall = 1_800_000_000_000, { lastToFirst = false } = {}) {
    this.#wall = wall
    this.#lastToFirst = lastToFirst
  }

  now(): number {
    return this.#wall
  }

  /** How many timers wait. */
  get pending(): number {
    return this.#timers.size
  }

  setTimeout(fire: () => void, delay: number): number {
    this.#timers.set(this.armed.length, { due: this.#elapsed + delay, fire })
    return this.armed.push(delay) - 1
  }

  clearTimeout(id: number): void {
    this.#timers.delete(id)
  }

  /** Time goes by: each timer fires at its own moment. */
  tick(ms: number): void {
    const end = this.#elapsed + ms
    for (let next = this.#next(end); next; next = this.#next(end)) {
      const [id, { due, fire }] = next
      this.#timers.delete(id)
      this.#move(due - this.#elapsed)
      fire()
    }
    this.#move(end - this.#elapsed)
  }

  /** Only the time of day moves: it was set, or the machine slept. */
  jump(ms: number): void {
    this.#wall += ms
  }

  #move(ms: number): void {
    this.#elapsed += ms
    this.#wall += ms
  }

  #next(end: number): [number, Timer] | undefined {
    const timers = [...this.#timers].filter(([, { due }]) => due <= end)
    if (this.#lastToFirst) timers.reverse()
    return timers.sort(([, one], [, other]) => one.due - other.due)[0]
  }
}
