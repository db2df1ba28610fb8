import { transition } from "xstate"
import type { AuthIntentEvent } from "../../machines/auth-intent.types.ts"
import { checkpointKind } from "../../machines/checkpoint-kinds.ts"
import { now } from "../../machines/clock.ts"
import type { Provider } from "../../machines/providers.ts"
import { advanceIntent, pollEvent } from "../intent/advance-intent.ts"
import { createAuthIntent } from "../intent/create-auth-intent.ts"
import { cancelIntent } from "../intent/events.ts"
import { getStep } from "../intent/get-step.ts"
import { newIntent, saveIntent } from "../intent/saved-intent.ts"
import { logMistake } from "../intent/slot.ts"
import { withTransport } from "../intent/with-transport.ts"
import type { IntentStatus } from "../server/intents/create-intents.ts"
import { overtakes, stepInFlight } from "../server/intents/intent-entry.ts"
import { parse } from "../values.schema.ts"
import { durableOptions, intentId } from "./durable.schema.ts"
import type { DurableIntent, DurableOptions, DurableResult, JournaledStep } from "./durable-intent.ts"
import { createSealer } from "./seal-event.ts"

/** What an adapter builds on. It knows no engine. */
export interface Durable<Credentials> {
  /** Returns a new intent. @throws AuthIntentError `invalid_option`, `invalid_provider`. */
  first(id: string, options: { provider: Provider }): DurableIntent
  /**
   * Returns an event as text that only a holder of the keys can read, for this turn of this intent; `undefined` where it
   * is over, or a request is in flight that the event does not overtake. Opens its secret.
   * @throws AuthIntentError `secret_spent`, `invalid_secret`, `invalid_event`.
   */
  seal(event: AuthIntentEvent<Credentials>, kept: DurableIntent): Promise<string | undefined>
  /**
   * Takes an intent on by a sealed event, or without one by what its own timers want, in one or two journaled steps.
   * `publish` is called with the record while a request is in flight. A step that the engine runs again, after a crash,
   * sends nothing: its request is then an interrupted one.
   */
  step(
    run: JournaledStep,
    kept: DurableIntent,
    sealed?: string,
    publish?: (kept: DurableIntent) => void | Promise<void>,
  ): Promise<DurableResult>
  /** Returns when to call `step` without an event, in epoch ms; `undefined` at the end. */
  wakeAt(kept: DurableIntent): number | undefined
  /** Returns how an intent stands, as `createIntents` does. */
  status(kept: DurableIntent, accepted?: boolean): IntentStatus
}

/**
 * Creates the part of a durable back end that is the same on every engine.
 * @throws AuthIntentError `invalid_option`.
 * @example
 * const { first, seal, step, wakeAt, status } = createDurable({ transport, keys })
 */
export function createDurable<Credentials>(options: DurableOptions<Credentials>): Durable<Credentials> {
  parse(durableOptions, options, "invalid_option", "createDurable")
  const { transport, clock, inAppPollInterval = 5_000, retention = 3_600_000, onMistake = logMistake } = options
  const machine = withTransport(transport, { onMistake })
  const run = { ...options, inAppPollInterval, onMistake }
  const time = () => now({ ...(clock && { clock }) })
  const { seal, open } = createSealer(options, time)
  /** The requests that this process has claimed and not sent yet. */
  const live = new Set<string>()

  const resume = ({ saved }: DurableIntent) =>
    createAuthIntent({ ...run, provider: saved.provider, resume: saved }).getSnapshot()

  const pollAt = ({ saved, at }: DurableIntent) => {
    const isAwaited = saved.checkpoint && checkpointKind(saved.checkpoint.type).asksFor === "approval"
    return isAwaited && inAppPollInterval > 0 ? Math.max(at + inAppPollInterval, saved.retryAt ?? 0) : Infinity
  }

  function wakeAt(kept: DurableIntent): number | undefined {
    const { state, expiresAt = 0 } = kept.saved
    if (state === "connected" || state === "expired" || state === "failed") return undefined
    return state === "idle" || state === "submitting" ? kept.at + retention : Math.min(expiresAt, pollAt(kept))
  }

  /** Returns the event of an intent's own timers. */
  function ownEvent(kept: DurableIntent): AuthIntentEvent<Credentials> | undefined {
    if (kept.saved.state === "idle") return time() >= kept.at + retention ? cancelIntent() : undefined
    return time() >= pollAt(kept) ? pollEvent : undefined
  }

  const readEvent = async (kept: DurableIntent, sealed: string | undefined) =>
    sealed === undefined ? ownEvent(kept) : open(sealed, kept)

  /** Returns the record as it is while the event's request is in flight, and the claim to send it. */
  async function claim(before: DurableIntent, sealed: string | undefined): Promise<DurableResult & { claim?: string }> {
    const event = await readEvent(before, sealed)
    const { saved } = await advanceIntent(before.saved, undefined, run)
    const kept = { ...before, saved }
    const snapshot = resume(kept)
    if (event === undefined || !snapshot.can(event)) return { kept, accepted: false }
    const [during] = transition(machine, snapshot, event)
    const accepted = event !== pollEvent
    const next = { ...saveIntent(during), revision: saved.revision + 1 }
    const claimed = { kept: { ...kept, saved: next, turn: kept.turn + Number(accepted), at: time() }, accepted }
    if (!during.hasTag("busy")) return claimed
    const claim = crypto.randomUUID()
    live.add(claim)
    return { ...claimed, claim }
  }

  const status = (kept: DurableIntent, accepted = false): IntentStatus => {
    const snapshot = resume(kept)
    const { output } = snapshot
    // An end is one once the engine has written it: what it still has to run again may change how it ended.
    const isEnding = output !== undefined && wakeAt(kept) !== undefined
    if (isBusy(kept) || isEnding) return { step: stepInFlight(kept.saved), busy: true, accepted }
    return { step: getStep(snapshot), ...(output && { output }), busy: false, accepted }
  }

  return {
    first(id, { provider }) {
      parse(intentId, id, "invalid_option", "the id of an intent")
      const kept = { id, saved: newIntent({ provider }), turn: 0, at: time() }
      resume(kept)
      return kept
    },
    async seal(event, kept) {
      const isFree = status(kept).busy ? overtakes(event.type, kept.saved) : wakeAt(kept) !== undefined
      return isFree ? seal(event, kept) : undefined
    },
    async step(journal, before, sealed, publish) {
      const { kept, accepted, claim: id } = await journal("claim", () => claim(before, sealed))
      if (id === undefined) return { kept, accepted }
      await publish?.(kept)
      return journal("send", async () => {
        // Claimed by a process that is gone, or sent before: what became of the request is unknown.
        const event = live.delete(id) ? await readEvent(before, sealed) : undefined
        const { saved } = await advanceIntent(event ? before.saved : kept.saved, event, run)
        return { kept: { ...kept, saved: { ...saved, revision: kept.saved.revision + 1 }, at: time() }, accepted }
      })
    },
    wakeAt,
    status,
  }
}

const isBusy = ({ saved }: DurableIntent) => saved.state === "submitting" || saved.state === "solving"
