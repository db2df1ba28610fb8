import { getEventListeners } from "node:events"
import { describe, expect, it, vi } from "vitest"
import { holdTimers } from "../harness/hold-timers.ts"
import { rejected } from "../harness/outcomes.ts"
import { created, operations, submit } from "../harness/send-postpress.ts"
import { type Reply, serve, watchFetch } from "../harness/serve.ts"

/** A body that begins and never ends. */
const stalled = () => new ReadableStream({ start: (body) => body.enqueue(new TextEncoder().encode('{"object":')) })

const silences: [title: string, reply: Reply, headArrives: boolean][] = [
  ["never responds", () => undefined, false],
  ["sends a head and no body", (_, raw) => void raw.writeHead(201, { "content-length": 60 }).flushHeaders(), true],
  ["sends half a body", () => new Response(stalled(), { status: 201 }), true],
]

describe.each(operations)("on %s", (_, send) => {
  describe.each(silences)("a server that %s", (_, reply, headArrives) => {
    it.each([
      [undefined, 30_000],
      [250, 250],
    ])("is given up, with a timeout of %j ms, after %i", async (timeout, after) => {
      holdTimers()
      const server = await serve(reply)
      const { fetch, begun } = watchFetch((url, init) => globalThis.fetch(url, init))
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

    it("is abandoned at once where its response is no longer wanted", async () => {
      const server = await serve(reply)
      const { fetch, begun } = watchFetch((url, init) => globalThis.fetch(url, init))
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

  it("a response leaves no timer and no listener behind", async () => {
    holdTimers()
    const fetch = async () => Response.json(created)
    const { signal } = new AbortController()
    await send("https://api.example.com", { fetch, signal })
    expect(vi.getTimerCount()).toBe(0)
    expect(getEventListeners(signal, "abort")).toEqual([])
  })

  it("a signal that is none is refused at once, with no timer that would end the process later", async () => {
    holdTimers()
    const fetch = vi.fn()
    await expect(send("https://api.example.com", { fetch, signal: {} as AbortSignal })).rejects.toThrow(TypeError)
    expect([fetch.mock.calls, vi.getTimerCount()]).toEqual([[], 0])
  })
})

it("a body of a fetch that ignores its signal is let go of in time", async () => {
  const cancel = vi.fn()
  const fetch = async () => new Response(new ReadableStream({ cancel }), { status: 201 })
  expect(await submit("https://api.example.com", { fetch, timeout: 10 })).toEqual(
    rejected("client/timeout", 0, "retry"),
  )
  await vi.waitFor(() => expect(cancel).toHaveBeenCalled())
})
