/** XState's clock, with `now()` where it has one (epoch ms), as `SimulatedClock` does. */
interface HasClock {
  clock?: { now?: () => number }
}

/** Returns the time in epoch ms by its owner's clock, or else by the system's. `Actor.clock` is public, but no part of `ActorRef`'s type. */
export const now = (owner: object): number => (owner as HasClock).clock?.now?.() ?? Date.now()

/** Returns the ms that remain until a time by its owner's clock: from 0 to `max`, whatever that clock shows. */
export const remaining = (owner: object, until: number, max: number): number =>
  Math.min(Math.max(until - now(owner), 0), max)
