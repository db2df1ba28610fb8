import { setImmediate as settled } from "node:timers/promises"
import { describe, expect, it } from "vitest"
import type { AuthIntentInput, Checkpoint, IntentTimes } from "../../../machines/auth-intent.types.ts"
import { timeOf } from "../../../machines/clock.ts"
import { createAuthIntent } from "../../../src/intent/create-auth-intent.ts"
import { approveInApp, submitCode, submitCredentials } from "../../../src/intent/events.ts"
import { createTestClock, type TestClock } from "../../../src/testing/create-test-clock.ts"
import type { AuthTransport } from "../../../src/transports/auth-transport.ts"
import { deadline, demanded, startsAt } from "../../harness/outcomes.ts"
import { type Driven, driveIntent, grace, lifetime, reach } from "./drive.ts"

const hour = 3_600_000

const twoFactor: Checkpoint = { type: "2FA" }
const inApp: Checkpoint = { type: "IN_APP_VALIDATION" }

const expired = { status: "expired", provider: "INSTAGRAM", accountId: "acc_1", expiresAt: deadline }

/** Starts an intent behind the edge, at a checkpoint; its transport solves nothing, and counts its calls. */
async function reachBehindEdge(
  checkpoint: Checkpoint,
  { clock = createTestClock({ now: startsAt }), ...options }: IntentTimes & { clock?: TestClock } = {},
) {
  const calls: AbortSignal[] = []
  const transport: AuthTransport<string> = {
    submit: async () => demanded(checkpoint),
    solve: (_, { signal }) => {
      calls.push(signal)
      return new Promise(() => {})
    },
  }
  const actor = createAuthIntent({ transport, provider: "INSTAGRAM", clock, ...options }).start()
  actor.send(submitCredentials("pw"))
  await settled()
  return { actor, clock, calls, output: () => actor.getSnapshot().output }
}

it("a malformed code past the deadline, which a laptop slept through, ends in expired too", async () => {
  const { actor, clock, output } = await reachBehindEdge(twoFactor)
  clock.jump(hour)
  actor.send(submitCode(""))
  await settled()
  expect(output()).toMatchObject(expired)
})

it("a checkpoint that comes in the grace ends in expired at once, and not by a timer", async () => {
  const driven = await reach(twoFactor)
  driven.actor.send(submitCode("123456"))
  driven.clock.advance(lifetime)
  await driven.respond(demanded(inApp))
  expect(driven.state()).toBe("expired")
})

it.each(["oldest", "newest"] as const)("the deadline wins over a poll of its moment, %s first", async (order) => {
  const clock = createTestClock({ now: startsAt, order })
  const { calls, output } = await reachBehindEdge(inApp, { clock, intentLifetime: 5_000 })
  clock.advance(5_000)
  await settled()
  expect([calls.length, output()]).toEqual([0, { ...expired, expiresAt: startsAt + 5_000 }])
})

describe("the options", () => {
  const defaults = { intentLifetime: 300_000, solveGrace: 10_000, inAppPollInterval: 5_000 }
  const longest = 2_147_483_647
  const options = ({ intentLifetime, solveGrace, inAppPollInterval }: ReturnType<Driven["context"]>) => ({
    intentLifetime,
    solveGrace,
    inAppPollInterval,
  })

  it.each<[Partial<AuthIntentInput>]>([
    [{ intentLifetime: 1, solveGrace: 0, inAppPollInterval: 0 }],
    [{ intentLifetime: longest, solveGrace: 0, inAppPollInterval: longest }],
    [{ intentLifetime: 1, solveGrace: longest - 1 }],
    [{ intentLifetime: longest - 10_000 }],
  ])("are kept as they are where a timer can hold them: %j", (input) => {
    const driven = driveIntent(input)
    expect([options(driven.context()), driven.logs]).toEqual([{ ...defaults, ...input }, []])
  })

  it.each([
    ["intentLifetime", 0],
    ["intentLifetime", -5],
    ["intentLifetime", Number.NaN],
    ["intentLifetime", Number.POSITIVE_INFINITY],
    ["intentLifetime", longest - 9_999],
    ["intentLifetime", "300000"],
    ["intentLifetime", null],
    ["solveGrace", -1],
    ["solveGrace", Number.NaN],
    ["solveGrace", longest - 299_999],
    ["inAppPollInterval", -1],
    ["inAppPollInterval", "5000"],
    ["inAppPollInterval", Number.NaN],
    ["inAppPollInterval", longest + 1],
  ])("take their default out of range, and it is logged: %s of %s", (name, value) => {
    const driven = driveIntent({ [name]: value })
    expect(options(driven.context())).toEqual(defaults)
    expect(driven.logs).toEqual([
      `authIntent: ${name} is out of range: it is ${defaults[name as keyof typeof defaults]} ms`,
    ])
  })

  it.each<[Partial<AuthIntentInput>, number]>([
    [{ solveGrace: hour }, lifetime + hour],
    [{ inAppPollInterval: hour }, lifetime + grace],
    [{ intentLifetime: 1_000 }, 1_000 + grace],
  ])("arm no delay beyond the lifetime, or the grace as well while solving: %j", async (input, longestDelay) => {
    const driven = await reach(inApp, input)
    const { intentLifetime } = driven.context()
    expect(Math.max(...driven.clock.armed)).toBeLessThanOrEqual(intentLifetime)
    driven.clock.jump(-hour)
    driven.actor.send(approveInApp())
    expect(driven.clock.armed.at(-1)).toBe(longestDelay)
    await driven.respond(demanded(inApp))
    expect(Math.max(...driven.clock.armed.slice(-2))).toBeLessThanOrEqual(intentLifetime)
  })

  it("keep a checkpoint that is dated in the future within one lifetime", async () => {
    const driven = driveIntent()
    driven.actor.send(submitCredentials({ username: "ada", password: "pw" }))
    await driven.respond(demanded(twoFactor, { at: startsAt + hour }))
    expect(Math.max(...driven.clock.armed)).toBeLessThanOrEqual(lifetime)
    driven.clock.advance(lifetime)
    expect(driven.state()).toBe("expired")
  })
})

it.each([Number.NaN, Number.POSITIVE_INFINITY, "7", new Date(0), 7n, null])(
  "a clock that shows %s, which is no time, gives way to the system's",
  (shown) => {
    expect(Math.abs(timeOf({ clock: { now: () => shown } }) - Date.now())).toBeLessThan(10_000)
  },
)
