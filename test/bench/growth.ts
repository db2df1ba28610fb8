import { monitorEventLoopDelay } from "node:perf_hooks"
import { createActor } from "xstate"
import { type AuthIntentActor, createAuthIntent } from "../../src/intent/create-auth-intent.ts"
import { submitCode, submitCredentials } from "../../src/intent/events.ts"
import { saveIntent } from "../../src/intent/saved-intent.ts"
import type { AuthTransport } from "../../src/transports/auth-transport.ts"
import { heapUsed } from "../harness/heap-used.ts"
import { createMinimalMachine } from "./minimal-machine.ts"
import type { Table } from "./table.ts"

/** Every login meets a second factor at once, and every code is right. */
const transport: AuthTransport<{ username: string }> = {
  submit: async () => ({ kind: "checkpoint", accountId: "acc_1", checkpoint: { type: "2FA" } }),
  solve: async () => ({ kind: "connected", accountId: "acc_1" }),
}

const pass = () => new Promise((resolve) => setImmediate(resolve))
const kilobytes = (bytes: number) => (bytes / 1000).toFixed(2)

/** Creates this many intents that wait for a code; `lifetime` returns the lifetime of each, in ms. */
async function createWaiting(count: number, lifetime: () => number): Promise<AuthIntentActor<{ username: string }>[]> {
  const actors = Array.from({ length: count }, () => {
    const actor = createAuthIntent({ transport, provider: "INSTAGRAM", intentLifetime: lifetime() }).start()
    actor.send(submitCredentials({ username: "ada" }))
    return actor
  })
  for (const actor of actors) while (actor.getSnapshot().value === "submitting") await pass()
  return actors
}

const untilEnded = (actors: readonly AuthIntentActor<{ username: string }>[]) =>
  Promise.all(actors.map((actor) => new Promise<void>((resolve) => void actor.subscribe({ complete: resolve }))))

function assertAll(actors: readonly AuthIntentActor<{ username: string }>[], state: string): void {
  const others = actors.filter((actor) => actor.getSnapshot().value !== state).length
  if (others > 0) throw new Error(`${others} of ${actors.length} intents have not become ${state}`)
}

/** Runs a function, and returns the longest stall of the event loop meanwhile, in ms. */
async function longestStall(run: () => Promise<unknown>): Promise<number> {
  // The monitor is itself a timer: it has to run once before and once after.
  const tick = () => new Promise((resolve) => setTimeout(resolve, 20))
  const delay = monitorEventLoopDelay({ resolution: 5 })
  delay.enable()
  await tick()
  await run()
  await tick()
  delay.disable()
  return Math.round(delay.max / 1e6)
}

/** Measures intents that wait, that get their codes all at once, that expire in the same second, that are stopped. */
async function grow(count: number): Promise<(string | number)[]> {
  const before = heapUsed()
  const start = performance.now()
  let actors = await createWaiting(count, () => 300_000)
  const created = performance.now() - start
  const each = (heapUsed() - before) / count

  let solved = 0
  const stalled = await longestStall(async () => {
    const from = performance.now()
    const ended = untilEnded(actors)
    for (const actor of actors) actor.send(submitCode("123456"))
    await ended
    solved = performance.now() - from
  })
  assertAll(actors, "connected")

  // All have the same deadline, however long their creation takes.
  const deadline = Date.now() + 3_000 + created * 2
  actors = await createWaiting(count, () => Math.max(1, deadline - Date.now()))
  const expired = await longestStall(() => untilEnded(actors))
  assertAll(actors, "expired")

  actors = await createWaiting(count, () => 300_000)
  const stopping = performance.now()
  for (const actor of actors) actor.stop()
  const stopped = performance.now() - stopping
  actors = []
  await pass()
  const after = (heapUsed() - before) / count
  return [
    count,
    Math.round(created),
    kilobytes(each),
    Math.round(solved),
    stalled,
    expired,
    Math.round(stopped),
    kilobytes(Math.max(0, after)),
  ]
}

/** Measures growing numbers of intents. */
export async function measureGrowth(counts: readonly number[]): Promise<Table> {
  // The first intents pay the one-time cost of compiling and caching.
  await grow(1_000)
  const rows: (string | number)[][] = []
  for (const count of counts) rows.push(await grow(count))
  return {
    head: [
      "intents at once",
      "created, ms",
      "kB each, waiting",
      "all connected, ms",
      "longest stall meanwhile, ms",
      "longest stall as all expire in one second, ms",
      "stopped, ms",
      "kB each after",
    ],
    rows,
  }
}

/** Measures an intent that waits for a code: its memory, and its record. */
export async function measureWaiting(): Promise<Table> {
  const count = 10_000
  const machine = createMinimalMachine(async () => {
    throw new Error("Nothing is sent")
  }, "http://localhost")
  let before = heapUsed()
  const minimal = Array.from({ length: count }, () => {
    const actor = createActor(machine).start()
    actor.send({ type: "wait" })
    return actor
  })
  const minimalBytes = (heapUsed() - before) / count
  for (const actor of minimal) actor.stop()
  minimal.length = 0

  before = heapUsed()
  const actors = await createWaiting(count, () => 300_000)
  const bytes = (heapUsed() - before) / count
  const [first] = actors
  const record = first && JSON.stringify(saveIntent(first.getSnapshot()))
  for (const actor of actors) actor.stop()
  return {
    head: ["an intent that waits for a code", "kB"],
    rows: [
      ["a minimal XState machine", kilobytes(minimalBytes)],
      ["`createAuthIntent`", kilobytes(bytes)],
      ["its record, as JSON", kilobytes(record?.length ?? Number.NaN)],
    ],
  }
}
