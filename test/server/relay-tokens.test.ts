import { afterEach, beforeEach, describe, expect, it, vi } from "vitest"
import type { SpentLogins } from "../../src/server/create-spent-set.ts"
import { createSpentSet } from "../../src/server/create-spent-set.ts"
import { hostRelay, keys } from "./host-relay.ts"

const start = 1_700_000_000_000
const lifetime = 300_000
const unknown = "403 errors/unknown_authentication_context"

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: start })
})
afterEach(() => {
  vi.useRealTimers()
})

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

/** The token with one character replaced by the one that differs from it in its last bit alone. */
function alter(token: string, index: number): string {
  const other = alphabet[alphabet.indexOf(token[index] ?? "A") ^ 1] ?? "A"
  return token.slice(0, index) + other + token.slice(index + 1)
}

describe("a token that is not the page's own to use", () => {
  it("is refused with any one character altered", async () => {
    const { login, solve, sent } = hostRelay()
    const { token } = await login("2fa")
    const refused = []
    for (let index = 0; index < token.length; index += 1) refused.push((await solve(alter(token, index))).short)
    expect(new Set(refused)).toEqual(new Set([unknown]))
    expect(sent).toHaveLength(1)
    expect((await solve(token)).status).toBe(201)
  })

  it.each([
    ["cut short", (token: string) => token.slice(0, -1)],
    ["one part short", (token: string) => token.split(".").slice(1).join(".")],
    ["longer by a part", (token: string) => `${token}.AAAA`],
    ["padded", (token: string) => `${token}==`],
    ["with a space behind", (token: string) => `${token} `],
    ["with an algorithm of its own", (token: string) => token.replace(/^[^.]+/, btoa('{"alg":"none","kid":"k1"}'))],
    ["an account id", () => "acc_1"],
    ["something like a prototype's part", () => "__proto__"],
  ])("is refused %s", async (_, change) => {
    const { login, solve, sent } = hostRelay()
    const { token } = await login("2fa")
    expect((await solve(change(token))).short).toBe(unknown)
    expect(sent).toHaveLength(1)
  })

  it.each([
    ["no key of that name", "k2", "another secret, of 32 characters or more"],
    ["another key of that name", "k1", "another secret, of 32 characters or more"],
  ])("is refused by a relay with %s", async (_, id, secret) => {
    const { token } = await hostRelay().login("2fa")
    const { solve, sent } = hostRelay({ keys: [{ id, secret }] })
    expect((await solve(token)).short).toBe(unknown)
    expect(sent).toEqual([])
  })

  it("is refused to another user, and stays good for its own", async () => {
    const { login, solve, sent, connected } = hostRelay()
    const [ada, bob] = [await login("2fa"), await login("2fa", { user: "bob" })]
    for (const [{ token }, user] of [
      [ada, "bob"],
      [bob, "ada"],
    ] as const) {
      for (const kind of ["code", "approval", "anotherWay"]) {
        expect((await solve(token, "123456", { user, kind })).short).toBe("403 errors/session_mismatch")
      }
    }
    expect(sent).toHaveLength(2)
    expect((await solve(ada.token)).status).toBe(201)
    expect((await solve(bob.token, "123456", { user: "bob" })).status).toBe(201)
    expect(connected.map(({ userId }) => userId)).toEqual(["ada", "bob"])
  })

  it("is refused for another provider", async () => {
    const { login, solve, sent } = hostRelay()
    const { token } = await login("2fa")
    expect((await solve(token, "123456", { provider: "MESSENGER" })).short).toBe("403 errors/session_mismatch")
    expect(sent).toHaveLength(1)
  })
})

describe("a token that is spent", () => {
  it("is refused with all the others of its login, once that is connected", async () => {
    const { login, solve, sent } = hostRelay()
    const first = await login("2fa-then-otp")
    const second = await solve(first.token)
    const last = await solve(second.token)
    expect([first.short, second.short, last.short]).toEqual(["202 2FA", "202 OTP", "201"])
    for (const { token } of [first, second, last]) expect((await solve(token)).short).toBe(unknown)
    expect(sent).toHaveLength(3)
  })

  it.each(["403:errors/account_restricted", "409:errors/operation_canceled", "500:errors/authentication_intent_error"])(
    "is refused after %s",
    async (error) => {
      const { login, solve, sent } = hostRelay()
      const { token } = await login(`2fa-error:${error}`)
      expect((await solve(token)).short).toBe(error.replace(":", " "))
      expect((await solve(token)).short).toBe(unknown)
      expect(sent).toHaveLength(2)
    },
  )

  it("is what a login that had no checkpoint gets", async () => {
    const { login, solve, sent } = hostRelay()
    const { token, short } = await login("ok")
    expect(short).toBe("201")
    expect((await solve(token)).short).toBe(unknown)
    expect(sent).toHaveLength(1)
  })

  it("is remembered by a host's own store, for as long as it would be good", async () => {
    const stored = new Map<string, number>()
    const spent: SpentLogins = {
      has: async (id) => stored.has(id),
      add: async (id, expiresAt) => void stored.set(id, expiresAt),
    }
    const [one, other] = [hostRelay({ spent }), hostRelay({ spent })]
    const { token } = await one.login("2fa")
    await one.solve(token)
    expect((await other.solve(token)).short).toBe(unknown)
    expect(other.sent).toEqual([])
    expect([...stored.values()]).toEqual([start + lifetime])
  })

  it("is forgotten by the relay's own set when it is the oldest of too many", () => {
    const spent = createSpentSet(2)
    for (const id of ["a", "b", "c"]) spent.add(id, start)
    expect(["a", "b", "c"].map((id) => spent.has(id))).toEqual([false, true, true])
  })
})

describe("a token that is still good", () => {
  it.each(["401:errors/invalid_checkpoint_solution", "400:errors/invalid_request", "504:errors/request_timeout"])(
    "is not spent by %s",
    async (error) => {
      const { login, solve } = hostRelay()
      const { token } = await login(`2fa-error:${error}`)
      for (let tries = 0; tries < 3; tries += 1) expect((await solve(token)).short).toBe(error.replace(":", " "))
    },
  )

  it("is not spent by the one that came after it: an answer can be lost on the way", async () => {
    const { login, solve } = hostRelay()
    const { token } = await login("2fa-then-otp")
    await solve(token)
    expect((await solve(token)).short).toBe("201")
  })

  it("is decrypted by a key that has been rotated behind another, which encrypts", async () => {
    const next = { id: "k2", secret: "the second secret, of 32 characters or more" }
    const before = hostRelay()
    const { token } = await before.login("2fa")
    const kid = (jwe: string) => JSON.parse(atob(jwe.split(".")[0] ?? "")).kid
    const rotated = hostRelay({ keys: [next, ...keys], fetch: before.sandbox.fetch })
    expect((await rotated.solve(token)).short).toBe("201")
    expect(kid(token)).toBe("k1")
    expect(kid((await rotated.login("2fa")).token)).toBe("k2")
  })

  it("has no text of the account, the user or the provider in it, and fits where an account id does", async () => {
    const { login } = hostRelay()
    const user = "ada@example.com".padStart(500, "a")
    const { token } = await login("2fa", { user })
    expect(token.length).toBeLessThan(500)
    const clear = token.split(".").map((part) => atob(part.replaceAll("-", "+").replaceAll("_", "/")))
    expect(clear.join("\n")).not.toMatch(/acc_|ada|INSTAGRAM/)
  })
})

describe("the deadline", () => {
  it("is five minutes after the first checkpoint, whatever comes after that", async () => {
    const { login, solve, sent } = hostRelay()
    const first = await login("2fa-then-otp")
    vi.setSystemTime(start + lifetime - 2)
    expect((await solve(first.token, "000000")).short).toBe("401 errors/invalid_checkpoint_solution")
    const second = await solve(first.token)
    vi.setSystemTime(start + lifetime - 1)
    expect((await solve(second.token, "000000")).short).toBe("401 errors/invalid_checkpoint_solution")
    expect(sent).toHaveLength(4)
    vi.setSystemTime(start + lifetime)
    for (const { token } of [first, second]) expect((await solve(token)).short).toBe("408 errors/request_timeout")
    expect(sent).toHaveLength(4)
  })

  it("tells another user nothing", async () => {
    const { login, solve } = hostRelay()
    const { token } = await login("2fa")
    vi.setSystemTime(start + lifetime)
    expect((await solve(token, "123456", { user: "bob" })).short).toBe("403 errors/session_mismatch")
  })
})
