import { once } from "node:events"
import { createWebSocketInspector } from "@statelyai/inspect"
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest"
import { WebSocket } from "ws"
import { never } from "./answers.ts"
import { Canaries } from "./canaries.ts"
import type { Login } from "./login.ts"
import { logins } from "./logins.ts"
import { PlayedIntent } from "./played-intent.ts"
import { startRelay } from "./start-relay.ts"
import { submitUnboxed } from "./submit-unboxed.ts"
import { wholeLogins } from "./whole-logins.ts"

let relay: Awaited<ReturnType<typeof startRelay>>
let inspector: ReturnType<typeof createWebSocketInspector>
/** The inspector's page, as far as the relay can tell. */
let page: WebSocket
const frames: string[] = []

/** Waits until everything that was sent has come through the relay. */
async function flushed(): Promise<void> {
  const mark = `flushed ${performance.now()}`
  inspector.event("test", mark)
  while (!frames.at(-1)?.includes(mark)) await once(page, "message")
}

beforeAll(async () => {
  relay = await startRelay()
  page = new WebSocket(relay.url)
  page.on("message", (data) => frames.push(String(data)))
  await once(page, "open")
  inspector = createWebSocketInspector({ url: relay.url })
  await flushed()
})
afterAll(async () => {
  inspector.stop()
  page.close()
  await once(page, "close")
  await relay.stop()
})

beforeEach(() => {
  frames.length = 0
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] })
  vi.spyOn(console, "warn").mockImplementation(() => {})
})
afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

/** Plays a login while it is inspected, and gives the canaries that were seen. */
async function inspectLogin({ options, play }: Pick<Login, "options" | "play">): Promise<string[]> {
  const canaries = new Canaries()
  const intent = new PlayedIntent(canaries, options ?? {}, {
    inspected: (event) => inspector.inspect.next?.(event),
    // The inspector sends a moment later: now, while the request is on its way.
    moved: () => vi.advanceTimersByTime(0),
  })
  await play(intent)
  await intent.end()
  vi.advanceTimersByTime(1)
  await flushed()
  return canaries.find(frames.join("\n"))
}

const events = () => frames.map((frame) => JSON.parse(frame)).filter(({ type }) => type === "@xstate.event")

describe("The Stately inspector sees no canary in", () => {
  for (const login of logins) {
    test(login.title, async () => {
      expect(await inspectLogin(login)).toEqual([])
      const submitted = { type: "credentials.submit", credentials: "[secret]" }
      expect(events()).toContainEqual(expect.objectContaining({ event: submitted }))
    })
  }
})

test("The Stately inspector sees each event with its secret boxed", async () => {
  for (const login of wholeLogins) await inspectLogin(login)
  const seen = events().map(({ event }) => event)
  expect(seen).toContainEqual({ type: "code.submit", code: "[secret]" })
  expect(seen).toContainEqual({ type: "phone.submit", phone: "[secret]" })
  // As the request on its way holds it.
  expect(frames.join()).toMatch(/"input":{"credentials":"\[secret\]"/)
})

test("The Stately inspector sees a session boxed", async () => {
  await inspectLogin(logins.find(({ title }) => title === "a session") ?? { play: () => Promise.reject() })
  const outcome = { kind: "connected", session: "[secret]" }
  expect(events().map(({ event }) => event)).toContainEqual(
    expect.objectContaining({ output: expect.objectContaining(outcome) }),
  )
})

test("The Stately inspector sees what is not boxed", async () => {
  const seen = await inspectLogin({
    play: async (intent) => intent.send(submitUnboxed(intent.canaries), never),
  })
  expect(seen).toEqual(["password"])
})
