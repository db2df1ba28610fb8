import { describe, expect, it, vi } from "vitest"
import { createProblemReporter } from "../../../src/server/host.ts"
import type { RelayOptions } from "../../../src/server/relay/create-relay.ts"
import { createDeferred } from "../../harness/deferred.ts"
import { heapUsed } from "../../harness/heap-used.ts"
import { holdTimers } from "../../harness/hold-timers.ts"
import { hostRelay, origin, password, readRelayed } from "./host-relay.ts"

const body = JSON.stringify({ provider: "INSTAGRAM", credentials: { username: "ok", password } })
const valid = { "content-type": "application/json", "x-user": "ada" }

const accounts = `${origin}/api/auth/accounts`

type Options = Partial<RelayOptions> & { url?: string | undefined }

/** Posts a valid login to a relay, as a proxy or a framework would pass it on. */
async function postLogin(headers: Record<string, string>, { url = accounts, ...options }: Options = {}) {
  const host = hostRelay(options)
  const response = await host.relay(new Request(url, { method: "POST", headers: { ...valid, ...headers }, body }))
  return { ...host, ...(await readRelayed(response)) }
}

const page = "https://shop.example"
/** The forwarded headers of a page on http. */
const onHttp = (scheme: string) => ({
  origin: "http://shop.example",
  host: "shop.example",
  "x-forwarded-proto": scheme,
})
const behind = "http://localhost:3000/api/auth/accounts"
/** The headers of a proxy that rewrites Host. */
const rewritten = (hosts: string) => ({ origin: page, host: "10.0.0.7", "x-forwarded-host": hosts })
const evil = "https://evil.example"

describe("a page is let through", () => {
  it.each<[string, Record<string, string>, string?]>([
    ["of the request's own origin", { origin }],
    [
      "whose browser sends same-origin behind a development proxy",
      { "sec-fetch-site": "same-origin", origin: "http://localhost:5173", host: "localhost:8787" },
      behind,
    ],
    ["behind a proxy that ends TLS and keeps Host", { origin: page, host: "shop.example" }, behind],
    ["behind a proxy that rewrites Host", rewritten("shop.example"), behind],
    ["behind two proxies, of which the last one counts", rewritten("evil.example, shop.example"), behind],
    ["whose Host writes the default port out", { origin: page, host: "shop.example:443" }, behind],
    ["on http where the proxy forwards http", onHttp("http")],
    ["on http on its own URL", { origin: "http://192.168.1.7:3000", host: "192.168.1.7:3000" }, behind],
    ["that is no browser's", {}],
  ])("%s", async (_, headers, url) => {
    const { short, problems, sent } = await postLogin(headers, { url })
    expect([short, problems, sent.length]).toEqual(["201", [], 1])
  })

  it.each([
    [page, "ada", "201"],
    ["capacitor://localhost", "ada", "201"],
    // The page must be able to read the reason for its refusal.
    [page, "", "401 errors/not_signed_in"],
  ])("where origins has %s, though browsers say cross-site", async (named, user, expected) => {
    const sent = { origin: named, "sec-fetch-site": "cross-site", "x-user": user }
    const { short, headers } = await postLogin(sent, { origins: [named] })
    expect(short).toBe(expected)
    expect(Object.fromEntries(headers)).toMatchObject({
      vary: "origin",
      "access-control-allow-origin": named,
      "access-control-allow-credentials": "true",
      "access-control-expose-headers": "retry-after",
    })
  })
})

it.each<[string, Record<string, string>, string?]>([
  ["of another site", { origin: evil }],
  ["of another site whose Host is its own", { origin: evil, "sec-fetch-site": "cross-site", host: "evil.example" }],
  ["of a sister site", { origin: "https://blog.example.com", "sec-fetch-site": "same-site" }],
  ["whose browser sends cross-site and no origin", { "sec-fetch-site": "cross-site" }],
  ["whose browser sends nothing known", { "sec-fetch-site": "" }],
  ["with an opaque origin", { origin: "null" }],
  ["with an origin that is a URL", { origin: `${origin}/` }],
  ["with an origin of another scheme", { origin: "ftp://app.example.com" }],
  ["of a name that ends like the host's", { origin: "https://app.example.com.evil.example" }],
  ["on another port", { origin: "https://app.example.com:8443" }],
  ["on http, of an https site", { origin: "http://app.example.com" }],
  ["on http, where the proxy forwards https", onHttp("https"), behind],
  ["on http, where the last proxy forwards https", onHttp("http, https"), behind],
  ["on http, where the first proxy forwards https", onHttp("https,http"), behind],
  ["that is an earlier proxy's host", { origin: evil, "x-forwarded-host": "evil.example, app.example.com" }],
  ["whose forwarded host is no host", { origin: evil, "x-forwarded-host": "evil.example/@app.example.com" }],
])("a page %s is refused, and nothing is sent", async (_, headers, url) => {
  const { short, problems, sent } = await postLogin(headers, { url })
  expect([short, sent.length]).toEqual(["403 errors/origin_not_allowed", 0])
  expect(problems.map(({ code }) => code)).toEqual(["origin_not_allowed"])
})

const local = "http://localhost:5199"
const none =
  "no option allows such an origin, so serve the page from one of its own, for example https://app.example.com"

it.each([
  [local, local, `if it is yours, add "${local}" to the option origins`],
  ["https://\u009b2J\u009d.example", "https://?2J?.example", none],
  ["null", "null", none],
])("the refused origin %j is reported by name with what mends it, and with no command", async (from, name, advice) => {
  const { problems } = await postLogin({ origin: from })
  expect(problems).toEqual([{ code: "origin_not_allowed", message: `the page at ${name} was refused: ${advice}` }])
})

it("each problem is written to the console once in ten minutes where the host has no onProblem, and strangers cannot fill it", async () => {
  const write = vi.spyOn(console, "error").mockImplementation(() => {})
  const onConnected = () => Promise.reject(new Error("no database"))
  const { relay, login } = hostRelay({ onProblem: undefined, onConnected })
  const request = (path: string, from: string) =>
    relay(new Request(origin + path, { method: "POST", headers: { ...valid, origin: from }, body }))
  const refuse = (from: string) => request("/api/auth/accounts", from)
  const count = (code: string) => write.mock.calls.flat().filter((line) => line.includes(code)).length
  vi.useFakeTimers({ toFake: ["Date"] })
  // At the end the clock is set back by a day.
  for (const [index, ms] of [0, 1, 600_000, -86_400_000].entries()) {
    vi.setSystemTime(Date.now() + ms)
    await request("/auth/accounts", origin)
    await refuse("https://evil.example")
    expect(count("base_path_mismatch")).toBe([1, 1, 2, 3][index])
  }
  vi.useRealTimers()
  // Each refused page is written once, up to a thousand pages.
  expect(write.mock.calls.flat().filter((line) => line.includes("origin_not_allowed"))).toEqual([
    'auth-intent relay: origin_not_allowed: the page at https://evil.example was refused: if it is yours, add "https://evil.example" to the option origins',
  ])
  for (let each = 0; each < 1_100; each += 1) await refuse(`https://${each}.evil.example`)
  expect(count("origin_not_allowed")).toBe(1_000)
  // Other problems are still written, without characters that a terminal takes for commands.
  await login("ok", { user: "\u009b2J" })
  const line = write.mock.calls.flat().find((text) => text.includes("account_undelivered"))
  expect(line).toMatch(/"userId":"\\u009b2J","provider":"INSTAGRAM","accountId":"acc_[^"]+"/)
  expect(line).toMatch(/^[ -~]+$/)
})

it("accounts that cannot be stored, however many, leave no line in memory for ever", () => {
  let written = 0
  vi.stubGlobal("console", { ...console, error: () => (written += 1) })
  const report = createProblemReporter()
  const before = heapUsed()
  for (let each = 0; each < 120_000; each += 1) {
    const problem = { code: "account_undelivered", message: "onConnected threw", userId: `user ${each}` } as const
    report({ ...problem, accountId: `acc ${each}` })
    report({ ...problem, accountId: `acc ${each}` })
  }
  expect(heapUsed() - before).toBeLessThan(8_000_000)
  report({ code: "account_undelivered", message: "onConnected threw", userId: "user 119999", accountId: "acc 119999" })
  expect(written).toBe(120_000)
})

it("a line is written once in ten minutes, and a refused page once, however many other lines come", () => {
  const at = Date.now()
  const clock = vi.spyOn(Date, "now").mockReturnValue(at)
  const lines: string[] = []
  vi.stubGlobal("console", { ...console, error: (line: string) => lines.push(line) })
  const report = createProblemReporter()
  const failed = () => report({ code: "api_failed", message: "no key" })
  const refuse = () => report({ code: "origin_not_allowed", message: "https://evil.example" })
  const lose = (accountId: string) =>
    report({ code: "account_undelivered", message: "onConnected threw", userId: "ada", accountId })
  failed()
  refuse()
  for (let each = 0; each < 9_999; each += 1) lose(`acc ${each}`)
  clock.mockReturnValue(at + 600_000)
  failed()
  lose("one more")
  failed()
  refuse()
  const written = (part: string) => lines.filter((line) => line.includes(part)).length
  expect([written("api_failed"), written("evil")]).toEqual([2, 1])
})

describe("a preflight", () => {
  const preflight = (relay: (request: Request) => Promise<Response>, from: string, wanted = "content-type") =>
    relay(
      new Request(accounts, {
        method: "OPTIONS",
        headers: { origin: from, "access-control-request-method": "POST", "access-control-request-headers": wanted },
      }),
    )

  it("of an origin that is named is let through, but for the headers of proxies", async () => {
    const { relay } = hostRelay({ origins: [page] })
    const wanted = "content-type, X-Forwarded-Host,x-csrf, forwarded,X-FORWARDED-PROTO"
    const { status, headers } = await preflight(relay, page, wanted)
    expect(status).toBe(204)
    expect(headers.get("access-control-allow-origin")).toBe(page)
    expect(headers.get("access-control-allow-headers")).toBe("content-type,x-csrf")
    expect(headers.get("access-control-allow-methods")).toBe("POST")
  })

  it("of any other origin allows nothing, and is reported, as its page sends nothing more", async () => {
    const { relay, problems } = hostRelay({ origins: [page] })
    for (const [from, expected] of [
      ["https://evil.example", 403],
      ["null", 403],
      [origin, 405],
    ] as const) {
      const { status, headers } = await preflight(relay, from)
      expect(status).toBe(expected)
      expect([...headers.keys()].filter((name) => name.startsWith("access-control"))).toEqual([])
    }
    expect(problems.map(({ message }) => message.match(/page at (\S+)/)?.[1])).toEqual(["https://evil.example", "null"])
  })
})

describe("routes are exact", () => {
  it.each([
    "/api/auth//accounts",
    "/api//auth/accounts",
    "/x/api/auth/accounts",
    "/api/auth/x/accounts",
    "/api/auth/accounts/checkpoint/accounts",
    "/api/auth/accounts/",
    "/api/auth/accounts%00",
    "/api/auth/%61ccounts",
    "/api/auth/Accounts",
    "/api/auth/accounts;x",
    "/api/auth%2faccounts",
    "/api/auth\\..\\auth\\\\accounts",
    "/api/authaccounts",
    "/accounts",
    "/auth/accounts/checkpoint",
    "/",
  ])("%s is none, whatever its method and body", async (path) => {
    const { relay, sent, problems } = hostRelay()
    for (const method of ["POST", "GET", "OPTIONS", "PUT"]) {
      const response = await relay(
        new Request(`${origin}${path}`, { method, headers: valid, ...(method === "POST" && { body }) }),
      )
      expect((await readRelayed(response)).short).toBe("404 errors/unknown")
    }
    // A mount that cuts the path, or another basePath, leads every login of a page here.
    const codes = new Set(problems.map(({ code }) => code))
    const isLogin = /\/accounts(\/checkpoint)?\/?$/.test(new URL(path, origin).pathname)
    expect([sent, [...codes]]).toEqual([[], isLogin ? ["base_path_mismatch"] : []])
  })

  it.each([
    ["that a query follows", "/api/auth/accounts?x=1"],
    ["that an empty query follows", "/api/auth/accounts?"],
    ["that a fragment follows", "/api/auth/accounts#x"],
    ["that a parsed URL resolves", "/api/auth/x/../accounts"],
    ["below an empty base path", "/accounts", ""],
  ])("but for a path %s", async (_, path, basePath = "/api/auth") => {
    expect((await postLogin({}, { url: origin + path, basePath })).short).toBe("201")
  })
})

describe("what is not right is refused before anything is read", () => {
  it.each(["text/plain", "multipart/form-data", "application/json-seq", ""])("the content type %j", async (type) => {
    const { short, sent } = await postLogin({ "content-type": type })
    expect([short, sent.length]).toEqual(["415 errors/invalid_request", 0])
  })

  it.each(["GET", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND"])("the method %s", async (method) => {
    const { relay, sent } = hostRelay()
    const response = await relay(new Request(accounts, { method, headers: valid }))
    expect([response.status, response.headers.get("allow"), sent.length]).toEqual([405, "POST", 0])
  })

  it.each([
    [undefined, []],
    [null, []],
    ["", []],
    ["\ud800", ["callback_threw"]],
    ["x".repeat(501), ["callback_threw"]],
    [7, ["callback_threw"]],
    [{}, ["callback_threw"]],
  ])("the user id %j, which is reported unless it is nothing", async (id, codes) => {
    const { short, sent, problems } = await postLogin({}, { getUserId: () => id } as object)
    expect([short, sent.length, problems.map(({ code }) => code)]).toEqual(["401 errors/not_signed_in", 0, codes])
  })

  it("a request whose session cannot be read, and reports it", async () => {
    const error = new Error("no database")
    const getUserId = () => Promise.reject(error)
    const { short, sent, problems } = await postLogin({}, { getUserId })
    expect([short, sent.length]).toEqual(["503 errors/service_unavailable", 0])
    expect(problems).toEqual([{ code: "callback_threw", message: "getUserId threw", error }])
  })
})

it.each<[string, (request: Request) => unknown]>([
  ["has read", (request) => request.text()],
  ["holds", (request) => request.body?.getReader()],
])("a body that getUserId %s is reported as a mistake of the host", async (_, take) => {
  const getUserId = async (request: Request) => {
    await take(request)
    return "ada"
  }
  const { short, sent, problems } = await postLogin({}, { getUserId })
  const codes = problems.map(({ code }) => code)
  expect([short, sent.length, codes]).toEqual(["500 errors/unexpected_error", 0, ["body_missing"]])
})

it.each([
  ["\ufeff", "400 errors/malformed_request"],
  ["{ }", "400 errors/invalid_parameters"],
])("the body %j is refused by %s, and is no mistake of the host's", async (body, refused) => {
  const { relay, problems } = hostRelay()
  const init = { method: "POST", headers: { ...valid, "content-length": "3" }, body }
  const { short } = await readRelayed(await relay(new Request(accounts, init)))
  expect([short, problems]).toEqual([refused, []])
})

it("a body that breaks off is malformed, and no mistake of the host's", async () => {
  const { relay, problems } = hostRelay()
  const body = new ReadableStream({ pull: (controller) => controller.error(new Error("gone")) })
  const init = { method: "POST", headers: valid, body, duplex: "half" }
  const { short } = await readRelayed(await relay(new Request(accounts, init as RequestInit)))
  expect([short, problems]).toEqual(["400 errors/malformed_request", []])
})

it("a body whose page has left before it came is no mistake of the host's", async () => {
  const { relay, problems } = hostRelay()
  const body = new ReadableStream({ start: (controller) => controller.close() })
  const headers = { ...valid, "content-length": "40" }
  const init = { method: "POST", headers, body, duplex: "half", signal: AbortSignal.abort() }
  await relay(new Request(accounts, init as RequestInit))
  expect(problems).toEqual([])
})

it("a request leaves no timer behind, which would hold up the end of its process", async () => {
  holdTimers()
  await postLogin({})
  expect(vi.getTimerCount()).toBe(0)
})

it("a body that is announced and never comes is a timeout of the page's, and no mistake of the host's", async () => {
  holdTimers()
  const { relay, problems } = hostRelay()
  const isRead = createDeferred()
  const body = new ReadableStream({ pull: () => isRead.resolve() }, { highWaterMark: 0 })
  const init = { method: "POST", headers: { ...valid, "content-length": "40" }, body, duplex: "half" }
  const response = relay(new Request(accounts, init as RequestInit))
  await isRead.promise
  await vi.advanceTimersByTimeAsync(10_000)
  expect([(await response).status, problems]).toEqual([408, []])
})

it("each response forbids to be kept or to be read as something else", async () => {
  const { post, login } = hostRelay()
  for (const response of [await login("2fa"), await login("ok"), await post("{"), await post({}, { path: "/x" })]) {
    expect(Object.fromEntries(response.headers)).toMatchObject({
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
      "content-type": "application/json",
    })
  }
})

it("a body that is refused is let go of at once, wherever it is refused", async () => {
  const { relay } = hostRelay()
  const refusals: [number, string, RequestInit][] = [
    [404, `${accounts}/x`, { headers: valid }],
    [405, accounts, { method: "PUT", headers: valid }],
    [403, accounts, { headers: { ...valid, origin: "https://evil.example" } }],
    [415, accounts, { headers: { ...valid, "content-type": "text/plain" } }],
    [401, accounts, { headers: { "content-type": "application/json" } }],
    [413, accounts, { headers: { ...valid, "content-length": "99999" } }],
    [413, accounts, { headers: valid }],
  ]
  for (const [status, to, init] of refusals) {
    let isLetGo = false
    const endless = new ReadableStream({
      pull: (controller) => controller.enqueue(new Uint8Array(4_096)),
      cancel: () => {
        isLetGo = true
      },
    })
    const request = new Request(to, { method: "POST", ...init, body: endless, duplex: "half" } as RequestInit)
    expect([(await relay(request)).status, isLetGo]).toEqual([status, true])
  }
})
