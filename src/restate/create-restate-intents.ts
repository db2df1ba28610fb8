import { now } from "../../machines/clock.ts"
import { AuthIntentError } from "../auth-intent-error.ts"
import { createDurable } from "../durable/create-durable.ts"
import type { DurableIntent, DurableIntents, DurableOptions, DurableResult } from "../durable/durable-intent.ts"
import type { RestateContext, RestateModule, RestateWriter } from "./restate-module.ts"

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
 * Creates intents on Restate: `service` is a virtual object to serve, with the intent's id as its key.
 * @throws AuthIntentError `invalid_option`, and from its methods `invalid_provider`, `secret_spent`, `engine_failed`.
 * @see https://docs.restate.dev
 * @example
 * const intents = createRestateIntents({ restate, ingress: "http://localhost:8080", transport, keys, onEnd })
 * restate.serve({ services: [intents.service], port: 9080 })
 */
export function createRestateIntents<Credentials, Service>(
  options: RestateOptions<Credentials, Service>,
): DurableIntents<Credentials> & { service: Service } {
  const { restate, ingress, headers, name = "auth-intent", clock, onEnd, retention = 3_600_000 } = options
  const core = createDurable(options)
  const time = () => now({ ...(clock && { clock }) })

  const read = async (context: RestateContext) =>
    ((await context.get("kept")) ?? undefined) as DurableIntent | undefined

  const later = (context: RestateWriter, method: string, parameter: unknown, delay: number) =>
    context.genericSend({ service: name, method, key: context.key, parameter, inputSerde: restate.serde.json, delay })

  /** Writes the record and arms the next timer: one that was armed for another moment does nothing when it comes. */
  function keep(context: RestateWriter, kept: DurableIntent, armed?: number): void {
    context.set("kept", kept)
    const wakeAt = core.wakeAt(kept)
    if (wakeAt === undefined) later(context, "end", null, 0)
    else if (wakeAt !== armed) later(context, "wake", wakeAt, Math.max(wakeAt - time(), 0))
  }

  async function step(context: RestateWriter, before: DurableIntent, sealed?: string): Promise<DurableResult> {
    const run = (step: string, action: () => Promise<unknown>) => context.run(step, action) as Promise<never>
    const result = await core.step(run, before, sealed, (during) => context.set("kept", during))
    keep(context, result.kept, sealed === undefined ? undefined : core.wakeAt(before))
    return result
  }

  const handlers = {
    async start(context: RestateWriter, first: DurableIntent): Promise<DurableResult> {
      const kept = await read(context)
      if (kept === undefined) keep(context, first)
      return { kept: kept ?? first, accepted: kept === undefined }
    },
    async send(context: RestateWriter, sealed: string): Promise<DurableResult | null> {
      const kept = await read(context)
      const isOver = kept && core.wakeAt(kept) === undefined
      return isOver ? { kept, accepted: false } : kept ? step(context, kept, sealed) : null
    },
    async wake(context: RestateWriter, at: number): Promise<void> {
      const kept = await read(context)
      if (kept && core.wakeAt(kept) === at) await step(context, kept)
    },
    async end(context: RestateWriter): Promise<void> {
      const kept = await read(context)
      const output = kept && core.status(kept).output
      if (output && onEnd) await context.run("onEnd", async () => onEnd({ id: context.key, output }))
      later(context, "forget", null, retention)
    },
    forget: async (context: RestateWriter): Promise<void> => context.clearAll(),
    look: async (context: RestateContext): Promise<DurableIntent | null> => (await read(context)) ?? null,
  }

  async function call(id: string, handler: keyof typeof handlers, input: unknown): Promise<unknown> {
    const url = `${ingress.replace(/\/$/, "")}/${name}/${encodeURIComponent(id)}/${handler}`
    const init = { method: "POST", headers: { ...headers, "content-type": "application/json" } }
    const request = (options.fetch ?? fetch)(url, { ...init, body: JSON.stringify(input) })
    const response = await request.catch(() => undefined)
    if (response?.ok) return response.json().catch(() => undefined)
    throw new AuthIntentError("engine_failed", `Restate: ${handler} met ${response ? response.status : "no response"}`)
  }

  const toStatus = (result: DurableResult) => core.status(result.kept, result.accepted)
  const look = async (id: string) => ((await call(id, "look", null)) ?? undefined) as DurableIntent | undefined
  const { exclusive, shared } = restate.handlers.object
  const own = { ingressPrivate: true }
  return {
    service: restate.object({
      name,
      handlers: {
        start: exclusive({}, handlers.start),
        send: exclusive({}, handlers.send),
        look: shared({}, handlers.look),
        wake: exclusive(own, handlers.wake),
        end: exclusive(own, handlers.end),
        forget: exclusive(own, handlers.forget),
      },
      // Without a number of its own Restate pauses what has failed for a while, and nobody would hear of the end.
      options: { retryPolicy: { initialInterval: 100, maxInterval: 5_000, maxAttempts: 1_000_000 } },
    }),
    start: async (id, given) => toStatus((await call(id, "start", core.first(id, given))) as DurableResult),
    async send(id, event) {
      const kept = await look(id)
      const sealed = kept && (await core.seal(event, kept))
      if (sealed === undefined) return kept && core.status(kept)
      const result = (await call(id, "send", sealed)) as DurableResult | null
      return result ? toStatus(result) : undefined
    },
    look: (id) => look(id).then((kept) => kept && core.status(kept)),
  }
}
