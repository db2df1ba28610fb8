import { describe, expect, it, vi } from "vitest"
import type { Provider } from "../../machines/providers.ts"
import type { Fetch, FetchInit } from "../../src/http/post-json.ts"
import { Secret } from "../../src/secret.ts"
import type { Solution } from "../../src/transports/auth-transport.ts"
import { createRelayTransport, type RelayTransportOptions } from "../../src/transports/relay.ts"
import { expectMistake } from "../harness/expect-mistake.ts"
import { connected, login, rejected } from "../harness/outcomes.ts"
import { createContext, respondedAt } from "../harness/send-postpress.ts"

/** Builds a page's transport to a given responder, and records its requests. */
function createPage(respond: Fetch, options: Partial<RelayTransportOptions> = {}) {
  const sent: { url: string; init: FetchInit; body: unknown; id: number }[] = []
  const fetch: Fetch = (url, init) => {
    const { id, ...body } = JSON.parse(init.body)
    sent.push({ url, init, body, id })
    return respond(url, init)
  }
  const transport = createRelayTransport({ baseUrl: "/api/auth", fetch, ...options })
  return {
    sent,
    submit: (provider: Provider = "TWITTER", credentials = login) =>
      transport.submit({ provider, credentials: new Secret(credentials) }, createContext()),
    solve: (solution: Solution) => {
      if (!transport.solve) throw new Error("The transport solves nothing")
      return transport.solve({ provider: "TWITTER", accountId: "token_1", solution }, createContext())
    },
  }
}

const exists = "errors/already_exists"

const json = (status: number, body: unknown) => async () => Response.json(body, { status })

it("its options may be an object of a class, whose fetch it inherits", async () => {
  let isCalled = false
  class Options {
    get baseUrl() {
      return "/api/auth"
    }
    async fetch() {
      isCalled = true
      return Response.json({}, { status: 500 })
    }
  }
  const { submit } = createRelayTransport(new Options())
  await submit({ provider: "TWITTER", credentials: new Secret(login) }, createContext())
  expect(isCalled).toBe(true)
})

describe("what it sends", () => {
  it.each<[string, Solution, unknown]>([
    ["a code", { kind: "code", secret: new Secret("135790") }, { kind: "code", value: "135790" }],
    [
      "a phone number",
      { kind: "phone", secret: new Secret({ countryCode: "33", number: "0612345678" }) },
      { kind: "phone", value: { countryCode: "33", number: "0612345678" } },
    ],
    ["an approval", { kind: "inApp" }, { kind: "inApp" }],
    ["another way", { kind: "method" }, { kind: "method" }],
  ])("is %s by its kind, never in words of the API", async (_, solution, wanted) => {
    const { sent, solve } = createPage(json(201, { object: "AccountCreated", account_id: "acc_1" }))
    expect(await solve(solution)).toEqual(connected)
    expect(sent.map(({ url, body }) => [url, body])).toEqual([
      ["/api/auth/accounts/checkpoint", { provider: "TWITTER", token: "token_1", solution: wanted }],
    ])
  })

  it("has a name of its own, by which the relay knows what a browser repeats", async () => {
    const { sent, submit } = createPage(json(408, {}))
    await submit()
    await submit()
    const names = sent.map(({ id }) => id)
    expect(names).toEqual([expect.any(Number), expect.any(Number)])
    expect(new Set(names).size).toBe(2)
  })

  it("is credentials, with the host's headers and no key", async () => {
    const { sent, submit } = createPage(json(500, {}), { headers: { "x-csrf": "c1" } })
    await submit("TWITTER", { username: " ada ", password: " pw " })
    const [{ url, init, body } = expect.fail("Nothing was sent")] = sent
    expect([url, body]).toEqual([
      "/api/auth/accounts",
      { provider: "TWITTER", credentials: { username: "ada", password: " pw " } },
    ])
    expect(init.headers).toEqual({
      accept: "application/json",
      "content-type": "application/json",
      "x-csrf": "c1",
    })
    expect(init).not.toHaveProperty("credentials")
  })

  it("is nothing where the credentials are none", async () => {
    const { sent, submit } = createPage(json(500, {}))
    const outcome = await submit("TWITTER", { username: " ", password: "pw" })
    expect(outcome).toEqual({ ...rejected("client/invalid_input", 0, "correct"), sent: false })
    expect(sent).toEqual([])
  })
})

describe("what it receives", () => {
  it.each<[string, Provider, object, object]>([
    ["a hint", "INSTAGRAM", { type: "2FA", source: "APP" }, { type: "2FA", hint: "APP" }],
    ["an approval in Messenger's app", "MESSENGER", { type: "2FA" }, { type: "2FA", canApproveInApp: true }],
    ["a checkpoint of a known name without its data", "LINKEDIN", { type: "CAPTCHA", key: "k" }, { type: "CAPTCHA" }],
    ["a checkpoint that nobody declared", "LINKEDIN", { type: "PUZZLE", n: [1] }, { type: "UNKNOWN" }],
    ["none of a wrong hint", "INSTAGRAM", { type: "2FA", hint: 7, source: "SMS" }, { type: "2FA", hint: "SMS" }],
  ])("is %s, as from the API", async (_, provider, checkpoint, wanted) => {
    // A token is longer than an account id.
    const token = "t".repeat(10_000)
    const { submit } = createPage(json(202, { object: "Checkpoint", account_id: token, checkpoint }))
    expect(await submit(provider)).toEqual({ kind: "checkpoint", accountId: token, checkpoint: wanted })
  })

  it("is a failure as the relay has it, with its HTTP status and when to try again", async () => {
    const problem = { type: "errors/account_locked", status: 200, recovery: "restart", detail: "no" }
    const page = createPage(async () => Response.json(problem, { status: 423, headers: { "retry-after": "30" } }))
    const failure = { retryAt: respondedAt + 30_000 }
    expect(await page.submit()).toEqual(rejected("errors/account_locked", 423, "restart", failure))
  })

  it.each<[string, number, unknown, object]>([
    ["the response of another server, by its status", 500, "<html>", rejected("client/invalid_response", 500, "retry")],
    ["a recovery that is none, by the table", 409, { type: exists, recovery: "x" }, rejected(exists, 409, "stop")],
    ["a type without end", 409, { type: "x".repeat(200), recovery: "retry" }, rejected("errors/unknown", 409, "stop")],
    [
      "a failure of a success",
      200,
      { type: exists, recovery: "stop" },
      rejected("client/invalid_response", 200, "retry"),
    ],
  ])("is %s", async (_, status, body, outcome) => {
    expect(await createPage(json(status, body)).submit()).toEqual(outcome)
  })

  it("is what the relay's host has declared, at either operation", async () => {
    const { submit, solve } = createPage(json(423, { type: "errors/account_locked", recovery: "stop", detail: "D" }))
    for (const outcome of [await submit(), await solve({ kind: "inApp" })]) {
      expect(outcome).toEqual(rejected("errors/account_locked", 423, "stop"))
    }
    const checkpoint = { type: "PUZZLE", data: { n: [1] }, detail: "D" }
    const page = createPage(json(202, { object: "Checkpoint", account_id: "t", declared: true, checkpoint }))
    expect(await page.submit()).toEqual({
      kind: "checkpoint",
      accountId: "t",
      checkpoint: { type: "PUZZLE", data: { n: [1] } },
    })
  })

  it("is UNKNOWN where a checkpoint's data is nothing that a record could hold", async () => {
    const checkpoint = { type: "PUZZLE", data: "x".repeat(20_000), canApproveInApp: 1 }
    const { submit } = createPage(json(202, { object: "Checkpoint", account_id: "t", declared: true, checkpoint }))
    expect(await submit()).toEqual({ kind: "checkpoint", accountId: "t", checkpoint: { type: "UNKNOWN" } })
  })

  it("is a failure to retry where the connection is lost, and reports where nothing was sent", async () => {
    const lost = createPage(() => Promise.reject(new TypeError("fetch failed")))
    expect(await lost.submit()).toStrictEqual(rejected("client/network", 0, "retry"))
    const refused = createPage(() => Promise.reject(Object.assign(new Error("no"), { code: "ECONNREFUSED" })))
    expect(await refused.submit()).toEqual({ ...rejected("client/network", 0, "retry"), sent: false })
  })
})

describe("its base URL", () => {
  it.each([
    ["/api/auth", "/api/auth/accounts"],
    ["/api/auth//", "/api/auth/accounts"],
    ["/", "/accounts"],
    ["/null/auth", "/null/auth/accounts"],
    ["https://app.example.com/auth/", "https://app.example.com/auth/accounts"],
    ["http://localhost:3000", "http://localhost:3000/accounts"],
  ])("may be %s", async (baseUrl, url) => {
    const { sent, submit } = createPage(json(500, {}), { baseUrl })
    await submit()
    expect(sent.map((request) => request.url)).toEqual([url])
  })

  it.each([
    ["https://app.example", "https://other.example", "https://app.example/api/auth/accounts"],
    ["null", "https://app.example", "https://app.example/api/auth/accounts"],
    ["null", "null", "/api/auth/accounts"],
  ])("that is a path is one of the page's own origin %s, or of its frame's %s", async (address, origin, url) => {
    vi.stubGlobal("location", { origin: address })
    vi.stubGlobal("origin", origin)
    const { sent, submit } = createPage(json(500, {}), { baseUrl: "/api/auth/" })
    await submit()
    expect(sent.map((request) => request.url)).toEqual([url])
  })

  it.each(["//evil.example", "/\\evil.example", "api/auth", "", "http://app.example.com", "/api?x=1", "/api#x"])(
    "may not be %s",
    (baseUrl) => {
      const message = /^baseUrl should be a path that begins with one slash, or https/
      expectMistake(() => createRelayTransport({ baseUrl }), "invalid_base_url", message)
    },
  )
})
