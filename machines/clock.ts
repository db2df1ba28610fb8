/** XState's clock, with `now()` where it has one (epoch ms), as `SimulatedClock` does. */
interface HasClock {
  clock?: { now?: () => number }
}

/** The longest delay that a timer holds, in ms. */
export const maxDelay = 2_147_483_647

/** How long an intent lives whose options name no other time, in ms. @see postpress, Instagram guide, step 2. */
export const defaultLifetime = 300_000

/** How long a link to the hosted wizard lives at most, in ms: links die with the API's daily restart. @see postpress, Hosted auth wizard, step 1. */
export const maxLinkLifetime = 86_400_000

/** The times of an intent whose options name no others, in ms. */
export const defaultTimes = { intentLifetime: defaultLifetime, solveGrace: 10_000, inAppPollInterval: 5_000 }

/**
 * Returns the time in epoch ms by its owner's clock, or by the system's where there is none or it returns no finite number:
 * with such a time a deadline would come never or at once. `Actor.clock` is public, but no part of `ActorRef`'s type.
 */
export function timeOf(owner: object): number {
  const time = (owner as HasClock).clock?.now?.()
  return Number.isFinite(time) ? (time as number) : Date.now()
}

/** Returns the ms that remain until a time by its owner's clock: from 0 to `max`, whatever that clock shows. */
export const remaining = (owner: object, until: number, max: number): number =>
  Math.min(Math.max(until - timeOf(owner), 0), max)
