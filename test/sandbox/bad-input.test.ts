import { afterAll, afterEach, describe, expect, it } from "vitest"
import { startSandbox } from "../../src/sandbox/start-sandbox.ts"
import { createClient } from "./client.ts"

// No response may repeat it.
const password = "canary-password"
const code = "canary-code"
const key = "canary-key"

const json = "application/json"
const login = { provider: "INSTAGRAM", username: "ok", password }
const solution = { provider: "INSTAGRAM", account_id: "acc_1", code }

const posts = ["/accounts", "/accounts/checkpoint", "/hosted/accounts/link", "/sandbox/advance"]

const missing = "400 errors/missing_parameters"
const invalid = "400 errors/invalid_parameters"
const malformed = "400 errors/invalid_request"
const tooLarge = "400 errors/content_too_large"

const server = await startSandbox({ apiKey: key })
const client = createClient(fetch, server.url)
afterEach(async () => {
  // The server survives every request.
  expect((await client.post("/accounts", login, { "X-API-KEY": key })).short).toBe("201")
})
afterAll(() => server.close())

/** Sends one request and checks that the response is Problem Details and repeats nothing. */
async function refusal(path: string, init: RequestInit): Promise<{ short: string; detail: unknown }> {
  const headers = { "X-API-KEY": key, "Content-Type": json, ...init.headers }
  const { short, text, body, status, headers: sent } = await client.send(path, { method: "POST", ...init, headers })
  expect(sent.get("content-type")).toBe(json)
  expect(Object.keys(body)).toEqual(["title", "detail", "instance", "type", "status"])
  expect(body["status"]).toBe(status)
  for (const canary of [password, code, key]) expect(text).not.toContain(canary)
  return { short, detail: body["detail"] }
}

describe("a body", () => {
  const { username: _, ...noUsername } = login

  // biome-ignore format: a table
  it.each<[title: string, path: string, body: string, expected: string, detail: string]>([
    ["no body",                    "/accounts", "", malformed, "not JSON"],
    ["truncated JSON",             "/accounts", `{"password":"${password}"`, malformed, "not JSON"],
    ["deep nesting",               "/accounts", "[".repeat(60_000), malformed, "not JSON"],
    ["an array",                   "/accounts", JSON.stringify([login]), malformed, "not a JSON object"],
    ["null",                       "/accounts", "null", malformed, "not a JSON object"],
    ["an empty object",            "/accounts", "{}", missing, "provider, username, password"],
    ["no username",                "/accounts", JSON.stringify(noUsername), missing, "missing: username."],
    ["no provider, a bad username", "/accounts", JSON.stringify({ username: 1, password }), missing, "missing: provider."],
    ["inherited names alone",      "/accounts", `{"__proto__":${JSON.stringify(login)}}`, missing, "provider, username, password"],
    ["an unknown provider",        "/accounts", JSON.stringify({ ...login, provider: "MYSPACE" }), invalid, "valid: provider."],
    ["an empty password",          "/accounts", JSON.stringify({ ...login, password: "" }), invalid, "valid: password."],
    ["an empty account id",        "/accounts/checkpoint", JSON.stringify({ ...solution, account_id: "" }), invalid, "valid: account_id."],
    ["an empty code",              "/accounts/checkpoint", JSON.stringify({ ...solution, code: "" }), invalid, "valid: code."],
    ["a code as a number",         "/accounts/checkpoint", JSON.stringify({ ...solution, code: 123456 }), invalid, "valid: code."],
    ["ms back in time",            "/sandbox/advance", '{"ms":-1}', invalid, "valid: ms."],
    ["too many ms",                "/sandbox/advance", '{"ms":1e999}', invalid, "valid: ms."],
    ["an unknown account",         "/accounts/checkpoint", JSON.stringify(solution), "403 errors/unknown_authentication_context", "account"],
    ["a nobody",                   "/accounts", JSON.stringify({ ...login, username: "constructor" }), "401 errors/invalid_credentials", "password"],
  ])("is refused when it is %s", async (_, path, body, expected, detail) => {
    expect(await refusal(path, { body })).toEqual({ short: expected, detail: expect.stringContaining(detail) })
  })

  it("is refused when it is not UTF-8", async () => {
    const body = Buffer.concat([Buffer.from('{"username":"'), Buffer.from([0xff, 0xfe]), Buffer.from('"}')])
    expect(await refusal("/accounts", { body })).toEqual({ short: malformed, detail: "The body is not UTF-8." })
  })

  it.each(["text/plain", "application/jsonp", "text/json", ""])("is refused when it is sent as %j", async (type) => {
    const body = JSON.stringify(login)
    expect((await refusal("/accounts", { body, headers: { "Content-Type": type } })).short).toBe(malformed)
  })

  it.each(["application/json; charset=utf-8", "Application/JSON", "application/json ;q=1"])(
    "is accepted when it is sent as %j",
    async (type) => {
      const headers = { "X-API-KEY": key, "Content-Type": type }
      expect((await client.post("/accounts", login, headers)).short).toBe("201")
    },
  )

  it("pollutes nothing", async () => {
    const body = `{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}},${JSON.stringify(login).slice(1)}`
    const { short } = await client.send("/accounts", {
      method: "POST",
      headers: { "X-API-KEY": key, "Content-Type": json },
      body,
    })
    expect(short).toBe("201")
    expect({}).not.toHaveProperty("polluted")
  })
})

describe("a large body", () => {
  const padded = (length: number) => JSON.stringify(login).padEnd(length)
  const stream = (length: number) => ({ body: new Blob([padded(length)]).stream(), duplex: "half" as const })

  it("is accepted up to 64 KiB", async () => {
    const init = { method: "POST", headers: { "X-API-KEY": key, "Content-Type": json } }
    expect((await client.send("/accounts", { ...init, body: padded(65_536) })).short).toBe("201")
    expect((await client.send("/accounts", { ...init, ...stream(65_536) })).short).toBe("201")
  })

  it.each([65_537, 10_000_000])("is refused from 64 KiB on: %i bytes", async (length) => {
    expect((await refusal("/accounts", { body: padded(length) })).short).toBe(tooLarge)
  })

  it.each([65_537, 10_000_000])("is refused when it has no content length: %i bytes", async (length) => {
    expect((await refusal("/accounts", stream(length))).short).toBe(tooLarge)
  })
})

describe("an address", () => {
  // biome-ignore format: a table
  it.each(["", "/", "/nowhere", "/accounts/", "/accounts/checkpoint/1", "/ACCOUNTS", "/%61ccounts", "//accounts", "/accounts/../sandbox",
    "/__proto__", "/constructor", "/hosted/accounts"])("leads nowhere: %j", async (path) => {
    expect((await refusal(path, { body: JSON.stringify(login) })).short).toBe("404 errors/not_found")
  })

  it.each(["/accounts", "/v1accounts", "/v2/accounts", "/x/v1/accounts"])("is none: %s", async (path) => {
    const { short } = await createClient(fetch, new URL(server.url).origin).post(path, login, { "X-API-KEY": key })
    expect(short).toBe("404 errors/not_found")
  })

  it.each(posts)("accepts POST alone: %s", async (path) => {
    for (const method of ["GET", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND"]) {
      const { short, headers } = await client.send(path, { method, headers: { "X-API-KEY": key } })
      expect([method, short, headers.get("allow")]).toEqual([method, "405 errors/method_not_allowed", "POST"])
    }
  })
})

describe("a key", () => {
  it.each(["", "wrong", `${key}x`, key.toUpperCase(), `${key}, ${key}`])("is refused when it is %j", async (wrong) => {
    const init = { body: JSON.stringify(login), headers: { "X-API-KEY": wrong } }
    expect((await refusal("/accounts", init)).short).toBe("401 errors/invalid_api_key")
  })

  it.each(posts)("cannot be left out: %s", async (path) => {
    const { short, text } = await client.send(path, { method: "POST", body: JSON.stringify(login) })
    expect(short).toBe("401 errors/invalid_api_key")
    expect(text).not.toContain(password)
  })
})
