import { setImmediate as settled } from "node:timers/promises"
import { describe, expect, it, vi } from "vitest"
import type { Phone } from "../../machines/auth-intent.types.ts"
import type { Fetch } from "../../src/http/post-json.ts"
import { Secret } from "../../src/secret.ts"
import type { Solution } from "../../src/transports/auth-transport.ts"
import { createPostpressTransport, type ResponseReport } from "../../src/transports/postpress.ts"
import { connected, login, rejected } from "../harness/outcomes.ts"
import { printed } from "../harness/printed.ts"
import { apiKey, code, createContext, created, operations, solve, submit } from "../harness/send-postpress.ts"
import { type Reply, serve } from "../harness/serve.ts"
import { throwing } from "../harness/throwing.ts"

const sendCreated: Reply = () => Response.json(created, { status: 201 })

const phone = (number: Phone): Solution => ({ kind: "phone", secret: new Secret(number) })

describe("a request", () => {
  const asDocumented = (path: string, body: object) => ({
    method: "POST",
    path,
    headers: expect.objectContaining({ "x-api-key": apiKey, "content-type": "application/json" }),
    body: JSON.stringify(body),
  })

  it("with credentials is as documented", async () => {
    const server = await serve(sendCreated)
    expect(await submit(`${server.url}/v1`)).toEqual(connected)
    const body = { provider: "INSTAGRAM", username: "ada", password: "pw-hunter2" }
    expect(server.received).toMatchObject([asDocumented("/v1/accounts", body)])
  })

  it.each<[string, Solution, string]>([
    ["a code", { kind: "code", secret: new Secret(code) }, code],
    ["a phone number", phone({ countryCode: "33", number: "0612345678" }), "(+33)0612345678"],
    ["an approval", { kind: "inApp" }, "in_app_validation"],
    ["another way", { kind: "method" }, "TRY_ANOTHER_WAY"],
  ])("with %s is as documented", async (_, solution, wire) => {
    const server = await serve(sendCreated)
    expect(await solve(`${server.url}/v1`, { provider: "MESSENGER" }, solution)).toEqual(connected)
    const body = { provider: "MESSENGER", account_id: "acc_1", code: wire }
    expect(server.received).toMatchObject([asDocumented("/v1/accounts/checkpoint", body)])
  })

  it("has its response where that is frozen, and where the platform has no Headers", async () => {
    vi.stubGlobal("Headers", undefined)
    const text = async () => JSON.stringify(created)
    const fetch: Fetch = async () => Object.freeze({ status: 201, headers: new Map() as never, text })
    const transport = createPostpressTransport({ apiKey, fetch })
    const request = { provider: "TWITTER", credentials: new Secret(login) } as const
    expect(await transport.submit(request, createContext())).toEqual(connected)
  })

  it("goes to postpress by default", async () => {
    const fetch = vi.fn<Fetch>(async () => Response.json(created))
    const transport = createPostpressTransport({ apiKey, fetch })
    await transport.submit({ provider: "TWITTER", credentials: new Secret(login) }, createContext())
    expect(fetch.mock.calls.map(([url]) => url)).toEqual(["https://api.postpress.ai/v1/accounts"])
  })

  it("carries the password to the letter and the user name trimmed", async () => {
    const server = await serve(sendCreated)
    const password = ' pä"ss\\w\n\u0000😀 '
    await submit(server.url, { credentials: { username: " ada@example.com\n", password } })
    const { body } = await server.first
    expect(JSON.parse(body)).toEqual({ provider: "INSTAGRAM", username: "ada@example.com", password })
  })

  it("carries nothing else that came with the credentials", async () => {
    const server = await serve(sendCreated)
    await submit(server.url, { credentials: { ...login, provider: "TWITTER", remember: true } })
    expect(JSON.parse((await server.first).body)).toEqual({ provider: "INSTAGRAM", ...login })
  })
})

it.each([
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
  expect(await submit(server.url, { credentials })).toEqual({
    ...rejected("client/invalid_input", 0, "correct"),
    sent: false,
  })
  expect(server.received).toEqual([])
})

describe("onResponse", () => {
  const failure = { title: "T", type: "errors/account_restricted", status: 403, detail: "a word of the provider's" }
  const unknown = { ...failure, type: "errors/x" }
  const checkpoint = { object: "Checkpoint", account_id: "acc_1", checkpoint: { type: "NEW_ONE", more: 1 } }

  it.each<[string, number, BodyInit, string | undefined, unknown]>([
    ["a failure", 403, JSON.stringify(failure), "errors/account_restricted", failure],
    ["an unknown failure", 423, JSON.stringify(unknown), "errors/unknown", unknown],
    ["a checkpoint", 202, JSON.stringify(checkpoint), "UNKNOWN", checkpoint],
    ["a connected account", 201, JSON.stringify(created), undefined, created],
    ["a page", 502, "<h1>Bad gateway</h1>", "client/invalid_response", "<h1>Bad gateway</h1>"],
    ["bytes that are no text", 500, Buffer.from([0xff]), "client/invalid_response", undefined],
    ["JSON that is null", 500, "null", "client/invalid_response", "null"],
  ])("is called with %s, its body boxed", async (_, status, body, type, opened) => {
    const server = await serve(() => new Response(body, { status }))
    for (const [operation, send] of operations) {
      const reports: ResponseReport[] = []
      await send(server.url, { onResponse: (report) => reports.push(report) })
      const [{ body: boxed, ...report } = expect.fail("It was not called")] = reports
      expect(report).toEqual({ operation, provider: "INSTAGRAM", status, ...(type && { type }) })
      expect(printed(reports)).not.toContain("Bad gateway")
      expect(printed(reports)).not.toContain("provider's")
      expect(boxed.open()).toEqual(opened)
      expect(reports).toHaveLength(1)
    }
  })

  it("is called with the status as it came, also where a failure has another", async () => {
    const onResponse = vi.fn()
    const fetch = async () => ({ status: 999, headers: new Headers(), text: async () => "{}" })
    expect(await submit("https://api.example.com", { fetch, onResponse })).toMatchObject({ failure: { status: 502 } })
    expect(onResponse).toHaveBeenCalledWith(expect.objectContaining({ status: 999 }))
  })

  it("is not called where no response came", async () => {
    const onResponse = vi.fn()
    await submit("https://api.example.com", { fetch: () => Promise.reject(new Error("no")), onResponse })
    expect(onResponse).not.toHaveBeenCalled()
  })

  const printing = ({ body }: ResponseReport) => new Error(`${JSON.stringify(body.open())} ${apiKey}`)

  it.each<[string, (report: ResponseReport) => unknown]>([
    ["throws", (report) => throwing(printing(report))],
    ["rejects", (report) => Promise.reject(printing(report))],
  ])("that %s is a mistake of the host's, and changes no outcome", async (_, onResponse) => {
    const server = await serve(sendCreated)
    const mistakes: Error[] = []
    expect(await submit(server.url, { onResponse, onMistake: (error) => mistakes.push(error) })).toEqual(connected)
    await settled()
    expect(mistakes).toMatchObject([{ code: "callback_threw", message: "createPostpressTransport: onResponse threw" }])
    for (const canary of [apiKey, "acc_1"]) expect(printed(mistakes)).not.toContain(canary)
  })
})
