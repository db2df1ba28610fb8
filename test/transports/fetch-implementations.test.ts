import { once } from "node:events"
import crossFetch from "cross-fetch"
import { Hono } from "hono"
import nodeFetch from "node-fetch"
import { Server as ProxyServer } from "proxy-chain"
import * as undici from "undici"
import { afterEach, describe, expect, it, onTestFinished, vi } from "vitest"
import { waitFor } from "xstate"
import type { Fetch } from "../../src/http/post-json.ts"
import { createAuthIntent } from "../../src/intent/create-auth-intent.ts"
import { submitCode, submitCredentials } from "../../src/intent/events.ts"
import { waitForIntent } from "../../src/intent/wait-for-intent.ts"
import { createNodeFetch } from "../../src/server/node-fetch.ts"
import { createPostpressTransport } from "../../src/transports/postpress.ts"
import { createDeferred } from "../harness/deferred.ts"
import { expectMistake } from "../harness/expect-mistake.ts"
import { holdTimers } from "../harness/hold-timers.ts"
import { login, rejected } from "../harness/outcomes.ts"
import { apiKey, code, created, submit } from "../harness/send-postpress.ts"
import { type Received, serve, watchFetch } from "../harness/serve.ts"

type App = (request: Pick<Received, "path" | "body">) => Promise<Response> | Response | undefined

/** An app behind one implementation of fetch. */
interface Connection {
  baseUrl: string
  fetch: Fetch
  requests: () => { path: string | undefined; headers: Record<string, unknown>; body: string }[]
  /** Settles when a request reaches the app. Its promise resolves to whether the client leaves. */
  first: Promise<{ left: Promise<boolean> }>
}

const overHttp =
  (fetch: Fetch) =>
  async (app: App): Promise<Connection> => {
    const server = await serve(app)
    return { baseUrl: server.url, fetch, requests: () => server.received, first: server.first }
  }

/** The hosts of the requests through the proxy. */
const proxied: string[] = []

/** Starts a real proxy for one test. */
async function startProxy(): Promise<string> {
  const proxy = new ProxyServer({
    port: 0,
    host: "127.0.0.1",
    prepareRequestFunction({ hostname, port }) {
      proxied.push(`${hostname}:${port}`)
      return {}
    },
  })
  await proxy.listen()
  onTestFinished(() => proxy.close(true))
  return `http://127.0.0.1:${proxy.port}`
}

async function throughProxy(app: App): Promise<Connection> {
  const dispatcher = new undici.ProxyAgent(await startProxy())
  onTestFinished(() => dispatcher.destroy())
  return overHttp((url, init) => undici.fetch(url, { ...init, dispatcher }))(app)
}

/** Records the requests of an app without a server. */
function record(app: App) {
  const requests: { path: string; headers: Record<string, unknown>; body: string }[] = []
  const first = createDeferred<{ left: Promise<boolean> }>()
  const handle = (received: (typeof requests)[number], signal: AbortSignal) => {
    requests.push(received)
    first.resolve({ left: once(signal, "abort").then(() => true) })
    return app(received) ?? new Promise<Response>(() => {})
  }
  return { handle, connection: { baseUrl: "http://localhost", requests: () => requests, first: first.promise } }
}

/** A function in process, like a service binding: it has no network and ignores its signal. */
async function inProcess(app: App): Promise<Connection> {
  const { handle, connection } = record(app)
  const request: Fetch = (url, { headers, body, signal }) => {
    const received = {
      path: new URL(url).pathname,
      headers: Object.fromEntries(new Headers(headers)),
      body: String(body),
    }
    return handle(received, signal)
  }
  return { ...connection, fetch: request }
}

/** Hono's `app.request`, called with a URL and an init. */
async function byHono(app: App): Promise<Connection> {
  const { handle, connection } = record(app)
  const hono = new Hono()
  hono.post("*", async ({ req }) =>
    handle({ path: req.path, headers: req.header(), body: await req.text() }, req.raw.signal),
  )
  return { ...connection, fetch: (url, init) => hono.request(url, init) }
}

const implementations = [
  ["the platform's fetch", overHttp((url, init) => fetch(url, init))],
  ["undici's fetch through a proxy", throughProxy],
  ["the fetch for back ends", overHttp(createNodeFetch({ undici }))],
  [
    "the fetch for back ends through a proxy",
    async (app: App) => overHttp(createNodeFetch({ undici, proxy: await startProxy() }))(app),
  ],
  ["node-fetch", overHttp(nodeFetch)],
  ["cross-fetch", overHttp(crossFetch)],
  ["a Hono app", byHono],
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

/** A body of this many bytes that stays open, and a promise of its release by the reader. */
function endless(bytes: number) {
  const chunk = new Uint8Array(64 * 1024).fill(32)
  let sent = 0
  const canceled = createDeferred<boolean>()
  const body = new ReadableStream<Uint8Array>({
    pull(queue) {
      if (sent >= bytes) return new Promise(() => {})
      sent += chunk.length
      queue.enqueue(chunk)
    },
    cancel: () => canceled.resolve(true),
  })
  return { body, canceled: canceled.promise }
}

afterEach(() => {
  proxied.length = 0
})

describe.each(implementations)("with %s", (name, connect) => {
  afterEach(() => {
    expect(proxied.length > 0).toBe(name.includes("proxy"))
  })

  it("a login with a wrong code and then the right one is connected", async () => {
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

  it("an abort lets go of a request to which nothing has come", async () => {
    const { baseUrl, fetch, first } = await connect(() => undefined)
    const controller = new AbortController()
    const outcome = submit(baseUrl, { fetch, signal: controller.signal })
    const { left } = await first
    controller.abort()
    expect(await outcome).toEqual(rejected("client/network", 0, "retry"))
    expect(await left).toBe(true)
  })

  it("a body that stalls is given up in time", async () => {
    holdTimers()
    const { baseUrl, fetch, first } = await connect(() => new Response(endless(1).body))
    const { fetch: watched, begun } = watchFetch(fetch)
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

  it("a body of 10 MB is not read to its end, and its connection is let go of", async () => {
    const { body, canceled } = endless(10_000_000)
    const { baseUrl, fetch } = await connect(() => new Response(body, { status: 201 }))
    expect(await submit(baseUrl, { fetch })).toEqual(rejected("client/invalid_response", 201, "retry"))
    expect(await canceled).toBe(true)
  })

  it.each([302, 307])("a %i is not followed", async (status) => {
    const elsewhere = await serve(() => Response.json(created))
    const headers = { location: `${elsewhere.url}/v1/accounts` }
    const { baseUrl, fetch, requests } = await connect(() => new Response(null, { status, headers }))
    expect(await submit(baseUrl, { fetch })).toEqual(rejected("client/invalid_response", status, "stop"))
    expect(requests()).toHaveLength(1)
    expect(elsewhere.received).toEqual([])
  })
})

const nowhere = "http://127.0.0.1:9"

it.each<[string, () => Fetch]>([
  [
    "undici's fetch",
    () => {
      const dispatcher = new undici.ProxyAgent(nowhere)
      onTestFinished(() => dispatcher.destroy())
      return (url, init) => undici.fetch(url, { ...init, dispatcher })
    },
  ],
  ["the fetch for back ends", () => createNodeFetch({ undici, proxy: nowhere })],
])("a proxy of %s that is gone is a connection that was never there, and nothing goes around it", async (_, build) => {
  const server = await serve(() => Response.json(created))
  const outcome = await submit(server.url, { fetch: build() })
  expect(outcome).toEqual({ ...rejected("client/network", 0, "retry"), sent: false })
  expect(server.received).toEqual([])
})

describe("the fetch for back ends", () => {
  it("sends many requests over few connections", async () => {
    const server = await serve(() => Response.json(created))
    const fetch = createNodeFetch({ undici })
    for (let sent = 0; sent < 20; sent += 1) await submit(server.url, { fetch })
    expect(server.received).toHaveLength(20)
    expect(new Set(server.received.map(({ port }) => port)).size).toBeLessThan(4)
  })

  it("speaks HTTP/1.1, with a proxy too: over HTTP/2 undici 8 sends again by itself", () => {
    const built: unknown[] = []
    class Agent {
      constructor(options: unknown) {
        built.push(options)
      }
    }
    const recording = { ...undici, Agent, ProxyAgent: Agent } as never
    createNodeFetch({ undici: recording })
    createNodeFetch({ undici: recording, proxy: "http://127.0.0.1:1" })
    const one = { allowH2: false }
    expect(built).toEqual([one, { uri: "http://127.0.0.1:1", ...one, requestTls: one }])
  })

  it("requests a body that is not compressed", async () => {
    const server = await serve(() => Response.json(created))
    await submit(server.url, { fetch: createNodeFetch({ undici }) })
    expect(server.received[0]?.headers["accept-encoding"]).toBe("identity")
  })

  it("reads a Retry-After and a body of no bytes", async () => {
    const server = await serve(() => new Response(null, { status: 503, headers: { "retry-after": "7" } }))
    const { failure } = (await submit(server.url, { fetch: createNodeFetch({ undici }) })) as { failure: object }
    expect(failure).toMatchObject({ status: 503, retryAt: expect.any(Number) })
  })

  it.each([
    ["no options", undefined, "it should be an object"],
    ["no undici", {}, "undici is missing"],
    ["an empty proxy", { undici, proxy: "" }, "proxy should be the URL of a proxy"],
    ["a proxy that is no URL", { undici, proxy: "secret:8080" }, "proxy should be the URL of a proxy"],
    ["a password that is not escaped", { undici, proxy: "http://ada:secret#1@127.0.0.1:1" }, "proxy should be the URL"],
    ["an escape that is none", { undici, proxy: "http://ada:secret%zz@127.0.0.1:1" }, "proxy should be the URL"],
    ["a proxy of another kind", { undici, proxy: "socks5://secret@127.0.0.1:1" }, "proxy should be the URL of a proxy"],
  ])("refuses %s, and repeats nothing of it", (_, options, message) => {
    const call = () => createNodeFetch(options as { undici: typeof undici })
    expectMistake(call, "invalid_option", new RegExp(message), "secret")
  })
})
