import { once } from "node:events"
import crossFetch from "cross-fetch"
import nodeFetch from "node-fetch"
import { Server as ProxyServer } from "proxy-chain"
import { ProxyAgent, fetch as undiciFetch } from "undici"
import { afterEach, describe, expect, onTestFinished, test, vi } from "vitest"
import { waitFor } from "xstate"
import { submitCode, submitCredentials } from "../../src/events.ts"
import type { Fetch } from "../../src/http/post-json.ts"
import { createAuthIntent } from "../../src/intent/create-auth-intent.ts"
import { waitForIntent } from "../../src/intent/wait-for-intent.ts"
import { createPostpressTransport } from "../../src/transports/postpress.ts"
import { apiKey, code, created, login, rejected, submit } from "./send-postpress.ts"
import { type Received, serve } from "./serve.ts"

type App = (request: Pick<Received, "path" | "body">) => Promise<Response> | Response | undefined

/** An app behind one implementation of fetch. */
interface Connection {
  baseUrl: string
  fetch: Fetch
  requests: () => { path: string | undefined; headers: Record<string, unknown>; body: string }[]
  /** Settles once a request is with the app: with a promise of whether the client then leaves. */
  first: Promise<{ left: Promise<boolean> }>
}

const overHttp =
  (fetch: Fetch) =>
  async (app: App): Promise<Connection> => {
    const server = await serve(app)
    return { baseUrl: server.url, fetch, requests: () => server.received, first: server.first }
  }

/** The hosts that were asked for by way of the proxy. */
const proxied: string[] = []

async function throughProxy(app: App): Promise<Connection> {
  const proxy = new ProxyServer({
    port: 0,
    host: "127.0.0.1",
    prepareRequestFunction({ hostname, port }) {
      proxied.push(`${hostname}:${port}`)
      return {}
    },
  })
  await proxy.listen()
  const dispatcher = new ProxyAgent(`http://127.0.0.1:${proxy.port}`)
  onTestFinished(async () => {
    await dispatcher.destroy()
    await proxy.close(true)
  })
  return overHttp((url, init) => undiciFetch(url, { ...init, dispatcher }))(app)
}

/** As Hono's `app.request`: no network, and no heed of the signal. */
async function inProcess(app: App): Promise<Connection> {
  const requests: { path: string; headers: Record<string, unknown>; body: string }[] = []
  let arrived = (_: { left: Promise<boolean> }) => {}
  const first = new Promise<{ left: Promise<boolean> }>((resolve) => {
    arrived = resolve
  })
  const request: Fetch = (url, { headers, body, signal }) => {
    const received = {
      path: new URL(url).pathname,
      headers: Object.fromEntries(new Headers(headers)),
      body: String(body),
    }
    requests.push(received)
    arrived({ left: signal ? once(signal, "abort").then(() => true) : Promise.resolve(false) })
    return app(received) ?? new Promise<Response>(() => {})
  }
  return { baseUrl: "http://localhost", fetch: request, requests: () => requests, first }
}

const implementations = [
  ["the platform's fetch", overHttp((url, init) => fetch(url, init))],
  ["undici's fetch through a proxy", throughProxy],
  ["node-fetch", overHttp(nodeFetch)],
  ["cross-fetch", overHttp(crossFetch)],
  ["a function in process", inProcess],
] as const

/** A provider whose one account has a second factor. */
const provider: App = ({ path, body }) => {
  if (path === "/v1/accounts") {
    const checkpoint = { object: "Checkpoint", account_id: "acc_1", checkpoint: { type: "2FA" } }
    return Response.json(checkpoint, { status: 202 })
  }
  if (JSON.parse(body).code === code) return Response.json(created, { status: 201 })
  const error = { title: "Wrong code", type: "errors/invalid_checkpoint_solution", status: 401 }
  return Response.json(error, { status: 401 })
}

/** A body of so many bytes that then stays open, and when its reader lets go of it. */
function endless(bytes: number) {
  const chunk = new Uint8Array(64 * 1024).fill(32)
  let sent = 0
  let cancel = () => {}
  const canceled = new Promise<boolean>((resolve) => {
    cancel = () => resolve(true)
  })
  const body = new ReadableStream<Uint8Array>({
    pull(queue) {
      if (sent >= bytes) return new Promise(() => {})
      sent += chunk.length
      queue.enqueue(chunk)
    },
    cancel: () => cancel(),
  })
  return { body, canceled }
}

afterEach(() => {
  vi.useRealTimers()
  proxied.length = 0
})

describe.each(implementations)("with %s", (name, connect) => {
  afterEach(() => {
    expect(proxied.length > 0).toBe(name.includes("proxy"))
  })

  test("a login with a wrong code and then the right one is connected", async () => {
    const { baseUrl, fetch, requests } = await connect(provider)
    const transport = createPostpressTransport({ apiKey, baseUrl: `${baseUrl}/v1`, fetch })
    const actor = createAuthIntent({ transport, provider: "INSTAGRAM" }).start()
    actor.send(submitCredentials(login))
    await waitFor(actor, (state) => state.matches({ checkpoint: "twoFactor" }))
    actor.send(submitCode("000000"))
    const { context } = await waitFor(actor, (state) => state.matches("checkpoint"))
    expect(context).toMatchObject({ attempts: 1, failure: { type: "errors/invalid_checkpoint_solution", status: 401 } })
    actor.send(submitCode(` ${code} `))
    expect(await waitForIntent(actor)).toEqual({ status: "connected", provider: "INSTAGRAM", accountId: "acc_1" })

    expect(requests().map(({ path, body }) => [path, JSON.parse(body)])).toEqual([
      ["/v1/accounts", { provider: "INSTAGRAM", ...login }],
      ["/v1/accounts/checkpoint", { provider: "INSTAGRAM", account_id: "acc_1", code: "000000" }],
      ["/v1/accounts/checkpoint", { provider: "INSTAGRAM", account_id: "acc_1", code }],
    ])
    for (const { headers } of requests()) {
      expect(headers).toMatchObject({ "x-api-key": apiKey, "content-type": "application/json" })
    }
  })

  test("an abort is heard while nothing has come", async () => {
    const { baseUrl, fetch, first } = await connect(() => undefined)
    const controller = new AbortController()
    const outcome = submit(baseUrl, { fetch, signal: controller.signal })
    const { left } = await first
    controller.abort()
    expect(await outcome).toEqual(rejected("client/network", 0, "retry"))
    expect(await left).toBe(true)
  })

  test("a body that stalls is given up in time", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] })
    const { baseUrl, fetch, first } = await connect(() => new Response(endless(1).body))
    let begin = () => {}
    const begun = new Promise<void>((resolve) => {
      begin = resolve
    })
    const watched: Fetch = async (url, init) => {
      const response = await fetch(url, init)
      begin()
      return response
    }
    const settled = vi.fn()
    const outcome = submit(baseUrl, { fetch: watched, timeout: 250 })
    outcome.then(settled)
    const { left } = await first
    await begun
    await vi.advanceTimersByTimeAsync(249)
    expect(settled).not.toHaveBeenCalled()
    await vi.advanceTimersByTimeAsync(1)
    expect(await outcome).toEqual(rejected("client/timeout", 0, "retry"))
    expect(await left).toBe(true)
  })

  test("a body of 10 MB is not read to its end, and its connection is let go", async () => {
    const { body, canceled } = endless(10_000_000)
    const { baseUrl, fetch } = await connect(() => new Response(body, { status: 201 }))
    expect(await submit(baseUrl, { fetch })).toEqual(rejected("client/invalid_response", 201, "retry"))
    expect(await canceled).toBe(true)
  })

  test.each([302, 307])("a %i is not followed", async (status) => {
    const elsewhere = await serve(() => Response.json(created))
    const headers = { location: `${elsewhere.url}/v1/accounts` }
    const { baseUrl, fetch, requests } = await connect(() => new Response(null, { status, headers }))
    expect(await submit(baseUrl, { fetch })).toEqual(rejected("client/invalid_response", status, "stop"))
    expect(requests()).toHaveLength(1)
    expect(elsewhere.received).toEqual([])
  })

  test("garbage is judged by its status", async () => {
    const { baseUrl, fetch } = await connect(() => new Response("<h1>Bad gateway</h1>", { status: 502 }))
    expect(await submit(baseUrl, { fetch })).toEqual(rejected("client/invalid_response", 502, "retry"))
  })
})

test("a proxy that is gone is a network that failed, and nothing goes around it", async () => {
  const server = await serve(() => Response.json(created))
  const dispatcher = new ProxyAgent("http://127.0.0.1:9")
  onTestFinished(() => dispatcher.destroy())
  const fetch: Fetch = (url, init) => undiciFetch(url, { ...init, dispatcher })
  expect(await submit(server.url, { fetch })).toEqual(rejected("client/network", 0, "retry"))
  expect(server.received).toEqual([])
})
