import { describe, expect, it } from "vitest"
import { hostRelay } from "./host-relay.ts"

const fails = (error: unknown) => () => {
  throw error
}
const rejects = (error: unknown) => async () => {
  throw error
}
const broken = new Error("the database is away")
const accountId = expect.stringMatching(/^acc_/)

describe("a host that could not store the account", () => {
  it.each([
    ["throws", fails(broken)],
    ["rejects", rejects(broken)],
  ])("is told which it was, and so is the page, when it %s", async (_, onConnected) => {
    const { login, solve, problems, sent } = hostRelay({ onConnected })
    const { token } = await login("2fa")
    expect((await solve(token)).short).toBe("500 errors/authentication_intent_error")
    expect(problems).toEqual([{ error: broken, userId: "ada", provider: "INSTAGRAM", accountId }])
    expect((await solve(token)).short).toBe("403 errors/unknown_authentication_context")
    expect(sent).toHaveLength(2)
  })

  it("is told after a login without a checkpoint too", async () => {
    const { login, problems } = hostRelay({ onConnected: rejects(broken) })
    expect((await login("ok")).short).toBe("500 errors/authentication_intent_error")
    expect(problems).toHaveLength(1)
  })

  it.each([
    ["throws", fails(new Error("and so is the log"))],
    ["rejects", rejects(new Error("and so is the log"))],
    ["is not there", undefined],
  ])("changes nothing for the page where its onError %s", async (_, onError) => {
    const { login } = hostRelay({ onConnected: rejects(broken), onError })
    const { short, text } = await login("ok")
    expect(short).toBe("500 errors/authentication_intent_error")
    expect(text).not.toMatch(/database|log|acc_/)
  })
})

it("tells the page after the host has stored the account, and not before", async () => {
  const order: string[] = []
  const onConnected = async () => {
    order.push("storing")
    await new Promise(setImmediate)
    order.push("stored")
  }
  const { login } = hostRelay({ onConnected })
  await login("ok")
  order.push("told")
  expect(order).toEqual(["storing", "stored", "told"])
})

it("tells the host once for each yes of the API, and of nothing else", async () => {
  const { login, solve, connected } = hostRelay()
  const { token } = await login("2fa-then-otp")
  await solve(token, "000000")
  const { token: next } = await solve(token)
  expect(connected).toEqual([])
  await Promise.all([solve(next), solve(next)])
  expect(connected).toEqual([{ userId: "ada", provider: "INSTAGRAM", accountId }])
})

it("connects without an onConnected", async () => {
  expect((await hostRelay({ onConnected: undefined }).login("ok")).short).toBe("201")
})

describe("a host that fails before anything is sent", () => {
  it.each<[string, () => string | Promise<string>]>([
    ["throws", fails(broken)],
    ["rejects", rejects(broken)],
    ["says what is no user's id", () => 42 as unknown as string],
    ["says an id that is far too long", () => "a".repeat(501)],
  ])("is told, when its getUserId %s", async (_, getUserId) => {
    const { login, problems, sent } = hostRelay({ getUserId })
    const { short, text } = await login("ok")
    expect(short).toBe("500 errors/unexpected_error")
    expect(text).not.toContain("database")
    expect(problems).toEqual([{ error: expect.any(Error) }])
    expect(sent).toEqual([])
  })

  it("lets nothing through that it cannot tell from a spent token", async () => {
    const { login, solve, problems, sent } = hostRelay({ spent: { has: rejects(broken), add() {} } })
    const { token } = await login("2fa")
    expect((await solve(token)).short).toBe("503 errors/service_unavailable")
    expect(problems).toEqual([{ error: broken, userId: "ada" }])
    expect(sent).toHaveLength(1)
  })
})

it("connects all the same where the host cannot note that a token is spent", async () => {
  const { login, solve, problems, connected } = hostRelay({ spent: { has: () => false, add: fails(broken) } })
  const { token } = await login("2fa")
  expect((await solve(token)).short).toBe("201")
  expect(connected).toHaveLength(1)
  expect(problems).toEqual([{ error: broken, userId: "ada", provider: "INSTAGRAM", accountId }])
})
