import { describe, expect, test, vi } from "vitest"
import { waitFor } from "xstate"
import type { Phone } from "../../machines/auth-intent.types.ts"
import { submitCredentials } from "../../src/events.ts"
import { createAuthIntent } from "../../src/intent/create-auth-intent.ts"
import { Secret } from "../../src/secret.ts"
import type { Solution } from "../../src/transports/auth-transport.ts"
import { createPostpressTransport } from "../../src/transports/postpress.ts"
import { printed } from "./printed.ts"
import { apiKey, at, code, connected, created, login, rejected, solve, steps, submit } from "./send-postpress.ts"
import { type Reply, serve } from "./serve.ts"

const sendCreated: Reply = () => Response.json(created, { status: 201 })

const phone = (number: Phone): Solution => ({ kind: "phone", secret: new Secret(number) })

describe("a request", () => {
  const asDocumented = (path: string, body: object) => ({
    method: "POST",
    path,
    headers: expect.objectContaining({ "x-api-key": apiKey, "content-type": "application/json" }),
    body: JSON.stringify(body),
  })

  test("with credentials is as documented", async () => {
    const server = await serve(sendCreated)
    expect(await submit(`${server.url}/v1`)).toEqual(connected)
    const body = { provider: "INSTAGRAM", username: "ada", password: "pw-hunter2" }
    expect(server.received).toMatchObject([asDocumented("/v1/accounts", body)])
  })

  test.each<[string, Solution, string]>([
    ["a code", { kind: "code", secret: new Secret(code) }, code],
    ["a phone number", phone({ countryCode: "33", number: "0612345678" }), "(+33)0612345678"],
    ["an approval", { kind: "approval" }, "in_app_validation"],
    ["another way", { kind: "anotherWay" }, "TRY_ANOTHER_WAY"],
  ])("with %s is as documented", async (_, solution, wire) => {
    const server = await serve(sendCreated)
    expect(await solve(`${server.url}/v1`, { provider: "MESSENGER" }, solution)).toEqual(connected)
    const body = { provider: "MESSENGER", account_id: "acc_1", code: wire }
    expect(server.received).toMatchObject([asDocumented("/v1/accounts/checkpoint", body)])
  })

  test.each(["INSTAGRAM", "LINKEDIN", "MESSENGER", "TWITTER"] as const)("may be for %s", async (provider) => {
    const server = await serve(sendCreated)
    await submit(server.url, { provider })
    await solve(server.url, { provider })
    expect(server.received.map(({ body }) => JSON.parse(body).provider)).toEqual([provider, provider])
  })

  test.each([
    ["", "/accounts"],
    ["/", "/accounts"],
    ["/v1", "/v1/accounts"],
    ["/v1/", "/v1/accounts"],
    ["/v1//", "/v1/accounts"],
    ["/a/b%20c/v1", "/a/b%20c/v1/accounts"],
  ])("at a base URL that ends in %j goes to %s", async (end, path) => {
    const server = await serve(sendCreated)
    await submit(`${server.url}${end}`)
    await solve(`${server.url}${end}`)
    expect(server.received.map((request) => request.path)).toEqual([path, `${path}/checkpoint`])
  })

  test("goes to postpress by default", async () => {
    const fetch = vi.fn(async (_: string, __: RequestInit) => Response.json(created))
    const transport = createPostpressTransport({ apiKey, fetch })
    const context = { signal: new AbortController().signal, now: () => at }
    await transport.submit({ provider: "TWITTER", credentials: new Secret(login) }, context)
    expect(fetch.mock.calls.map(([url]) => url)).toEqual(["https://api.postpress.ai/v1/accounts"])
  })

  test("carries the password to the letter and the user name trimmed", async () => {
    const server = await serve(sendCreated)
    const password = ' pä"ss\\w\n\u0000😀 '
    await submit(server.url, { credentials: { username: " ada@example.com\n", password } })
    const { body } = await server.first
    expect(JSON.parse(body)).toEqual({ provider: "INSTAGRAM", username: "ada@example.com", password })
  })

  test("carries nothing else that came with the credentials", async () => {
    const server = await serve(sendCreated)
    await submit(server.url, { credentials: { ...login, provider: "TWITTER", remember: true } })
    expect(JSON.parse((await server.first).body)).toEqual({ provider: "INSTAGRAM", ...login })
  })

  test("spends the secret that it sends", async () => {
    const server = await serve(sendCreated)
    const secret = new Secret(code)
    await solve(server.url, {}, { kind: "code", secret })
    const again = await solve(server.url, {}, { kind: "code", secret }).catch((error) => error)
    expect(again).toMatchObject({ name: "AuthIntentError", type: "secret_spent" })
    for (const canary of [code, apiKey, server.url]) expect(printed(again)).not.toContain(canary)
    expect(server.received).toHaveLength(1)
  })
})

test.each([
  ["a text", "ada:hunter2"],
  ["a number", 5],
  ["a list", ["ada", "hunter2"]],
  ["an empty object", {}],
  ["no username", { password: "p" }],
  ["no password", { username: "ada" }],
  ["an empty username", { username: "", password: "p" }],
  ["a username of spaces", { username: " \n ", password: "p" }],
  ["an empty password", { username: "ada", password: "" }],
  ["a username that is a number", { username: 5, password: "p" }],
  ["a password that is null", { username: "ada", password: null }],
  ["a password that is a list", { username: "ada", password: ["p"] }],
  ["a username of 1 001 characters", { username: "a".repeat(1001), password: "p" }],
  ["a password of 1 001 characters", { username: "ada", password: "p".repeat(1001) }],
])("credentials of a wrong shape are never sent: %s", async (_, credentials) => {
  const server = await serve(sendCreated)
  const failure = { type: "client/invalid_input", status: 0, title: "Invalid entry", recovery: "correct" }
  expect(await submit(server.url, { credentials })).toEqual({ kind: "rejected", failure })
  expect(server.received).toEqual([])
})

describe.each(steps)("on %s", (_, send) => {
  test.each([301, 302, 303, 307, 308])("a %i is not followed", async (status) => {
    const elsewhere = await serve(sendCreated)
    const location = `${elsewhere.url}/v1/accounts`
    const server = await serve(() => new Response(null, { status, headers: { location } }))
    expect(await send(server.url)).toEqual(rejected("client/invalid_response", status, "stop"))
    expect(server.received).toHaveLength(1)
    expect(elsewhere.received).toEqual([])
  })

  test("a redirect to the same server is not followed", async () => {
    const server = await serve(() => new Response(null, { status: 307, headers: { location: "/v2/accounts" } }))
    expect(await send(server.url)).toEqual(rejected("client/invalid_response", 307, "stop"))
    expect(server.received).toHaveLength(1)
  })

  test.each([408, 409, 425, 429, 500, 502, 503, 504])("a %i is not tried again", async (status) => {
    const server = await serve(() => new Response(null, { status, headers: { "retry-after": "0" } }))
    expect(await send(server.url)).toMatchObject({ kind: "rejected", failure: { status } })
    expect(server.received).toHaveLength(1)
  })
})

test("a 401 of an unknown type is to be corrected on submit and stops on solve", async () => {
  const server = await serve(() => Response.json({ title: "T", type: "errors/new", status: 401 }, { status: 401 }))
  expect(await submit(server.url)).toMatchObject({ failure: { type: "errors/new", recovery: "correct" } })
  expect(await solve(server.url)).toMatchObject({ failure: { type: "errors/new", recovery: "stop" } })
})

describe("Retry-After", () => {
  const limited = async (retryAfter: string, status = 429) => {
    const server = await serve(() => Response.json({}, { status, headers: { "retry-after": retryAfter } }))
    return submit(server.url)
  }
  const rejectedUntil = (retryAt: number | undefined) => {
    const { failure, ...rest } = rejected("client/invalid_response", 429, "retry")
    return { ...rest, failure: { ...failure, retryAt } }
  }

  test.each([
    ["0", at],
    ["7", at + 7_000],
    ["007", at + 7_000],
    ["86400", at + 86_400_000],
    ["Tue, 14 Nov 2023 22:14:20 GMT", at + 60_000],
    ["Tuesday, 14-Nov-23 22:14:20 GMT", at + 60_000],
  ])("of %j comes out as a time", async (retryAfter, retryAt) => {
    expect(await limited(retryAfter)).toEqual(rejectedUntil(retryAt))
  })

  test.each([
    "",
    "soon",
    "soon 3",
    "-5",
    "1.5",
    "7, 9",
    "7s",
    "1e3",
    "99999999999999999999",
    "Thu, 01 Jan 1960 00:00:00 GMT",
    "Tue, 99 Nov 2023 22:14:20 GMT",
  ])("of %j says nothing", async (retryAfter) => {
    expect(await limited(retryAfter)).toEqual(rejectedUntil(undefined))
  })

  test("that makes no sense does not end the login", async () => {
    const headers = { "retry-after": "Thu, 01 Jan 1960 00:00:00 GMT" }
    const server = await serve(() => Response.json({}, { status: 429, headers }))
    const transport = createPostpressTransport({ apiKey, baseUrl: server.url })
    const actor = createAuthIntent({ transport, provider: "INSTAGRAM" }).start()
    actor.send(submitCredentials(login))
    const snapshot = await waitFor(actor, (state) => !state.hasTag("busy"))
    actor.stop()
    expect(snapshot).toMatchObject({ value: "idle", context: { failure: { status: 429, recovery: "retry" } } })
  })

  test("comes out of a 503 as well", async () => {
    expect(await limited("7", 503)).toMatchObject({ failure: { status: 503, retryAt: at + 7_000 } })
  })
})
