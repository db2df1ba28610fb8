import { decodeJwt, decodeProtectedHeader } from "jose"
import { expect, it } from "vitest"
import type { Fetch } from "../../../src/http/post-json.ts"
import {
  createHostedLinks,
  type HostedLinkOptions,
  type HostedLinksOptions,
  rewriteHostedUrl,
} from "../../../src/server/hosted/create-hosted-links.ts"
import { parseNotification } from "../../../src/server/hosted/notifications.ts"

const keys = [{ id: "k1", secret: "the first secret, of 32 characters or more" }]
const clock = { now: () => 1_800_000_000_000 }
const url = "https://auth.postpress.ai/pqb%2Gz77l.o72"

/** An API that records its requests. */
function createApi(status = 201, body: unknown = { object: "HostedAuthURL", url }) {
  const sent: { url: string; headers: Record<string, string>; body: Record<string, string> }[] = []
  const fetch: Fetch = async (target, init) => {
    sent.push({ url: target, headers: init.headers, body: JSON.parse(init.body) })
    return new Response(JSON.stringify(body), { status })
  }
  return { sent, fetch }
}

const link: HostedLinkOptions = {
  type: "create",
  userId: "ada",
  providers: "INSTAGRAM",
  expiresAt: clock.now() + 900_000,
  successUrl: "https://app.example/connected?from=the%20wizard&new&hosted_return=earlier",
  failureUrl: "https://app.example/failed",
  notifyUrl: "https://app.example/callback",
}

const create = (fetch: Fetch, more: Partial<HostedLinksOptions> = {}) =>
  createHostedLinks({ apiKey: "secret-key", keys, fetch, clock, ...more })

it("requests a link in the API's words and returns it as an outcome", async () => {
  const { sent, fetch } = createApi()
  expect(await create(fetch).createLink(link)).toEqual({
    kind: "linked",
    at: clock.now(),
    url,
    expiresAt: link.expiresAt,
  })
  expect(sent).toEqual([
    {
      url: "https://api.postpress.ai/v1/hosted/accounts/link",
      headers: { "content-type": "application/json", accept: "application/json", "X-API-KEY": "secret-key" },
      body: {
        type: "create",
        api_url: "https://api.postpress.ai/v1",
        expiresOn: new Date(link.expiresAt).toISOString(),
        providers: "INSTAGRAM",
        name: expect.any(String),
        success_redirect_url: expect.stringMatching(
          /^https:\/\/app\.example\/connected\?hosted_return=[\w.-]+&from=the%20wizard&new&hosted_return=earlier$/,
        ),
        failure_redirect_url: "https://app.example/failed",
        notify_url: "https://app.example/callback",
      },
    },
  ])
})

it("names the link by a JWT whose use is its type", async () => {
  const { sent, fetch } = createApi()
  await create(fetch).createLink({ ...link, type: "reconnect", reconnectAccount: "acc_1" })
  const { name = "", reconnect_account } = sent[0]?.body ?? {}
  expect(reconnect_account).toBe("acc_1")
  expect(decodeProtectedHeader(name)).toEqual({ alg: "HS256", kid: "k1", typ: "name" })
  expect(decodeJwt(name)).toEqual({
    userId: "ada",
    type: "reconnect",
    provider: "INSTAGRAM",
    reconnectAccount: "acc_1",
    requireReturn: true,
    nonce: expect.any(String),
    exp: (link.expiresAt + 3_600_000) / 1000,
  })
})

it("sends URLs as a browser reads them", async () => {
  const { sent, fetch } = createApi()
  await create(fetch).createLink({ ...link, failureUrl: "https://ａpp.example/x" })
  expect(sent[0]?.body["failure_redirect_url"]).toBe("https://app.example/x")
})

it.each([
  [401, { type: "errors/invalid_api_key" }, { type: "errors/invalid_api_key", status: 401, recovery: "stop" }],
  [429, { type: "secret words" }, { type: "errors/unknown", status: 429, recovery: "retry" }],
  [200, { object: "HostedAuthURL", url: "javascript:alert(1)" }, { type: "client/invalid_response", status: 200 }],
  [201, {}, { type: "client/invalid_response", recovery: "retry" }],
  [0, {}, { type: "client/network", recovery: "retry" }],
])("rejects a %s %j as a failure", async (status, body, failure) => {
  const { fetch } = createApi(status, body)
  const outcome = await create(status === 0 ? () => Promise.reject(new Error("secret-key")) : fetch).createLink(link)
  expect(outcome).toMatchObject({ kind: "rejected", at: clock.now(), failure })
  expect(JSON.stringify(outcome)).not.toContain("secret")
})

it.each<[string, object]>([
  ["an expiry that has passed", { expiresAt: clock.now() }],
  ["an expiry more than a day away", { expiresAt: clock.now() + 86_400_001 }],
  ["a provider that the wizard does not have", { providers: "TWITTER" }],
  ["a list of providers with nothing in it", { providers: new Array(2) }],
  ["an account to reconnect of a create", { reconnectAccount: "acc_1" }],
  ["a reconnect without its account", { type: "reconnect" }],
  ["a user id that is not well-formed", { userId: "\ud800" }],
  ["no successUrl where a return is required", { successUrl: undefined }],
  ["a successUrl with a user", { successUrl: "https://user@app.example" }],
  ["a notifyUrl that is not https", { notifyUrl: "http://app.example" }],
  ["a misspelled notifyUrl, so that nobody would learn of the account", { notifyURL: "https://app.example" }],
])("refuses %s before anything is sent", async (_, wrong) => {
  const { sent, fetch } = createApi()
  const creating = create(fetch).createLink({ ...link, ...wrong })
  await expect(creating).rejects.toMatchObject({ name: "AuthIntentError", code: "invalid_option" })
  expect(sent).toEqual([])
})

it.each([
  [{ apiKey: "" }, "invalid_option"],
  [{ keys: [] }, "invalid_option"],
  [{ baseUrl: "http://api.example" }, "invalid_base_url"],
  [{ baseUrl: null as never }, "invalid_base_url"],
])("refuses the options %j", (wrong, code) => {
  expect(() => create(createApi().fetch, wrong)).toThrow(expect.objectContaining({ code }))
})

it.each<[unknown, RegExp]>([
  [undefined, /should be an object/],
  [null, /should be an object/],
  [{}, /^keys/],
  [{ keys, clock: { now: 1 } }, /clock\.now should be a function/],
])("refuses a notification for the options %j", async (options, message) => {
  const parsing = parseNotification(success("name"), options as never)
  await expect(parsing).rejects.toMatchObject({ code: "invalid_option", message: expect.stringMatching(message) })
})

/** Returns the name of a user's link. */
async function nameOf(userId: string) {
  const { sent, fetch } = createApi()
  await create(fetch).createLink({ ...link, userId })
  return sent[0]?.body["name"] ?? ""
}

const success = (name: string) => ({ status: "CREATION_SUCCESS", account_id: "acc_1", name })

it.each(["ada", "\ufeffada", "ada ", "é", "e\u0301", "👩‍🚀", "x".repeat(500), '"}{'])(
  "returns the user id %j to the letter",
  async (userId) => {
    expect(await parseNotification(success(await nameOf(userId)), { keys, clock })).toMatchObject({
      userId,
      accountId: "acc_1",
      status: "CREATION_SUCCESS",
      type: "create",
      requireReturn: true,
    })
  },
)

it("creates links from a list, by a function that is passed on as it is", async () => {
  const { sent, fetch } = createApi()
  await Promise.all([link, link].map(create(fetch).createLink))
  for (const { body } of sent) {
    expect(await parseNotification(success(body["name"] ?? ""), { keys, clock })).toMatchObject({ accountId: "acc_1" })
  }
  expect(new Set(sent.map(({ body }) => body["name"])).size).toBe(2)
})

it.each(["ada", "", "e30.e30.", "eyJhbGciOiJub25lIn0.eyJ1c2VySWQiOiJhZGEifQ."])(
  "refuses the forged name %j and repeats nothing of it",
  async (name) => {
    const error = await parseNotification(success(name), { keys, clock }).catch((caught: unknown) => caught)
    expect(error).toMatchObject({ name: "AuthIntentError", code: "invalid_notification" })
    expect(String(error)).not.toContain("ada")
  },
)

it("changes the host of a link and nothing else", () => {
  expect(rewriteHostedUrl(url, "auth.yourapp.com")).toBe("https://auth.yourapp.com/pqb%2Gz77l.o72")
  expect(rewriteHostedUrl("http://[::1]:8080/a?b#c", "auth.yourapp.com")).toBe("http://auth.yourapp.com:8080/a?b#c")
})

it.each([
  [url, "auth.yourapp.com/x"],
  [url, "user@evil.example"],
  [url, ""],
  ["javascript:alert(1)", "auth.yourapp.com"],
])("refuses to rewrite %j to %j", (from, host) => {
  const wrong = expect.objectContaining({ code: "invalid_option" })
  expect(() => rewriteHostedUrl(from, host)).toThrow(wrong)
})
