import { expect, it, vi } from "vitest"
import type { RelayOptions } from "../../../src/server/relay/create-relay.ts"
import { holdTimers } from "../../harness/hold-timers.ts"
import { always, keys } from "../relay/host-relay.ts"
import { hostFinished, hostHosted, publicUrl, returnTo } from "./host-hosted.ts"

const pending = { status: 202, json: { status: "pending" } }
const isConnected = { status: 200, json: { status: "connected", token: expect.any(String) } }
const mismatch = { status: 403, json: { type: "errors/account_mismatch", status: 403 } }
const secondKey = { id: "k2", secret: "the second secret, of 32 characters or more" }
const unknown = { status: 403, json: { type: "errors/unknown_authentication_context", status: 403 } }

const fail = () => Promise.reject(new Error("the database is gone"))

it("connects an account when the callback and then the user's return have come", async () => {
  const { callback, confirm, poll, connected, unconfirmed, clock, url, token } = await hostFinished()
  expect(await callback()).toBe(204)
  expect(unconfirmed).toEqual([
    { type: "create", userId: "ada", accountId: expect.stringMatching(/^acc_/), until: clock.now() + 7_200_000 },
  ])
  expect(connected).toEqual([])
  expect(await poll(url)).toEqual(pending)
  expect(await confirm(token)).toEqual(isConnected)
  const accountId = unconfirmed[0]?.accountId ?? ""
  expect(connected).toEqual([{ userId: "ada", accountId, provider: "INSTAGRAM" }])
  const polled = await poll(url)
  expect(polled).toEqual(isConnected)
  expect(JSON.stringify(polled)).not.toContain(accountId)
})

it("connects an account when the user's return and then the callback have come", async () => {
  const { createLink, finish, callback, confirm, poll, connected, unconfirmed } = hostHosted()
  const url = await createLink()
  expect(await confirm(await finish(url))).toEqual(pending)
  expect(connected).toEqual([])
  expect(await callback()).toBe(204)
  expect(connected).toEqual([{ userId: "ada", accountId: expect.any(String), provider: "INSTAGRAM" }])
  expect(unconfirmed).toEqual([])
  expect(await poll(url)).toEqual(isConnected)
})

it("connects once however often the callback and the return come, at once and at two processes", async () => {
  const { callback, confirm, connected, replace, token } = await hostFinished()
  const calledBack = callback()
  replace({})
  await confirm(token)
  expect(await calledBack).toBe(204)
  expect(await Promise.all([confirm(token), confirm(token), callback(), callback()])).toEqual([
    isConnected,
    isConnected,
    204,
    204,
  ])
  expect(connected.length).toBe(1)
})

it.each(["the return", "the callback"])("binds nobody by a link sent to somebody else, %s first", async (first) => {
  const { callback, confirm, poll, connected, unconfirmed, url, token } = await hostFinished("mallory")
  if (first === "the callback") await callback()
  // The victim is signed in at the page that the wizard returns to.
  expect(await confirm(token, "victim")).toEqual(mismatch)
  expect(await confirm(token, "mallory")).toEqual(mismatch)
  expect(await callback()).toBe(204)
  expect(await poll(url, "mallory")).toEqual(mismatch)
  expect(connected).toEqual([])
  expect(unconfirmed[0]).toMatchObject({ userId: "mallory" })
})

it("says of an account that the API knew before that it was only reconnected, also by a link that creates", async () => {
  const { callback, unconfirmed, problems } = await hostFinished()
  expect(await callback({ body: { status: "RECONNECTED" } })).toBe(204)
  expect(unconfirmed).toMatchObject([{ type: "reconnect" }])
  for (const status of ["RECONNECTED", "CREATION_SUCCESS"]) await callback({ body: { status, account_id: "acc_2" } })
  const message = "notification: its link has brought another account already"
  expect(problems.map((problem) => problem.message)).toEqual([message, `${message}: remove this one at the API`])
})

it("leaves a connected account alone when another user posts its return", async () => {
  const { callback, confirm, poll, connected, url, token } = await hostFinished()
  await callback()
  await confirm(token)
  expect(await confirm(token, "mallory")).toEqual(mismatch)
  expect(await poll(url)).toEqual(isConnected)
  expect(connected.length).toBe(1)
})

it("is good for one account only", async () => {
  const { callback, confirm, connected, problems, token } = await hostFinished()
  expect(await callback()).toBe(204)
  expect(await callback({ body: { account_id: "acc_evil" } })).toBe(403)
  // The host can remove the account at the API.
  expect(problems).toMatchObject([{ code: "notification_refused", userId: "ada", accountId: "acc_evil" }])
  await confirm(token)
  expect(await callback({ body: { account_id: "acc_evil" } })).toBe(403)
  expect(connected.map(({ accountId }) => accountId)).not.toContain("acc_evil")
})

it("refuses a callback whose URL has not the secret of a key that is there, and reports it", async () => {
  const { callback, callbacks, unconfirmed, confirm, connected, problems, replace, token } = await hostFinished()
  await confirm(token)
  const [{ url } = { url: "" }] = callbacks
  for (const wrong of [url.split("?")[0], `${url}x`, url.replace(/key=.*/, "key="), url.replace(/key=./, "key=%00")]) {
    expect(await callback({ url: wrong ?? "" })).toBe(403)
  }
  replace({ keys: [secondKey] })
  expect(await callback()).toBe(403)
  expect([connected, unconfirmed]).toEqual([[], []])
  expect(problems.map(({ code }) => code)).toEqual(Array(5).fill("notification_refused"))
})

it.each([
  ["another name", { name: "eyJhbGciOiJub25lIn0.eyJ1c2VySWQiOiJhZGEifQ." }, "its name is not signed by this host"],
  ["no name", { name: undefined }, "it is not of a known shape"],
  ["another status", { status: "FAILED" }, "it is not of a known shape"],
  ["a number for an account", { account_id: 7 }, "it is not of a known shape"],
])("refuses a callback with %s, and reports it", async (_, body, why) => {
  const { createLink, finish, callback, confirm, connected, problems } = hostHosted()
  await confirm(await finish(await createLink()))
  expect(await callback({ body })).toBe(403)
  expect(connected).toEqual([])
  expect(problems).toEqual([{ code: "notification_refused", message: `notification: ${why}` }])
})

it("refuses the name of one link's return as another's, and any other token of the relay's", async () => {
  const { callback, callbacks, confirm, poll, connected, url, token } = await hostFinished()
  const { name } = JSON.parse(callbacks[0]?.body ?? "{}")
  expect(await confirm(name)).toEqual(unknown)
  expect(await confirm(`${token}x`)).toEqual(unknown)
  await callback()
  await confirm(token)
  const { json } = await poll(url)
  expect(await confirm(json.token)).toEqual(unknown)
  expect(connected.length).toBe(1)
})

it("refuses a callback and a return from an hour after the link's expiry on", async () => {
  const { callback, confirm, advance, connected, problems, token } = await hostFinished()
  advance(7_199_999)
  expect(await confirm(token)).toEqual(pending)
  advance(1)
  expect(await callback()).toBe(403)
  // The API has the account.
  expect(problems).toMatchObject([
    { message: "notification: its link has expired", userId: "ada", accountId: expect.stringMatching(/^acc_/) },
  ])
  expect(await confirm(token)).toEqual(unknown)
  expect(connected).toEqual([])
})

it("loses no callback and no return by a rotation of keys", async () => {
  const { callback, confirm, replace, connected, token } = await hostFinished()
  replace({ keys: [secondKey, ...keys] })
  expect(await callback()).toBe(204)
  expect(await confirm(token)).toEqual(isConnected)
  expect(connected.length).toBe(1)
})

it("reports the account of a link that another user has ended, so that the host removes it", async () => {
  const { callback, confirm, unconfirmed, token } = await hostFinished()
  await confirm(token)
  await confirm(token, "mallory")
  expect(await callback()).toBe(204)
  expect(unconfirmed).toHaveLength(1)
})

it("shows how a link stands to its own user alone, also in the hour in which its halves may come", async () => {
  const { createLink, finish, callback, confirm, poll, advance } = hostHosted()
  const url = await createLink()
  const token = await finish(url)
  advance(3_600_000)
  await confirm(token)
  await callback()
  expect(await poll(url)).toEqual(isConnected)
  expect(await poll(url, "mallory")).toEqual(pending)
  expect(await poll("https://auth.postpress.ai/no-such-link")).toEqual(pending)
})

it("connects by the callback alone where a back end has turned the return off for one link", async () => {
  const { mailLink, finish, callback, connected, unconfirmed } = hostHosted()
  expect(await finish(await mailLink("LINKEDIN"))).toBe("")
  expect(await callback()).toBe(204)
  expect(connected).toEqual([{ userId: "ada", accountId: expect.any(String), provider: "LINKEDIN" }])
  expect(unconfirmed).toEqual([])
})

it("reports the account of such a link as connected where the store fails", async () => {
  const { mailLink, finish, callback, replace, problems } = hostHosted()
  await finish(await mailLink("LINKEDIN"))
  replace({ store: { get: fail, swap: fail } })
  expect(await callback()).toBe(503)
  const account = { userId: "ada", accountId: expect.any(String) }
  const error = expect.any(Error)
  expect(problems).toEqual([{ code: "store_failed", message: expect.any(String), error, ...account }])
})

it("connects by a callback that comes again after hours in which the host could not store the account", async () => {
  const { mailLink, finish, callback, connected, replace, advance } = hostHosted()
  await finish(await mailLink("LINKEDIN", 86_400_000))
  replace({ onConnected: fail })
  expect(await callback()).toBe(503)
  replace({})
  advance(86_400_000)
  expect(await callback()).toBe(204)
  expect(connected).toEqual([{ userId: "ada", accountId: expect.any(String), provider: "LINKEDIN" }])
})

it("names no provider of a link that was for several", async () => {
  const { mailLink, callback, connected, sent } = hostHosted()
  await mailLink("*")
  const { notify_url: url, name } = sent[0] ?? {}
  expect(await callback({ url: String(url), body: { status: "CREATION_SUCCESS", account_id: "acc_1", name } })).toBe(
    204,
  )
  expect(connected).toEqual([{ userId: "ada", accountId: "acc_1" }])
})

it("accepts a callback that comes again, though the host cannot store another account of the same user", async () => {
  const { mailLink, finish, callback, sent } = hostHosted({
    onConnected: ({ provider }) => (provider ? undefined : fail()),
  })
  await mailLink("*")
  const { notify_url: url, name } = sent[0] ?? {}
  const body = { status: "CREATION_SUCCESS", account_id: "acc_1", name }
  expect(await callback({ url: String(url), body })).toBe(503)
  await finish(await mailLink("LINKEDIN"))
  expect([await callback(), await callback()]).toEqual([204, 204])
})

it("lets no page choose where a link leads, whose it is, which account it reconnects or whether to return", async () => {
  const { createLink, finish, callback, connected, unconfirmed, sent } = hostHosted()
  const evil = "https://evil.example/"
  const chosen = { successUrl: evil, success_redirect_url: evil, notifyUrl: evil, notify_url: evil, userId: "ada" }
  const more = { reconnectAccount: "acc_1", expiresAt: 1, requireReturn: false, ...chosen }
  await finish(await createLink("mallory", { type: "create", providers: "INSTAGRAM", ...more }))
  expect(await callback()).toBe(204)
  expect([connected, unconfirmed]).toMatchObject([[], [{ userId: "mallory" }]])
  expect(sent).toEqual([
    {
      type: "create",
      api_url: "https://api.postpress.ai/v1",
      expiresOn: new Date(1_800_000_000_000 + 3_600_000).toISOString(),
      providers: "INSTAGRAM",
      name: expect.any(String),
      success_redirect_url: expect.stringMatching(/^https:\/\/app\.example\/api\/auth\/hosted\/return\?hosted_return=/),
      failure_redirect_url: `${returnTo}#hosted=failure`,
      notify_url: expect.stringMatching(/^https:\/\/app\.example\/api\/auth\/hosted\/notification\?key=[\w.-]+$/),
    },
  ])
})

it("passes on why the API has created no link", async () => {
  const { post, problems } = hostHosted({ fetch: always(401, { type: "errors/invalid_api_key" }) })
  const refused = { status: 401, json: { type: "errors/invalid_api_key", recovery: "stop" } }
  expect(await post("/hosted/link", { type: "create", providers: "*" })).toMatchObject(refused)
  const message = "a hosted link failed: errors/invalid_api_key, status 401"
  expect(problems).toEqual([{ code: "api_failed", message }])
})

it.each(["", "/"])("builds its URLs by publicUrl%s, whatever host a request names", async (end) => {
  const { relay, sent } = hostHosted({ publicUrl: publicUrl + end })
  const headers = { "content-type": "application/json", "x-user": "ada", "x-forwarded-host": "evil.example" }
  const body = JSON.stringify({ type: "create", providers: "*" })
  await relay(new Request("https://evil.example/api/auth/hosted/link", { method: "POST", headers, body }))
  expect(JSON.stringify(sent)).not.toContain("evil")
  expect(sent).toMatchObject([{ notify_url: expect.stringContaining(`${publicUrl}/hosted/notification?`) }])
})

it("leads a return on to the host's page, reads no session and changes nothing", async () => {
  const { createLink, sent, relay, replace, connected, poll } = hostHosted()
  const url = await createLink()
  replace({ getUserId: () => expect.fail("a session was read") })
  const back = String(sent[0]?.["success_redirect_url"])
  for (const _ of [1, 2]) {
    const response = await relay(
      new Request(back, { headers: { cookie: "session=ada", origin: "https://evil.example" } }),
    )
    expect([response.status, Object.fromEntries(response.headers)]).toEqual([
      303,
      {
        location: expect.stringMatching(/^https:\/\/app\.example\/accounts\?tab=new#hosted_return=[\w.-]+$/),
        "referrer-policy": "no-referrer",
        "cache-control": "no-store",
      },
    ])
  }
  replace({})
  expect(connected).toEqual([])
  expect(await poll(url)).toEqual(pending)
})

it("leads on with its token, and takes a callback, where the API begins its own query with a second question mark", async () => {
  const { relay } = hostHosted()
  const { headers } = await relay(new Request(`${publicUrl}/hosted/return?hosted_return=e.y.J?status=success`))
  expect(headers.get("location")).toBe(`${returnTo}#hosted_return=e.y.J`)
  const { callback, callbacks, unconfirmed } = await hostFinished()
  expect(await callback({ url: `${callbacks[0]?.url}?status=success` })).toBe(204)
  expect(unconfirmed).toHaveLength(1)
})

it.each(["", "?hosted_return=", "?hosted_return=a%0d%0aset-cookie:x", "?hosted_return=%23%2f%2fevil.example", "?x=y"])(
  "leads %j on to the host's page without a token",
  async (query) => {
    const { relay } = hostHosted()
    const { status, headers } = await relay(new Request(`${publicUrl}/hosted/return${query}`))
    expect([status, headers.get("location")]).toEqual([303, returnTo])
  },
)

it.each([
  ["POST", "/hosted/return", "GET"],
  ["GET", "/hosted/notification", "POST"],
])("refuses %s %s, and names the method that is there", async (method, path, allowed) => {
  const { status, headers } = await hostHosted().relay(new Request(publicUrl + path, { method }))
  expect([status, headers.get("allow")]).toEqual([405, allowed])
})

it.each<[string, Partial<RelayOptions>, string]>([
  ["whose store fails", { store: { get: fail, swap: fail } }, "account_unconfirmed"],
  ["that could not note an account", { onUnconfirmed: fail }, "callback_threw"],
  ["that could not store an account", { onConnected: fail }, "account_undelivered"],
])("refuses a callback to a host %s, so that it comes again", async (_, broken, code) => {
  const { callback, confirm, replace, problems, connected, unconfirmed, token } = await hostFinished()
  const account = { userId: "ada", accountId: expect.any(String) }
  if (broken.onConnected) await confirm(token)
  replace(broken)
  expect([await callback(), await callback()]).toEqual([503, 503])
  const problem = expect.objectContaining({ code, ...account })
  expect(problems.filter((each) => each.code !== "store_failed")).toEqual([problem, problem])
  // With an account id the report would name a connected account.
  for (const each of problems) if (each.code === "store_failed") expect(each).not.toHaveProperty("accountId")
  expect(unconfirmed).toEqual([])
  replace({})
  expect(await callback()).toBe(204)
  await confirm(token)
  expect(connected).toEqual([{ ...account, provider: "INSTAGRAM" }])
})

it.each<keyof RelayOptions>(["getUserId", "onUnconfirmed", "onNeedsReconnect", "getReconnectAccount"])(
  "waits ten seconds for %s, and has the request sent again",
  async (hook) => {
    const { createLink, finish, callback, hosted, post, replace, problems, sent } = hostHosted()
    await finish(await createLink())
    const statusUrl = await hosted().getStatusUrl()
    const hang = vi.fn(() => new Promise(() => {}))
    replace({ [hook]: hang })
    holdTimers()
    const requests = {
      getUserId: async () => (await post("/hosted/link", { type: "create", providers: "*" })).status,
      onUnconfirmed: () => callback(),
      onNeedsReconnect: () => callback({ url: statusUrl, body: { account_id: "acc_1", status: "CREDENTIALS" } }),
      getReconnectAccount: async () => (await post("/hosted/link", { type: "reconnect", providers: "*" })).status,
    }
    const status = requests[hook as keyof typeof requests]()
    await vi.waitFor(() => expect(hang).toHaveBeenCalled(), { interval: 1 })
    await vi.advanceTimersByTimeAsync(10_000)
    expect([await status, sent.length]).toEqual([503, 1])
    const account = {
      onUnconfirmed: { userId: "ada", accountId: expect.any(String) },
      onNeedsReconnect: { accountId: "acc_1" },
    }[hook as string]
    expect(problems).toEqual([{ code: "callback_timed_out", message: `${hook} took more than 10 s`, ...account }])
  },
)

it("creates as many links for a user in an hour as submits are allowed, and counts them with these", async () => {
  const { post, advance, sent, replace } = hostHosted({ limits: { submits: 3 } })
  const login = { provider: "INSTAGRAM", credentials: { username: "otp", password: "pw" } }
  const link = { type: "create", providers: "*" }
  const statuses = async () => [
    (await post("/hosted/link", link)).status,
    (await post("/accounts", login)).status,
    (await post("/hosted/link", link)).status,
  ]
  expect(await statuses()).toEqual([201, 202, 201])
  expect(await statuses()).toEqual([429, 429, 429])
  expect((await post("/hosted/link", link, "mallory")).status).toBe(201)
  expect(sent.length).toBe(4)
  advance(3_600_000)
  expect(await statuses()).toEqual([201, 202, 201])
  replace({ limits: { submits: false } })
  expect(await statuses()).toEqual([201, 202, 201])
})

it("reconnects the account that the host names, and no other", async () => {
  const { finish, callback, confirm, sent, replace, post, connected, problems } = hostHosted()
  const body = { type: "reconnect", providers: "LINKEDIN" }
  expect(await post("/hosted/link", body)).toMatchObject({
    status: 403,
    json: { type: "errors/resource_access_restricted" },
  })
  expect([sent, problems.splice(0)]).toMatchObject([
    [],
    [{ message: "getReconnectAccount is missing, and a page wants to reconnect an account" }],
  ])
  replace({
    getReconnectAccount: (request, userId) => {
      const account = new URL(request.url).searchParams.get("account")
      return userId === "ada" && account === "7" ? "acc_of_ada" : null
    },
  })
  expect(await post("/hosted/link?account=8", body)).toMatchObject({ status: 403 })
  expect(await post("/hosted/link?account=7", body, "mallory")).toMatchObject({ status: 403 })
  expect(sent).toEqual([])
  const { json } = await post("/hosted/link?account=7", body)
  expect(sent).toMatchObject([{ type: "reconnect", reconnect_account: "acc_of_ada" }])
  const token = await finish(json.url)
  expect(await callback({ body: { account_id: "acc_evil" } })).toBe(403)
  expect(problems).toMatchObject([{ code: "notification_refused", userId: "ada", accountId: "acc_evil" }])
  expect(await callback()).toBe(204)
  expect(await confirm(token)).toEqual(isConnected)
  expect(connected).toEqual([{ userId: "ada", accountId: "acc_of_ada", provider: "LINKEDIN" }])
})

it.each<[unknown, string[]]>([
  [undefined, []],
  [null, []],
  ["", []],
  [7, ["callback_threw"]],
  [{ accountId: "acc_1" }, ["callback_threw"]],
  [" ", ["callback_threw"]],
])("makes no link to reconnect %j, and reports it unless it is nothing", async (account, codes) => {
  const { post, problems, sent } = hostHosted({ getReconnectAccount: () => account as string })
  const body = { type: "reconnect", providers: "LINKEDIN" }
  expect(await post("/hosted/link?account=7", body)).toMatchObject({ status: 403 })
  expect([problems.map(({ code }) => code), sent]).toEqual([codes, []])
})

it("passes on that an account needs its person to sign in anew", async () => {
  const needing: unknown[] = []
  const { hosted, callback } = hostHosted({ onNeedsReconnect: (status) => needing.push(status) })
  const url = await hosted().getStatusUrl()
  expect(await callback({ url, body: { account_id: "acc_1", status: "CREDENTIALS" } })).toBe(204)
  expect(await callback({ url, body: { account_id: "acc_1", status: "OK" } })).toBe(204)
  expect(await callback({ url: url.split("?")[0] ?? "", body: { account_id: "acc_2", status: "CREDENTIALS" } })).toBe(
    403,
  )
  expect(await callback({ url, body: { account_id: 7, status: "CREDENTIALS" } })).toBe(403)
  expect(needing).toEqual([{ accountId: "acc_1", status: "CREDENTIALS", needsReconnect: true }])
})

it("leads people through the host's own domain", async () => {
  const { createLink, sent, callback, confirm, finish, poll } = hostHosted({ hostedDomain: "auth.yourapp.com" })
  const url = await createLink()
  expect(new URL(url).host).toBe("auth.yourapp.com")
  const token = await finish(url.replace("auth.yourapp.com", "api.postpress.ai"))
  await confirm(token)
  expect(await callback()).toBe(204)
  expect(await poll(url)).toEqual(isConnected)
  expect(sent.length).toBe(1)
})

it("reports a callback that comes at another path", async () => {
  const { relay, problems } = hostHosted()
  const callback = new Request("https://app.example/hosted/notification?key=x", { method: "POST" })
  expect((await relay(callback)).status).toBe(404)
  expect(problems.map(({ code }) => code)).toEqual(["base_path_mismatch"])
})

it("is not there without publicUrl, and names the option", async () => {
  const { post, problems, hosted, relay } = hostHosted({ publicUrl: undefined, returnTo: undefined })
  expect(await post("/hosted/link/", { type: "create", providers: "*" })).toMatchObject({ status: 404 })
  expect((await relay(new Request(`${publicUrl}/hosted/return`))).status).toBe(404)
  expect(problems[0]).toMatchObject({ code: "public_url_missing", message: expect.stringContaining("publicUrl") })
  await expect(hosted().getStatusUrl()).rejects.toMatchObject({ code: "invalid_option" })
})

it.each([
  ["a form", "account_id=acc_1", 400],
  ["a body that was cut off", '{"status":', 400],
  ["a body that is too long", `{"name":"${"x".repeat(20_000)}"}`, 413],
])("reports %s that the API posts", async (_, body, status) => {
  const { relay, hosted, problems } = hostHosted()
  const url = await hosted().getStatusUrl()
  expect((await relay(new Request(url, { method: "POST", body }))).status).toBe(status)
  const message = "notification: its body should be JSON of at most 16 KiB, within ten seconds"
  expect(problems).toEqual([{ code: "notification_refused", message }])
})

it.each([
  { publicUrl: undefined, returnTo: 5 },
  { publicUrl: undefined, hostedDomain: "https://auth.yourapp.com" },
  { returnTo: undefined },
  { returnTo: "https://app.example/#accounts" },
  { returnTo: "javascript:alert(1)" },
  { publicUrl: "http://app.example" },
  { publicUrl: "https://app.example/api/auth?from=api" },
  { publicUrl: "https://app.example/api/auth#" },
  { hostedDomain: "https://auth.yourapp.com" },
])("refuses %j", (wrong: object) => {
  expect(() => hostHosted(wrong)).toThrow(expect.objectContaining({ code: "invalid_option" }))
})
