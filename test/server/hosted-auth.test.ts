import { describe, expect, it, vi } from "vitest"
import { AuthIntentError } from "../../src/auth-intent-error.ts"
import type { Fetch } from "../../src/http/post-json.ts"
import { createHostedAuth, type LinkOptions } from "../../src/server/create-hosted-auth.ts"
import { HostedAuthError } from "../../src/server/hosted-auth-error.ts"
import { parseNotification } from "../../src/server/parse-notification.ts"
import { rewriteHostedUrl } from "../../src/server/rewrite-hosted-url.ts"
import { textOf } from "../secrets/text-of.ts"
import { apiKey } from "./host-relay.ts"

const secret = "the signing secret, of 32 characters or more"
const hour = 3_600_000
const url = "https://auth.postpress.ai/pqb%2Gz77l.o72WXNPdqWX45jxqP5xMMlQp02zho8GAXZq0HWsAGiQ%3D"
const link = { object: "HostedAuthURL", url }

const inMs = (ms: number) => new Date(Date.now() + ms).toISOString()
const asked = (more: object = {}): LinkOptions => ({
  type: "create",
  userId: "user_1234",
  providers: "*",
  expiresOn: inMs(hour),
  ...more,
})

const json = (status: number, body: unknown, headers = {}) => new Response(JSON.stringify(body), { status, headers })

function hostedAuth(answer: Fetch = async () => json(201, link), baseUrl?: string) {
  const sent: { url: string; headers: Headers; body: Record<string, unknown> }[] = []
  const fetch: Fetch = (url, init) => {
    sent.push({ url, headers: new Headers(init.headers), body: JSON.parse(String(init.body)) })
    return answer(url, init)
  }
  return { ...createHostedAuth({ apiKey, secret, fetch, ...(baseUrl && { baseUrl }) }), sent }
}

describe("a link", () => {
  it.each<[string, Partial<LinkOptions>]>([
    ["for all providers", { providers: "*" }],
    ["for one provider", { providers: "IMAP" }],
    ["for several providers", { providers: ["LINKEDIN", "WHATSAPP", "GOOGLE"] }],
    ["to reconnect an account", { type: "reconnect", providers: "TELEGRAM", reconnect_account: "acc_1" }],
    [
      "that leads back and calls back",
      {
        success_redirect_url: "https://app.example.com/done?from=a%2Fb#top",
        failure_redirect_url: "http://localhost:3000/failed",
        notify_url: "https://app.example.com/notify",
      },
    ],
  ])("is made %s", async (_, more) => {
    const { createLink, sent } = hostedAuth()
    const { userId, ...wire } = asked(more)
    expect(await createLink({ userId, ...wire })).toEqual(link)
    expect(sent).toHaveLength(1)
    expect(sent[0]?.url).toBe("https://api.postpress.ai/v1/hosted/accounts/link")
    expect(sent[0]?.headers.get("x-api-key")).toBe(apiKey)
    expect(sent[0]?.body).toEqual({ ...wire, api_url: "https://api.postpress.ai/v1", name: expect.any(String) })
  })

  it("tells the API its own base URL", async () => {
    const { createLink, sent } = hostedAuth(undefined, "https://api.example.com/v7/")
    await createLink(asked())
    expect(sent[0]?.url).toBe("https://api.example.com/v7/hosted/accounts/link")
    expect(sent[0]?.body["api_url"]).toBe("https://api.example.com/v7")
  })

  it("carries its time in UTC, whatever zone it was given in", async () => {
    const { createLink, sent } = hostedAuth()
    const expiresOn = new Date(Math.floor(Date.now() / 1000) * 1000 + hour).toISOString()
    await createLink(asked({ expiresOn: expiresOn.replace(".000Z", "+00:00") }))
    expect(sent[0]?.body["expiresOn"]).toBe(expiresOn)
  })

  it.each(["user_1234", "a.b.c", "Ada Lovelace <ada@example.com>", "語".repeat(500)])(
    "carries a name that brings back %s until an hour after it",
    async (userId) => {
      const { createLink, sent } = hostedAuth()
      const expiresOn = inMs(2 * hour)
      await createLink(asked({ userId, expiresOn }))
      const name = sent[0]?.body["name"]
      const body = { status: "CREATION_SUCCESS", account_id: "acc_1", name }
      const end = Date.parse(expiresOn) + hour
      const at = (time: number) => parseNotification(body, { secret, clock: { now: () => time } })
      expect(await at(end - 1)).toEqual({ status: "CREATION_SUCCESS", accountId: "acc_1", userId })
      await expect(at(end)).rejects.toMatchObject({ type: "expired" })
    },
  )
})

describe("a mistake is named before anything is sent:", () => {
  it.each<[string, object, RegExp]>([
    ["no type", { type: undefined }, /: type /],
    ["an unknown type", { type: "update" }, /type should be \("create" \| "reconnect"\)/],
    ["no user", { userId: "" }, /userId should be/],
    ["an unknown provider", { providers: "MYSPACE" }, /providers should be one of \* LINKEDIN/],
    ["one unknown provider of two", { providers: ["GOOGLE", "MYSPACE"] }, /providers should be/],
    ["a provider of the other flow", { providers: "MESSENGER" }, /providers should be/],
    ["no providers", { providers: [] }, /providers should be/],
    ["all in a list", { providers: ["*"] }, /providers should be/],
    ["a time that is past", { expiresOn: inMs(-1000) }, /expiresOn should be .* later than now/],
    ["a time over a day away", { expiresOn: inMs(24 * hour + 60_000) }, /expiresOn should be .* at most a day away/],
    ["a time with no zone", { expiresOn: inMs(hour).slice(0, -1) }, /expiresOn should be .* with its zone/],
    ["a time in ms", { expiresOn: Date.now() + hour }, /expiresOn should be an ISO 8601 time/],
    ["a reconnect of no account", { type: "reconnect" }, /: reconnect_account is missing/],
    ["an account to create", { reconnect_account: "acc_1" }, /reconnect_account should be left out/],
    ["half a URL", { success_redirect_url: "/done" }, /success_redirect_url should be an https URL/],
    ["a URL without TLS", { failure_redirect_url: "http://app.example.com" }, /failure_redirect_url should be/],
    ["a script", { success_redirect_url: "javascript:alert(1)" }, /success_redirect_url should be/],
    ["a URL with a password", { notify_url: "https://ada:pw@app.example.com/" }, /notify_url should be .* no user/],
  ])("%s", async (_, wrong, message) => {
    const { createLink, sent } = hostedAuth()
    const error = await createLink(asked(wrong)).catch((error: unknown) => error)
    expect(error).toBeInstanceOf(AuthIntentError)
    expect(error).toMatchObject({ type: "invalid_option", message: expect.stringMatching(message) })
    expect(sent).toEqual([])
  })

  it.each<[string, object, RegExp]>([
    ["a short secret", { secret: "hunter2" }, /secret should be a text of 32/],
    ["no API key", { apiKey: "" }, /apiKey should be/],
    ["a base URL without TLS", { baseUrl: "http://api.example.com" }, /baseUrl should be/],
  ])("%s of the whole", (_, wrong, message) => {
    expect(() => createHostedAuth({ apiKey, secret, ...wrong })).toThrow(message)
  })
})

describe("a link that the API does not give", () => {
  const envelope = { title: "T", detail: `no ${apiKey}`, type: "errors/feature_not_subscribed", status: 403 }

  it.each<[string, Fetch, object]>([
    ["an error", async () => json(403, envelope), { type: envelope.type, status: 403, recovery: "stop" }],
    [
      "a wrong key",
      async () => json(401, { ...envelope, type: "errors/unauthorized" }),
      { status: 401, recovery: "stop" },
    ],
    ["an error page", async () => new Response("<h1>", { status: 502 }), { status: 502, recovery: "retry" }],
    ["another object", async () => json(201, { object: "Dog" }), { type: "client/invalid_response" }],
    ["an account", async () => json(201, { object: "AccountCreated", account_id: "acc_1" }), { recovery: "retry" }],
    [
      "a script for a link",
      async () => json(201, { ...link, url: "javascript:0" }),
      { type: "client/invalid_response" },
    ],
    ["no connection", () => Promise.reject(new Error(apiKey)), { type: "client/network", recovery: "retry" }],
  ])("rejects with what the matter was: %s", async (_, answer, failure) => {
    const { createLink, sent } = hostedAuth(answer)
    const error = await createLink(asked()).catch((error: unknown) => error)
    expect(error).toBeInstanceOf(HostedAuthError)
    expect(error).toMatchObject({ name: "HostedAuthError", failure })
    const name = String(sent[0]?.body["name"])
    for (const hidden of [apiKey, secret, name, "api.postpress.ai"]) expect(textOf(error)).not.toContain(hidden)
  })

  it("says when to come back", async () => {
    vi.useFakeTimers({ toFake: ["Date"], now: 1_700_000_000_000 })
    try {
      const body = { title: "T", type: "errors/slow_down", status: 429 }
      const { createLink } = hostedAuth(async () => json(429, body, { "retry-after": "30" }))
      await expect(createLink(asked())).rejects.toMatchObject({ failure: { retryAt: 1_700_000_030_000 } })
    } finally {
      vi.useRealTimers()
    }
  })
})

describe("rewriteHostedUrl", () => {
  it.each([
    [url, url.replace("auth.postpress.ai", "auth.yourapp.com")],
    ["https://auth.postpress.ai", "https://auth.yourapp.com"],
    ["https://auth.postpress.ai?x=1", "https://auth.yourapp.com?x=1"],
    ["https://auth.postpress.ai/a/../b//c?u=a@b:c&v=%zz#d", "https://auth.yourapp.com/a/../b//c?u=a@b:c&v=%zz#d"],
    ["https://auth.postpress.ai/$&$1", "https://auth.yourapp.com/$&$1"],
    ["http://127.0.0.1:4010/x", "http://auth.yourapp.com:4010/x"],
    ["http://[::1]:4010/x", "http://auth.yourapp.com:4010/x"],
  ])("changes the host of %s and nothing else", (from, to) => {
    expect(rewriteHostedUrl(from, "auth.yourapp.com")).toBe(to)
  })

  it.each([
    "http://auth.postpress.ai/x",
    "//auth.postpress.ai/x",
    "auth.postpress.ai",
    "https://ada@auth.postpress.ai/x",
    "https:\\\\auth.postpress.ai/x",
    "https:///auth.postpress.ai/x",
    "https://auth.postpress.ai/x\ny",
    "javascript:alert(1)",
    "",
  ])("refuses the URL %j", (from) => {
    expect(() => rewriteHostedUrl(from, "auth.yourapp.com")).toThrow(/rewriteHostedUrl: url should be/)
  })

  it.each(["", "https://auth.yourapp.com", "auth.yourapp.com/x", "auth.yourapp.com:1", "a@b.c", "a b", "-a.b", "a..b"])(
    "refuses the host %j",
    (host) => {
      expect(() => rewriteHostedUrl(url, host)).toThrow(/rewriteHostedUrl: host should be a host name alone/)
    },
  )
})
