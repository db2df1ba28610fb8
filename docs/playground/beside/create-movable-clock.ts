import type { IntentClock } from "auth-intent"

interface Timer {
  due: number
  run: () => void
  /** `undefined` while the clock is held. */
  handle: ReturnType<typeof setTimeout> | undefined
}

const key = "auth-intent-clock"

/** Returns how many ms a stored text sets the clock ahead; 0 if the text is no such number. */
function toAhead(text: string | null): number {
  const ahead = Number(text)
  return ahead >= 0 && ahead <= 8.64e14 ? ahead : 0
}

function readAhead(): number {
  try {
    return toAhead(localStorage.getItem(key))
  } catch {
    return 0
  }
}

function writeAhead(ahead: number): void {
  try {
    localStorage.setItem(key, String(ahead))
  } catch {
    // If storage is full or refused, other tabs keep their time.
  }
}

export interface MovableClock extends IntentClock {
  /** How far the clock is ahead of the system's, in ms. */
  readonly ahead: number
  /** Moves the clock forward: each timer fires in order and at its own moment. */
  advance(ms: number): void
  /** Stops the clock: only `advance` moves it until the returned function is called. */
  hold(): () => void
  subscribe(changed: () => void): () => void
}

/** Creates the page's clock: the system's, as far ahead as this tab or another has moved the sandbox's. */
export function createMovableClock(): MovableClock {
  const timers = new Map<number, Timer>()
  const listeners = new Set<() => void>()
  let count = 0
  let ahead = readAhead()
  let heldAt: number | undefined

  const now = () => (heldAt ?? Date.now()) + ahead

  function arm(id: number, due: number, run: () => void) {
    const fire = () => {
      timers.delete(id)
      run()
    }
    const handle = heldAt === undefined ? setTimeout(fire, due - now()) : undefined
    timers.set(id, { due, run, handle })
  }

  function armAll() {
    for (const [id, { due, run, handle }] of timers) {
      clearTimeout(handle)
      arm(id, due, run)
    }
  }

  function move(ms: number) {
    const until = now() + ms
    const end = ahead + ms
    const next = () => [...timers].filter(([, { due }]) => due <= until).sort(([, a], [, b]) => a.due - b.due)[0]
    for (let timer = next(); timer; timer = next()) {
      const [id, { due, run, handle }] = timer
      clearTimeout(handle)
      timers.delete(id)
      ahead += Math.max(due - now(), 0)
      run()
    }
    ahead = end
    armAll()
    for (const changed of listeners) changed()
  }

  addEventListener("storage", (event) => {
    if (event.key === key && event.newValue !== null) move(toAhead(event.newValue) - ahead)
  })

  return {
    now,
    setTimeout(run, ms) {
      count += 1
      arm(count, now() + ms, run)
      return count
    },
    clearTimeout(id) {
      clearTimeout(timers.get(id)?.handle)
      timers.delete(id)
    },
    get ahead() {
      return ahead
    },
    advance(ms) {
      move(ms)
      writeAhead(ahead)
    },
    hold() {
      heldAt = Date.now()
      armAll()
      return () => {
        heldAt = undefined
        armAll()
      }
    },
    subscribe(changed) {
      listeners.add(changed)
      return () => listeners.delete(changed)
    },
  }
}
