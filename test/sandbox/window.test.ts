import { describe, expect, it } from "vitest"
import { SimulatedClock } from "xstate"
import { createSandbox } from "../../src/sandbox/create-sandbox.ts"
import { createClient } from "./client.ts"

const right = "123456"
const approve = "in_app_validation"

const created = "201"
const inApp = "202 IN_APP_VALIDATION"
const wrong = "401 errors/invalid_checkpoint_solution"
const timeout = "408 errors/request_timeout"
const gone = "400 errors/invalid_request"

/** A sandbox whose clock only the test moves. */
function create() {
  const { fetch, advance } = createSandbox({ clock: { now: () => 1_800_000_000_000 } })
  return { ...createClient(fetch), move: advance }
}

type Step = [ms: number, code: string, expected: string]

// biome-ignore format: a table
const cases: [title: string, username: string, ...Step[]][] = [
  ["are not over a millisecond before",               "2fa", [299_999, right, created]],
  ["are over on the millisecond: one 408, then 400s", "2fa", [300_000, right, timeout], [0, right, gone], [0, right, gone]],
  ["are over a day later: one 408, then 400s",        "2fa", [86_400_000, right, timeout], [0, right, gone], [0, right, gone]],
  ["start with the first of several checkpoints",     "2fa-then-otp", [299_999, right, "202 OTP"], [1, right, timeout]],
  ["are not extended by a wrong code",                "2fa", [299_999, "000000", wrong], [1, right, timeout]],
  ["are not extended by another way",                 "2fa", [299_999, "TRY_ANOTHER_WAY", "202 OTP"], [1, right, timeout]],
  ["are not extended by a request about an approval", "in-app-pending-3", [150_000, approve, inApp], [150_000, approve, timeout]],
  ...[right, "000000", "TRY_ANOTHER_WAY", approve, "(+33)0612345678"].map((code): [string, string, ...Step[]] =>
    [`end before anything else is looked at: ${code}`, "2fa-error:500:errors/provider_error", [300_000, code, timeout], [0, code, gone]]),
]

describe("the five minutes", () => {
  it.each(cases)("%s", async (_, username, ...steps) => {
    const { login, solve, move } = create()
    const account = await login(username)
    const responses: Step[] = []
    for (const [ms, code] of steps) {
      move(ms)
      responses.push([ms, code, (await solve(account, code)).short])
    }
    expect(responses).toEqual(steps)
  })

  it("are each intent's own", async () => {
    const { login, solve, move } = create()
    const early = await login("2fa")
    move(200_000)
    const late = await login("2fa")
    move(100_000)
    expect((await solve(early, right)).short).toBe(timeout)
    expect((await solve(late, right)).short).toBe(created)
    expect((await solve(early, right)).short).toBe(gone)
  })

  it("go on after a request for another provider", async () => {
    const { login, solve, move } = create()
    const account = await login("2fa")
    move(300_000)
    expect((await solve(account, right, "TWITTER")).short).toBe("403 errors/account_mismatch")
    expect((await solve(account, right)).short).toBe(timeout)
  })
})

describe("the clock", () => {
  it("cannot bring back an intent that is over", async () => {
    let now = 0
    const { login, solve } = createClient(createSandbox({ clock: { now: () => now } }).fetch)
    const account = await login("2fa")
    now = 300_000
    expect((await solve(account, right)).short).toBe(timeout)
    now = 0
    expect((await solve(account, right)).short).toBe(gone)
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
    expect((await solve(account, right)).short).toBe(timeout)
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
    expect((await solve(account, right)).short).toBe(timeout)
  })
})
