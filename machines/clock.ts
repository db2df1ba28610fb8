/** An owner of an XState clock. The clock may have `now()` (epoch ms), as `SimulatedClock` does. */
interface HasClock {
  clock?: { now?: () => number }
}

/** The longest delay that a timer holds, in ms. */
export const maxDelay = 2_147_483_647

/** The default lifetime of an intent, in ms. @see postpress, Instagram guide, step 2. */
export const defaultLifetime = 300_000

/**
 * The longest lifetime of a link to the hosted wizard, in ms: the API's daily restart ends all links.
 * @see postpress, Hosted auth wizard, step 1.
 */
export const maxLinkLifetime = 86_400_000

/** The default times of an intent, in ms. */
export const defaultTimes = { intentLifetime: defaultLifetime, solveGrace: 10_000, inAppPollInterval: 5_000 }

/**
 * Returns the time in epoch ms by the owner's clock. The system's time replaces a missing or non-finite time, by which
 * a deadline would come never or at once. `Actor.clock` is public, but no part of `ActorRef`'s type.
 */
export function timeOf(owner: object): number {
  const time = (owner as HasClock).clock?.now?.()
  return Number.isFinite(time) ? (time as number) : Date.now()
}

/** Returns the ms that remain until a time by the owner's clock: at least 0, and at most `max`. */
export const remaining = (owner: object, until: number, max: number): number =>
  Math.min(Math.max(until - timeOf(owner), 0), max)
