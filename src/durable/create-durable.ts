import { now } from "../../machines/clock.ts"
import { advanceIntent, pollEvent } from "../intent/advance-intent.ts"
import { logMistake } from "../intent/slot.ts"
import { parse } from "../values.schema.ts"
import { durableOptions } from "./durable.schema.ts"
import type { DurableIntent, DurableOptions, DurableResult, JournaledStep } from "./durable-intent.ts"
import { createRecords } from "./durable-records.ts"
import { createSealer, type Message } from "./seal-event.ts"

/** What an adapter builds on. It knows no engine. */
export type Durable<Credentials> = ReturnType<typeof createDurable<Credentials>>

/**
 * Creates the part of a durable back end that is the same on every engine.
 * @throws AuthIntentError `invalid_option`.
 * @example
 * const { first, seal, step, wakeAt, status } = createDurable({ transport, keys })
 */
export function createDurable<Credentials>(options: DurableOptions<Credentials>) {
  parse(durableOptions, options, "invalid_option", "createDurable")
  const { inAppPollInterval = 5_000, onMistake = logMistake } = options
  const run = { ...options, inAppPollInterval, onMistake }
  const { seal, open } = createSealer(run)
  const { begin, isBusy, ...records } = createRecords(run)
  /** The requests that this process has claimed and not sent yet. */
  const live = new Set<string>()

  const read = async (kept: DurableIntent, sealed?: string): Promise<Message<Credentials>> =>
    sealed === undefined ? { event: records.ownEvent(kept) } : open(sealed, kept)

  /** Returns the record as it is while the event's request is in flight, and the claim to send it. */
  async function claim(before: DurableIntent, sealed: string | undefined): Promise<DurableResult & { claim?: string }> {
    const { event, swap } = await read(before, sealed)
    if (swap) return records.swap(before, swap)
    if (before.handOff && sealed !== undefined) return { kept: before, accepted: false }
    const { saved } = await advanceIntent(before.saved, undefined, run)
    const kept = { ...before, saved }
    const during = event && begin(kept, event)
    if (during === undefined) return { kept, accepted: false }
    const accepted = event !== pollEvent
    if (!isBusy(during)) return { kept: during, accepted }
    const claim = crypto.randomUUID()
    live.add(claim)
    return { kept: during, accepted, claim }
  }

  return {
    ...records,

    /**
     * Returns a message as text that only a holder of the keys can read, its secret opened; `undefined` for an event that
     * comes too late: the intent is over, or a request is in flight that it does not overtake.
     * @throws AuthIntentError `secret_spent`, `invalid_secret`, `invalid_event`; the last also for one that is too large.
     */
    seal: async (message: Message<Credentials>, kept: DurableIntent): Promise<string | undefined> =>
      records.applies(message, kept) ? seal(message, kept) : undefined,

    /**
     * Advances an intent by a sealed message, or without one by its own timers, in one or two journaled steps. `publish` is
     * called with the record while a request is in flight. A step that the engine runs again, after a crash, sends
     * nothing: its request is then an interrupted one.
     */
    async step(
      journal: JournaledStep,
      before: DurableIntent,
      sealed?: string,
      publish?: (kept: DurableIntent) => void | Promise<void>,
    ): Promise<DurableResult> {
      const { kept, accepted, claim: id } = await journal("claim", () => claim(before, sealed))
      if (id === undefined) return { kept, accepted }
      await publish?.(kept)
      return journal("send", async () => {
        // Claimed by a process that is gone, or sent before: what became of the request is unknown.
        const { event } = live.delete(id) ? await read(before, sealed) : {}
        const { saved } = await advanceIntent(event ? before.saved : kept.saved, event, run)
        return { kept: { ...kept, saved: { ...saved, revision: kept.saved.revision + 1 }, at: now(options) }, accepted }
      })
    },
  }
}
