import { timeOf } from "../../machines/clock.ts"
import { AuthIntentError } from "../auth-intent-error.ts"
import { callWithin, TimeoutError } from "../call-within.ts"
import { assertHostEvent } from "../intent/advance-intent.ts"
import { newIntent, parseRecord } from "../intent/saved-intent.ts"
import type { Intents } from "../server/intents/create-intents.ts"
import {
  assertServed,
  describeIntent,
  type IntentStatus,
  isIntentKey,
  toIntentKey,
} from "../server/intents/intent-entry.ts"
import { createMemoryStore } from "../server/memory-store.ts"
import { read, type Schema } from "../values.schema.ts"
import type { Durable } from "./create-durable.ts"
import { createResult, deliverResult, readResult } from "./durable.schema.ts"
import {
  type DurableIntent,
  type DurableMessage,
  type DurableOptions,
  type DurableResult,
  isEnded,
  lowerDeadline,
  toEntry,
} from "./durable-intent.ts"

/**
 * The functions of an engine. A key is a digest of the intent's id. The signal is aborted once no caller waits for the
 * result.
 */
export interface DurableEngine {
  /** Creates an intent unless it exists, and returns the stored record. */
  create(key: string, first: DurableIntent, signal: AbortSignal): Promise<DurableResult>
  /** Returns the record. Both `read` and `deliver` return `null` where there is none. */
  read(key: string, signal: AbortSignal): Promise<DurableIntent | null>
  /** Delivers a sealed message to the intent's one writer, and returns how the intent stands then. */
  deliver(key: string, sealed: string, signal: AbortSignal): Promise<DurableResult | null>
}

/** How long an engine may take, in ms: enough for a request of the transport, an earlier request, and a restart. */
const timeout = 90_000

/** Calls an engine. The outcome of a failed call is unknown. @throws AuthIntentError `engine_failed`. */
async function call<Result>(schema: Schema<unknown>, run: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
  const fail = (what: string) => new AuthIntentError("engine_failed", `the engine ${what}: look how the intent stands`)
  const result = await (callWithin(timeout, run) as Promise<Result>).catch((error) => {
    if (error instanceof AuthIntentError) throw error
    if (error instanceof TimeoutError) throw fail(`took more than ${timeout} ms`)
    // An error of the engine's packages may hold their input. Its class alone names the bug or the engine's state.
    throw fail(`threw a ${error instanceof Error ? error.constructor.name : typeof error}`)
  })
  // A proxy may have responded in place of the engine.
  if (read(schema, result) === undefined) throw fail("returned something else than an intent")
  return result
}

/**
 * Builds intents on an engine. A relay uses the engine as the store of their entries: so the intent's one writer also
 * makes the changes of `relay.handOff` and of the page that takes over.
 * @example
 * const intents = createEngineIntents(createDurable(options), { create, read, deliver }, options)
 */
export function createEngineIntents<Credentials>(
  { seal }: Pick<Durable<Credentials>, "seal">,
  engine: DurableEngine,
  options: DurableOptions<Credentials>,
): Intents<Credentials> {
  const { clock, store: others = createMemoryStore({ clock }) } = options

  async function find(key: string): Promise<DurableIntent | null> {
    const kept = await call(readResult, (signal) => engine.read(key, signal))
    return kept && lowerDeadline(kept, options)
  }

  async function deliver(key: string, message: DurableMessage<Credentials>): Promise<DurableResult | null> {
    const kept = await find(key)
    if (kept === null) return null
    const sealed = await seal(message, kept)
    if (sealed === undefined) return { kept, accepted: false }
    return call(deliverResult, (signal) => engine.deliver(key, sealed, signal))
  }

  /** Returns how an intent stands. An intent has ended once the engine has written its end. */
  function toStatus({ kept, accepted }: DurableResult): IntentStatus {
    const saved = parseRecord(kept.saved)
    const isEnding = !isEnded(kept) && timeOf({ clock }) >= (saved.expiresAt ?? Infinity)
    return describeIntent(saved, options, { request: kept.request ?? (isEnding ? "end" : undefined), accepted })
  }

  return {
    store: {
      async get(key) {
        if (!isIntentKey(key)) return others.get(key)
        const kept = await find(key)
        return kept ? toEntry(kept, timeOf({ clock })) : undefined
      },
      async swap(key, before, after, expiresAt) {
        if (!isIntentKey(key)) return others.swap(key, before, after, expiresAt)
        if (before === undefined || after === undefined) return false
        return (await deliver(key, { swap: { before, after } }))?.accepted === true
      },
    },
    async start(id, given) {
      const key = await toIntentKey(id)
      const first = { id, saved: newIntent(given), turn: 0, at: timeOf({ clock }) }
      assertServed(options.transport, first.saved.provider)
      return toStatus(await call(createResult, (signal) => engine.create(key, first, signal)))
    },
    async send(id, event) {
      assertHostEvent(event)
      const result = await deliver(await toIntentKey(id), { event })
      return result ? toStatus(result) : undefined
    },
    async look(id) {
      const kept = await find(await toIntentKey(id))
      return kept ? toStatus({ kept, accepted: false }) : undefined
    },
  }
}
