import { timeOf } from "../../machines/clock.ts"
import { attempt } from "../attempt.ts"
import { AuthIntentError } from "../auth-intent-error.ts"
import { createDurable } from "../durable/create-durable.ts"
import { createEngineIntents, type DurableEngine } from "../durable/create-engine-intents.ts"
import { durableIntent } from "../durable/durable.schema.ts"
import type { DurableIntent, DurableOptions, DurableResult, JournaledStep } from "../durable/durable-intent.ts"
import { findProviderMistake } from "../intent/with-transport.ts"
import type { Intents } from "../server/intents/create-intents.ts"
import { describeIntent } from "../server/intents/intent-entry.ts"
import { parse, read } from "../values.schema.ts"
import { restateOptions } from "./restate.schema.ts"

/** The part of a Restate handler's context that is used. A shared handler's context has less. */
interface RestateContext {
  key: string
  get<Value>(name: string): Promise<Value | null>
  set(name: string, value: unknown): void
  clearAll(): void
  run<Result>(name: string, action: () => Promise<Result>): Promise<Result>
  genericSend(call: object): void
  request(): { attemptCompletedSignal: AbortSignal }
}

type Handler = (context: never, input: never) => Promise<unknown>

/** The part of `@restatedev/restate-sdk` that is used. The host imports it. */
export interface RestateModule<Service> {
  object(definition: { name: string; handlers: object; options: object }): Service
  handlers: { object: { exclusive(of: object, run: Handler): unknown; shared(of: object, run: Handler): unknown } }
  serde: { json: unknown }
}

/** The options of `createRestateIntents`. */
export interface RestateOptions<Credentials, Service> extends DurableOptions<Credentials> {
  restate: RestateModule<Service>
  /** Where Restate accepts requests, for example `http://localhost:8080`. */
  ingress: string
  /** Headers for the ingress, for example an `Authorization`. */
  headers?: Record<string, string> | undefined
  /** The service's name at Restate. @default "auth-intent" */
  name?: string | undefined
  /** @default the platform's */
  fetch?: typeof fetch | undefined
}

/**
 * Creates intents on Restate. `service` is a virtual object to serve; its key is a digest of the intent's id.
 * @throws AuthIntentError `invalid_option`, and from its methods `invalid_provider`, `secret_spent`, `invalid_secret`,
 * `invalid_event`, `invalid_saved_intent`, `engine_failed`.
 * @see https://docs.restate.dev
 * @example
 * const intents = createRestateIntents({ restate, ingress: "http://localhost:8080", transport, keys, onEnd })
 * restate.serve({ services: [intents.service], port: 9080 })
 */
export function createRestateIntents<Credentials, Service>(
  options: RestateOptions<Credentials, Service>,
): Intents<Credentials> & { service: Service } {
  parse(restateOptions, options, "invalid_option", "createRestateIntents")
  const { restate, ingress, name = "auth-intent" } = options
  const { exclusive, shared } = restate.handlers.object
  const core = createDurable(options)

  const later = (context: RestateContext, method: string, parameter: unknown, delay: number) =>
    context.genericSend({ service: name, key: context.key, inputSerde: restate.serde.json, method, parameter, delay })

  /** Writes the record and arms what comes next. A timer that was armed for another time does nothing then. */
  async function keep(context: RestateContext, kept: DurableIntent): Promise<void> {
    context.set("kept", kept)
    // By the time of the record: a replay runs at another time, and must compute the same result.
    const next = core.wakeAt(kept, kept.at) ?? "end"
    if (next === (await context.get("armed"))) return
    context.set("armed", next)
    if (next === "end") later(context, "end", null, 0)
    else later(context, "wake", next, Math.max(next - timeOf(options), 0))
  }

  async function step(context: RestateContext, before: DurableIntent, sealed?: string): Promise<DurableResult> {
    const run: JournaledStep = (name, action) => context.run(name, action)
    const result = await core.step(run, before, sealed, {
      publish: (during) => context.set("kept", during),
      // After its own crash Restate runs the handler again, here or elsewhere, while this process lives on.
      signal: context.request().attemptCompletedSignal,
    })
    await keep(context, result.kept)
    return result
  }

  /** Checks the input of `start`: anyone at the ingress can call it, and a step that throws runs again for days. */
  function isStartable(value: unknown): value is DurableIntent {
    if (read(durableIntent, value) === undefined) return false
    const { saved } = value as DurableIntent
    const status = attempt(() => describeIntent(saved, options, { accepted: false }))
    return (
      status !== undefined && status.output === undefined && !findProviderMistake(options.transport, saved.provider)
    )
  }

  const own = { ingressPrivate: true }
  const handlers = {
    look: shared({}, (context: RestateContext) => context.get("kept")),
    start: exclusive({}, async (context: RestateContext, first: unknown): Promise<DurableResult | null> => {
      const kept = await context.get<DurableIntent>("kept")
      if (kept !== null) return { kept, accepted: false }
      if (!isStartable(first)) return null
      await keep(context, first)
      return { kept: first, accepted: true }
    }),
    send: exclusive({}, async (context: RestateContext, sealed: string): Promise<DurableResult | null> => {
      const kept = await context.get<DurableIntent>("kept")
      return kept && step(context, kept, sealed)
    }),
    wake: exclusive(own, async (context: RestateContext, at: number) => {
      const kept = await context.get<DurableIntent>("kept")
      if (kept === null || (await context.get("armed")) !== at) return
      context.set("armed", null)
      await step(context, kept)
    }),
    end: exclusive(own, async (context: RestateContext) => {
      const kept = await context.get<DurableIntent>("kept")
      try {
        if (kept) await context.run("onEnd", () => core.end(kept))
      } finally {
        // Also where an operator cancels this call.
        later(context, "forget", null, core.retention)
      }
    }),
    forget: exclusive(own, async (context: RestateContext) => context.clearAll()),
  }

  async function call<Result>(key: string, handler: string, input: unknown, signal: AbortSignal): Promise<Result> {
    const url = `${ingress.replace(/\/$/, "")}/${name}/${key}/${handler}`
    const headers = { ...options.headers, "content-type": "application/json" }
    const init = { method: "POST", headers, body: JSON.stringify(input), redirect: "manual", signal } as const
    const response = await (options.fetch ?? fetch)(url, init)
    if (response.ok) return response.json()
    // An unread body would keep its connection.
    await response.body?.cancel()
    throw new AuthIntentError("engine_failed", `Restate: ${handler} met ${response.status}`)
  }

  const look = (key: string, signal: AbortSignal) => call<DurableIntent | null>(key, "look", null, signal)

  const engine: DurableEngine = {
    read: look,
    async create(key, first, signal) {
      // A request in flight or a failing onEnd may hold up an existing intent.
      const kept = await look(key, signal)
      return kept ? { kept, accepted: false } : call(key, "start", first, signal)
    },
    deliver: (key, sealed, signal) => call(key, "send", sealed, signal),
  }
  // Without maxAttempts Restate pauses an invocation after some failures, and onEnd would not be called.
  const retryPolicy = { initialInterval: 100, maxInterval: 5_000, maxAttempts: 1_000_000 }
  // By default Restate keeps the input of each call for a day, events included.
  const service = restate.object({ name, handlers, options: { retryPolicy, journalRetention: 0 } })
  return { ...createEngineIntents(core, engine, options), service }
}
