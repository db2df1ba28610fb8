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
  /** The request in flight, for readers of the record meanwhile. */
  request?: InFlight
  /** Rises with each applied event of a person. An event is accepted in the turn its sender saw, a cancel in any. */
  turn: number
  /** When the record last changed, or a request about an approval was last sent, in epoch ms. */
  at: number
  /** The entry as the relay has written it, once the intent was handed over to a page. */
  handOff?: string
}

/** How an intent stands after a step. */
export interface DurableResult {
  kept: DurableIntent
  /** Whether the event applied. */
  accepted: boolean
}

/** An engine's journaled step: it runs `action` at least once, keeps the result, and returns that result ever after. */
export type JournaledStep = <Result>(name: string, action: () => Promise<Result>) => Promise<Result>

/** A message that an engine delivers: an event, or a relay's compare-and-swap of the entry. */
export interface DurableMessage<Credentials> {
  event?: AuthIntentEvent<Credentials> | undefined
  swap?: { before: string; after: string } | undefined
}

/** How an intent ended. The output has no session of the transport: the engine's data would show the session. */
export interface IntentEnd {
  /** The host's own id of the intent, the same at each call. */
  id: string
  output: AuthIntentOutput
}

/** The options that every engine's adapter has. */
export interface DurableOptions<Credentials> extends RunOptions<Credentials> {
  /** The first key seals events, every key opens them. Drop a key `intentLifetime` after the last event it sealed. */
  keys: readonly RelayKey[]
  /**
   * How long an ended intent is kept, in ms, and how long an intent waits for credentials before it is canceled. At
   * least `intentLifetime`: a sealed event can be opened for as long. @default 3600000, or a longer `intentLifetime`
   */
  retention?: number | undefined
  /** Called once an intent has ended, until a call succeeds: again where a call fails, or its process or engine dies. */
  onEnd?: ((end: IntentEnd) => void | Promise<void>) | undefined
  /** A relay that takes intents over keeps its own entries in this store. @default this process's memory */
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
  // The page of an intent that was handed over has the same deadline.
  if (expiresAt === undefined || (kept.handOff !== undefined && !isSetBack)) return { ...kept, at }
  return { ...kept, at, saved: { ...kept.saved, expiresAt: Math.min(expiresAt, at + intentLifetime) } }
}

/** Whether the end of an intent has been written. */
export const isEnded = ({ saved }: DurableIntent): boolean => isFinal(saved.state)

/** Returns the entry of an intent as a relay reads it. A relay writes nothing into an ended intent. */
export function toEntry(kept: DurableIntent, time: number): string {
  const { saved, request, handOff } = kept
  // A clock that was set back may have lowered the deadline since the relay wrote.
  if (handOff !== undefined && !isEnded(kept)) return JSON.stringify({ ...JSON.parse(handOff), saved })
  return JSON.stringify({ saved, pollAt: 0, ...(request && { claim: newClaim(time, request, "engine") }) })
}

/** Writes the relay's entry of a handed-over intent, by compare-and-swap. */
export function swapEntry(
  kept: DurableIntent,
  { before, after }: { before: string; after: string },
  time: number,
): DurableResult {
  if (toEntry(kept, time) !== before) return { kept, accepted: false }
  const { saved }: IntentEntry = JSON.parse(after)
  return { kept: { ...kept, saved, handOff: after, at: time }, accepted: true }
}
