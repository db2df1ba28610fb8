import { describe, expect, it, vi } from "vitest"
import { clientFailures, failureTable } from "../../../machines/failures.ts"
import type { Fetch } from "../../../src/http/post-json.ts"
import { Secret } from "../../../src/secret.ts"
import { createPostpressTransport } from "../../../src/transports/postpress.ts"
import { holdTimers } from "../../harness/hold-timers.ts"
import { createContext } from "../../harness/send-postpress.ts"
import { always, apiKey, createPageTransport, hostRelay, type Relayed } from "./host-relay.ts"

const words = "acc_secret api.provider.example hunter2 <b>"

const unavailable = "503 errors/service_unavailable"

const endless = () =>
  new ReadableStream({ pull: (queue) => queue.enqueue(new TextEncoder().encode(words.repeat(999))) })

const noLimits = { codes: false, submits: false, submitsPerUsername: false } as const

const known = new Set([
  ...Object.entries(failureTable).flatMap(([, types]) => Object.keys(types).map((type) => `errors/${type}`)),
  ...Object.keys(clientFailures),
  "errors/unknown",
])

/** Expects a page to receive only declared types and statuses. */
function expectDeclared({ status, text, headers, short }: Relayed) {
  expect(status).toBeGreaterThanOrEqual(200)
  expect(status).toBeLessThanOrEqual(599)
  for (const word of words.split(" ")) expect(`${text}${[...headers].join()}`).not.toContain(word)
  if (status < 300) return
  expect(known).toContain(short.split(" ")[1])
  expect(Object.keys(JSON.parse(text)).filter((key) => !["type", "status", "recovery"].includes(key))).toEqual([])
}

const echo = JSON.stringify({ type: `errors/${words}`, title: words, detail: words, instance: words })

it("passes on a status that a response can have, and no text of the API's, for every status from 100 to 999", async () => {
  const { login, problems } = hostRelay({
    limits: noLimits,
    fetch: (url, init) => always(Number(JSON.parse(String(init.body)).username), echo)(url, init),
  })
  const statuses = Array.from({ length: 900 }, (_, index) => String(100 + index))
  const responses = await Promise.all(statuses.map((status) => login(status, { user: status })))
  for (const response of responses) expectDeclared(response)
  const kept = [400, 401, 403, 404, 418, 429, 500, 503, 599].map(
    (status) => [status, `${status} errors/unknown`] as const,
  )
  // A browser's fetch turns a 407 into a network error, and repeats a request after a 421.
  const mended = [
    [200, "502 errors/proxy_error"],
    [302, "502 errors/proxy_error"],
    [407, unavailable],
    [421, unavailable],
    [600, "502 errors/unknown"],
    [999, "502 errors/unknown"],
  ] as const
  for (const [status, short] of [...kept, ...mended])
    expect([status, responses[status - 100]?.short]).toEqual([status, short])
  // Statuses with a success as their body, or that a browser's fetch turns into a network error.
  expect(problems).toContainEqual({ code: "api_failed", message: "submit failed: client/invalid_response, status 200" })
  expect(new Set(problems.map(({ code }) => code))).toEqual(new Set(["api_failed"]))
})

const refused = Object.assign(new Error(words), { code: "ECONNREFUSED" })
const invalid = "client/invalid_response, status 201"

it.each<[string, Fetch, string, string]>([
  ["no response", () => Promise.reject(new TypeError(words)), "502 errors/proxy_error", "client/network"],
  ["no connection", () => Promise.reject(refused), unavailable, "client/network"],
  ["no JSON", always(201, words), "502 errors/proxy_error", invalid],
  ["a body without end", async () => new Response(endless(), { status: 201 }), "502 errors/proxy_error", invalid],
  ["no end", () => new Promise(() => vi.advanceTimersByTime(30_000)), "504 errors/request_timeout", "client/timeout"],
])("passes on that the API has given %s, and reports it", async (_, fetch, short, cause) => {
  holdTimers()
  const { login, problems } = hostRelay({ fetch })
  const response = await login("2fa")
  expectDeclared(response)
  expect([response.short, JSON.parse(response.text).recovery]).toEqual([short, "retry"])
  expect(problems).toEqual([{ code: "api_failed", message: `submit failed: ${cause}` }])
})

it("reports that the API has refused the key, and no refusal of what a person entered", async () => {
  const { login, problems } = hostRelay({ fetch: always(401, { type: "errors/invalid_api_key", detail: words }) })
  await login("2fa")
  expect(problems).toEqual([{ code: "api_failed", message: "submit failed: errors/invalid_api_key, status 401" }])
  const other = hostRelay()
  expect((await other.login("wrong-password")).status).toBe(401)
  expect(other.problems).toEqual([])
})

const exists = "errors/already_exists"
const demand = (checkpoint: unknown) => ({ object: "Checkpoint", account_id: "a", checkpoint })

describe("of the API's responses, only what is declared reaches the page", () => {
  it.each<[string, number, unknown, string]>([
    ["the host in a type", 403, { type: "https://api.provider.example/errors/x" }, "403 errors/unknown"],
    ["an account in a type", 409, { type: "errors/acc_secret" }, "409 errors/unknown"],
    ["a type of the prototype", 403, { type: "errors/__proto__" }, "403 errors/unknown"],
    ["a known type with words", 409, { type: exists, detail: words, title: words }, `409 ${exists}`],
    ["a known type at another status", 451, { type: exists, detail: words }, `451 ${exists}`],
    ["an id as a checkpoint's type", 202, demand({ type: "acc_secret" }), "202 UNKNOWN"],
    ["a checkpoint's data", 202, demand({ type: "CAPTCHA", data: words, account: "acc_secret" }), "202 CAPTCHA"],
    ["a checkpoint's hint", 202, demand({ type: "2FA", source: "acc_secret" }), "202 2FA"],
  ])("%s", async (_, status, body, short) => {
    const { login } = hostRelay({ fetch: always(status, body, { "x-echo": "acc_secret" }) })
    const response = await login("2fa")
    expectDeclared(response)
    expect(response.short).toBe(short)
  })

  it("and the types that the host declares, with what can be done", async () => {
    const failures = { "errors/account_locked": { status: 423, recovery: "restart" as const } }
    const type = "errors/account_locked"
    const { login } = hostRelay({ failures, fetch: always(423, { type, detail: words }) })
    expect(JSON.parse((await login("2fa")).text)).toEqual({ type, status: 423, recovery: "restart" })
  })
})

/** The outcomes of the same response for a back end, and for a page through a relay. */
async function submitBoth(options: Parameters<typeof hostRelay>[0] & { fetch: Fetch }) {
  const { relay, clock } = hostRelay({ ...options, limits: noLimits })
  const transports = [createPostpressTransport({ ...options, apiKey }), createPageTransport(relay)]
  const outcomes = transports.map((transport) => {
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
      // A browser turns a 407 into a network error.
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
  const body = { type: "errors/already_exists", detail: words }
  const bodies: unknown[] = []
  const { login } = hostRelay({
    fetch: always(409, body),
    onResponse: ({ body, ...facts }) => bodies.push({ ...facts, printed: String(body), opened: body.open() }),
  })
  await login("2fa")
  const facts = { operation: "submit", provider: "INSTAGRAM", status: 409, type: body.type }
  expect(bodies).toEqual([expect.objectContaining({ ...facts, printed: "[secret]", opened: body })])
})

it("an onResponse that throws is reported, and changes nothing", async () => {
  const { login, problems } = hostRelay({ onResponse: () => expect.fail("The host's own") })
  expect((await login("2fa")).short).toBe("202 2FA")
  expect(problems.map(({ code }) => code)).toEqual(["callback_threw"])
})
