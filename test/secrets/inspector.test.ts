import { once } from "node:events"
import { type AddressInfo, Server } from "node:net"
import { createWebSocketInspector } from "@statelyai/inspect"
import { createInspectorServer } from "@statelyai/inspect/server"
import { afterAll, beforeEach, expect, it, vi } from "vitest"
import { WebSocket } from "ws"
import { Canaries } from "./canaries.ts"
import { carelessLogins, intelliwiseLogins, type Login, never, PlayedIntent, wholeLogins } from "./logins.ts"
import { submitUnboxed } from "./watch.ts"

/** Starts the Stately inspector's own relay on a free port of loopback. Its default is all interfaces. */
async function startRelay(): Promise<{ url: string; stop(): Promise<void> }> {
  const { listen } = Server.prototype
  const servers: Server[] = []
  const spy = vi.spyOn(Server.prototype, "listen").mockImplementation(function (this: Server) {
    servers.push(this)
    return Reflect.apply(listen, this, [{ port: 0, host: "127.0.0.1" }])
  })
  const relay = createInspectorServer({ port: 0, autoOpen: false })
  spy.mockRestore()
  const [server = new Server()] = servers
  await once(server, "listening")
  const { port } = server.address() as AddressInfo

  return {
    url: `ws://127.0.0.1:${port}`,
    async stop() {
      const closed = once(server, "close")
      relay.stop()
      await closed
    },
  }
}

const relay = await startRelay()
/** The inspector's page, as the relay sees it. */
const page = new WebSocket(relay.url)
const frames: string[] = []
page.on("message", (data) => frames.push(String(data)))
await once(page, "open")
const inspector = createWebSocketInspector({ url: relay.url })

/** Waits until every sent message has passed the relay. */
async function flushed(): Promise<void> {
  const mark = `flushed ${performance.now()}`
  inspector.event("test", mark)
  while (!frames.at(-1)?.includes(mark)) await once(page, "message")
}

await flushed()
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

/** Plays an inspected login, and returns the canaries that were seen. */
async function inspectLogin({ options, play }: Pick<Login, "options" | "play">): Promise<string[]> {
  const canaries = new Canaries()
  const intent = new PlayedIntent(canaries, options ?? {}, {
    inspected: (event) => inspector.inspect.next?.(event),
    // The inspector sends a moment later: here, while the request is in flight.
    moved: () => vi.advanceTimersByTime(0),
  })
  await play(intent)
  await intent.end()
  vi.advanceTimersByTime(1)
  await flushed()
  return canaries.find(frames.join("\n"))
}

const events = () => frames.map((frame) => JSON.parse(frame)).filter(({ type }) => type === "@xstate.event")

it.each([...wholeLogins, ...carelessLogins, ...intelliwiseLogins.slice(0, 8)])(
  "the Stately inspector sees no secret in $title",
  async (login) => {
    expect(await inspectLogin(login)).toEqual([])
    const submitted = { type: "credentials.submit", credentials: "[secret]" }
    expect(events()).toContainEqual(expect.objectContaining({ event: submitted }))
  },
)

it("the Stately inspector sees what is not boxed", async () => {
  const seen = await inspectLogin({
    play: async (intent) => intent.send(submitUnboxed(intent.canaries), never),
  })
  expect(seen).toEqual(["password"])
})
