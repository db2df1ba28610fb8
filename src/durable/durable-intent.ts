import type { AuthIntentEvent, AuthIntentOutput, SavedIntent } from "../../machines/auth-intent.types.ts"
import { defaultTimes, timeOf } from "../../machines/clock.ts"
import type { TimeOptions } from "../intent/bring-up-to-date.ts"
import type { RunOptions } from "../intent/create-auth-intent.ts"
import { type InFlight, isFinal } from "../intent/get-step.ts"
import { newClaim } from "../server/intents/intent-entry.ts"
import type { IntentEntry } from "../server/intents/intents.schema.ts"
import type { RelayKey } from "../server/keys.ts"
import type { Store } from "../server/store.ts"

/** An intent as an engine keeps it: plain JSON of a few hundred bytes, with no secret in it. */
export interface DurableIntent {
  /** The host's own id of the intent. */
  id: string
  saved: SavedIntent
  /** What is in flight, for those who read the intent meanwhile. */
  request?: InFlight
  /** Rises with each event of a person that applies. An event is accepted in the turn that its sender has seen, a cancel in any. */
  turn: number
  /** When the record last changed, or a request about an approval was last sent, in epoch ms. */
  at: number
  /** Once it was handed over to a page: the entry as the relay has written it. */
  handOff?: string
}

/** How an intent stands after a step. */
export interface DurableResult {
  kept: DurableIntent
  /** Whether the event applied. */
  accepted: boolean
}

/** An engine's journaled step: it runs `action` at least once, keeps its result, and returns that from then on. */
export type JournaledStep = <Result>(name: string, action: () => Promise<Result>) => Promise<Result>

/** What an engine delivers: an event, or the relay's change of an entry, as its store compares and swaps it. */
export interface DurableMessage<Credentials> {
  event?: AuthIntentEvent<Credentials> | undefined
  swap?: { before: string; after: string } | undefined
}

/** How an intent ended. A session of the transport's is not in it: it would be readable in the engine's data. */
export interface IntentEnd {
  /** The same at each call for the same intent. */
  id: string
  output: AuthIntentOutput
}

/** The options that every engine's adapter has. */
export interface DurableOptions<Credentials> extends RunOptions<Credentials> {
  /** The first seals events, any of them opens them. Drop a key `intentLifetime` after the last event it sealed. */
  keys: readonly RelayKey[]
  /**
   * How long an intent that has ended is kept, and one that waits for credentials before it is canceled, in ms: at least
   * `intentLifetime`, in which what was sealed for it can be opened. @default 3600000, or `intentLifetime` where that is longer
   */
  retention?: number | undefined
  /** Called once an intent has ended, until it succeeds: more than once only where it fails or its process dies inside it. */
  onEnd?: ((end: IntentEnd) => void | Promise<void>) | undefined
  /** Where a relay that intents are handed over to keeps its own entries. @default this process's memory */
  store?: Store | undefined
}

/** How far ahead of this clock a record may be before the clock counts as set back, in ms: the clocks of processes differ. */
export const setBackTolerance = 5_000

/**
 * Returns an intent whose deadline is at most a lifetime after its last change: a new version may have a shorter lifetime,
 * and a clock may have been set back.
 */
export function lowerDeadline(
  kept: DurableIntent,
  { intentLifetime = defaultTimes.intentLifetime, clock }: TimeOptions,
): DurableIntent {
  const time = timeOf({ clock })
  const isSetBack = kept.at > time + setBackTolerance
  const at = isSetBack ? time : kept.at
  const { expiresAt } = kept.saved
  // The page of one that was handed over has its deadline too.
  if (expiresAt === undefined || (kept.handOff !== undefined && !isSetBack)) return { ...kept, at }
  return { ...kept, at, saved: { ...kept.saved, expiresAt: Math.min(expiresAt, at + intentLifetime) } }
}

/** Whether the end of an intent has been written. */
export const isEnded = ({ saved }: DurableIntent): boolean => isFinal(saved.state)

/** Returns the entry of an intent as a relay reads it, which writes no more into one that is over. */
export function toEntry(kept: DurableIntent, time: number): string {
  const { saved, request, handOff } = kept
  // A clock that was set back has lowered the deadline since the relay wrote.
  if (handOff !== undefined && !isEnded(kept)) return JSON.stringify({ ...JSON.parse(handOff), saved })
  return JSON.stringify({ saved, pollAt: 0, ...(request && { claim: newClaim(time, request, "engine") }) })
}

/** Writes what a relay knows of an intent that was handed over, as its store compares and swaps it. */
export function swapEntry(
  kept: DurableIntent,
  { before, after }: { before: string; after: string },
  time: number,
): DurableResult {
  if (toEntry(kept, time) !== before) return { kept, accepted: false }
  const { saved }: IntentEntry = JSON.parse(after)
  return { kept: { ...kept, saved, handOff: after, at: time }, accepted: true }
}
