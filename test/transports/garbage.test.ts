import { gzipSync } from "node:zlib"
import { describe, expect, test } from "vitest"
import { Secret } from "../../src/secret.ts"
import { createIntelliwiseTransport } from "../../src/transports/intelliwise.ts"
import { printed } from "./printed.ts"
import { apiKey, at, code, created, login, solve, submit } from "./send-postpress.ts"
import { type Reply, serve } from "./serve.ts"

const iwCode = "iw-code-8642"

function signIn(baseUrl: string) {
  const transport = createIntelliwiseTransport({ baseUrl, sessionToken: apiKey })
  const credentials = new Secret({ code: iwCode })
  const context = { signal: new AbortController().signal, now: () => at }
  return transport.submit({ provider: "INSTAGRAM", credentials }, context)
}

const mebibyte = 1024 * 1024
const gzip = { "content-encoding": "gzip" }
const deep = (open: string, close: string) => open.repeat(100_000) + close.repeat(100_000)

const cases = [
  ["postpress on submit", submit, JSON.stringify(created)],
  ["postpress on solve", solve, JSON.stringify(created)],
  ["intelliwise", signIn, JSON.stringify({ id: 42, valid: true })],
] as const

describe.each(cases)("%s", (_, send, good) => {
  /** Sends once and holds what came of it against what no outcome may do. */
  async function meet(reply: Reply) {
    const server = await serve(reply)
    const outcome = await send(server.url)
    expect(server.received).toHaveLength(1)
    const shown = printed(outcome)
    for (const canary of [apiKey, login.password, code, iwCode, server.url, "x-api-key", "x-session-token"]) {
      expect(shown.toLowerCase()).not.toContain(canary)
    }
    return outcome
  }

  test.each<[title: string, body: BodyInit, headers?: Record<string, string>]>([
    ["that says it is HTML", good, { "content-type": "text/html" }],
    ["that says it is a picture", good, { "content-type": "image/png" }],
    ["that says it is an event stream", good, { "content-type": "text/event-stream" }],
    ["that does not say what it is", Buffer.from(good)],
    ["among white space", `\r\n\t ${good} \n`],
    ["after a byte order mark", `\ufeff${good}`],
    ["compressed", gzipSync(good), gzip],
    ["of 1 MiB", good.padEnd(mebibyte)],
  ])("takes a good answer %s", async (_, body, headers) => {
    expect(await meet(() => new Response(body, { headers }))).toMatchObject({ kind: "connected" })
  })

  test.each<[title: string, body: BodyInit | null, headers?: Record<string, string>]>([
    ["HTML", "<!doctype html><h1>Welcome</h1>"],
    ["HTML that says it is JSON", "<!doctype html>", { "content-type": "application/json" }],
    ["nothing", null],
    ["an empty body", ""],
    ["white space", " \n "],
    ["truncated JSON", good.slice(0, -1)],
    ["JSON with a tail", `${good}}`],
    ["JSON twice", `${good}\n${good}`],
    ["JSON as JavaScript writes it", good.replaceAll('"', "'")],
    ["JSON with a comma too many", good.replace("}", ",}")],
    ["JSON in a JSON text", JSON.stringify(good)],
    ["JSON in a list", `[${good}]`],
    ["a number", "201"],
    ["null", "null"],
    ["true", "true"],
    ["UTF-16", Buffer.from(good, "utf16le")],
    ["bytes that are no text", Buffer.from([0xff, 0xfe, 0x80, 0x00])],
    ["a good answer of 1 MiB and a byte", good.padEnd(mebibyte + 1)],
    ["a good answer of 10 MB", good.padEnd(10_000_000)],
    ["a good answer of 10 MB, compressed to 10 kB", gzipSync(good.padEnd(10_000_000)), gzip],
    ["lists that are 100 000 deep", deep("[", "]")],
    ["objects that are 100 000 deep", deep('{"a":', "}").replace("}", "1}")],
  ])("is to be asked again after a success that is garbage: %s", async (_, body, headers) => {
    expect(await meet(() => new Response(body, { headers }))).toMatchObject({
      kind: "rejected",
      failure: { type: "client/invalid_response", status: 200, recovery: "retry" },
    })
  })

  test.each([
    [204, "retry"],
    [301, "stop"],
    [400, "correct"],
    [403, "stop"],
    [404, "restart"],
    [410, "restart"],
    [413, "correct"],
    [429, "retry"],
    [502, "retry"],
    [503, "retry"],
  ])("judges a page by its status: %i", async (status, recovery) => {
    const page = status === 204 ? null : "<!doctype html><h1>Sorry</h1>"
    expect(await meet(() => new Response(page, { status, headers: { "content-type": "text/html" } }))).toMatchObject({
      kind: "rejected",
      failure: { type: "client/invalid_response", status, recovery },
    })
  })

  test.each<[title: string, reply: Reply]>([
    ["a connection that is reset", (_, raw) => void raw.socket?.resetAndDestroy()],
    ["a connection that is closed", (_, raw) => void raw.socket?.end()],
    ["an answer that is not HTTP", (_, raw) => void raw.socket?.end("SSH-2.0-OpenSSH_9.6\r\n")],
    ["a header that is not HTTP", (_, raw) => void raw.socket?.end("HTTP/1.1 201 Created\r\nno colon\r\n\r\n{}")],
    [
      "a body that breaks off",
      (_, raw) => {
        raw.writeHead(201, { "content-length": good.length + 1 })
        raw.write(good, () => raw.socket?.end())
      },
    ],
    [
      "a chunked body that is reset",
      (_, raw) => {
        raw.writeHead(201)
        raw.write(good, () => raw.socket?.resetAndDestroy())
      },
    ],
    ["compression that is none", () => new Response(good, { headers: gzip })],
  ])("takes %s for a network that failed", async (_, reply) => {
    expect(await meet(reply)).toMatchObject({
      kind: "rejected",
      failure: { type: "client/network", status: 0, recovery: "retry" },
    })
  })
})

describe("postpress", () => {
  test.each(["caf\ufffd", "caf\ufffd\ufffd"])("reads broken UTF-8 in a text as %j", async (detail) => {
    const wire = detail.length === 4 ? [0xe9] : [0xe9, 0xff]
    const text = JSON.stringify({ title: "T", type: "errors/account_restricted", status: 403, detail: "caf@" })
    const [before = "", after = ""] = text.split("@")
    const body = Buffer.concat([Buffer.from(before), Buffer.from(wire), Buffer.from(after)])
    const server = await serve(() => new Response(body, { status: 403 }))
    expect(await submit(server.url)).toMatchObject({ failure: { type: "errors/account_restricted", detail } })
  })

  test("reads letters that chunks cut in two", async () => {
    const detail = "é€😀"
    const text = JSON.stringify({ title: "T", type: "errors/account_restricted", status: 403, detail })
    const body = new ReadableStream({
      start(queue) {
        for (const byte of Buffer.from(text)) queue.enqueue(Uint8Array.of(byte))
        queue.close()
      },
    })
    const fetch = async () => new Response(body, { status: 403 })
    expect(await submit("https://api.example.com", { fetch })).toMatchObject({ failure: { detail } })
  })

  test("judges an error whose texts are 100 000 deep", async () => {
    const body = `{"title":${deep("[", "]")},"type":"errors/account_mismatch","status":403}`
    const server = await serve(() => new Response(body, { status: 403 }))
    expect(await submit(server.url)).toMatchObject({ kind: "rejected", failure: { status: 403 } })
  })
})

test("no server at all is a network that failed", async () => {
  const port = await serve(() => undefined).then(({ url }) => new URL(url).port)
  const failure = { type: "client/network", status: 0, recovery: "retry" }
  // A port of this machine with nothing behind it: the address differs from the server's.
  expect(await submit(`http://127.0.0.2:${port}`)).toMatchObject({ kind: "rejected", failure })
})

describe("a fetch that has no streams", () => {
  const whole = (text: string) => {
    const response = { status: 201, headers: new Headers(), body: undefined, text: async () => text }
    return async () => response as unknown as Response
  }
  const good = JSON.stringify(created)

  test.each([
    [good, "connected"],
    [good.padEnd(mebibyte), "connected"],
    [good.padEnd(mebibyte + 1), "rejected"],
    ["", "rejected"],
  ])("is read as a text: %#", async (text, kind) => {
    expect(await submit("https://api.example.com", { fetch: whole(text) })).toMatchObject({ kind })
  })
})

test.each<[title: string, fetch: () => unknown]>([
  [
    "throws",
    () => {
      throw new Error(`${apiKey} was refused`)
    },
  ],
  [
    "rejects",
    async () => {
      throw new TypeError(`fetch failed: ${apiKey}`)
    },
  ],
  ["rejects with no error", () => Promise.reject(undefined)],
  ["gives nothing", () => undefined],
  ["gives null", async () => null],
  ["gives a text", async () => "200 OK"],
  ["gives an object", async () => ({ ok: true, status: 201 })],
])("a fetch that %s is a network that failed", async (_, fetch) => {
  const outcome = await submit("https://api.example.com", { fetch: fetch as typeof globalThis.fetch })
  expect(outcome).toMatchObject({ kind: "rejected", failure: { type: "client/network", status: 0, recovery: "retry" } })
  expect(printed(outcome)).not.toContain(apiKey)
})
