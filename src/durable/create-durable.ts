import { requirementOf } from "../../machines/checkpoint-kinds.ts"
import { defaultTimes, timeOf } from "../../machines/clock.ts"
import { AuthIntentError } from "../auth-intent-error.ts"
import { advanceIntent, pollEvent } from "../intent/advance-intent.ts"
import { cancelIntent } from "../intent/events.ts"
import { openEvent, parseEvent } from "../intent/parse-event.ts"
import { logMistake, reportMistake } from "../intent/slot.ts"
import { beginEvent, describeIntent, overtakes } from "../server/intents/intent-entry.ts"
import { createKeyRing } from "../server/keys.ts"
import { turnLease } from "../server/relay/turns.ts"
import { parse, read } from "../values.schema.ts"
import { createResult, durableOptions, sealedMessage } from "./durable.schema.ts"
import {
  type DurableIntent,
  type DurableMessage,
  type DurableOptions,
  type DurableResult,
  isEnded,
  type JournaledStep,
  lowerDeadline,
  setBackTolerance,
  swapEntry,
} from "./durable-intent.ts"

/** The core that adapters build on. The core knows no engine. */
export type Durable<Credentials> = ReturnType<typeof createDurable<Credentials>>

/** What an engine passes to a step. */
export interface StepOptions {
  /** Called with the record while a request is in flight. */
  publish?: ((kept: DurableIntent) => void | Promise<void>) | undefined
  /** Aborted where the engine abandons the step and will run it again: the request in flight is aborted, too. */
  signal?: AbortSignal | undefined
}

/** The longest sealed message, in characters: engines journal messages, and some engines stop at a large one. */
const maxLength = 1_048_576

/**
 * Creates the part of a durable back end that is the same on every engine.
 * @throws AuthIntentError `invalid_option`.
 * @example
 * const { seal, step, wakeAt, end } = createDurable({ transport, keys })
 */
export function createDurable<Credentials>(options: DurableOptions<Credentials>) {
  parse(durableOptions, options, "invalid_option", "createDurable")
  const { intentLifetime = defaultTimes.intentLifetime, inAppPollInterval = defaultTimes.inAppPollInterval } = options
  const { keys, retention = Math.max(3_600_000, intentLifetime), onEnd, onMistake = logMistake } = options
  if (retention < intentLifetime) {
    throw new AuthIntentError("invalid_option", "createDurable: retention should be at least intentLifetime")
  }
  const runOptions = { ...options, inAppPollInterval }
  const ring = createKeyRing(keys)
  const now = () => timeOf(options)

  function wakeAt(written: DurableIntent, time = now()): number | undefined {
    if (isEnded(written)) return undefined
    // The clock was set back: a step lowers the times.
    if (written.at > time + setBackTolerance) return time
    const kept = lowerDeadline(written, { intentLifetime, clock: { now: () => time } })
    const { checkpoint, expiresAt = 0, retryAt = 0, unanswered } = kept.saved
    if (checkpoint === undefined) return kept.at + retention
    // The outcome of a request that a page has sent may still come.
    if (kept.handOff !== undefined) return unanswered ? expiresAt + turnLease : expiresAt
    const isPolled = inAppPollInterval > 0 && requirementOf(checkpoint.type) === "approval"
    return isPolled ? Math.min(expiresAt, Math.max(kept.at + inAppPollInterval, retryAt)) : expiresAt
  }

  const isDue = (kept: DurableIntent) => now() >= (wakeAt(kept) ?? Infinity)
  /** The requests that this process has claimed and not sent yet. */
  const ownClaims = new Set<string>()

  /** Returns the content of a valid sealed message; without one, the event of the intent's timer once it is due. */
  async function openMessage(kept: DurableIntent, sealed?: string): Promise<DurableMessage<Credentials>> {
    if (sealed === undefined) return isDue(kept) ? { event: kept.saved.checkpoint ? pollEvent : cancelIntent() } : {}
    const message = await ring.open("event", sealedMessage, sealed)
    if (message?.id !== kept.id) {
      const what = "an event was not sealed for this intent by one of `keys`"
      reportMistake(onMistake, new AuthIntentError("invalid_event", what))
      return {}
    }
    const { event, swap, turn, expiresAt } = message
    const isGood = now() < expiresAt && (turn === kept.turn || event?.type === "intent.cancel")
    return isGood ? { event: event && parseEvent<Credentials>(event), swap } : {}
  }

  /** Returns the record after the event, the request in flight then, and the claim to send that request. */
  async function claim(given: DurableIntent, sealed?: string): Promise<DurableResult & { claim?: string }> {
    // A request of a process that died is no longer in flight.
    const { request: _, ...rest } = given
    const before = lowerDeadline(rest, options)
    const { event, swap } = await openMessage(before, sealed)
    if (swap) return swapEntry(before, swap, now())
    // A page drives the intent until the deadline.
    if (before.handOff !== undefined && !isDue(before)) return { kept: before, accepted: false }
    const during = event && beginEvent(before.saved, event, runOptions)
    if (during === undefined) {
      const { saved } = await advanceIntent(before.saved, undefined, runOptions)
      return { kept: { ...before, saved }, accepted: false }
    }
    const accepted = event !== pollEvent
    const kept = { ...before, ...during, turn: before.turn + Number(accepted), at: now() }
    if (during.request === undefined) return { kept, accepted }
    const claim = crypto.randomUUID()
    ownClaims.add(claim)
    return { kept, accepted, claim }
  }

  return {
    /** How long an ended intent is to be kept, in ms. */
    retention,
    /**
     * Returns when to call `step` without a message, in epoch ms; `undefined` once the intent has ended. Where an
     * engine compares a replay, pass the record's `at` as the time: a clock that was set back would change the result.
     */
    wakeAt,

    /**
     * Opens the secret of a message, and seals the message: only a holder of the keys can read it. Returns `undefined`
     * for an event that comes too late: the intent has ended, or the event does not overtake the request in flight.
     * @throws AuthIntentError `secret_spent`, `invalid_secret`; `invalid_event`, also if it is too large or not JSON.
     */
    async seal({ event, swap }: DurableMessage<Credentials>, kept: DurableIntent): Promise<string | undefined> {
      if (!event && !swap) throw new AuthIntentError("invalid_event", "seal: a message has an event or a swap")
      const { request } = kept
      if (event && (isEnded(kept) || (request && !overtakes(event.type, request)))) return undefined
      const message = { id: kept.id, turn: kept.turn, event: event && openEvent(event), swap }
      const sealed = await ring.seal("event", message, now() + intentLifetime)
      if (sealed.length <= maxLength) return sealed
      throw new AuthIntentError("invalid_event", `the event is larger than ${maxLength} characters once it is sealed`)
    },

    /**
     * Advances an intent by a sealed message, or at `wakeAt` without a message, in one or two journaled steps. A step
     * that the engine runs again after a crash sends nothing: its request counts as interrupted.
     * @throws AuthIntentError `engine_failed` where the journal returns an invalid result, `invalid_saved_intent`.
     */
    async step(
      journal: JournaledStep,
      before: DurableIntent,
      sealed?: string,
      { publish, signal }: StepOptions = {},
    ): Promise<DurableResult> {
      /** Runs a journaled step, and refuses an invalid result: it would be stored as the intent. */
      async function runStep<Result extends DurableResult>(
        name: string,
        action: () => Promise<Result>,
      ): Promise<Result> {
        const result = await journal(name, action)
        if (read(createResult, result) !== undefined) return result
        throw new AuthIntentError("engine_failed", `the journal returned something else than the result of ${name}`)
      }
      const { kept, accepted, claim: id } = await runStep("claim", () => claim(before, sealed))
      if (id === undefined) return { kept, accepted }
      await publish?.(kept)
      return runStep("send", async () => {
        // The outcome of a request is unknown where a dead process has claimed it, or where it was sent before.
        const isOurs = ownClaims.delete(id)
        const { event } = isOurs ? await openMessage(before, sealed) : {}
        const from = isOurs ? lowerDeadline(before, options).saved : kept.saved
        const { saved, accepted: isApplied } = await advanceIntent(from, event, { ...runOptions, signal })
        const { request, ...rest } = kept
        const after = { ...rest, saved: { ...saved, revision: kept.saved.revision + 1 }, at: now() }
        // The deadline may have passed meanwhile: then nothing was sent.
        return { kept: after, accepted: accepted && (isApplied || !isOurs) }
      })
    },

    /** Calls `onEnd` with how an intent has ended. Throws a plain `Error` where `onEnd` fails. */
    async end({ id, saved }: DurableIntent): Promise<void> {
      const { output } = describeIntent(saved, runOptions, { accepted: false })
      try {
        if (output) await onEnd?.({ id, output })
      } catch (cause) {
        // An engine may have a class of final errors: after such an error it would not call onEnd again.
        throw new Error(`onEnd: ${cause}`, { cause })
      }
    },
  }
}
