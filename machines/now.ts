/** XState's clock, with `now()` where it can tell the time (epoch ms), as `SimulatedClock` can. */
interface TellsTime {
  clock?: { now?: () => number }
}

/** The time in epoch ms by the clock that an actor was given, or else by the system's. */
export function now(actor: object): number {
  return (actor as TellsTime).clock?.now?.() ?? Date.now()
}
