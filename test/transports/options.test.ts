import { afterEach, describe, expect, test, vi } from "vitest"
import { AuthIntentError } from "../../src/auth-intent-error.ts"
import { createIntelliwiseTransport, type IntelliwiseOptions } from "../../src/transports/intelliwise.ts"
import { createPostpressTransport, type PostpressOptions } from "../../src/transports/postpress.ts"
import { printed } from "./printed.ts"

const key = "key-4f1c9a77"

const postpress = (options: unknown) => createPostpressTransport(options as PostpressOptions)
const intelliwise = (options: unknown) => createIntelliwiseTransport(options as IntelliwiseOptions)

/** The mistake that a call throws; fails where it throws none of ours. */
function mistake(call: () => unknown): AuthIntentError {
  try {
    call()
  } catch (error) {
    if (error instanceof AuthIntentError) return error
    throw error
  }
  throw new Error("nothing was thrown")
}

const mostTimers = 2_147_483_647

describe("createPostpressTransport refuses", () => {
  test.each<[option: string, value: unknown, expected: RegExp]>([
    ["apiKey", undefined, /missing/],
    ["apiKey", null, /visible ASCII/],
    ["apiKey", "", /visible ASCII/],
    ["apiKey", 5, /visible ASCII/],
    ["apiKey", { key }, /visible ASCII/],
    ["apiKey", [key], /visible ASCII/],
    ["apiKey", ` ${key}`, /visible ASCII/],
    ["apiKey", `${key}\n`, /visible ASCII/],
    ["apiKey", `${key}\r\nx-other: 1`, /visible ASCII/],
    ["apiKey", `${key}\0`, /visible ASCII/],
    ["apiKey", `${key}é`, /visible ASCII/],
    ["timeout", 0, /number from 1 to 2147483647/],
    ["timeout", -1, /number from 1 to 2147483647/],
    ["timeout", 0.5, /number from 1 to 2147483647/],
    ["timeout", Number.NaN, /number from 1 to 2147483647/],
    ["timeout", Number.POSITIVE_INFINITY, /number from 1 to 2147483647/],
    ["timeout", mostTimers + 1, /number from 1 to 2147483647/],
    ["timeout", "5", /number from 1 to 2147483647/],
    ["timeout", 5n, /number from 1 to 2147483647/],
    ["timeout", null, /number from 1 to 2147483647/],
    ["timeout", [5], /number from 1 to 2147483647/],
    ["fetch", "fetch", /function/],
    ["fetch", {}, /function/],
    ["fetch", null, /function/],
    ["fetch", Promise.resolve(), /function/],
    ["dangerouslyAllowBrowser", "true", /true or false/],
    ["dangerouslyAllowBrowser", 1, /true or false/],
  ])("%s of %o", (option, value, expected) => {
    const error = mistake(() => postpress({ apiKey: key, [option]: value }))
    expect(error.type).toBe("invalid_option")
    expect(error.message).toMatch(/^createPostpressTransport: /)
    expect(error.message).toContain(option)
    expect(error.message).toMatch(expected)
    expect(error.cause).toBeUndefined()
    expect(printed(error)).not.toContain(key)
  })

  test.each([[undefined], [null], [key], [5], [[]]])("no options, but %o", (options) => {
    const error = mistake(() => postpress(options))
    expect(error.type).toBe("invalid_option")
    expect(error.message).toMatch(/^createPostpressTransport: .*(missing|should be)/)
    expect(printed(error)).not.toContain(key)
  })

  test("several at once, naming each", () => {
    const { message } = mistake(() => postpress({ apiKey: "", timeout: 0, fetch: key }))
    expect(message).toBe(
      "createPostpressTransport: apiKey should be a text of visible ASCII characters; fetch should be a function; timeout should be a number from 1 to 2147483647",
    )
  })

  test("what is no object, naming it", () => {
    expect(mistake(() => postpress(key)).message).toBe("createPostpressTransport: it should be Object")
  })
})

describe("createIntelliwiseTransport refuses", () => {
  test.each<[option: string, value: unknown, expected: RegExp]>([
    ["sessionToken", undefined, /missing/],
    ["sessionToken", "", /visible ASCII/],
    ["sessionToken", `${key}\n`, /visible ASCII/],
    ["sessionToken", 5, /visible ASCII/],
    ["buildId", 5, /text of 1 to 1000/],
    ["buildId", "", /text of 1 to 1000/],
    ["buildId", "x".repeat(1001), /text of 1 to 1000/],
    ["packageId", {}, /text of 1 to 1000/],
    ["packageId", null, /text of 1 to 1000/],
    ["fetch", "fetch", /function/],
  ])("%s of %o", (option, value, expected) => {
    const error = mistake(() => intelliwise({ baseUrl: "https://a.test", sessionToken: key, [option]: value }))
    expect(error.type).toBe("invalid_option")
    expect(error.message).toMatch(/^createIntelliwiseTransport: /)
    expect(error.message).toContain(option)
    expect(error.message).toMatch(expected)
    expect(printed(error)).not.toContain(key)
  })

  test("options without a base URL", () => {
    expect(mistake(() => intelliwise({ sessionToken: key })).type).toBe("invalid_base_url")
  })
})

const makers = [
  ["createPostpressTransport", (baseUrl: unknown) => postpress({ apiKey: key, baseUrl })],
  ["createIntelliwiseTransport", (baseUrl: unknown) => intelliwise({ sessionToken: key, baseUrl })],
] as const

describe.each(makers)("%s", (_, make) => {
  test.each([
    ["https", "https://api.example.com"],
    ["https with a path", "https://api.example.com/v1/"],
    ["https with a port", "https://api.example.com:8443/v1"],
    ["https in capitals", "HTTPS://API.EXAMPLE.COM/v1"],
    ["localhost", "http://localhost:3000"],
    ["LOCALHOST", "http://LOCALHOST:3000"],
    ["a name under localhost", "http://foo.localhost:3000/v1"],
    ["127.0.0.1", "http://127.0.0.1:3000"],
    ["another loopback address", "http://127.0.0.2"],
    ["the last loopback address", "http://127.255.255.255"],
    ["a loopback address in short", "http://127.1:3000"],
    ["a loopback address as one number", "http://2130706433"],
    ["IPv6 loopback", "http://[::1]:3000"],
    ["IPv6 loopback at length", "http://[0:0:0:0:0:0:0:1]/v1"],
  ])("takes %s", (_, baseUrl) => {
    expect(() => make(baseUrl)).not.toThrow()
  })

  test.each<[title: string, baseUrl: unknown]>([
    ["http", "http://api.example.com"],
    ["http to localhost.evil.com", "http://localhost.evil.com"],
    ["http to 127.0.0.1.evil.com", "http://127.0.0.1.evil.com"],
    ["http to evil-localhost", "http://evil-localhost"],
    ["http to localhost behind a user", "http://localhost@evil.com"],
    ["http to localhost behind a backslash", "http://evil.com\\@localhost"],
    ["http to localhost as a path", "http://evil.com/localhost"],
    ["http to localhost as a fragment", "http://evil.com#.localhost"],
    ["http to a name that ends like an address", "http://evil127.0.0.1.com"],
    ["http to an unspecified address", "http://0.0.0.0:3000"],
    ["http to a private address", "http://192.168.0.1"],
    ["http to another IPv6 address", "http://[::2]:3000"],
    ["http to a link-local IPv6 address", "http://[fe80::1]"],
    ["ftp", "ftp://localhost"],
    ["ws", "ws://localhost"],
    ["file", "file:///etc/passwd"],
    ["data", "data:text/plain,x"],
    ["javascript", "javascript:alert(1)"],
    ["a user", "https://ada@api.example.com"],
    ["a password", "https://ada:pw-in-url@api.example.com"],
    ["a password alone", "https://:pw-in-url@api.example.com"],
    ["a query", "https://api.example.com/v1?pw-in-url=1"],
    ["an empty query", "https://api.example.com/v1?"],
    ["a fragment", "https://api.example.com/v1#pw-in-url"],
    ["an empty fragment", "https://api.example.com/v1#"],
    ["a path alone", "/v1"],
    ["a relative one", "api.example.com/v1"],
    ["one without a scheme", "//api.example.com/v1"],
    ["one without a host", "https://"],
    ["an empty text", ""],
    ["spaces", "   "],
    ["a number", 5],
    ["an object", {}],
    ["a list", []],
    ["true", true],
  ])("refuses a base URL: %s", (_, baseUrl) => {
    const error = mistake(() => make(baseUrl))
    expect(error.type).toBe("invalid_base_url")
    expect(error.message).toMatch(/^.*\bbaseUrl\b.*https/)
    expect(error.cause).toBeUndefined()
    for (const part of [key, "pw-in-url", "example.com", "evil"]) expect(printed(error)).not.toContain(part)
  })
})

test.each([[1], [30_000], [mostTimers], [1.5]])("a timeout of %d ms is taken", (timeout) => {
  expect(() => postpress({ apiKey: key, timeout })).not.toThrow()
})

test("an API key is all that postpress needs", () => {
  expect(postpress({ apiKey: key })).toEqual({ submit: expect.any(Function), solve: expect.any(Function) })
})

test("a transport shows nothing of its options", () => {
  const options = { apiKey: key, sessionToken: key, baseUrl: "https://api.example.com/v1" }
  for (const transport of [postpress(options), intelliwise(options)]) {
    expect(printed(transport)).not.toContain(key)
    expect(printed(transport)).not.toContain("example.com")
  }
})

describe("in a page", () => {
  afterEach(() => {
    vi.unstubAllGlobals()
  })

  const openPage = () => {
    vi.stubGlobal("window", globalThis)
    vi.stubGlobal("document", {})
  }

  test.each(makers)("%s refuses to show its key", (_, make) => {
    openPage()
    const error = mistake(() => make("https://api.example.com"))
    expect(error.type).toBe("api_key_in_page")
    expect(error.message).toMatch(/server/)
    expect(printed(error)).not.toContain(key)
  })

  test("postpress can be told to go ahead", () => {
    openPage()
    expect(() => postpress({ apiKey: key, dangerouslyAllowBrowser: true })).not.toThrow()
    expect(mistake(() => postpress({ apiKey: key, dangerouslyAllowBrowser: false })).type).toBe("api_key_in_page")
  })

  test("intelliwise cannot", () => {
    openPage()
    const options = { baseUrl: "https://a.test", sessionToken: key, dangerouslyAllowBrowser: true }
    expect(mistake(() => intelliwise(options)).type).toBe("api_key_in_page")
  })

  test.each(["window", "document"])("a %s alone makes no page", (name) => {
    vi.stubGlobal(name, {})
    for (const [, make] of makers) expect(() => make("https://api.example.com")).not.toThrow()
  })
})
