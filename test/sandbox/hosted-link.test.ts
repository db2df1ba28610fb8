import { afterAll, describe, expect, it } from "vitest"
import { startSandbox } from "../../src/sandbox/start-sandbox.ts"
import { createClient } from "./client.ts"
import { request, startsAt } from "./hosted-link.ts"

const server = await startSandbox({ clock: { now: () => startsAt } })
const client = createClient(fetch, server.url)
afterAll(() => server.close())

const link = (body: unknown, headers?: Record<string, string>) => client.post("/hosted/accounts/link", body, headers)

const missing = "400 errors/missing_parameters"
const invalid = "400 errors/invalid_parameters"

describe("a link", () => {
  it("is what the documents have", async () => {
    const { status, body } = await link(request)
    expect({ status, body }).toEqual({ status: 201, body: { object: "HostedAuthURL", url: expect.any(String) } })
  })

  it("leads to the sandbox itself, by a path that is escaped as the documents' is", async () => {
    const { body } = await link(request)
    expect(body["url"]).toMatch(new RegExp(`^${server.url}/hosted/auth/[\\w%]{43,}%3D$`))
    expect((await fetch(String(body["url"]))).status).toBe(200)
    expect((await fetch(decodeURIComponent(String(body["url"])))).status).toBe(404)
  })

  it("has a new token each time", async () => {
    const urls = await Promise.all(Array.from({ length: 20 }, async () => (await link(request)).body["url"]))
    expect(new Set(urls).size).toBe(20)
  })

  const whole = {
    ...request,
    success_redirect_url: "https://app.example.com/done?from=a%2Fb#top",
    failure_redirect_url: "http://localhost:3000/failed",
    notify_url: "http://127.0.0.1:3000/notify",
    name: "user_1234",
  }

  const longUrl = "https://app.example.com/".padEnd(2000, "x")

  it.each<[string, object]>([
    ["one provider", { providers: "IMAP" }],
    ["the same provider twice", { providers: ["TELEGRAM", "TELEGRAM"] }],
    ["everything", whole],
    ["a reconnect", { type: "reconnect", reconnect_account: "e54m8LR22bA7G5qsAc8w" }],
    ["another api_url", { api_url: "http://localhost:4010/v1" }],
    ["a time in another zone", { expiresOn: "2026-06-30T14:00:00+02:00" }],
    ["a time 1 ms away", { expiresOn: "2026-06-30T10:00:00.702Z" }],
    ["what nobody knows", { locale: "fr" }],
    ["a URL of 2000 characters", { notify_url: longUrl }],
  ])("is made for %s", async (_, more) => {
    expect((await link({ ...request, ...more })).short).toBe("201")
  })

  const nothing = { type: undefined, api_url: undefined, expiresOn: undefined, providers: undefined }

  it.each<[string, string, string, object]>([
    ["no parameter", missing, "missing: type, api_url, expiresOn, providers.", nothing],
    ["a reconnect of nothing", missing, "missing: reconnect_account.", { type: "reconnect" }],
    ["a create of an account", "400 errors/invalid_request", "reconnect", { reconnect_account: "acc_1" }],
    ["an unknown type", invalid, "valid: type.", { type: "delete" }],
    ["an api_url that is none", invalid, "valid: api_url.", { api_url: "api.postpress.ai" }],
    ["no provider at all", invalid, "valid: providers.", { providers: [] }],
    ["an unknown provider", invalid, "valid: providers.", { providers: "MESSENGER" }],
    ["one unknown provider of two", invalid, "valid: providers.", { providers: ["IMAP", "TWITTER"] }],
    ["a star in a list", invalid, "valid: providers.", { providers: ["*"] }],
    ["a provider in small letters", invalid, "valid: providers.", { providers: "linkedin" }],
    ["a time as a number", invalid, "valid: expiresOn.", { expiresOn: startsAt + 1000 }],
    ["a date alone", invalid, "valid: expiresOn.", { expiresOn: "2026-07-01" }],
    ["a time of no zone", invalid, "valid: expiresOn.", { expiresOn: "2026-06-30T12:00:00" }],
    ["a month that is none", invalid, "valid: expiresOn.", { expiresOn: "2026-13-01T00:00:00Z" }],
    ["a time that is now", invalid, "past: expiresOn.", { expiresOn: "2026-06-30T10:00:00.701Z" }],
    ["a time that has passed", invalid, "past: expiresOn.", { expiresOn: "2020-01-01T00:00:00Z" }],
    ["an empty name", invalid, "valid: name.", { name: "" }],
    ["a name that is no text", invalid, "valid: name.", { name: 1234 }],
    ["an empty account", invalid, "valid: reconnect_account.", { type: "reconnect", reconnect_account: "" }],
    ["a redirect to script", invalid, "valid: success_redirect_url.", { success_redirect_url: "javascript:alert(1)" }],
    ["a redirect to a path", invalid, "valid: failure_redirect_url.", { failure_redirect_url: "/failed" }],
    ["a callback in the clear", invalid, "valid: notify_url.", { notify_url: "http://app.example.com/notify" }],
    ["a callback to a cloud's metadata", invalid, "valid: notify_url.", { notify_url: "http://169.254.169.254/" }],
    ["a URL of 2001 characters", invalid, "valid: notify_url.", { notify_url: `${longUrl}x` }],
    ["a callback with a user", invalid, "valid: notify_url.", { notify_url: "https://user:pass@app.example.com/" }],
  ])("is refused for %s", async (_, expected, detail, more) => {
    const response = await link({ ...request, ...more })
    expect([response.short, response.body["detail"]]).toEqual([expected, expect.stringContaining(detail)])
    expect(Object.keys(response.body)).toEqual(["title", "detail", "instance", "type", "status"])
  })
})
