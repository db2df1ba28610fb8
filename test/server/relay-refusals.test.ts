import { describe, expect, it, vi } from "vitest"
import { AuthIntentError } from "../../src/auth-intent-error.ts"
import { createRelay, type RelayOptions } from "../../src/server/create-relay.ts"
import { apiKey, hostRelay, keys, origin, password, read } from "./host-relay.ts"

const submit = { provider: "INSTAGRAM", credentials: { username: "2fa", password } }
const solve = (solution: unknown, token: unknown = "{token}") => ({ provider: "INSTAGRAM", token, solution })

interface Wrong {
  path?: string
  method?: string
  headers?: Record<string, string | null>
  body?: unknown
  /** Instead of a body that can be written down. */
  bytes?: Uint8Array<ArrayBuffer>
}

/** One request, with all that the first one had but what is wrong about it, and what the relay made of it. */
async function send({ path = "/accounts", method = "POST", headers = {}, body = submit, bytes }: Wrong) {
  const host = hostRelay()
  const { token } = await host.login("2fa")
  const sound = { "content-type": "application/json", "x-user": "ada", ...headers }
  const given = Object.entries(sound).filter((pair): pair is [string, string] => pair[1] !== null)
  const text = typeof body === "string" ? body : JSON.stringify(body).replace("{token}", token)
  // As bytes, because a text brings a content type of its own.
  const init = { method, headers: given, ...(method !== "GET" && { body: bytes ?? new TextEncoder().encode(text) }) }
  const heard = await read(await host.relay(new Request(`${origin}/api/auth${path}`, init)))
  return { ...heard, forwarded: host.sent.length - 1 }
}

const checkpoint = "/accounts/checkpoint"
const link = "/hosted/accounts/link"

describe.each<[short: string, Record<string, Wrong>]>([
  [
    "404 errors/not_found",
    {
      "another path": { path: "/account" },
      "a path that goes on": { path: "/accounts/acc_1" },
      "a slash behind": { path: "/accounts/" },
      "another method at another path": { path: "/", method: "DELETE" },
    },
  ],
  [
    "405 errors/method_not_allowed",
    {
      GET: { method: "GET" },
      PUT: { method: "PUT" },
      DELETE: { method: "DELETE", path: checkpoint },
      "a browser's question from nowhere": { method: "OPTIONS" },
    },
  ],
  [
    "403 errors/insufficient_permissions",
    {
      "another origin": { headers: { origin: "https://evil.example" } },
      "its own origin without TLS": { headers: { origin: "http://app.example.com" } },
      "an origin that begins like its own": { headers: { origin: `${origin}.evil.example` } },
      "no origin in particular": { headers: { origin: "null" } },
      "an empty origin": { headers: { origin: "" } },
    },
  ],
  [
    "415 errors/invalid_request",
    {
      "no content type": { headers: { "content-type": null } },
      "a form": { headers: { "content-type": "application/x-www-form-urlencoded" } },
      text: { headers: { "content-type": "text/plain" } },
      "something like JSON": { headers: { "content-type": "application/jsonp" } },
    },
  ],
  [
    "401 errors/not_signed_in",
    {
      "nobody signed in": { headers: { "x-user": null } },
      "an empty user": { headers: { "x-user": "" } },
      "nobody at a checkpoint": { headers: { "x-user": null }, path: checkpoint, body: solve({ kind: "approval" }) },
      "nobody at a link": { headers: { "x-user": null }, path: link, body: { type: "create", providers: "*" } },
    },
  ],
  [
    "413 errors/content_too_large",
    {
      "a body over 16 KiB": { body: { ...submit, more: "x".repeat(16 * 1024) } },
      "a body that says it is": { headers: { "content-length": "16385" } },
    },
  ],
  [
    "400 errors/malformed_request",
    {
      "no body": { body: "" },
      "half a body": { body: JSON.stringify(submit).slice(0, -1) },
      "no UTF-8": { bytes: new Uint8Array([0x22, 0xff, 0xfe, 0x22]) },
      "two bodies": { body: "{}{}" },
    },
  ],
  [
    "400 errors/invalid_parameters",
    {
      null: { body: "null" },
      "a list": { body: [submit] },
      "no provider": { body: { credentials: submit.credentials } },
      "an unknown provider": { body: { ...submit, provider: "MYSPACE" } },
      "no credentials": { body: { provider: "INSTAGRAM" } },
      "an empty password": { body: { ...submit, credentials: { username: "2fa", password: "" } } },
      "a password that is no text": { body: { ...submit, credentials: { username: "2fa", password: { $ne: "" } } } },
      "credentials of the wire": { body: { provider: "INSTAGRAM", username: "2fa", password } },
      "a prototype": { body: `{"__proto__": ${JSON.stringify(submit)}}` },
      "a code of the wire": { path: checkpoint, body: { provider: "INSTAGRAM", token: "{token}", code: "123456" } },
      "an account id of the wire": {
        path: checkpoint,
        body: { provider: "INSTAGRAM", account_id: "{token}", solution: { kind: "approval" } },
      },
      "no token": { path: checkpoint, body: solve({ kind: "approval" }, "") },
      "a token that is no text": { path: checkpoint, body: solve({ kind: "approval" }, { toString: "x" }) },
      "an unknown kind": { path: checkpoint, body: solve({ kind: "constructor", value: "123456" }) },
      "no code": { path: checkpoint, body: solve({ kind: "code" }) },
      "an empty code": { path: checkpoint, body: solve({ kind: "code", value: " " }) },
      "a code of 65 characters": { path: checkpoint, body: solve({ kind: "code", value: "1".repeat(65) }) },
      "a code with a line break in it": { path: checkpoint, body: solve({ kind: "code", value: "123\n456" }) },
      "a number for a code": { path: checkpoint, body: solve({ kind: "code", value: 123456 }) },
      "a word of the wire for a code": { path: checkpoint, body: solve({ kind: "code", value: "in_app_validation" }) },
      "another for a code": { path: checkpoint, body: solve({ kind: "code", value: " try_another_way " }) },
      "a text for a phone number": { path: checkpoint, body: solve({ kind: "phone", value: "(+33)0612345678" }) },
      "a phone number with no country": {
        path: checkpoint,
        body: solve({ kind: "phone", value: { number: "0612345" } }),
      },
    },
  ],
])("answers %s to", (short, cases) => {
  it.each(Object.entries(cases))("%s", async (_, wrong) => {
    const { body, headers, ...heard } = await send(wrong)
    expect({ short: heard.short, forwarded: heard.forwarded }).toEqual({ short, forwarded: 0 })
    expect(body).toEqual({ title: expect.stringMatching(/\w/), type: body["type"], status: heard.status })
    expect(headers.get("content-type")).toBe("application/json")
    expect(headers.get("cache-control")).toBe("no-store")
  })
})

it("takes any other text for a code, as the person typed it", async () => {
  const { login, solve, sent } = hostRelay()
  const { token } = await login("2fa")
  await solve(token, " (+33)0612345678 ")
  expect(sent.at(-1)?.body["code"]).toBe("(+33)0612345678")
})

it("says which method it takes", async () => {
  const { headers } = await send({ method: "PUT" })
  expect(headers.get("allow")).toBe("POST")
})

it("takes its own origin, and a content type with a charset", async () => {
  const headers = { origin, "content-type": "Application/JSON ; charset=utf-8" }
  expect((await send({ headers })).short).toBe("202 2FA")
})

it("gives up on a body that does not arrive", async () => {
  vi.useFakeTimers()
  try {
    const { relay, sent } = hostRelay()
    const body = new ReadableStream({ start: (stream) => stream.enqueue(new TextEncoder().encode('{"provider"')) })
    const headers = { "content-type": "application/json", "x-user": "ada" }
    const init = { method: "POST", headers, body, duplex: "half" }
    const answer = relay(new Request(`${origin}/accounts`, init))
    await vi.advanceTimersByTimeAsync(10_000)
    expect((await read(await answer)).short).toBe("408 errors/request_timeout")
    expect(sent).toEqual([])
    expect(vi.getTimerCount()).toBe(0)
  } finally {
    vi.useRealTimers()
  }
})

describe("a page of another origin", () => {
  const other = "https://pages.example.com"
  const ask = (method: string, from: string, more: Record<string, string> = {}) =>
    hostRelay({ origins: [other] }).relay(
      new Request(`${origin}/api/auth/accounts`, {
        method,
        headers: { origin: from, "content-type": "application/json", "x-user": "ada", ...more },
        ...(method === "POST" && { body: JSON.stringify(submit) }),
      }),
    )

  it("may ask, with its cookies, where the host named it", async () => {
    const preflight = await ask("OPTIONS", other, { "access-control-request-headers": "content-type,x-csrf" })
    expect(preflight.status).toBe(204)
    expect(Object.fromEntries(preflight.headers)).toMatchObject({
      "access-control-allow-origin": other,
      "access-control-allow-credentials": "true",
      "access-control-allow-methods": "POST",
      "access-control-allow-headers": "content-type,x-csrf",
      vary: "origin",
    })
    const answer = await ask("POST", other)
    expect(answer.status).toBe(202)
    expect(answer.headers.get("access-control-allow-origin")).toBe(other)
    expect(answer.headers.get("access-control-allow-credentials")).toBe("true")
    expect(answer.headers.get("access-control-expose-headers")).toBe("retry-after")
  })

  it("can read why it was refused", async () => {
    const answer = await ask("POST", other, { "x-user": "" })
    expect(answer.status).toBe(401)
    expect(answer.headers.get("access-control-allow-origin")).toBe(other)
  })

  it.each(["https://evil.example", "null"])("may not where it is %s", async (from) => {
    for (const method of ["OPTIONS", "POST"]) {
      const answer = await ask(method, from)
      expect(answer.status).toBe(method === "POST" ? 403 : 405)
      expect([...answer.headers.keys()].filter((name) => name.startsWith("access-control"))).toEqual([])
      expect(answer.headers.get("vary")).toBe("origin")
    }
  })
})

describe("createRelay names what is wrong with its options", () => {
  const sound: RelayOptions = { apiKey, keys, getUserId: () => "ada" }
  const secret = "a secret, of 32 characters or more"

  it.each<[string, object, RegExp]>([
    ["no keys", { keys: [] }, /keys should be at least one/],
    ["two keys of one id", { keys: [keys[0], keys[0]] }, /keys should be .* of its own/],
    ["a short secret", { keys: [{ id: "k1", secret: "hunter2" }] }, /keys\.0\.secret should be a text of 32/],
    ["an odd id", { keys: [{ id: "k 1", secret }] }, /keys\.0\.id should be/],
    ["no getUserId", { getUserId: undefined }, /getUserId /],
    ["an origin with a path", { origins: ["https://app.example.com/"] }, /origins\.0 should be an origin/],
    ["any origin", { origins: ["*"] }, /origins\.0 should be an origin/],
    ["half a port", { spent: { has: () => false } }, /spent\.add /],
    ["no API key", { apiKey: "" }, /apiKey should be/],
    ["a base URL without TLS", { baseUrl: "http://api.example.com" }, /baseUrl should be/],
  ])("%s", (_, wrong, message) => {
    const create = () => createRelay({ ...sound, ...wrong })
    expect(create).toThrow(AuthIntentError)
    expect(create).toThrow(message)
    expect(create).not.toThrow(/hunter2/)
  })
})
