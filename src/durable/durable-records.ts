import { transition } from "xstate"
import type { AuthIntentEvent } from "../../machines/auth-intent.types.ts"
import { checkpointKind } from "../../machines/checkpoint-kinds.ts"
import { now } from "../../machines/clock.ts"
import type { Provider } from "../../machines/providers.ts"
import { pollEvent } from "../intent/advance-intent.ts"
import { type AuthIntentActor, createAuthIntent } from "../intent/create-auth-intent.ts"
import { cancelIntent } from "../intent/events.ts"
import { getStep } from "../intent/get-step.ts"
import { newIntent, saveIntent } from "../intent/saved-intent.ts"
import type { OnMistake } from "../intent/slot.ts"
import { withTransport } from "../intent/with-transport.ts"
import type { IntentStatus } from "../server/intents/create-intents.ts"
import { newClaim, overtakes, stepInFlight } from "../server/intents/intent-entry.ts"
import { intentEntry } from "../server/intents/intents.schema.ts"
import { timeout } from "../server/relay/turns.ts"
import { parse, read } from "../values.schema.ts"
import { intentId } from "./durable.schema.ts"
import type { DurableIntent, DurableOptions, DurableResult } from "./durable-intent.ts"
import type { Message } from "./seal-event.ts"

/** How long after the deadline the outcome of a request that a page has sent may still come, in ms. */
const grace = timeout + 5_000

/** The options with their defaults, as far as the core has them. */
type RecordsOptions<Credentials> = DurableOptions<Credentials> & { inAppPollInterval: number; onMistake: OnMistake }

/** Builds what is read from a record: how its intent stands, and what its timers want. */
export function createRecords<Credentials>(options: RecordsOptions<Credentials>) {
  const { transport, inAppPollInterval, onMistake, retention = 3_600_000 } = options
  const time = () => now(options)

  const resume = ({ saved }: DurableIntent): ReturnType<AuthIntentActor<Credentials>["getSnapshot"]> =>
    createAuthIntent({ ...options, provider: saved.provider, resume: saved }).getSnapshot()

  function pollAt({ saved, at, handOff }: DurableIntent): number {
    const isAwaited = saved.checkpoint && checkpointKind(saved.checkpoint.type).asksFor === "approval"
    const isPolled = isAwaited && handOff === undefined && inAppPollInterval > 0
    return isPolled ? Math.max(at + inAppPollInterval, saved.retryAt ?? 0) : Infinity
  }

  /** Returns when to call `step` without an event, in epoch ms; `undefined` at the end. */
  function wakeAt(kept: DurableIntent): number | undefined {
    const { state, expiresAt = 0, unanswered } = kept.saved
    if (state === "connected" || state === "expired" || state === "failed") return undefined
    if (state === "idle" || state === "submitting") return kept.at + retention
    return kept.handOff && unanswered ? expiresAt + grace : Math.min(expiresAt, pollAt(kept))
  }

  /** Returns how an intent stands, as `createIntents` does. */
  function status(kept: DurableIntent, accepted = false): IntentStatus {
    const snapshot = resume(kept)
    const { output } = snapshot
    // An end is one once the engine has written it: what it still has to run again may change how it ended.
    const isEnding = output !== undefined && wakeAt(kept) !== undefined
    if (isBusy(kept) || isEnding) return { step: stepInFlight(kept.saved), busy: true, accepted }
    return { step: getStep(snapshot), ...(output && { output }), busy: false, accepted }
  }

  /** Returns the entry of an intent as a relay reads it. */
  function toEntry(kept: DurableIntent): string {
    const { saved, handOff } = kept
    if (handOff !== undefined && wakeAt(kept) !== undefined) return handOff
    return JSON.stringify({ saved, pollAt: 0, ...(isBusy(kept) && { claim: newClaim(time(), "engine") }) })
  }

  return {
    isBusy,
    wakeAt,
    status,
    toEntry,

    /** Returns a new intent. @throws AuthIntentError `invalid_option`, `invalid_provider`. */
    first(id: string, options: { provider: Provider }): DurableIntent {
      parse(intentId, id, "invalid_option", "the id of an intent")
      const kept = { id, saved: newIntent(options), turn: 0, at: time() }
      resume(kept)
      return kept
    },

    /** Returns the record as it is while the request of an event is in flight; `undefined` where the event does not apply. */
    begin(kept: DurableIntent, event: AuthIntentEvent<Credentials>): DurableIntent | undefined {
      const snapshot = resume(kept)
      if (!snapshot.can(event)) return undefined
      const [during] = transition(withTransport(transport, { onMistake }), snapshot, event)
      const saved = { ...saveIntent(during), revision: kept.saved.revision + 1 }
      return { ...kept, saved, turn: kept.turn + Number(event !== pollEvent), at: time() }
    },

    /** Whether an event may still apply: the intent is not over, and no request is in flight that it does not overtake. */
    applies({ event }: Message<Credentials>, kept: DurableIntent): boolean {
      if (event === undefined) return true
      return wakeAt(kept) !== undefined && (!status(kept).busy || overtakes(event.type, kept.saved))
    },

    /** Writes what a relay knows of an intent that was handed over. */
    swap(kept: DurableIntent, { before, after }: { before: string; after: string }): DurableResult {
      const entry = toEntry(kept) === before ? read(intentEntry, JSON.parse(after)) : undefined
      if (entry === undefined) return { kept, accepted: false }
      return { kept: { ...kept, saved: entry.saved, handOff: after, at: time() }, accepted: true }
    },

    /** Returns the event of an intent's own timers. */
    ownEvent(kept: DurableIntent): AuthIntentEvent<Credentials> | undefined {
      if (kept.saved.state === "idle") return time() >= kept.at + retention ? cancelIntent() : undefined
      return time() >= pollAt(kept) ? pollEvent : undefined
    },
  }
}

const isBusy = ({ saved }: DurableIntent): boolean => saved.state === "submitting" || saved.state === "solving"
