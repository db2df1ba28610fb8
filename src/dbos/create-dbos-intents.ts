import { AsyncLocalStorage } from "node:async_hooks"
import { timeOf } from "../../machines/clock.ts"
import { AuthIntentError } from "../auth-intent-error.ts"
import { createDurable } from "../durable/create-durable.ts"
import { createEngineIntents, type DurableEngine } from "../durable/create-engine-intents.ts"
import type { DurableIntent, DurableOptions, DurableResult, JournaledStep } from "../durable/durable-intent.ts"
import { logMistake, reportMistake } from "../intent/slot.ts"
import type { Intents } from "../server/intents/create-intents.ts"
import { parse } from "../values.schema.ts"
import { dbosOptions } from "./dbos.schema.ts"

/** The part of the class `DBOS` of `@dbos-inc/dbos-sdk` that is used. The host imports it. */
export interface DbosModule {
  registerWorkflow<Args extends unknown[]>(
    workflow: (...args: Args) => Promise<void>,
    options: object,
  ): (...args: Args) => Promise<void>
  startWorkflow<Args extends unknown[]>(
    workflow: (...args: Args) => Promise<void>,
    options: { workflowID: string },
  ): (...args: Args) => Promise<unknown>
  runStep<Result>(action: () => Promise<Result>, options: object): Promise<Result>
  send<Message>(workflowId: string, message: Message, topic: string, idempotencyKey: string): Promise<void>
  recv<Message>(topic: string, options: { deadlineEpochMS: number }): Promise<Message | null>
  setEvent<Value>(key: string, value: Value): Promise<void>
  getEvent<Value>(workflowId: string, key: string, options: { timeoutSeconds: number }): Promise<Value | null>
  readonly workflowID: string | undefined
  isInitialized(): boolean
  resumeWorkflow(workflowId: string): Promise<unknown>
  listWorkflows(query: object): Promise<{ workflowID: string }[]>
  deleteWorkflows(workflowIds: string[]): Promise<void>
}

/** The options of `createDbosIntents`. */
export interface DbosOptions<Credentials> extends DurableOptions<Credentials> {
  DBOS: DbosModule
  /** The workflow's name, and the prefix of its ids: one for each application on a Postgres. @default "auth-intent" */
  name?: string | undefined
}

type SealedMessage = { id: string; sealed: string }

/** The record, with the id of the message that led to it, and whether that message applied. */
type Kept = DurableIntent & { by?: string; accepted?: boolean }

/** The pause before a workflow that Postgres has interrupted is run again, in ms. */
const pause = 5_000

/**
 * Creates intents on Postgres by DBOS: a workflow each. Call it before `DBOS.launch()`: the launch resumes the
 * workflows of the process before. An ended intent is deleted within a minute after the retention time.
 * @throws AuthIntentError `invalid_option`, and from its methods `invalid_provider`, `secret_spent`, `invalid_secret`,
 * `invalid_event`, `invalid_saved_intent`, `engine_failed`.
 * @see https://docs.dbos.dev/typescript/reference/methods
 * @example
 * const intents = createDbosIntents({ DBOS, transport, keys, onEnd })
 * await DBOS.launch()
 */
export function createDbosIntents<Credentials>(options: DbosOptions<Credentials>): Intents<Credentials> {
  parse(dbosOptions, options, "invalid_option", "createDbosIntents")
  const { DBOS, name = "auth-intent", onMistake = logMistake } = options
  const core = createDurable(options)
  const { retention } = core
  const toId = (key: string) => `${name}:${key}`

  // A workflow of the host may call these functions: the intent would be its child, with its timeout. In a step, such
  // as onEnd, DBOS refuses most calls. So each call is made as if from here.
  const outside: typeof AsyncLocalStorage.bind = (call) => AsyncLocalStorage.bind(call)

  // DBOS keeps the error of each attempt: a step that fails for long is tried less often.
  const retries = { retriesAllowed: true, maxAttempts: Infinity, intervalSeconds: 1, backoffRate: 1.5 }
  const run: JournaledStep = (name, action) => DBOS.runStep(action, { name, ...retries })

  async function runIntent(first: DurableIntent, start: string): Promise<void> {
    await DBOS.setEvent("start", start)
    await DBOS.setEvent("kept", first)
    let kept = first
    for (let wakeAt = core.wakeAt(kept); wakeAt !== undefined; wakeAt = core.wakeAt(kept)) {
      // DBOS waits by the system's clock; the option `clock` may be another one.
      const deadlineEpochMS = Date.now() + wakeAt - timeOf(options)
      const message = await DBOS.recv<SealedMessage>("event", { deadlineEpochMS })
      const publish = (during: DurableIntent) => DBOS.setEvent("kept", during)
      const result = await core.step(run, kept, message?.sealed, { publish })
      kept = result.kept
      // With the id of its message: the sender may see the end before the reply.
      await DBOS.setEvent("kept", { ...kept, by: message?.id, accepted: result.accepted })
      if (message) await DBOS.setEvent(message.id, result)
    }
    // DBOS runs a failed step again.
    await run("onEnd", () => core.end(kept))
  }

  const resume = outside((workflowId: string): void => {
    const again = () => resume(workflowId)
    setTimeout(() => DBOS.resumeWorkflow(workflowId).catch(again), pause).unref()
  })

  const workflow = DBOS.registerWorkflow(
    async (first: DurableIntent, start: string): Promise<void> => {
      try {
        await runIntent(first, start)
      } catch (error) {
        // An error of DBOS: another process runs the workflow, an operator canceled it, or its journal does not match.
        if ("dbosErrorCode" in Object(error)) throw error
        // An error would end the workflow for good, also where Postgres has refused a statement: DBOS repeats only
        // after a lost connection. A call that is repeated here would be a new call in the journal. So the workflow is
        // run again; after a shutdown, the next launch does that.
        if (DBOS.isInitialized()) {
          const what = `DBOS: an intent is run again, as its workflow threw a ${(error as Error).constructor.name}`
          reportMistake(onMistake, new AuthIntentError("engine_failed", what))
          resume(DBOS.workflowID as string)
        }
        await new Promise(() => {})
      }
    },
    { name, maxRecoveryAttempts: 1_000_000 },
  )

  async function sweep(): Promise<void> {
    const completedBefore = new Date(Date.now() - retention).toISOString()
    const limit = 1_000
    const query = { workflowName: name, completedBefore, limit, loadInput: false, loadOutput: false }
    let ended: Awaited<ReturnType<typeof DBOS.listWorkflows>>
    do {
      ended = await DBOS.listWorkflows(query)
      if (ended.length > 0) await DBOS.deleteWorkflows(ended.map(({ workflowID }) => workflowID))
    } while (ended.length === limit)
  }

  // Armed here: a timer that a workflow arms runs as a part of that workflow. A failed sweep is tried again.
  setInterval(() => sweep().catch(() => {}), Math.min(Math.max(retention, 1_000), 60_000)).unref()

  const read = (key: string) => DBOS.getEvent<Kept>(toId(key), "kept", { timeoutSeconds: 0 })

  const engine: DurableEngine = {
    read: outside(read),
    create: outside(async (key, first) => {
      const start = crypto.randomUUID()
      await DBOS.startWorkflow(workflow, { workflowID: toId(key) })(first, start)
      const kept = await DBOS.getEvent<DurableIntent>(toId(key), "kept", { timeoutSeconds: 60 })
      if (kept === null)
        throw new AuthIntentError("engine_failed", "DBOS: the workflow has not started: look how the intent stands")
      const startedBy = await DBOS.getEvent<string>(toId(key), "start", { timeoutSeconds: 0 })
      return { kept, accepted: startedBy === start }
    }),
    deliver: outside(async (key, sealed, signal) => {
      const message: SealedMessage = { id: crypto.randomUUID(), sealed }
      // DBOS repeats a message where the connection was lost: by this id only one of the messages counts.
      await DBOS.send(toId(key), message, "event", message.id)
      while (!signal.aborted) {
        const result = await DBOS.getEvent<DurableResult>(toId(key), message.id, { timeoutSeconds: 1 })
        if (result) return result
        const kept = await read(key)
        // The intent has ended, by this event or without it.
        if (kept === null || core.wakeAt(kept) === undefined)
          return kept && { kept, accepted: kept.by === message.id && kept.accepted === true }
      }
      return null
    }),
  }
  return createEngineIntents(core, engine, options)
}
