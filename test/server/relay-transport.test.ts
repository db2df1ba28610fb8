import { describe, expect, it } from "vitest"
import type { Provider } from "../../machines/auth-intent.types.ts"
import { AuthIntentError } from "../../src/auth-intent-error.ts"
import type { Fetch } from "../../src/http/post-json.ts"
import { Secret } from "../../src/secret.ts"
import type { Solution } from "../../src/transports/auth-transport.ts"
import { createRelayTransport, type RelayTransportOptions } from "../../src/transports/relay.ts"
import { apiKey, hostRelay, origin, password } from "./host-relay.ts"

const at = 1_700_000_000_000
const context = { signal: new AbortController().signal, now: () => at }
const credentials = () => new Secret({ username: " ada ", password })

/** A transport, and what it sends to whatever answers it. */
function pageFor(answer: Fetch, options: Partial<RelayTransportOptions> = {}) {
  const sent: { url: string; headers: Headers; body: unknown; init: RequestInit }[] = []
  const fetch: Fetch = (url, init) => {
    sent.push({ url, headers: new Headers(init.headers), body: JSON.parse(String(init.body)), init })
    return answer(url, init)
  }
  return { sent, transport: createRelayTransport({ baseUrl: "/api/auth", fetch, ...options }) }
}

const json = (status: number, body: unknown) => async () => new Response(JSON.stringify(body), { status })

describe("what it sends", () => {
  it.each<[string, Solution, unknown]>([
    ["a code", { kind: "code", secret: new Secret("135790") }, { kind: "code", value: "135790" }],
    [
      "a phone number",
      { kind: "phone", secret: new Secret({ countryCode: "33", number: "0612345678" }) },
      { kind: "phone", value: { countryCode: "33", number: "0612345678" } },
    ],
    ["an approval", { kind: "approval" }, { kind: "approval" }],
    ["another way", { kind: "anotherWay" }, { kind: "anotherWay" }],
  ])("is %s by its kind, never in words of the API", async (_, solution, wanted) => {
    const { sent, transport } = pageFor(json(201, { object: "AccountCreated", account_id: "t2" }))
    const outcome = await transport.solve({ provider: "TWITTER", accountId: "t1", solution }, context)
    expect(outcome).toEqual({ kind: "connected", at, accountId: "t2" })
    expect(sent.map(({ url, body }) => [url, body])).toEqual([
      ["/api/auth/accounts/checkpoint", { provider: "TWITTER", token: "t1", solution: wanted }],
    ])
  })

  it("is credentials, with the host's headers and no key", async () => {
    const { sent, transport } = pageFor(json(500, {}), { headers: { "x-csrf": "c1" } })
    await transport.submit({ provider: "TWITTER", credentials: credentials() }, context)
    const [{ url, headers, body, init } = expect.fail("Nothing was sent")] = sent
    expect([url, body]).toEqual([
      "/api/auth/accounts",
      { provider: "TWITTER", credentials: { username: "ada", password } },
    ])
    expect(Object.fromEntries(headers)).toEqual({
      accept: "application/json",
      "content-type": "application/json",
      "x-csrf": "c1",
    })
    expect(init.credentials).toBeUndefined()
  })

  it("is nothing where the credentials are none", async () => {
    const { sent, transport } = pageFor(json(500, {}))
    const empty = new Secret({ username: " ", password })
    const outcome = await transport.submit({ provider: "TWITTER", credentials: empty }, context)
    expect(outcome).toMatchObject({ kind: "rejected", failure: { type: "client/invalid_input" } })
    expect(sent).toEqual([])
  })
})

describe("what it hears", () => {
  it.each<[string, Provider, object, object]>([
    ["a hint", "INSTAGRAM", { type: "2FA", source: "APP" }, { type: "2FA", hint: "APP" }],
    ["what Messenger can do", "MESSENGER", { type: "2FA" }, { type: "2FA", canApproveInApp: true }],
    ["what came with a puzzle", "LINKEDIN", { type: "P", n: [1] }, { type: "P", data: { n: [1] } }],
  ])("is %s, through the relay as from the API", async (_, provider, checkpoint, wanted) => {
    const { relay } = hostRelay({ fetch: json(202, { object: "Checkpoint", account_id: "acc_1", checkpoint }) })
    const { transport } = pageFor((path, init) => relay(new Request(new URL(path, origin), init)), {
      headers: { "x-user": "ada" },
    })
    const outcome = await transport.submit({ provider, credentials: credentials() }, context)
    expect(outcome).toEqual({ kind: "checkpoint", at, accountId: expect.any(String), checkpoint: wanted })
  })

  it("stops a page where nobody is signed in any more, at either step", async () => {
    const { relay } = hostRelay()
    const { transport } = pageFor((path, init) => relay(new Request(new URL(path, origin), init)))
    const outcomes = [
      await transport.submit({ provider: "TWITTER", credentials: credentials() }, context),
      await transport.solve({ provider: "TWITTER", accountId: "t1", solution: { kind: "approval" } }, context),
    ]
    const failure = { type: "errors/not_signed_in", status: 401, recovery: "stop" }
    expect(outcomes).toMatchObject([{ failure }, { failure }])
  })

  it("is none of what it sent", async () => {
    const { transport } = pageFor(json(500, { title: `no ${password}`, type: "errors/unexpected_error", status: 500 }))
    const outcome = await transport.submit({ provider: "TWITTER", credentials: credentials() }, context)
    expect(outcome).toMatchObject({ failure: { title: "no [secret]" } })
  })

  it("is a failure to retry where there is no connection", async () => {
    const { transport } = pageFor(() => Promise.reject(new TypeError("fetch failed")))
    const outcome = await transport.submit({ provider: "TWITTER", credentials: credentials() }, context)
    expect(outcome).toMatchObject({ kind: "rejected", at, failure: { type: "client/network", recovery: "retry" } })
  })
})

describe("its base URL", () => {
  it.each([
    ["/api/auth", "/api/auth/accounts"],
    ["/api/auth/", "/api/auth/accounts"],
    ["/", "/accounts"],
    ["https://app.example.com/auth/", "https://app.example.com/auth/accounts"],
    ["http://localhost:3000", "http://localhost:3000/accounts"],
  ])("may be %s", async (baseUrl, url) => {
    const { sent, transport } = pageFor(json(500, {}), { baseUrl })
    await transport.submit({ provider: "TWITTER", credentials: credentials() }, context)
    expect(sent.map((request) => request.url)).toEqual([url])
  })

  it.each(["//evil.example", "/\\evil.example", "api/auth", "", "http://app.example.com", "/api?x=1", "/api#x"])(
    "may not be %s",
    (baseUrl) => {
      expect(() => createRelayTransport({ baseUrl })).toThrow(AuthIntentError)
    },
  )
})

it.each<[string, object]>([
  ["headers that are none", { headers: { "x y": "1" } }],
  ["a value that is none", { headers: { x: "a\nb" } }],
  ["a fetch that is none", { fetch: apiKey }],
])("names %s", (_, wrong) => {
  expect(() => createRelayTransport({ baseUrl: "/api", ...wrong })).toThrow(
    /createRelayTransport: (headers|fetch) should/,
  )
})
