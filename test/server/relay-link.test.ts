import { afterEach, beforeEach, describe, expect, it, vi } from "vitest"
import { parseNotification } from "../../src/server/parse-notification.ts"
import { apiKey, hostRelay, keys, origin } from "./host-relay.ts"

const start = 1_700_000_000_000
const link = { object: "HostedAuthURL", url: "https://auth.postpress.ai/pqb%2Gz77l" }

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: start })
})
afterEach(() => {
  vi.useRealTimers()
})

function hostLinks(status = 201, body: unknown = link, origins: string[] = []) {
  const fetch = async () => new Response(JSON.stringify(body), { status })
  const host = hostRelay({ fetch, origins })
  return { ...host, ask: (asked: unknown) => host.post(asked, { path: "/hosted/accounts/link" }) }
}

it("gives a page a link that the relay has made out for whoever is signed in", async () => {
  const { ask, sent } = hostLinks()
  const asked = { type: "create", providers: ["LINKEDIN", "IMAP"], success_redirect_url: `${origin}/done` }
  const { status, body } = await ask(asked)
  expect([status, body]).toEqual([201, link])
  expect(sent).toHaveLength(1)
  const { name, ...wire } = sent[0]?.body ?? {}
  expect(wire).toEqual({
    ...asked,
    api_url: "https://api.postpress.ai/v1",
    expiresOn: new Date(start + 3_600_000).toISOString(),
  })
  const callback = { status: "CREATION_SUCCESS", account_id: "acc_1", name }
  expect(await parseNotification(callback, { secret: keys[0].secret })).toMatchObject({ userId: "ada" })
})

it("lets a page choose nothing else", async () => {
  const { ask, sent } = hostLinks()
  const more = { userId: "bob", name: "bob", expiresOn: "2030-01-01T00:00:00Z", notify_url: "https://evil.example" }
  await ask({ type: "create", providers: "*", ...more, api_url: "https://evil.example", reconnect_account: "acc_1" })
  expect(Object.keys(sent[0]?.body ?? {}).sort()).toEqual(["api_url", "expiresOn", "name", "providers", "type"])
  expect(JSON.stringify(sent[0]?.body)).not.toMatch(/evil|bob|2030|acc_1/)
})

describe("a page is refused", () => {
  it.each<[string, object]>([
    ["no type", { providers: "*" }],
    ["a reconnect, which is the back end's to make", { type: "reconnect", providers: "*", reconnect_account: "acc_1" }],
    ["no providers", { type: "create" }],
    ["an unknown provider", { type: "create", providers: ["MYSPACE"] }],
    ["a way back to another origin", { type: "create", providers: "*", failure_redirect_url: "https://evil.example" }],
    ["a way back to a script", { type: "create", providers: "*", success_redirect_url: "javascript:alert(1)" }],
  ])("%s", async (_, asked) => {
    const { ask, sent } = hostLinks()
    expect((await ask(asked)).short).toBe("400 errors/invalid_parameters")
    expect(sent).toEqual([])
  })
})

it("leads back to an origin that the host named", async () => {
  const other = "https://pages.example.com"
  const { ask } = hostLinks(201, link, [other])
  expect((await ask({ type: "create", providers: "*", success_redirect_url: `${other}/done` })).status).toBe(201)
})

it.each<[number, unknown, string]>([
  [403, { title: apiKey, type: "errors/feature_not_subscribed", status: 403 }, "403 errors/feature_not_subscribed"],
  [503, "<h1>", "503 client/invalid_response"],
  [201, { object: "Dog" }, "502 errors/proxy_error"],
])("passes on as an envelope that there is none: %i", async (status, body, short) => {
  const heard = await hostLinks(status, body).ask({ type: "create", providers: "*" })
  expect(heard.short).toBe(short)
  expect(heard.text).not.toContain(apiKey)
})
