import type { IntentEnd } from "../../src/durable/durable-intent.ts"
import { parseEvent } from "../../src/intent/parse-event.ts"
import { createSandbox } from "../../src/sandbox/create-sandbox.ts"
import { toIntentKey } from "../../src/server/intents/intent-entry.ts"
import { createRelay } from "../../src/server/relay/create-relay.ts"
import { createTestClock } from "../../src/testing/create-test-clock.ts"
import { createPostpressTransport } from "../../src/transports/postpress.ts"
import { createDeferred } from "../harness/deferred.ts"
import type { ApiRequest, Bench } from "./bench.ts"
import { firstKey } from "./conformance.ts"
import { createInProcessIntents, type Disk } from "./in-process-engine.ts"

/** Opens a bench whose engine is in this process, and whose time moves while a test waits. */
export async function openInProcessBench(): Promise<Bench> {
  const clock = createTestClock({ now: 1_800_000_000_000 })
  const sandbox = createSandbox({ clock })
  const disk: Disk = { rows: new Map(), replies: new Map(), log: [] }
  let times = { intentLifetime: 300_000, inAppPollInterval: 5_000, retention: 3_600_000 }
  const sent: ApiRequest[] = []
  const ends: IntentEnd[] = []
  let crash: { point: string; downFor: number } | undefined
  const endsToFail = new Map<string, number>()
  let held: Promise<void> | undefined
  let keys = [firstKey]
  let process = boot()
  let died = () => {}

  function boot() {
    let alive = true
    /** Kills this process if it has to die at this point: it stops for good, and another one starts. */
    async function pass(point: string): Promise<void> {
      if (!alive) return new Promise(() => {})
      if (crash?.point !== point) return
      const { downFor } = crash
      crash = undefined
      alive = false
      intents.stop()
      died()
      clock.setTimeout(() => {
        process = boot()
      }, downFor)
      return new Promise(() => {})
    }
    const transport = createPostpressTransport({
      apiKey: "sandbox",
      fetch: async (url, init) => {
        await pass("before request")
        sent.push({ path: new URL(url).pathname.replace("/v1", ""), body: JSON.parse(init.body) })
        await held
        const response = await sandbox.fetch(url, init)
        await pass("after request")
        return response
      },
    })
    const relay = () =>
      createRelay({
        apiKey: "sandbox",
        basePath: "/relay",
        keys: [firstKey],
        clock,
        store: intents.store,
        getUserId: () => "ada",
        fetch: (url, init) => {
          sent.push({ path: new URL(url).pathname.replace("/v1", ""), body: JSON.parse(init.body) })
          return sandbox.fetch(url, init)
        },
      })
    const intents = createInProcessIntents({
      ...times,
      keys,
      clock,
      disk,
      transport,
      pass,
      isAlive: () => alive,
      // Some tests send an event that no key of this process has sealed.
      onMistake: ({ code, message }) => void (code === "invalid_event" || console.error(message)),
      async onEnd(end) {
        ends.push(end)
        await pass("inside onEnd")
        const count = endsToFail.get(end.id) ?? 0
        endsToFail.set(end.id, count - 1)
        if (count > 0) throw new Error("the host's database is away")
      },
    })
    const isIdle = () => !alive || intents.isIdle()
    return { ...intents, isIdle, relay: relay() }
  }

  async function settle() {
    do for (let turns = 0; turns < 5; turns += 1) await new Promise(setImmediate)
    while (!process.isIdle())
  }

  async function restart(next: typeof keys) {
    await settle()
    process.stop()
    keys = next
    process = boot()
  }

  return {
    times,
    maxDelay: 1_000,
    start: (id) => process.start(id, { provider: "INSTAGRAM" }),
    send: (id, event) =>
      Promise.race([
        process.send(id, parseEvent(event)),
        new Promise<undefined>((resolve) => {
          died = () => resolve(undefined)
        }),
      ]),
    look: (id) => process.look(id),
    handOff: (id, userId) => process.relay.handOff(process, id, userId),
    page: (url, init) => process.relay(new Request(url, { method: "POST", headers: init.headers, body: init.body })),
    clock,
    hold() {
      const { promise, resolve } = createDeferred()
      held = promise
      return resolve
    },
    sent: async () => sent,
    ends: async () => ends,
    async until(condition) {
      for (let steps = 0; steps < 10_000; steps += 1) {
        await settle()
        if (await condition()) return
        // The minutes of an intent pass second by second, later hours faster. Each timer still fires by itself.
        await clock.advanceAsync(steps < 330 ? 1_000 : 60_000, settle)
      }
      throw new Error("it never came to be so")
    },
    async crashAt(_, point, downFor = 0) {
      crash = { point, downFor }
    },
    async failEnds(id, count) {
      endsToFail.set(id, count)
    },
    restart,
    async upgrade() {
      times = { ...times, inAppPollInterval: 10_000, retention: 5_400_000 }
      await restart([{ id: "version-2", secret: "the secret of another version: thirty-two" }, ...keys])
    },
    sendPlain: async (id, text) => void process.deliver(await toIntentKey(id), text),
    data: async () => JSON.stringify([[...disk.rows], [...disk.replies], disk.log]),
  }
}
