import { describe, expect, it } from "vitest"
import { parseBaseUrl } from "../../src/http/base-url.ts"
import { expectMistake } from "../harness/expect-mistake.ts"

describe("a base URL", () => {
  it.each([
    ["https://api.example.com", "https://api.example.com"],
    ["https://api.example.com/", "https://api.example.com"],
    ["https://api.example.com/v1//", "https://api.example.com/v1"],
    ["HTTPS://API.example.com/V1", "https://api.example.com/V1"],
    ["https://bücher.example", "https://xn--bcher-kva.example"],
    ["http://localhost:3000/v1", "http://localhost:3000/v1"],
    ["http://app.localhost", "http://app.localhost"],
    ["http://127.0.0.1:3000", "http://127.0.0.1:3000"],
    ["http://127.255.255.255", "http://127.255.255.255"],
    ["http://2130706433", "http://127.0.0.1"],
    ["http://[::1]:3000", "http://[::1]:3000"],
  ])("of %s is used as %s", (text, used) => {
    expect(parseBaseUrl(text)).toBe(used)
  })

  it.each<[title: string, baseUrl: unknown]>([
    ["http", "http://api.example.com"],
    ["http to localhost.evil.com", "http://localhost.evil.com"],
    ["http to 127.0.0.1.evil.com", "http://127.0.0.1.evil.com"],
    ["http to evil-localhost", "http://evil-localhost"],
    ["http to localhost behind a user", "http://localhost@evil.com"],
    ["http to localhost behind a backslash", "http://evil.com\\@localhost"],
    ["http to another IPv6 address", "http://[::2]:3000"],
    ["http to an unspecified address", "http://0.0.0.0:3000"],
    ["http to a private address", "http://192.168.0.1"],
    ["ftp", "ftp://localhost"],
    ["file", "file:///etc/passwd"],
    ["a user", "https://ada@api.example.com"],
    ["a password alone", "https://:pw-in-url@api.example.com"],
    ["a query", "https://api.example.com/v1?pw-in-url=1"],
    ["an empty query", "https://api.example.com/v1?"],
    ["a fragment", "https://api.example.com/v1#pw-in-url"],
    ["an empty fragment", "https://api.example.com/v1#"],
    ["a path alone", "/v1"],
    ["a relative one", "api.example.com/v1"],
    ["one without a scheme", "//api.example.com/v1"],
    ["an empty text", ""],
    ["a number", 5],
    ["nothing", undefined],
  ])("is refused without repeating it: %s", (_, text) => {
    const message = /^baseUrl should be https, or http on loopback, with no user, query or fragment$/
    expectMistake(() => parseBaseUrl(text as string), "invalid_base_url", message, "pw-in-url", "example.com", "evil")
  })
})
