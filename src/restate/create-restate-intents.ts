import { now } from "../../machines/clock.ts"
import { AuthIntentError } from "../auth-intent-error.ts"
import { createDurable } from "../durable/create-durable.ts"
import { createEngineIntents, type DurableEngine } from "../durable/create-engine-intents.ts"
import type { DurableIntent, DurableOptions, DurableResult } from "../durable/durable-intent.ts"
import type { Intents } from "../server/intents/create-intents.ts"
import type { RestateContext, RestateModule } from "./restate-module.ts"

/** The options of `createRestateIntents`. */
export interface RestateOptions<Credentials, Service> extends DurableOptions<Credentials> {
  restate: RestateModule<Service>
  /** Where Restate takes requests, say `http://localhost:8080`. */
  ingress: string
  /** Sent to the ingress, say an `Authorization`. */
  headers?: Record<string, string>
  /** The service's name at Restate. @default "auth-intent" */
  name?: string
  /** @default the platform's */
  fetch?: typeof fetch
}

/**
 * Creates intents on Restate: `service` is a virtual object to serve, whose key is a digest of the
 * intent's id.
 * @throws AuthIntentError `invalid_option`, and from its methods `invalid_provider`, `secret_spent`, `invalid_secret`,
 * `invalid_event`, `engine_failed`.
 * @see https://docs.restate.dev
 * @example
 * const intents = createRestateIntents({ restate, ingress: "http://localhost:8080", transport, keys, onEnd })
 * restate.serve({ services: [intents.service], port: 9080 })
 */
export function createRestateIntents<Credentials, Service>(
  options: RestateOptions<Credentials, Service>,
): Intents<Credentials> & { service: Service } {
  const { restate, ingress, headers, name = "auth-intent", onEnd, retention = 3_600_000 } = options
  const { exclusive, shared } = restate.handlers.object
  const core = createDurable(options)

  const later = (context: RestateContext, method: string, parameter: unknown, delay: number) =>
    context.genericSend({ service: name, key: context.key, inputSerde: restate.serde.json, method, parameter, delay })

  /** Writes the record and arms what comes next: a timer that was armed before for another moment does nothing then. */
  async function keep(context: RestateContext, kept: DurableIntent): Promise<void> {
    context.set("kept", kept)
    const next = core.wakeAt(kept) ?? "end"
    if (next === (await context.get("armed"))) return
    context.set("armed", next)
    if (next === "end") later(context, "end", null, 0)
    else later(context, "wake", next, Math.max(next - now(options), 0))
  }

  async function step(context: RestateContext, before: DurableIntent, sealed?: string): Promise<DurableResult> {
    const run = (step: string, action: () => Promise<unknown>) => context.run(step, action) as Promise<never>
    const result = await core.step(run, before, sealed, (during) => context.set("kept", during))
    await keep(context, result.kept)
    return result
  }

  const own = { ingressPrivate: true }
  const handlers = {
    look: shared({}, (context: RestateContext) => context.get("kept")),
    start: exclusive({}, async (context: RestateContext, first: DurableIntent): Promise<DurableResult> => {
      const kept = await context.get<DurableIntent>("kept")
      if (kept === null) await keep(context, first)
      return { kept: kept ?? first, accepted: kept === null }
    }),
    send: exclusive({}, async (context: RestateContext, sealed: string): Promise<DurableResult | null> => {
      const kept = await context.get<DurableIntent>("kept")
      if (kept && core.wakeAt(kept) === undefined) return { kept, accepted: false }
      return kept && step(context, kept, sealed)
    }),
    wake: exclusive(own, async (context: RestateContext, at: number) => {
      const kept = await context.get<DurableIntent>("kept")
      if (kept === null || (await context.get("armed")) !== at) return
      context.clear("armed")
      await step(context, kept)
    }),
    end: exclusive(own, async (context: RestateContext) => {
      const kept = await context.get<DurableIntent>("kept")
      const output = kept && core.status(kept).output
      if (output && onEnd) await context.run("onEnd", async () => onEnd({ id: kept.id, output }))
      later(context, "forget", null, retention)
    }),
    forget: exclusive(own, async (context: RestateContext) => context.clearAll()),
  }

  async function call<Result>(key: string, handler: string, input: unknown, signal: AbortSignal): Promise<Result> {
    const request = (options.fetch ?? fetch)(`${ingress.replace(/\/$/, "")}/${name}/${key}/${handler}`, {
      method: "POST",
      headers: { ...headers, "content-type": "application/json" },
      body: JSON.stringify(input),
      signal,
    })
    const response = await request.catch(() => undefined)
    // A response that breaks off is none: it does not say that an intent is not there.
    const result = response?.ok ? await response.json().catch(() => undefined) : undefined
    if (result !== undefined) return result as Result
    const status = response?.ok === false ? response.status : "no response"
    throw new AuthIntentError("engine_failed", `Restate: ${handler} met ${status}`)
  }

  const engine: DurableEngine = {
    create: (key, first, signal) => call(key, "start", first, signal),
    read: (key, signal) => call(key, "look", null, signal),
    deliver: (key, sealed, signal) => call(key, "send", sealed, signal),
  }
  // Without a number of its own Restate pauses what has failed for a while, and onEnd would not be called.
  const retryPolicy = { initialInterval: 100, maxInterval: 5_000, maxAttempts: 1_000_000 }
  const service = restate.object({ name, handlers, options: { retryPolicy } })
  return { ...createEngineIntents(core, engine, options), service }
}
