import { describe, expect, it } from "vitest"
import { SimulatedClock } from "xstate"
import { createSandbox, type SandboxOptions } from "../../src/sandbox/create-sandbox.ts"
import { createClient } from "./client.ts"

const created = "201"
const timeout = "408 errors/request_timeout"
const gone = "400 errors/invalid_request"

/** The two ways to move a sandbox's clock, which stands still otherwise. */
const movers = {
  advance(options: SandboxOptions = {}) {
    const { fetch, advance } = createSandbox({ ...options, clock: { now: () => 1_800_000_000_000 } })
    return { ...createClient(fetch), move: advance }
  },
  now(options: SandboxOptions = {}) {
    const clock = new SimulatedClock()
    const { fetch } = createSandbox({ ...options, clock })
    return { ...createClient(fetch), move: (ms: number) => clock.increment(ms) }
  },
}

describe.each(Object.entries(movers))("the five minutes, by %s", (_, create) => {
  it("are not over a millisecond before", async () => {
    const { login, solve, move } = create()
    const account = await login("2fa")
    move(299_999)
    expect((await solve(account, "123456")).short).toBe(created)
  })

  it.each([300_000, 300_001, 86_400_000])("are over after %i ms: one 408, then 400s", async (ms) => {
    const { login, solve, move } = create()
    const account = await login("2fa")
    move(ms)
    const responses = []
    for (let count = 0; count < 4; count += 1) responses.push((await solve(account, "123456")).short)
    expect(responses).toEqual([timeout, gone, gone, gone])
  })

  it("start with the first checkpoint and hold for all of them", async () => {
    const { login, solve, move } = create()
    const account = await login("2fa-then-otp")
    move(299_999)
    expect((await solve(account, "123456")).short).toBe("202 OTP")
    move(1)
    expect((await solve(account, "123456")).short).toBe(timeout)
  })

  it.each(["000000", "TRY_ANOTHER_WAY"])("are not extended by %s", async (code) => {
    const { login, solve, move } = create()
    const account = await login("2fa")
    move(299_999)
    expect((await solve(account, code)).status).not.toBe(408)
    move(1)
    expect((await solve(account, "123456")).short).toBe(timeout)
  })

  it("are not extended by a question about an approval", async () => {
    const { login, solve, move } = create()
    const account = await login("in-app-pending-3")
    move(150_000)
    await solve(account, "in_app_validation")
    move(150_000)
    expect((await solve(account, "in_app_validation")).short).toBe(timeout)
  })

  it.each(["123456", "000000", "TRY_ANOTHER_WAY", "in_app_validation", "(+33)0612345678"])(
    "end before anything else is looked at: %s",
    async (code) => {
      const { login, solve, move } = create()
      const account = await login("2fa-error:500:errors/provider_error")
      move(300_000)
      expect((await solve(account, code)).short).toBe(timeout)
      expect((await solve(account, code)).short).toBe(gone)
    },
  )

  it("are each intent's own", async () => {
    const { login, solve, move } = create()
    const early = await login("2fa")
    move(200_000)
    const late = await login("2fa")
    move(100_000)
    expect((await solve(early, "123456")).short).toBe(timeout)
    expect((await solve(late, "123456")).short).toBe(created)
    expect((await solve(early, "123456")).short).toBe(gone)
  })

  it("are not over for another provider's mistake", async () => {
    const { login, solve, move } = create()
    const account = await login("2fa")
    move(300_000)
    expect((await solve(account, "123456", "TWITTER")).short).toBe("403 errors/account_mismatch")
    expect((await solve(account, "123456")).short).toBe(timeout)
  })

  it("are as long as intentLifetime", async () => {
    const { login, solve, move } = create({ intentLifetime: 1_000 })
    const account = await login("2fa")
    move(999)
    expect((await solve(account, "000000")).status).toBe(401)
    move(1)
    expect((await solve(account, "123456")).short).toBe(timeout)
  })
})

describe("the clock", () => {
  it("cannot bring back an intent that is over", async () => {
    let now = 0
    const { login, solve } = createClient(createSandbox({ clock: { now: () => now } }).fetch)
    const account = await login("2fa")
    now = 300_000
    expect((await solve(account, "123456")).short).toBe(timeout)
    now = 0
    expect((await solve(account, "123456")).short).toBe(gone)
  })

  it("is the system's, and can be moved", async () => {
    const { fetch, advance } = createSandbox()
    const { login, post, solve } = createClient(fetch)
    const before = Date.now()
    const { body } = await post("/sandbox/advance", { ms: 0 })
    expect(body["now"]).toBeGreaterThanOrEqual(before)
    expect(body["now"]).toBeLessThanOrEqual(Date.now())
    const account = await login("2fa")
    advance(300_000)
    expect((await solve(account, "123456")).short).toBe(timeout)
  })

  it("adds what it was moved to the time it is given", async () => {
    const clock = new SimulatedClock()
    const { fetch, advance } = createSandbox({ clock })
    const { login, post, solve } = createClient(fetch)
    const account = await login("2fa")
    advance(100_000)
    clock.increment(100_000)
    const { status, body } = await post("/sandbox/advance", { ms: 99_999.5 })
    expect({ status, body }).toEqual({ status: 200, body: { object: "SandboxClock", now: 299_999.5 } })
    expect((await solve(account, "000000")).status).toBe(401)
    await post("/sandbox/advance", { ms: 0.5 })
    expect((await solve(account, "123456")).short).toBe(timeout)
  })

  it.each([{ ms: -1 }, { ms: "1" }, { ms: null }, { ms: 1e300 }])("is not moved by %j", async (body) => {
    const { post } = createClient(createSandbox({ clock: { now: () => 7 } }).fetch)
    expect((await post("/sandbox/advance", body)).short).toBe("400 errors/invalid_parameters")
    expect((await post("/sandbox/advance", { ms: 0 })).body["now"]).toBe(7)
  })
})
