import { AuthIntentError } from "../auth-intent-error.ts"
import { callWithin, TimedOut } from "../server/host.ts"
import type { Intents } from "../server/intents/create-intents.ts"
import { toIntentKey } from "../server/intents/intent-entry.ts"
import { createMemoryStore } from "../server/memory-store.ts"
import type { Store } from "../server/store.ts"
import type { Durable } from "./create-durable.ts"
import type { DurableIntent, DurableOptions, DurableResult } from "./durable-intent.ts"

/**
 * What an engine does for its intents. A key is a digest of the intent's id. The signal is aborted once nobody waits for
 * the result any more.
 */
export interface DurableEngine {
  /** Creates an intent unless it is there, and returns what is. */
  create(key: string, first: DurableIntent, signal: AbortSignal): Promise<DurableResult>
  /** Returns the record; `null` where there is none, as from `deliver`. */
  read(key: string, signal: AbortSignal): Promise<DurableIntent | null>
  /** Gives a sealed message to the intent's one writer, and returns how the intent stands then. */
  deliver(key: string, sealed: string, signal: AbortSignal): Promise<DurableResult | null>
}

/** How long an engine may take, in ms: for a request of the transport's, one that it waits for, and a restart. */
const timeout = 90_000

/** Calls an engine. What became of the call is unknown where it fails. @throws AuthIntentError `engine_failed`. */
const call = async <Result>(run: (signal: AbortSignal) => Promise<Result>): Promise<Result> => {
  const result = callWithin(timeout, run) as Promise<Result>
  return result.catch((error) => {
    if (error instanceof AuthIntentError) throw error
    // What the engine's own packages throw may hold what they were given.
    const what = error instanceof TimedOut ? `took more than ${timeout} ms` : "threw"
    throw new AuthIntentError("engine_failed", `the engine ${what}: look how the intent stands`)
  })
}

/**
 * Builds intents on an engine. To a relay the engine is the store of their entries, so that `relay.handOff` and what
 * comes of it are changes like all others, made by the intent's one writer.
 */
export function createEngineIntents<Credentials>(
  core: Durable<Credentials>,
  engine: DurableEngine,
  { clock, store: others = createMemoryStore({ clock }) }: DurableOptions<Credentials>,
): Intents<Credentials> {
  const read = async (key: string) => (await call((signal) => engine.read(key, signal))) ?? undefined
  const deliver = (key: string, sealed: string) => call((signal) => engine.deliver(key, sealed, signal))
  const isOurs = (key: string) => key.startsWith("intent:")
  const store: Store = {
    async get(key) {
      if (!isOurs(key)) return others.get(key)
      const kept = await read(key)
      return kept && core.toEntry(kept)
    },
    async swap(key, before, after, expiresAt) {
      if (!isOurs(key)) return others.swap(key, before, after, expiresAt)
      const kept = before !== undefined && after !== undefined ? await read(key) : undefined
      const sealed = kept && (await core.seal({ swap: { before: before ?? "", after: after ?? "" } }, kept))
      return sealed !== undefined && (await deliver(key, sealed))?.accepted === true
    },
  }
  return {
    store,
    async start(id, options) {
      const [key, first] = [await toIntentKey(id), core.first(id, options)]
      const { kept, accepted } = await call((signal) => engine.create(key, first, signal))
      return core.status(kept, accepted)
    },
    async send(id, event) {
      const key = await toIntentKey(id)
      const kept = await read(key)
      const sealed = kept && (await core.seal({ event }, kept))
      if (sealed === undefined) return kept && core.status(kept)
      const result = await deliver(key, sealed)
      return result ? core.status(result.kept, result.accepted) : undefined
    },
    async look(id) {
      const kept = await read(await toIntentKey(id))
      return kept && core.status(kept)
    },
  }
}
