import { Readable } from "node:stream"
import { gzipSync } from "node:zlib"
import { describe, expect, it, vi } from "vitest"
import { createPostJson, type Fetch, type FetchInit } from "../../src/http/post-json.ts"
import { printed } from "../harness/printed.ts"
import { createContext, respondedAt } from "../harness/send-postpress.ts"
import { type Reply, serve } from "../harness/serve.ts"
import { throwing } from "../harness/throwing.ts"

const key = "key-4f1c9a77"
const secret = "pw-hunter2"
const mebibyte = 1024 * 1024

/** Posts once, with a fetch or to a new server. */
async function post(reply: Reply | Fetch, { byFetch = false } = {}) {
  const fetch = byFetch ? (reply as Fetch) : undefined
  const url = byFetch ? "https://api.example.com" : (await serve(reply as Reply)).url
  const postJson = createPostJson({ headers: { "x-api-key": key }, timeout: 5_000, fetch })
  return postJson(`${url}/path`, { password: secret }, createContext())
}

const postBy = (fetch: Fetch) => post(fetch, { byFetch: true })

describe("a request", () => {
  it("has each header once, in whatever letters its sender names it", async () => {
    const server = await serve(() => new Response("{}"))
    const postJson = createPostJson({ headers: { "Content-Type": "application/vnd.acme+json", ACCEPT: "text/json" } })
    await postJson(server.url, {}, { signal: new AbortController().signal, now: Date.now })
    const headers = { "content-type": "application/vnd.acme+json", accept: "text/json" }
    expect(server.received[0]).toMatchObject({ headers })
  })

  it("needs no signal, and its response has a time only where one was sent", async () => {
    const postJson = createPostJson({ headers: {}, timeout: 5_000, fetch: () => new Response("{}") })
    expect(await postJson("https://api.example.com/a", {}, { now: () => respondedAt })).toStrictEqual({
      kind: "response",
      status: 200,
      json: {},
      text: "{}",
    })
  })

  it("is given to fetch as a text and a plain object, and never the same object twice", async () => {
    const inits: FetchInit[] = []
    const postJson = createPostJson({
      headers: { "x-api-key": key },
      timeout: 5_000,
      fetch: (url, init) => {
        expect(url).toBe("https://api.example.com/a")
        inits.push(init)
        init.headers["x-added"] = "by a fetch"
        return Response.json({})
      },
    })
    await postJson("https://api.example.com/a", {}, createContext())
    await postJson("https://api.example.com/a", {}, createContext())
    const [first, second] = inits
    expect(first).toEqual({
      method: "POST",
      headers: {
        "x-api-key": key,
        "content-type": "application/json",
        accept: "application/json",
        "x-added": "by a fetch",
      },
      body: "{}",
      redirect: "manual",
      signal: expect.any(AbortSignal),
    })
    expect(Object.getPrototypeOf(first?.headers)).toBe(Object.prototype)
    expect(first?.headers).not.toBe(second?.headers)
  })

  it("uses the platform's fetch as it is at that moment", async () => {
    const postJson = createPostJson({ headers: {}, timeout: 5_000 })
    const stub = vi.fn(async () => Response.json({ late: true }))
    vi.stubGlobal("fetch", stub)
    expect(await postJson("https://api.example.com", {}, createContext())).toMatchObject({ json: { late: true } })
    expect(stub).toHaveBeenCalledOnce()
  })
})

describe("a body", () => {
  const good = '{"id":"é€😀"}'
  const json = { id: "é€😀" }

  it.each<[string, BodyInit, Record<string, string>?]>([
    ["says it is HTML", good, { "content-type": "text/html" }],
    ["does not say what it is", Buffer.from(good)],
    ["is among white space", `\r\n\t ${good} \n`],
    ["has a byte order mark", `\ufeff${good}`],
    ["is compressed", gzipSync(good), { "content-encoding": "gzip" }],
    ["has 1 MiB", good.padEnd(mebibyte - (Buffer.byteLength(good) - good.length))],
  ])("that %s is read as JSON", async (_, body, headers) => {
    expect(await post(() => new Response(body, { headers: headers ?? {} }))).toMatchObject({ status: 200, json })
  })

  it("whose letters chunks cut in two is read whole", async () => {
    const body = new ReadableStream({
      start(queue) {
        for (const byte of Buffer.from(good)) queue.enqueue(Uint8Array.of(byte))
        queue.close()
      },
    })
    expect(await postBy(async () => new Response(body))).toMatchObject({ json })
  })

  const deep = (open: string, close: string) => open.repeat(100_000) + close.repeat(100_000)

  it.each<[string, BodyInit | null]>([
    ["nothing", null],
    ["an empty text", ""],
    ["HTML", "<!doctype html><h1>Welcome</h1>"],
    ["truncated JSON", good.slice(0, -1)],
    ["JSON with a tail", `${good}}`],
    ["undefined", "undefined"],
    ["UTF-16", Buffer.from(good, "utf16le")],
  ])("that is %s is no JSON", async (_, body) => {
    expect(await post(() => new Response(body))).toMatchObject({ kind: "response", status: 200, json: undefined })
  })

  it.each([
    ["a letter of Latin-1", [0x63, 0xe9]],
    ["a letter that breaks off at the end", [0xe2, 0x82]],
    ["a byte that begins no letter", [0xff]],
  ])("that holds %s is no UTF-8, and no text of it is left", async (_, bytes) => {
    const body = Buffer.concat([Buffer.from('{"id":"'), Buffer.from(bytes), Buffer.from('"}')])
    const tail = Buffer.concat([Buffer.from('"'), Buffer.from(bytes)])
    for (const each of [body, tail]) {
      expect(await post(() => new Response(each))).toMatchObject({ status: 200, json: undefined, text: undefined })
    }
  })

  it.each<[string, BodyInit, Record<string, string>?]>([
    ["1 MiB and a byte", " ".repeat(mebibyte + 1)],
    ["10 MB", " ".repeat(10_000_000)],
    ["10 MB, compressed to 10 kB", gzipSync(" ".repeat(10_000_000)), { "content-encoding": "gzip" }],
  ])("of %s is too long, and its status still counts", async (_, body, headers) => {
    const response = await post(() => new Response(body, { status: 403, headers: headers ?? {} }))
    expect(response).toEqual({ kind: "response", status: 403, json: undefined, text: undefined })
  })

  it.each([
    ["lists", deep("[", "]")],
    ["objects", deep('{"a":', "}").replace("}", "1}")],
  ])("of %s that are 100 000 deep breaks nothing", async (_, body) => {
    expect(await post(() => new Response(body, { status: 400 }))).toMatchObject({ kind: "response", status: 400 })
  })

  it("that is too long is let go of, and one that was read is not", async () => {
    const canceled = vi.fn()
    const signals: AbortSignal[] = []
    const body = () =>
      new ReadableStream({ pull: (queue) => queue.enqueue(new Uint8Array(mebibyte)), cancel: canceled })
    const by = (response: () => Response) =>
      postBy((_, { signal }) => {
        signals.push(signal)
        return response()
      })
    expect(await by(() => new Response(body()))).toMatchObject({ text: undefined })
    expect(canceled).toHaveBeenCalledOnce()
    expect(await by(() => new Response(good))).toMatchObject({ json })
    expect(await by(() => expect.fail("no connection"))).toEqual({ kind: "network" })
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, false, true])
  })

  it.each<[string, () => object]>([
    ["has a reader and is no iterable", () => ({ getReader: () => new Response(good).body?.getReader() })],
    ["is an iterable that has no reader, as of node-fetch", () => Readable.from([Buffer.from(good)])],
  ])("that %s is read", async (_, body) => {
    const text = () => expect.fail("The whole was read at once")
    const fetch = () => ({ status: 200, headers: new Headers(), body: body(), text })
    expect(await postBy(fetch)).toMatchObject({ json })
  })

  it("of an iterable that is too long is let go of", async () => {
    const body = Readable.from([new Uint8Array(mebibyte), new Uint8Array(1), new Uint8Array(1)])
    const fetch = () => ({ status: 200, headers: new Headers(), body, text: () => expect.fail("It was read at once") })
    expect(await postBy(fetch)).toMatchObject({ status: 200, text: undefined })
    await new Promise(setImmediate)
    expect(body.destroyed).toBe(true)
  })

  it("of a fetch without streams is read as a text, up to 1 Mi characters", async () => {
    const whole =
      (text: string): Fetch =>
      () => ({ status: 201, headers: new Headers(), text: async () => text })
    expect(await postBy(whole(good.padEnd(mebibyte)))).toMatchObject({ status: 201, json })
    expect(await postBy(whole(good.padEnd(mebibyte + 1)))).toMatchObject({ status: 201, json: undefined })
    expect(await postBy(whole(""))).toMatchObject({ status: 201, json: undefined })
  })
})

describe("Retry-After", () => {
  const retryAt = async (header: string, status = 429) => {
    // The platform's `Headers` trims blanks that a transport's own fetch may leave.
    const fetch: Fetch = async () => ({ status, headers: { get: () => header }, body: null, text: async () => "{}" })
    const response = await postBy(fetch)
    return "retryAt" in response ? response.retryAt : undefined
  }

  it.each([
    ["7", respondedAt + 7_000],
    ["007", respondedAt + 7_000],
    ["86400", respondedAt + 86_400_000],
    ["30 ", respondedAt + 30_000],
    ["Tue, 14 Nov 2023 22:14:20 GMT ", respondedAt + 60_000],
    ["Tue, 14 Nov 2023 22:14:20 GMT", respondedAt + 60_000],
    ["Tuesday, 14-Nov-23 22:14:20 GMT", respondedAt + 60_000],
  ])("of %j is a time", async (header, time) => {
    expect(await retryAt(header)).toBe(time)
    expect(await retryAt(header, 503)).toBe(time)
  })

  it.each([
    "",
    "0",
    "soon",
    "-5",
    "1.5",
    "7s",
    "99999999999999999999",
    "2024-01-01T00:00:00Z",
    "Tue, 14 Nov 2023 22:14:20 +0200",
    "Tue, 14 Nov 2023 22:14:20 GMT-0200",
    "Thu, 01 Jan 1960 00:00:00 GMT",
    "Tue, 14 Nov 2023 22:13:20 GMT",
    "Tue, 99 Nov 2023 22:14:20 GMT",
  ])("of %j, which is no time or none to come, is left out", async (header) => {
    expect(await retryAt(header)).toBeUndefined()
  })
})

describe("no response", () => {
  it.each<[string, () => unknown]>([
    ["throws", () => throwing(new Error(`${key} was refused`))],
    ["rejects", () => Promise.reject(new TypeError(`fetch failed: ${key}`))],
    ["rejects with no error", () => Promise.reject(undefined)],
    ["returns nothing", () => undefined],
    ["returns null", async () => null],
    ["returns a text", async () => "200 OK"],
    ["returns an object that is no response", async () => ({ ok: true, status: 201 })],
    [
      "returns a response whose body throws",
      async () => ({ status: 201, headers: new Headers(), text: () => Promise.reject(new Error(secret)) }),
    ],
  ])("comes of a fetch that %s, and nothing of the request with it", async (_, fetch) => {
    const response = await postBy(fetch as Fetch)
    expect(response).toEqual({ kind: "network" })
    expect(printed(response)).not.toMatch(new RegExp(`${key}|${secret}`))
  })

  it.each<[string, Reply]>([
    ["is reset", (_, raw) => void raw.socket?.resetAndDestroy()],
    ["is closed", (_, raw) => void raw.socket?.end()],
    ["speaks no HTTP", (_, raw) => void raw.socket?.end("SSH-2.0-OpenSSH_9.6\r\n")],
    ["breaks off in the headers", (_, raw) => void raw.socket?.end("HTTP/1.1 201 Created\r\ncontent-ty")],
    [
      "sends headers without end",
      (_, { socket }) => {
        const more = () => void socket?.write(`x-${"a".repeat(60_000)}: b\r\n`, (error) => error || setImmediate(more))
        socket?.write("HTTP/1.1 201 Created\r\n", more)
      },
    ],
    [
      "breaks off in the body",
      (_, raw) => {
        raw.writeHead(201, { "content-length": 10 })
        raw.write("{}", () => raw.socket?.end())
      },
    ],
    ["says it is compressed and is not", () => new Response("{}", { headers: { "content-encoding": "gzip" } })],
  ])("comes of a connection that %s, and the request may have arrived", async (_, reply) => {
    expect(await post(reply)).toEqual({ kind: "network" })
  })
})
