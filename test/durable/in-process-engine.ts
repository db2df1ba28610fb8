import { createDurable } from "../../src/durable/create-durable.ts"
import { createEngineIntents } from "../../src/durable/create-engine-intents.ts"
import type { DurableIntent, DurableOptions, DurableResult, JournaledStep } from "../../src/durable/durable-intent.ts"
import type { IntentClock } from "../../src/intent/create-auth-intent.ts"
import type { Intents } from "../../src/server/intents/create-intents.ts"

/** The engine's JSON of an intent: all that survives a process. */
interface Row {
  kept: DurableIntent
  /** The waiting events, each with the id of its reply. */
  inbox: { id: string; sealed: string }[]
  /** The current task, and the results of its steps so far. */
  task?: { id?: string; sealed?: string; before: DurableIntent }
  journal: Record<string, unknown>
  endedAt?: number
}

/** The state that survives the process. */
export interface Disk {
  rows: Map<string, string>
  replies: Map<string, string>
  /** Every delivered message, as in an engine's log. */
  log: string[]
}

/** The options of `createInProcessIntents`. */
interface InProcessOptions<Credentials> extends DurableOptions<Credentials> {
  disk: Disk
  clock: IntentClock
  /** Called before and after each step: it never settles if the process dies there. */
  pass?: (point: string) => Promise<void>
  isAlive?: () => boolean
}

/**
 * Creates intents on an engine in this process, the smallest possible adapter: its disk is a map. It journals steps,
 * runs a step without a result again, and keeps one writer per intent.
 */
export function createInProcessIntents<Credentials>(options: InProcessOptions<Credentials>): Intents<Credentials> & {
  isIdle(): boolean
  stop(): void
  deliver(key: string, sealed: string): Promise<DurableResult>
} {
  const { disk, clock, pass = async () => {}, isAlive = () => true } = options
  const core = createDurable(options)
  const working = new Set<string>()
  const timers = new Map<string, unknown>()
  const listeners = new Map<string, () => void>()

  const read = (id: string): Row | undefined => {
    const json = disk.rows.get(id)
    return json === undefined ? undefined : JSON.parse(json)
  }
  function write(id: string, row: Row | undefined): void {
    if (!isAlive()) return
    if (row) disk.rows.set(id, JSON.stringify(row))
    else disk.rows.delete(id)
  }
  const change = (id: string, changed: (row: Row) => Partial<Row>) => {
    const row = read(id)
    if (row) write(id, { ...row, ...changed(row) })
  }

  const run =
    (id: string): JournaledStep =>
    async (name, action) => {
      const { journal = {} } = read(id) ?? {}
      if (name in journal) return journal[name] as never
      await pass(`before ${name}`)
      const result = await action()
      await pass(`after ${name}`)
      change(id, (row) => ({ journal: { ...row.journal, [name]: result ?? null } }))
      return result
    }

  /** Starts the next task of an intent, or arms its timer. */
  function next(id: string): Row["task"] {
    const row = read(id)
    if (row === undefined) return undefined
    if (row.task) return row.task
    const { kept, inbox } = row
    const [event, ...others] = inbox
    const wakeAt = core.wakeAt(kept) ?? (row.endedAt === undefined ? clock.now() : row.endedAt + core.retention)
    if (event === undefined && wakeAt > clock.now()) {
      clock.clearTimeout(timers.get(id) as never)
      timers.set(
        id,
        clock.setTimeout(() => void work(id), wakeAt - clock.now()),
      )
      return undefined
    }
    const task = { ...event, before: kept }
    write(id, { ...row, inbox: others, journal: {}, task })
    return task
  }

  async function act(id: string, task: NonNullable<Row["task"]>): Promise<void> {
    const { before, sealed } = task
    if (core.wakeAt(before) === undefined && task.id === undefined) {
      if (read(id)?.endedAt !== undefined) return write(id, undefined)
      await run(id)("onEnd", () => core.end(before))
      return change(id, ({ task, ...row }) => ({ ...row, task: undefined, endedAt: clock.now() }))
    }
    const publish = (kept: DurableIntent) => change(id, () => ({ kept }))
    const result = await core.step(run(id), before, sealed, { publish })
    if (!isAlive()) return
    change(id, () => ({ kept: result.kept, task: undefined }))
    if (task.id === undefined) return
    disk.replies.set(task.id, JSON.stringify(result))
    listeners.get(task.id)?.()
  }

  async function work(id: string): Promise<void> {
    if (working.has(id) || !isAlive()) return
    working.add(id)
    let isFailed = false
    for (let task = next(id); task && isAlive() && !isFailed; task = next(id)) {
      await act(id, task).catch(() => {
        isFailed = true
      })
    }
    working.delete(id)
    // A step that failed runs again, a second later.
    if (isFailed)
      timers.set(
        id,
        clock.setTimeout(() => void work(id), 1_000),
      )
  }

  for (const id of disk.rows.keys()) void work(id)

  async function deliver(key: string, sealed: string): Promise<DurableResult> {
    const message = { id: crypto.randomUUID(), sealed }
    const replied = new Promise<void>((resolve) => listeners.set(message.id, resolve))
    disk.log.push(sealed)
    change(key, (row) => ({ inbox: [...row.inbox, message] }))
    void work(key)
    await replied
    return JSON.parse(disk.replies.get(message.id) ?? "null")
  }

  return {
    deliver,
    isIdle: () => working.size === 0,
    stop() {
      for (const timer of timers.values()) clock.clearTimeout(timer as never)
    },
    ...createEngineIntents(
      core,
      {
        async create(key, first) {
          const before = read(key)
          if (before === undefined) write(key, { kept: first, inbox: [], journal: {} })
          void work(key)
          return { kept: before?.kept ?? first, accepted: before === undefined }
        },
        read: async (key) => read(key)?.kept ?? null,
        deliver,
      },
      options,
    ),
  }
}
