import { once } from "node:events"
import { createServer, type Socket } from "node:net"
import { gzipSync } from "node:zlib"
import fc from "fast-check"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { clientFailures, failureTable } from "../../../machines/failures.ts"
import type { Fetch } from "../../../src/http/post-json.ts"
import { Secret } from "../../../src/secret.ts"
import { createPostpressTransport } from "../../../src/transports/postpress.ts"
import { createRelayTransport } from "../../../src/transports/relay.ts"
import { createContext } from "../../harness/send-postpress.ts"
import { always, apiKey, hostRelay, origin, type Relayed } from "./host-relay.ts"

const words = "acc_secret api.provider.example hunter2 <b>"

/** What the raw API writes for the next connections. */
let write = (_: Socket): void => {}
const sockets = new Set<Socket>()
const server = createServer((socket) => {
  sockets.add(socket)
  socket.on("close", () => sockets.delete(socket)).on("error", () => {})
  socket.once("data", () => write(socket))
})
let baseUrl = ""

beforeAll(async () => {
  server.listen(0, "127.0.0.1")
  await once(server, "listening")
  const address = server.address()
  baseUrl = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}/v1`
})

afterAll(() => {
  for (const socket of sockets) socket.destroy()
  server.close()
})

const noLimits = { codes: false, submits: false, submitsPerUsername: false } as const

/** A relay before the raw API: the platform's own fetch is between them. */
const hostRaw = () => hostRelay({ baseUrl, fetch: (url, init) => globalThis.fetch(url, init), limits: noLimits })

const known = new Set([
  ...Object.entries(failureTable).flatMap(([, types]) => Object.keys(types).map((type) => `errors/${type}`)),
  ...Object.keys(clientFailures),
  "errors/unknown",
])

/** Expects that a page receives declared types and statuses alone. */
function expectDeclared({ status, text, headers, short }: Relayed) {
  expect(status).toBeGreaterThanOrEqual(200)
  expect(status).toBeLessThanOrEqual(599)
  for (const word of words.split(" ")) expect(`${text}${[...headers].join()}`).not.toContain(word)
  expect(text).not.toContain(new URL(baseUrl).host)
  if (status < 300) return
  expect(known).toContain(short.split(" ")[1])
  expect(Object.keys(JSON.parse(text)).filter((key) => !["type", "status", "recovery"].includes(key))).toEqual([])
}

const head = (status: number, length?: number) =>
  `HTTP/1.1 ${status} ${words}\r\ncontent-type: application/json\r\nx-echo: ${words}\r\nconnection: close\r\n${length === undefined ? "" : `content-length: ${length}\r\n`}`

const echo = JSON.stringify({ type: `errors/${words}`, title: words, detail: words, instance: words })

it("passes on a status that a response can have, and no text of the API's, for every status from 100 to 999", async () => {
  const { login, problems } = hostRelay({
    limits: noLimits,
    fetch: (url, init) => always(Number(JSON.parse(String(init.body)).username), echo)(url, init),
  })
  const statuses = Array.from({ length: 900 }, (_, index) => String(100 + index))
  const responses = await Promise.all(statuses.map((status) => login(status, { user: status })))
  for (const response of responses) expectDeclared(response)
  expect(problems).toEqual([])
})

it("passes on the same of what the platform's own fetch makes of a status", async () => {
  const { login, problems } = hostRaw()
  // Those that HTTP or a fetch knows as something of their own, and some that neither does.
  const statuses = [
    ...[100, 101, 102, 103, 150, 199, 200, 201, 202, 203, 204, 205, 206, 226, 299],
    ...[300, 301, 302, 303, 304, 305, 307, 308, 399, 400, 401, 403, 404, 405, 407, 408, 409, 410, 411, 412, 413],
    ...[417, 418, 421, 422, 425, 426, 429, 431, 451, 499, 500, 501, 502, 503, 504, 511, 599, 600, 700, 999],
  ]
  const passed = new Map<number, string>()
  let next = 0
  write = (socket) => socket.end(`${head(next, echo.length)}\r\n${echo}`)
  for (next of statuses) {
    const response = await login(`name ${next}`)
    expectDeclared(response)
    passed.set(next, response.short)
  }
  expect(problems).toEqual([])
  const picked = [200, 302, 400, 401, 403, 404, 407, 418, 421, 429, 500, 503, 599, 600, 999]
  expect(picked.map((status) => passed.get(status))).toEqual([
    "502 errors/proxy_error",
    "502 errors/proxy_error",
    "400 errors/unknown",
    "401 errors/unknown",
    "403 errors/unknown",
    "404 errors/unknown",
    // A browser's fetch makes a network error of a 407, and sends again after a 421.
    expect.stringMatching(/^50[23] errors\//),
    "418 errors/unknown",
    "503 errors/service_unavailable",
    "429 errors/unknown",
    "500 errors/unknown",
    "503 errors/unknown",
    "599 errors/unknown",
    "502 errors/unknown",
    "502 errors/unknown",
  ])
})

describe("an API that breaks HTTP or sends without end is one that gave no response", () => {
  const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024))
  const cases: Record<string, (socket: Socket) => void> = {
    "closes at once": (socket) => socket.end(),
    resets: (socket) => socket.resetAndDestroy(),
    "speaks something else": (socket) => socket.end(`SSH-2.0 ${words}\r\n`),
    "breaks off in the headers": (socket) => socket.end("HTTP/1.1 201 Created\r\ncontent-ty"),
    "breaks off in the body": (socket) => {
      socket.write(`${head(201, 500)}\r\n{"object":"AccountCreated","account_id":"acc_secret"`)
      socket.destroySoon()
    },
    "sends headers without end": (socket) => {
      const more = () => socket.writable && socket.write(`x-${"a".repeat(60_000)}: b\r\n`, () => setImmediate(more))
      socket.write(head(201))
      more()
    },
    "sends a body without end": (socket) => {
      const more = () => socket.writable && socket.write(`{"a":"${words}"}`.repeat(5_000), () => setImmediate(more))
      socket.write(`${head(201)}\r\n`)
      more()
    },
    "sends a bomb": (socket) => {
      socket.write(`${head(201, bomb.length)}content-encoding: gzip\r\n\r\n`)
      socket.end(bomb)
    },
    "declares gzip and sends none": (socket) =>
      socket.end(`${head(201, 5)}content-encoding: gzip\r\n\r\n${words.slice(0, 5)}`),
    "sends brackets": (socket) => socket.end(`${head(201)}\r\n${"[".repeat(900_000)}`),
    "sends what is no UTF-8": (socket) => {
      socket.write(`${head(201)}\r\n`)
      socket.end(Buffer.from([0x7b, 0xff, 0xfe, 0x7d]))
    },
    redirects: (socket) => socket.end(`${head(307, 0)}location: http://127.0.0.1:1/${encodeURI(words)}\r\n\r\n`),
    "sends a header of two lines": (socket) => socket.end(`${head(429, 2)}retry-after: 1\r\n x\r\n\r\n{}`),
  }

  it.each(Object.entries(cases))(
    "%s",
    async (_, respond) => {
      write = respond
      const { login, problems } = hostRaw()
      const response = await login("2fa")
      expectDeclared(response)
      expect(response.status).toBeGreaterThanOrEqual(429)
      expect(problems).toEqual([])
    },
    30_000,
  )
})

const exists = "errors/already_exists"
const demand = (checkpoint: unknown) => ({ object: "Checkpoint", account_id: "a", checkpoint })

describe("of the API's responses, only what is declared reaches the page", () => {
  it.each<[string, number, unknown, string]>([
    ["an id as a number", 201, { object: "AccountCreated", account_id: 7 }, "502 errors/proxy_error"],
    ["an id as an object", 201, { object: "AccountCreated", account_id: { acc_secret: 1 } }, "502 errors/proxy_error"],
    ["a blank id", 201, { object: "AccountCreated", account_id: " " }, "502 errors/proxy_error"],
    ["an id without end", 201, { object: "AccountCreated", account_id: "x".repeat(4_001) }, "502 errors/proxy_error"],
    ["the host in a type", 403, { type: "https://api.provider.example/errors/x" }, "403 errors/unknown"],
    ["an account in a type", 409, { type: "errors/acc_secret" }, "409 errors/unknown"],
    ["a type of the prototype", 403, { type: "errors/__proto__" }, "403 errors/unknown"],
    ["a known type with words", 409, { type: exists, detail: words, title: words }, `409 ${exists}`],
    ["a known type at another status", 451, { type: exists, detail: words }, `451 ${exists}`],
    ["no Problem Details", 500, words, "500 client/invalid_response"],
    ["a list", 500, [words], "500 client/invalid_response"],
    ["an id as a checkpoint's type", 202, demand({ type: "acc_secret" }), "202 UNKNOWN"],
    ["a checkpoint's data", 202, demand({ type: "CAPTCHA", data: words, account: "acc_secret" }), "202 CAPTCHA"],
    ["a checkpoint's hint", 202, demand({ type: "2FA", source: "acc_secret" }), "202 2FA"],
    ["a checkpoint that is none", 202, demand(null), "502 errors/proxy_error"],
  ])("%s", async (_, status, body, short) => {
    const { login } = hostRelay({ fetch: always(status, body, { "x-echo": "acc_secret" }) })
    const response = await login("2fa")
    expectDeclared(response)
    expect(response.short).toBe(short)
  })

  it("whatever it is", async () => {
    const anything = fc.oneof(
      fc.json(),
      fc.record({
        type: fc.string(),
        account_id: fc.anything(),
        object: fc.constantFrom("AccountCreated", "Checkpoint", "x"),
      }),
      fc.record({
        object: fc.constant("Checkpoint"),
        account_id: fc.string({ minLength: 1 }),
        checkpoint: fc.record({ type: fc.string(), data: fc.anything(), source: fc.string() }),
      }),
    )
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 200, max: 599 }), anything, async (status, body) => {
        const fetch = always(status, typeof body === "string" ? body : (JSON.stringify(body) ?? ""))
        const { login, problems } = hostRelay({ fetch })
        const response = await login("2fa")
        expectDeclared(response)
        expect(problems).toEqual([])
        if (response.status === 202) {
          const { checkpoint } = JSON.parse(response.text)
          expect(checkpoint.type).toMatch(
            /^(2FA|OTP|IN_APP_VALIDATION|PHONE_REGISTER|CAPTCHA|QRCODE|CONTRACT_CHOOSER|UNKNOWN)$/,
          )
          expect(Object.keys(checkpoint).filter((key) => !["type", "hint"].includes(key))).toEqual([])
        }
      }),
      { numRuns: 200 },
    )
  })

  it("and what the host declares: types with what can be done, and a checkpoint's data", async () => {
    const captcha = {
      "~standard": { validate: (value: unknown) => ({ value: { key: (value as { key: string }).key } }) },
    }
    const declared = {
      failures: { "errors/account_locked": { status: 423, recovery: "restart" as const } },
      checkpoints: { CAPTCHA: captcha },
    }
    const locked = hostRelay({ ...declared, fetch: always(423, { type: "errors/account_locked", detail: words }) })
    expect(JSON.parse((await locked.login("2fa")).text)).toEqual({
      type: "errors/account_locked",
      status: 423,
      recovery: "restart",
    })
    const checkpoint = { type: "CAPTCHA", key: "k", other: words }
    const asked = hostRelay({ ...declared, fetch: always(202, demand(checkpoint)) })
    expect(JSON.parse((await asked.login("2fa")).text).checkpoint).toEqual({ type: "CAPTCHA", data: { key: "k" } })
  })

  it("and when to try again", async () => {
    const { login } = hostRelay({
      fetch: always(503, { type: "errors/service_unavailable" }, { "retry-after": "120" }),
    })
    expect((await login("2fa")).headers.get("retry-after")).toBe("120")
  })
})

/** What a back end and a page make of the same response, the page through a relay. */
async function submitBoth(options: Parameters<typeof hostRelay>[0] & { fetch: Fetch }) {
  const { relay, clock } = hostRelay({ ...options, limits: noLimits })
  const page = createRelayTransport({
    baseUrl: "/api/auth",
    headers: { "x-user": "ada" },
    fetch: (path, init) => relay(new Request(new URL(path, origin), init)),
  })
  const outcomes = [createPostpressTransport({ ...options, apiKey }), page].map((transport) => {
    const credentials = new Secret({ username: "a", password: "b" })
    return transport.submit({ provider: "LINKEDIN", credentials }, { ...createContext(), now: clock.now })
  })
  const [direct, relayed] = await Promise.all(outcomes)
  return { direct, relayed }
}

it("a page receives for each documented error what a back end receives", async () => {
  for (const [status, types] of Object.entries(failureTable)) {
    for (const type of Object.keys(types)) {
      const fetch = always(Number(status), { type: `errors/${type}` }, { "retry-after": "7" })
      const { direct, relayed } = await submitBoth({ fetch })
      // A browser makes a network error of a 407.
      if (status !== "407") expect(relayed).toEqual(direct)
      else expect(relayed).toMatchObject({ failure: { status: 503, recovery: "retry" } })
    }
  }
})

it.each<[string, (value: unknown) => { value: unknown } | { issues: unknown[] }]>([
  ["is declared", () => ({ value: { key: "k" } })],
  ["does not match its schema", () => ({ issues: [{}] })],
  ["is nothing", () => ({ value: undefined })],
  ["has a schema that throws", () => expect.fail("broken")],
])("a page receives a checkpoint of the host's own whose data %s as a back end receives it", async (_, validate) => {
  const checkpoint = { type: "PUZZLE", source: "SMS", other: words }
  const fetch = always(202, { object: "Checkpoint", account_id: "acc_secret", checkpoint })
  const { direct, relayed } = await submitBoth({ checkpoints: { PUZZLE: { "~standard": { validate } } }, fetch })
  expect(direct).toMatchObject({ checkpoint: { type: "PUZZLE", hint: "SMS" } })
  expect(relayed).toEqual({ ...direct, accountId: expect.any(String) })
})

it("the API's body is for the host, as a secret that onResponse may open", async () => {
  const bodies: unknown[] = []
  const { login } = hostRelay({
    fetch: always(409, { type: "errors/already_exists", detail: words }),
    onResponse: ({ operation, provider, status, type, body }) =>
      bodies.push({ operation, provider, status, type, printed: String(body), opened: body.open() }),
  })
  await login("2fa")
  expect(bodies).toEqual([
    {
      operation: "submit",
      provider: "INSTAGRAM",
      status: 409,
      type: "errors/already_exists",
      printed: "[secret]",
      opened: { type: "errors/already_exists", detail: words },
    },
  ])
})
