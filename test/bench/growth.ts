import { monitorEventLoopDelay } from "node:perf_hooks"
import { createAuthIntent } from "../../src/intent/create-auth-intent.ts"
import { submitCredentials } from "../../src/intent/events.ts"
import type { AuthTransport } from "../../src/transports/auth-transport.ts"

type Table = (head: string[], rows: (string | number)[][]) => string

/** Every login meets a second factor at once, and no code is ever sent. */
const transport: AuthTransport<{ username: string }> = {
  submit: async () => ({ kind: "checkpoint", accountId: "acc_1", checkpoint: { type: "2FA" } }),
}

const heap = (): number => {
  globalThis.gc?.()
  return process.memoryUsage().heapUsed
}

/** Measures so many intents that wait at a checkpoint, all expire in the same second, and leave nothing after. */
async function grow(count: number): Promise<(string | number)[]> {
  const lifetime = 5_000 + count / 5
  const before = heap()
  const delay = monitorEventLoopDelay({ resolution: 5 })
  const start = performance.now()
  let actors = Array.from({ length: count }, () => {
    const actor = createAuthIntent({ transport, provider: "INSTAGRAM", intentLifetime: lifetime }).start()
    actor.send(submitCredentials({ username: "ada" }))
    return actor
  })
  await new Promise((resolve) => setImmediate(resolve))
  const created = performance.now() - start
  const each = (heap() - before) / count
  delay.enable()
  await Promise.all(
    actors.map((actor) => new Promise<void>((resolve) => void actor.subscribe({ complete: () => resolve() }))),
  )
  delay.disable()
  const ended = actors.filter((actor) => actor.getSnapshot().value === "expired").length
  if (ended !== count) throw new Error(`${count - ended} of ${count} intents have not expired`)
  actors = []
  const after = (heap() - before) / count
  return [count, Math.round(created), (each / 1000).toFixed(1), Math.round(delay.max / 1e6), (after / 1000).toFixed(2)]
}

/** Measures growing numbers of intents, and returns the table. */
export async function growth(counts: readonly number[], table: Table): Promise<string> {
  const rows: (string | number)[][] = []
  for (const count of counts) rows.push(await grow(count))
  return table(
    ["intents that wait at once", "created in ms", "kB each", "longest stall as all expire, ms", "kB each after"],
    rows,
  )
}
