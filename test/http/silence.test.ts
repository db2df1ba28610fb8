import { getEventListeners } from "node:events"
import { afterEach, describe, expect, test, vi } from "vitest"
import type { Fetch } from "../../src/http/post-json.ts"
import { createAuthIntent } from "../../src/intent/create-auth-intent.ts"
import { cancelIntent, submitCredentials } from "../../src/intent/events.ts"
import { waitForIntent } from "../../src/intent/wait-for-intent.ts"
import { createPostpressTransport } from "../../src/transports/postpress.ts"
import { apiKey, created, login, rejected, steps, submit } from "../harness/send-postpress.ts"
import { type Reply, serve } from "../harness/serve.ts"

afterEach(() => {
  vi.useRealTimers()
})

/** A body that begins and never ends. */
const stalled = () => new ReadableStream({ start: (body) => body.enqueue(new TextEncoder().encode('{"object":')) })

const silences: [title: string, reply: Reply, headArrives: boolean][] = [
  ["never responds", () => undefined, false],
  ["sends a head and no body", (_, raw) => void raw.writeHead(201, { "content-length": 60 }).flushHeaders(), true],
  ["sends half a body", () => new Response(stalled(), { status: 201 }), true],
]

/** The platform's fetch, and when its response has begun. */
function watched() {
  let begin = () => {}
  const begun = new Promise<void>((resolve) => {
    begin = resolve
  })
  const watch: Fetch = async (url, init) => {
    const response = await fetch(url, init)
    begin()
    return response
  }
  return { fetch: watch, begun }
}

describe.each(steps)("on %s", (_, send) => {
  describe.each(silences)("a server that %s", (_, reply, headArrives) => {
    test.each([
      [undefined, 30_000],
      [250, 250],
    ])("is given up, with a timeout of %j ms, after %i", async (timeout, after) => {
      vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] })
      const server = await serve(reply)
      const { fetch, begun } = watched()
      const settled = vi.fn()
      const outcome = send(server.url, { timeout, fetch })
      outcome.then(settled)
      const { left } = await server.first
      if (headArrives) await begun

      await vi.advanceTimersByTimeAsync(after - 1)
      expect(settled).not.toHaveBeenCalled()
      await vi.advanceTimersByTimeAsync(1)
      expect(await outcome).toEqual(rejected("client/timeout", 0, "retry"))
      expect(await left).toBe(true)
      expect(server.received).toHaveLength(1)
    })

    test("is abandoned at once where its response is no longer wanted", async () => {
      const server = await serve(reply)
      const { fetch, begun } = watched()
      const controller = new AbortController()
      const outcome = send(server.url, { signal: controller.signal, fetch })
      const { left } = await server.first
      if (headArrives) await begun
      controller.abort()
      expect(await outcome).toEqual(rejected("client/network", 0, "retry"))
      expect(await left).toBe(true)
      expect(server.received).toHaveLength(1)
    })
  })

  test("nothing is sent where the request is aborted before it starts", async () => {
    const server = await serve(() => Response.json(created))
    expect(await send(server.url, { signal: AbortSignal.abort() })).toEqual({
      ...rejected("client/network", 0, "retry"),
      sent: false,
    })
    expect(server.received).toEqual([])
  })

  test("a response leaves no timer and no listener behind", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] })
    const fetch = async () => Response.json(created)
    const { signal } = new AbortController()
    await send("https://api.example.com", { fetch, signal })
    expect(vi.getTimerCount()).toBe(0)
    expect(getEventListeners(signal, "abort")).toEqual([])
  })
})

describe("a fetch that ignores its signal", () => {
  /** A fetch that responds when a test says so, aborted or not. */
  function createIgnoring() {
    let call = () => {}
    let respond = () => {}
    const called = new Promise<void>((resolve) => {
      call = resolve
    })
    const response = new Promise<Response>((resolve) => {
      respond = () => resolve(Response.json(created))
    })
    const fetch = () => {
      call()
      return response
    }
    return { fetch, called, respond: () => respond() }
  }

  test("is given up in time", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] })
    const { fetch, called, respond } = createIgnoring()
    const outcome = submit("https://api.example.com", { fetch, timeout: 250 })
    await called
    await vi.advanceTimersByTimeAsync(250)
    respond()
    expect(await outcome).toEqual(rejected("client/timeout", 0, "retry"))
  })

  test("changes nothing when it responds after a cancel", async () => {
    const { fetch, called, respond } = createIgnoring()
    const transport = createPostpressTransport({ apiKey, fetch })
    const actor = createAuthIntent({ transport, provider: "INSTAGRAM" }).start()
    actor.send(submitCredentials(login))
    await called
    actor.send(cancelIntent())
    const canceled = actor.getSnapshot()
    respond()
    await new Promise(setImmediate)
    expect(canceled.value).toBe("failed")
    expect(actor.getSnapshot()).toBe(canceled)
  })
})

test("a cancel reaches the server, whose response then changes nothing", async () => {
  const server = await serve(async ({ left }) => {
    await left
    return Response.json(created, { status: 201 })
  })
  const transport = createPostpressTransport({ apiKey, baseUrl: server.url })
  const actor = createAuthIntent({ transport, provider: "INSTAGRAM" }).start()
  actor.send(submitCredentials(login))
  const { left } = await server.first
  actor.send(cancelIntent())
  expect(await left).toBe(true)
  expect(await waitForIntent(actor)).toMatchObject({ status: "failed", failure: { type: "client/canceled" } })
  expect(server.received).toHaveLength(1)
})
