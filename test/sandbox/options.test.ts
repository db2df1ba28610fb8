import { describe, expect, it } from "vitest"
import { AuthIntentError } from "../../src/auth-intent-error.ts"
import { createSandbox } from "../../src/sandbox/create-sandbox.ts"
import { startSandbox } from "../../src/sandbox/start-sandbox.ts"
import { createClient } from "./client.ts"

/** Passes options as a program without types would. */
const untyped = (options: unknown) => options as Record<string, never>

const wrong: [options: unknown, message: string][] = [
  [null, "it should be"],
  [{ apiKey: "" }, "apiKey should be a text of visible ASCII characters"],
  [{ apiKey: "two words" }, "apiKey should be"],
  [{ intentLifetime: 0 }, "intentLifetime should be a number from 1 to"],
  [{ basePath: "v1" }, "basePath should be empty or a path like /v1"],
  [{ basePath: "/v1/" }, "basePath should be"],
  [{ basePath: "/../v1" }, "basePath should be"],
  [{ basePath: "/v1?a" }, "basePath should be"],
  [{ basePath: `/${"a".repeat(1000)}` }, "basePath should be"],
  [{ clock: { now: 0 } }, "clock.now should be a function"],
  [{ statusUrl: "http://app.example.com/status" }, "statusUrl should be"],
  [{ fetch: "fetch" }, "fetch should be"],
]

const wrongForServer: [options: unknown, message: string][] = [
  ...wrong,
  [{ port: -1 }, "port should be a whole number from 0 to 65535"],
  [{ port: 65_536 }, "port should be"],
  [{ port: 1.5 }, "port should be"],
  [{ host: "" }, "host should be"],
  [{ prot: 1 }, "it should be without prot, which is no option"],
]

describe("a wrong option", () => {
  it.each(wrong)("is refused by createSandbox: %j", (options, message) => {
    const create = () => createSandbox(untyped(options))
    expect(create).toThrow(expect.objectContaining({ name: "AuthIntentError", code: "invalid_option" }))
    expect(create).toThrow(`createSandbox: ${message}`)
    expect(create).not.toThrow("two words")
  })

  it.each(wrongForServer)("is refused by startSandbox: %j", async (options, message) => {
    const error = await startSandbox(untyped(options)).catch((error: unknown) => error)
    expect(error).toBeInstanceOf(AuthIntentError)
    expect(error).toMatchObject({
      code: "invalid_option",
      message: expect.stringContaining(`startSandbox: ${message}`),
    })
  })

  it.each([-1, Number.NaN, Number.POSITIVE_INFINITY, "1", undefined])("is refused by advance: %s", (ms) => {
    const { advance } = createSandbox()
    const move = () => advance(ms as number)
    expect(move).toThrow(expect.objectContaining({ name: "AuthIntentError", code: "invalid_option" }))
    expect(move).toThrow("advance: ms")
  })
})

it.each(["", "/v1", "/api/v2.1", "/~me"])("a right option is the base path %j", async (basePath) => {
  const { login } = createClient(createSandbox({ basePath }).fetch, `https://a.example${basePath}`)
  expect((await login("ok")).short).toBe("201")
})
