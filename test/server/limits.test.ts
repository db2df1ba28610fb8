import { describe, expect, it } from "vitest"
import type { RelayLimits } from "../../src/server/limits.ts"
import { createMemoryStore } from "../../src/server/memory-store.ts"
import type { Store } from "../../src/server/store.ts"
import { always, hostRelay, hostTwo } from "./relay/host-relay.ts"

const phone = { countryCode: "33", number: "612345678" }

/** An API that always demands a code. */
const demand = always(202, { object: "Checkpoint", account_id: "acc_1", checkpoint: { type: "2FA" } })

describe("a login sends upstream", () => {
  it.each<[string, number, unknown]>([
    ["code", 10, "000000"],
    ["phone", 5, phone],
    ["method", 5, undefined],
    ["inApp", 100, undefined],
  ])("a %s at most %i times, at whichever relay, and has ended then", async (kind, limit, value) => {
    const { pair, sent } = hostTwo({ fetch: demand })
    const { token } = await pair[0].login("x")
    for (let each = 0; each < limit; each += 1) {
      expect((await pair[each % 2 === 0 ? 0 : 1].solve(token, value, { kind })).short).toBe("202 2FA")
    }
    const over = await pair[0].solve(token, value, { kind })
    expect([over.short, JSON.parse(over.text).recovery ?? "restart"]).toEqual([
      "403 errors/too_many_attempts",
      "restart",
    ])
    expect((await pair[1].solve(token, undefined, { kind: kind === "inApp" ? "method" : "inApp" })).short).toBe(
      over.short,
    )
    expect(sent).toHaveLength(1 + limit)
    const { token: next } = await pair[0].login("x")
    expect((await pair[0].solve(next, value, { kind })).short).toBe("202 2FA")
  })

  it("what the host sets, or any number", async () => {
    const { pair, sent } = hostTwo({ limits: { codes: 2, phones: false }, fetch: demand })
    const { token } = await pair[0].login("x")
    for (let each = 0; each < 20; each += 1) {
      expect((await pair[0].solve(token, phone, { kind: "phone" })).short).toBe("202 2FA")
    }
    await pair[0].solve(token)
    await pair[0].solve(token)
    expect((await pair[0].solve(token)).short).toBe("403 errors/too_many_attempts")
    expect(sent).toHaveLength(1 + 20 + 2)
  })
})

describe("credentials are sent upstream", () => {
  it("twenty times by one user in any hour, and then Retry-After is the time until the next one", async () => {
    const { pair, sent, advance } = hostTwo({ fetch: demand })
    for (let each = 0; each < 20; each += 1) {
      expect((await pair[each % 2 === 0 ? 0 : 1].login(`name-${each}`)).short).toBe("202 2FA")
      advance(60_000)
    }
    const refused = await pair[0].login("one more")
    expect([refused.short, refused.headers.get("retry-after")]).toEqual(["429 errors/unknown", "2400"])
    expect((await pair[0].login("of another", { user: "bob" })).short).toBe("202 2FA")
    advance(2_399_999)
    expect((await pair[1].login("one more")).headers.get("retry-after")).toBe("1")
    advance(1)
    expect((await pair[1].login("one more")).short).toBe("202 2FA")
    expect((await pair[1].login("one more")).headers.get("retry-after")).toBe("60")
    expect(sent).toHaveLength(22)
  })

  it("forty times for a username in an hour, from all users, in any spelling, with the marks of a phone number, and with invisible ones inside", async () => {
    const { pair, sent } = hostTwo({ fetch: demand })
    const marks = ["\u200b", "\u00ad", " ", "\ufe0f", "\u3164", "\u0000", "\ud800", "-", "+"]
    const marked = marks.flatMap((mark, index) => [`á${mark}da`, `ád${mark.repeat(2 + index)}a`])
    for (const [each, name] of [...marked, ...marked, "Áda", "@ÁDA ", "a\u200b\u0301da", "á\uff44a"].entries()) {
      expect((await pair[0].login(name, { user: `user-${each}` })).short).toBe("202 2FA")
    }
    for (const name of ["áda", ...marked]) {
      expect((await pair[1].login(name, { user: "mallory" })).short).toBe("429 errors/unknown")
    }
    expect((await pair[1].login("áda", { user: "mallory", provider: "LINKEDIN" })).short).toBe("202 2FA")
    expect(sent).toHaveLength(41)
  })

  it("after at most an hour, though the clock was set back a day", async () => {
    const { pair, advance } = hostTwo({ limits: { submits: 1 }, fetch: demand })
    await pair[0].login("one")
    advance(-86_400_000)
    expect((await pair[0].login("two")).headers.get("retry-after")).toBe("3600")
  })

  it("and leave nothing in the store where they are refused, past the limit too", async () => {
    const kept = new Set<string>()
    const memory = createMemoryStore()
    const store: Store = {
      get: memory.get,
      async swap(key, before, after, expiresAt) {
        const isSwapped = await memory.swap(key, before, after, expiresAt)
        if (isSwapped) kept[after === undefined ? "delete" : "add"](key)
        return isSwapped
      },
    }
    const { login } = hostRelay({ store, limits: { submits: 2 }, fetch: always(401, { type: "errors/x" }) })
    const shorts = []
    for (let each = 0; each < 30; each += 1) shorts.push((await login(`name-${each}`)).short)
    expect(shorts.slice(1, 4)).toEqual(["401 errors/unknown", "429 errors/unknown", "429 errors/unknown"])
    // The counters: one of the user, two of usernames.
    expect([...kept].map((key) => key.split(":")[0])).toEqual(["submits", "username", "username"])
  })

  it("as often as the host sets, or any number of times", async () => {
    const { pair, sent } = hostTwo({ limits: { submits: false, submitsPerUsername: 3 }, fetch: demand })
    for (let each = 0; each < 100; each += 1) await pair[0].login(`name-${each}`)
    expect(sent).toHaveLength(100)
    for (let each = 0; each < 10; each += 1) await pair[0].login("ada")
    expect(sent).toHaveLength(103)
  })
})

it.each([
  [[], /limits should be a plain Object/],
  [{ codes: 0 }, /limits/],
  [{ codes: 1.5 }, /limits/],
  [{ submits: 1_001 }, /limits/],
  [{ submits: "20" }, /limits/],
  [{ code: 1 }, "createRelay: limits should be without code, which is no option"],
])("a limit that is none is refused: %j", (limits, message) => {
  expect(() => hostRelay({ limits: limits as RelayLimits })).toThrow(message)
})

it("a time to try again that is decades ahead reaches the page in the nine digits that it reads", async () => {
  const headers = { "retry-after": "Fri, 31 Dec 9999 23:59:59 GMT" }
  const { login } = hostRelay({ fetch: always(429, { type: "errors/too_many_requests" }, headers) })
  expect((await login("ada")).headers.get("retry-after")).toBe("999999999")
})
