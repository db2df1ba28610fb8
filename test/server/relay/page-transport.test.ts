import { describe, expect, it, onTestFinished, vi } from "vitest"
import type { Fetch } from "../../../src/http/post-json.ts"
import { Secret } from "../../../src/secret.ts"
import type { Solution } from "../../../src/transports/auth-transport.ts"
import { createRelayTransport } from "../../../src/transports/relay.ts"
import { createContext } from "../../harness/send-postpress.ts"
import { hostRelay, origin, password } from "./host-relay.ts"

const context = createContext()
const provider = "TWITTER"

/** Builds a page's transport before a server that responds with one status and body. */
function createPage(status: number, body: unknown, headers: Record<string, string> = {}) {
  const sent: { url: string; body: unknown; headers: Record<string, string> }[] = []
  const fetch: Fetch = async (url, init) => {
    sent.push({ url, body: JSON.parse(init.body), headers: init.headers })
    return new Response(typeof body === "string" ? body : JSON.stringify(body), { status, headers })
  }
  const transport = createRelayTransport({ baseUrl: "/api/auth", fetch, headers: { "x-csrf": "c1" } })
  return {
    sent,
    submit: () => transport.submit({ provider, credentials: new Secret({ username: " ada ", password }) }, context),
    solve: (solution: Solution) => transport.solve?.({ provider, accountId: "t1", solution }, context),
  }
}

describe("a page sends", () => {
  it.each<[Solution["kind"], Solution, object]>([
    ["code", { kind: "code", secret: new Secret("135790") }, { value: "135790" }],
    [
      "phone",
      { kind: "phone", secret: new Secret({ countryCode: "33", number: "0612345678" }) },
      { value: { countryCode: "33", number: "0612345678" } },
    ],
    ["inApp", { kind: "inApp" }, {}],
    ["method", { kind: "method" }, {}],
  ])("a solution by its kind, never in words of the API: %s", async (kind, solution, value) => {
    const { sent, solve } = createPage(201, { object: "AccountCreated", account_id: "t2" })
    expect(await solve(solution)).toEqual({ kind: "connected", accountId: "t2" })
    expect(sent.map(({ url, body }) => [url, body])).toEqual([
      ["/api/auth/accounts/checkpoint", { provider, token: "t1", solution: { kind, ...value } }],
    ])
  })

  it("its credentials with the host's headers and no key", async () => {
    const { sent, submit } = createPage(500, {})
    await submit()
    expect(sent).toEqual([
      {
        url: "/api/auth/accounts",
        body: { provider, credentials: { username: "ada", password } },
        headers: { accept: "application/json", "content-type": "application/json", "x-csrf": "c1" },
      },
    ])
  })
})

it("a page waits for a relay that waits 30 s each for the API and for its host", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] })
  onTestFinished(() => void vi.useRealTimers())
  const fetch: Fetch = () =>
    new Promise((resolve) => {
      setTimeout(() => resolve(Response.json({ object: "AccountCreated", account_id: "t2" }, { status: 201 })), 85_000)
    })
  const transport = createRelayTransport({ baseUrl: "/api/auth", fetch })
  const outcome = transport.solve?.({ provider, accountId: "t1", solution: { kind: "inApp" } }, context)
  await vi.advanceTimersByTimeAsync(85_000)
  expect(await outcome).toEqual({ kind: "connected", accountId: "t2" })
})

describe("a page reads", () => {
  const checkpoint = { type: "CAPTCHA", canApproveInApp: true, hint: "SMS", data: { key: "k" } }

  it("a checkpoint as the relay has it, with what its host declared", async () => {
    const { submit } = createPage(202, { object: "Checkpoint", account_id: "t1", checkpoint })
    expect(await submit()).toEqual({ kind: "checkpoint", accountId: "t1", checkpoint })
  })

  it("a failure as the relay has it, with its HTTP status and when to try again", async () => {
    const problem = { type: "errors/account_locked", status: 200, recovery: "restart", detail: "no" }
    const { submit } = createPage(423, problem, { "retry-after": "30" })
    expect(await submit()).toEqual({
      kind: "rejected",
      failure: { type: "errors/account_locked", status: 423, recovery: "restart", retryAt: 1_700_000_030_000 },
    })
  })

  it.each<[string, number, unknown, object]>([
    [
      "a refusal without a recovery, by the table",
      401,
      { type: "errors/not_signed_in" },
      { type: "errors/not_signed_in", recovery: "stop" },
    ],
    [
      "the response of another server, by its status",
      500,
      "<html>",
      { type: "client/invalid_response", recovery: "retry" },
    ],
    [
      "a recovery that is none, by the table",
      409,
      { type: "errors/already_exists", recovery: "x" },
      { type: "errors/already_exists", recovery: "stop" },
    ],
    [
      "a type without end, by its status",
      409,
      { type: "x".repeat(200), recovery: "retry" },
      { type: "errors/unknown", recovery: "stop" },
    ],
    [
      "a failure of a success, by its status",
      200,
      { type: "errors/already_exists", recovery: "stop" },
      { type: "client/invalid_response", recovery: "retry" },
    ],
  ])("%s", async (_, status, body, failure) => {
    const { submit } = createPage(status, body)
    expect(await submit()).toMatchObject({ kind: "rejected", failure })
  })

  it("a checkpoint that no relay sends as an API's", async () => {
    const { submit } = createPage(202, {
      object: "Checkpoint",
      account_id: "t1",
      checkpoint: { type: "2FA", hint: 7, source: "SMS" },
    })
    expect(await submit()).toMatchObject({ kind: "checkpoint", checkpoint: { type: "2FA", hint: "SMS" } })
  })
})

describe("an account id", () => {
  /** A page before a relay, before an API that demands a code and whose accounts have this id. */
  function open(account_id: string) {
    const { relay, connected } = hostRelay({
      fetch: async (_, { body }) =>
        JSON.parse(body).code === undefined
          ? Response.json({ object: "Checkpoint", account_id, checkpoint: { type: "2FA" } }, { status: 202 })
          : Response.json({ object: "AccountCreated", account_id }, { status: 201 }),
    })
    const transport = createRelayTransport({
      baseUrl: `${origin}/api/auth`,
      headers: { "x-user": "ada" },
      fetch: (url, { method, headers, body }) => relay(new Request(url, { method, headers, body })),
    })
    const submit = () => transport.submit({ provider, credentials: new Secret({ username: "ada", password }) }, context)
    const solution = (): Solution => ({ kind: "code", secret: new Secret("123456") })
    const solve = (accountId: string) => transport.solve?.({ provider, accountId, solution: solution() }, context)
    return { connected, submit, solve }
  }

  it.each([
    ["letters", "a"],
    ["letters of three bytes", "€"],
    ["marks that JSON escapes", "\u0001"],
  ])("of 1000 %s has a token that the page accepts, and sends back", async (_, letter) => {
    const id = `a${letter.repeat(999)}`
    const { submit, solve, connected } = open(id)
    const submitted = await submit()
    expect(submitted.kind).toBe("checkpoint")
    const solved = await solve("accountId" in submitted ? submitted.accountId : "")
    expect([solved?.kind, connected]).toEqual(["connected", [{ userId: "ada", provider, accountId: id }]])
  })

  it("of 1001 characters is none: the relay cannot read that response", async () => {
    const { submit } = open("a".repeat(1001))
    expect(await submit()).toMatchObject({ kind: "rejected", failure: { type: "errors/proxy_error", status: 502 } })
  })
})
