/** XState's clock, with `now()` where it can tell the time (epoch ms), as `SimulatedClock` can. */
interface TellsTime {
  clock?: { now?: () => number }
}

/** The time in epoch ms by the clock that its owner, an actor say, was given, or else by the system's. */
export function now(owner: object): number {
  return (owner as TellsTime).clock?.now?.() ?? Date.now()
}
