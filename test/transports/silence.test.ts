import { getEventListeners } from "node:events"
import { afterEach, describe, expect, test, vi } from "vitest"
import { cancelIntent, submitCredentials } from "../../src/events.ts"
import { createAuthIntent } from "../../src/intent/create-auth-intent.ts"
import { waitForIntent } from "../../src/intent/wait-for-intent.ts"
import { createPostpressTransport } from "../../src/transports/postpress.ts"
import { apiKey, created, login, rejected, steps, submit } from "./send-postpress.ts"
import { type Reply, serve } from "./serve.ts"

afterEach(() => {
  vi.useRealTimers()
})

/** A body that begins and never ends. */
const stalled = () => new ReadableStream({ start: (body) => body.enqueue(new TextEncoder().encode('{"object":')) })

const silences: [title: string, reply: Reply, headArrives: boolean][] = [
  ["never answers", () => undefined, false],
  ["sends a head and no body", (_, raw) => void raw.writeHead(201, { "content-length": 60 }).flushHeaders(), true],
  ["sends half a body", () => new Response(stalled(), { status: 201 }), true],
]

/** The platform's fetch, and when its answer has begun. */
function watched() {
  let begin = () => {}
  const begun = new Promise<void>((resolve) => {
    begin = resolve
  })
  const watch = async (url: string, init: RequestInit) => {
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

    test("hears at once that nobody waits any more", async () => {
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

  test("nothing is sent once nobody waits any more", async () => {
    const server = await serve(() => Response.json(created))
    expect(await send(server.url, { signal: AbortSignal.abort() })).toEqual(rejected("client/network", 0, "retry"))
    expect(server.received).toEqual([])
  })

  test("an answer leaves no timer and no listener behind", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] })
    const fetch = async () => Response.json(created)
    const { signal } = new AbortController()
    await send("https://api.example.com", { fetch, signal })
    expect(vi.getTimerCount()).toBe(0)
    expect(getEventListeners(signal, "abort")).toEqual([])
  })
})

describe("a fetch that does not heed its signal", () => {
  /** A fetch that answers when it is told to, aborted or not. */
  function deaf() {
    let call = () => {}
    let answer = () => {}
    const called = new Promise<void>((resolve) => {
      call = resolve
    })
    const response = new Promise<Response>((resolve) => {
      answer = () => resolve(Response.json(created))
    })
    const fetch = () => {
      call()
      return response
    }
    return { fetch, called, answer: () => answer() }
  }

  test("is given up in time", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] })
    const { fetch, called, answer } = deaf()
    const outcome = submit("https://api.example.com", { fetch, timeout: 250 })
    await called
    await vi.advanceTimersByTimeAsync(250)
    answer()
    expect(await outcome).toEqual(rejected("client/timeout", 0, "retry"))
  })

  test("changes nothing when it answers after a cancel", async () => {
    const { fetch, called, answer } = deaf()
    const transport = createPostpressTransport({ apiKey, fetch })
    const actor = createAuthIntent({ transport, provider: "INSTAGRAM" }).start()
    actor.send(submitCredentials(login))
    await called
    actor.send(cancelIntent())
    const canceled = actor.getSnapshot()
    answer()
    await new Promise(setImmediate)
    expect(canceled.value).toBe("failed")
    expect(actor.getSnapshot()).toBe(canceled)
  })
})

test("a cancel is heard by the server, and what it answers then changes nothing", async () => {
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
