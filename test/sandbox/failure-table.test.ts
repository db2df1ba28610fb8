import nodeFetch from "node-fetch"
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest"
import { SimulatedClock, waitFor } from "xstate"
import type { AuthIntentEvent, Recovery } from "../../machines/auth-intent.types.ts"
import { submitCode, submitCredentials } from "../../src/events.ts"
import { failureTable } from "../../src/failures/failure-table.ts"
import type { Fetch } from "../../src/http/post-json.ts"
import { createAuthIntent } from "../../src/intent/create-auth-intent.ts"
import { type SandboxServer, startSandbox } from "../../src/sandbox/start-sandbox.ts"
import { createPostpressTransport } from "../../src/transports/postpress.ts"

type Row = [status: number, type: string, recovery: Recovery, afterLogin: string, afterCode: string]

const there = "checkpoint.twoFactor"

// Written by hand from the documents and the outcome table, so that the library's own table is held against it.
// biome-ignore format: a table
const rows: Row[] = [
  [400, "errors/invalid_parameters",             "correct", "idle",   there],
  [400, "errors/missing_parameters",             "correct", "idle",   there],
  [400, "errors/invalid_request",                "correct", "idle",   there],
  [400, "errors/malformed_request",              "correct", "idle",   there],
  [400, "errors/content_too_large",              "correct", "idle",   there],
  [400, "errors/too_many_characters",            "correct", "idle",   there],
  [400, "errors/unescaped_characters",           "correct", "idle",   there],
  [400, "errors/limit_too_high",                 "correct", "idle",   there],
  [401, "errors/invalid_checkpoint_solution",    "correct", "idle",   there],
  [403, "errors/account_restricted",             "stop",    "failed", "failed"],
  [403, "errors/account_mismatch",               "restart", "failed", "failed"],
  [403, "errors/insufficient_permissions",       "stop",    "failed", "failed"],
  [403, "errors/session_mismatch",               "restart", "failed", "failed"],
  [403, "errors/feature_not_subscribed",         "stop",    "failed", "failed"],
  [403, "errors/subscription_required",          "stop",    "failed", "failed"],
  [403, "errors/unknown_authentication_context", "restart", "failed", "failed"],
  [403, "errors/action_required",                "restart", "failed", "failed"],
  [403, "errors/resource_access_restricted",     "stop",    "failed", "failed"],
  [407, "errors/proxy_auth_error",               "retry",   "idle",   there],
  [408, "errors/request_timeout",                "retry",   "idle",   there],
  [409, "errors/operation_canceled",             "restart", "failed", "failed"],
  [409, "errors/already_exists",                 "stop",    "failed", "failed"],
  [500, "errors/unexpected_error",               "retry",   "idle",   there],
  [500, "errors/provider_error",                 "retry",   "idle",   there],
  [500, "errors/authentication_intent_error",    "restart", "failed", "failed"],
  [502, "errors/proxy_error",                    "retry",   "idle",   there],
  [503, "errors/no_client_session",              "retry",   "idle",   there],
  [503, "errors/no_channel",                     "retry",   "idle",   there],
  [503, "errors/no_handler",                     "retry",   "idle",   there],
  [503, "errors/network_down",                   "retry",   "idle",   there],
  [503, "errors/service_unavailable",            "retry",   "idle",   there],
  [504, "errors/request_timeout",                "retry",   "idle",   there],
  // The documents do not name these two.
  [401, "errors/invalid_credentials",            "correct", "idle",   there],
  [401, "errors/invalid_api_key",                "stop",    "failed", "failed"],
  [401, "errors/not_signed_in",                  "stop",    "failed", "failed"],
]

// biome-ignore format: a table
const unseen: Row[] = [
  [400, "errors/unseen", "correct", "idle",   there],
  [402, "errors/unseen", "stop",    "failed", "failed"],
  [404, "errors/unseen", "restart", "failed", "failed"],
  [410, "errors/unseen", "restart", "failed", "failed"],
  [413, "errors/unseen", "correct", "idle",   there],
  [422, "errors/unseen", "correct", "idle",   there],
  [425, "errors/unseen", "retry",   "idle",   there],
  [429, "errors/unseen", "retry",   "idle",   there],
  [599, "errors/unseen", "retry",   "idle",   there],
]

/** What a 401 means depends on what was sent. */
const unseenAtLogin: Row = [401, "errors/unseen", "correct", "idle", "-"]
const unseenAtCode: Row = [401, "errors/unseen", "stop", "-", "failed"]

const clock = new SimulatedClock()
let server: SandboxServer
/** The same, with intents that are over before the machine's own. */
let hasty: SandboxServer

beforeAll(async () => {
  server = await startSandbox({ now: () => clock.now() })
  hasty = await startSandbox({ now: () => clock.now(), intentLifetime: 60_000 })
})
afterAll(async () => {
  await server.close()
  await hasty.close()
})

/** An intent at a sandbox, over HTTP, with its login submitted. */
function logIn(username: string, { fetch, at = server }: { fetch?: Fetch; at?: SandboxServer } = {}) {
  const transport = createPostpressTransport({ apiKey: "sandbox", baseUrl: at.url, fetch })
  const actor = createAuthIntent({ transport, provider: "INSTAGRAM", clock }).start()
  onTestFinished(() => void actor.stop())

  async function send(event: AuthIntentEvent) {
    actor.send(event)
    const { value, context } = await waitFor(actor, (snapshot) => !snapshot.hasTag("busy"))
    const state = typeof value === "string" ? value : `checkpoint.${value.checkpoint}`
    return { state, failure: context.failure, attempts: context.attempts }
  }
  return { send, login: send(submitCredentials({ username, password: "correct horse" })) }
}

/** What an implementation of fetch makes of a 407. */
const implementations: [name: string, fetch: Fetch | undefined, proxied: { status: number; type: string }][] = [
  ["the platform's fetch", undefined, { status: 0, type: "client/network" }],
  ["node-fetch", nodeFetch as unknown as Fetch, { status: 407, type: "errors/proxy_auth_error" }],
]

describe.each(implementations)("through %s", (_, fetch, proxied) => {
  const expected = (status: number, type: string, recovery: Recovery) =>
    expect.objectContaining({ ...(status === 407 ? proxied : { status, type }), recovery })

  it.each([...rows, ...unseen, unseenAtLogin])(
    "a login meets %i %s: %s",
    async (status, type, recovery, afterLogin) => {
      const { state, failure, attempts } = await logIn(`error:${status}:${type}`, { fetch }).login
      expect({ state, failure, attempts }).toEqual({
        state: afterLogin,
        failure: expected(status, type, recovery),
        attempts: 0,
      })
    },
  )

  it.each([...rows, ...unseen, unseenAtCode])(
    "a code meets %i %s: %s",
    async (status, type, recovery, _, afterCode) => {
      const { login, send } = logIn(`2fa-error:${status}:${type}`, { fetch })
      expect(await login).toEqual({ state: there, failure: undefined, attempts: 0 })
      expect(await send(submitCode("123456"))).toEqual({
        state: afterCode,
        failure: expected(status, type, recovery),
        attempts: type === "errors/invalid_checkpoint_solution" ? 1 : 0,
      })
    },
  )

  it("a code that arrives as the intent ends meets a 408: expired", async () => {
    // The answer is on its way past the deadline, inside the grace.
    const late: Fetch = (url, init) => {
      if (url.endsWith("/checkpoint")) clock.increment(1)
      return (fetch ?? globalThis.fetch)(url, init)
    }
    const { login, send } = logIn("2fa", { fetch: late })
    expect((await login).state).toBe(there)
    clock.increment(299_999)
    expect(await send(submitCode("123456"))).toEqual({
      state: "expired",
      failure: expected(408, "errors/request_timeout", "retry"),
      attempts: 0,
    })
  })

  it("a 408 before the end, and a 400 after it, are the end: expired", async () => {
    const { login, send } = logIn("2fa", { fetch, at: hasty })
    expect((await login).state).toBe(there)
    clock.increment(60_000)
    const first = await send(submitCode("123456"))
    expect(first).toMatchObject({ state: there, failure: expected(408, "errors/request_timeout", "retry") })
    const second = await send(submitCode("123456"))
    expect(second).toMatchObject({ state: "expired", failure: expected(400, "errors/invalid_request", "correct") })
  })

  it("a 429 says when to try again", async () => {
    const { failure } = await logIn("error:429:errors/too_many_requests", { fetch }).login
    expect(failure).toMatchObject({ recovery: "retry", retryAt: clock.now() + 30_000 })
  })
})

it("every pair that the library knows is expected here, once", () => {
  const known = Object.entries(failureTable).flatMap(([status, types]) =>
    Object.keys(types).map((type) => `${status} errors/${type}`),
  )
  const expected = rows.map(([status, type]) => `${status} ${type}`)
  expect(expected.sort()).toEqual(known.sort())
  expect(new Set(expected).size).toBe(32 + 3)
})
