import { setImmediate as settled } from "node:timers/promises"
import { describe, expect, test } from "vitest"
import { SimulatedClock } from "xstate"
import type { AuthIntentInput, Checkpoint, IntentOptions } from "../../../machines/auth-intent.types.ts"
import { now } from "../../../machines/clock.ts"
import { createAuthIntent, type IntentClock } from "../../../src/intent/create-auth-intent.ts"
import { approveInApp, submitCode, submitCredentials, submitPhone, switchMethod } from "../../../src/intent/events.ts"
import type { TestClock } from "../../../src/testing/create-test-clock.ts"
import type { AuthTransport } from "../../../src/transports/auth-transport.ts"
import { createClockAt } from "../../harness/drive-machine.ts"
import {
  type Driven,
  deadline,
  demanded,
  driveIntent,
  grace,
  lifetime,
  network,
  passUntilExpired,
  reach,
  rejected,
  reload,
  startsAt,
  waiting,
  wrongSolution,
} from "./places.ts"

const hour = 3_600_000

const twoFactor: Checkpoint = { type: "2FA" }
const inApp: Checkpoint = { type: "IN_APP_VALIDATION" }
const phone: Checkpoint = { type: "PHONE_REGISTER" }

/** Every kind of solution, and what sends it. */
const solutions = [
  { title: "a code", checkpoint: twoFactor, event: () => submitCode("123456") },
  { title: "a phone number", checkpoint: phone, event: () => submitPhone({ countryCode: "33", number: "0612345678" }) },
  { title: "an approval", checkpoint: inApp, event: approveInApp },
  { title: "another method", checkpoint: twoFactor, event: switchMethod },
]

const expired = { status: "expired", provider: "INSTAGRAM", accountId: "acc_1", expiresAt: deadline }
const noPolls = { inAppPollInterval: 0 }

test.each(waiting)("$name waits until 1 ms before the deadline, and leaves no timer", async ({ checkpoint }) => {
  const driven = await reach(checkpoint, { ...noPolls, intentLifetime: 1_000 })
  passUntilExpired(driven, 1_000)
  expect(driven.output()).toEqual({ ...expired, expiresAt: startsAt + 1_000 })
  expect(driven.clock.pending.length).toBe(0)
})

test.each([
  [100_000, 0],
  [100_000, 20_000],
  [0, grace],
])("a code that is sent after %i ms is waited for until the end of a grace of %i ms", async (after, solveGrace) => {
  const driven = await reach(twoFactor, { solveGrace })
  driven.clock.advance(after)
  driven.actor.send(submitCode("123456"))
  passUntilExpired(driven, lifetime + solveGrace - after)
  expect(driven.output()).toEqual({ ...expired, mayBeConnected: true })
  expect([driven.request().signal.aborted, driven.clock.pending.length]).toEqual([true, 0])
})

test("a resume with a longer lifetime does not move the deadline", async () => {
  const first = await reach(twoFactor)
  first.clock.advance(100_000)
  const second = reload(first, { intentLifetime: hour })
  expect(second.context().expiresAt).toBe(deadline)
  passUntilExpired(second, 200_000)
})

describe("a clock that jumps back", () => {
  test("leaves a waiting checkpoint no more than one lifetime", async () => {
    const driven = await reach(twoFactor)
    driven.clock.advance(100_000)
    driven.clock.jump(-hour)
    driven.clock.advance(lifetime)
    expect(driven.state()).toBe("expired")
  })

  test.each([rejected(wrongSolution), rejected(network), demanded({ type: "OTP" })])(
    "leaves no more than one lifetime, however often the response is $kind",
    async (outcome) => {
      const driven = await reach(twoFactor)
      driven.clock.jump(-hour)
      for (let minute = 0; minute < 5 && driven.tags().includes("input"); minute++) {
        driven.actor.send(submitCode("000000"))
        await driven.respond(outcome)
        driven.clock.advance(60_000)
      }
      expect(driven.state()).toBe("expired")
    },
  )

  test("leaves a request in flight no more than one lifetime and the grace", async () => {
    const driven = await reach(twoFactor)
    driven.clock.jump(-hour)
    driven.actor.send(submitCode("123456"))
    passUntilExpired(driven, lifetime + grace)
  })

  // Each reload is early enough that the timer alone would let the intent live.
  test("leaves no more than one lifetime through reloads, by whichever way the actor is made", async () => {
    let driven = await reach(twoFactor)
    driven.clock.jump(-hour)
    driven = reload(driven)
    expect(driven.context().expiresAt).toBe(startsAt - hour + lifetime)
    driven.clock.advance(290_000)
    driven = reload(driven)
    passUntilExpired(driven, 10_000)
  })
})

/** Starts an intent behind the edge, at a checkpoint; its transport solves nothing, and counts what reaches it. */
async function reachBehindEdge<Clock extends IntentClock = TestClock>(
  checkpoint: Checkpoint,
  { clock, ...options }: IntentOptions & { clock?: Clock } = {},
) {
  const used = (clock ?? createClockAt(startsAt)) as Clock
  const calls: AbortSignal[] = []
  const transport: AuthTransport<string> = {
    submit: async () => demanded(checkpoint),
    solve: (_, { signal }) => {
      calls.push(signal)
      return new Promise(() => {})
    },
  }
  const actor = createAuthIntent({ transport, provider: "INSTAGRAM", clock: used, ...options }).start()
  actor.send(submitCredentials("pw"))
  await settled()
  return { actor, clock: used, calls, output: () => actor.getSnapshot().output }
}

describe("a clock that jumps ahead, or a laptop that slept", () => {
  describe.each(solutions)("$title", ({ checkpoint, event }) => {
    test.each([-1, 0, hour])("%i ms past the deadline reaches the transport only before it", async (late) => {
      const { actor, clock, calls, output } = await reachBehindEdge(checkpoint, noPolls)
      clock.jump(lifetime + late)
      expect(actor.getSnapshot().hasTag("input")).toBe(true)
      actor.send(event())
      await settled()
      expect(calls.length).toBe(late < 0 ? 1 : 0)
      if (late < 0) return
      expect(output()).toEqual({ ...expired, failure: expect.objectContaining({ type: "client/timeout" }) })
    })
  })

  test("a poll that is due ends it, unsent and unseen", async () => {
    const { clock, calls, output } = await reachBehindEdge(inApp)
    clock.jump(hour)
    await clock.advanceAsync(5_000, settled)
    expect([calls.length, output()]).toEqual([0, expired])
  })

  test("one big step over polls and deadline sends nothing and ends it", async () => {
    const clock = new SimulatedClock()
    clock.set(startsAt)
    const { calls, output } = await reachBehindEdge(inApp, { clock })
    clock.increment(hour)
    await settled()
    expect([calls.length, output()]).toMatchObject([0, expired])
  })

  test("a malformed code past the deadline ends in expired too", async () => {
    const { actor, clock, output } = await reachBehindEdge(twoFactor)
    clock.jump(hour)
    actor.send(submitCode(""))
    await settled()
    expect(output()).toMatchObject(expired)
  })
})

test.each(["oldest", "newest"] as const)(
  "of a poll and the deadline on the same moment the deadline wins where the %s timer fires first",
  async (order) => {
    const clock = createClockAt(startsAt, { order })
    const { calls, output } = await reachBehindEdge(inApp, { clock, intentLifetime: 5_000 })
    clock.advance(5_000)
    await settled()
    expect([calls.length, output()]).toEqual([0, { ...expired, expiresAt: startsAt + 5_000 }])
  },
)

describe("the options", () => {
  const defaults = { intentLifetime: 300_000, solveGrace: 10_000, inAppPollInterval: 5_000 }
  const longest = 2_147_483_647
  const options = ({ intentLifetime, solveGrace, inAppPollInterval }: ReturnType<Driven["context"]>) => ({
    intentLifetime,
    solveGrace,
    inAppPollInterval,
  })

  test("have their defaults, and nothing is logged", () => {
    const driven = driveIntent()
    expect([options(driven.context()), driven.logs]).toEqual([defaults, []])
  })

  test.each<[Partial<AuthIntentInput>]>([
    [{ intentLifetime: 1, solveGrace: 0, inAppPollInterval: 0 }],
    [{ intentLifetime: longest, solveGrace: 0, inAppPollInterval: longest }],
    [{ intentLifetime: 1, solveGrace: longest - 1 }],
    [{ intentLifetime: longest - 10_000 }],
  ])("are kept as they are where a timer can hold them: %j", (input) => {
    const driven = driveIntent(input)
    expect([options(driven.context()), driven.logs]).toEqual([{ ...defaults, ...input }, []])
  })

  test.each([
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
    ["inAppPollInterval", longest + 1],
  ])("take their default out of range, and it is logged: %s of %s", (name, value) => {
    const driven = driveIntent({ [name]: value })
    expect(options(driven.context())).toEqual(defaults)
    expect(driven.logs).toEqual([
      `authIntent: ${name} is out of range; it takes its default, ${defaults[name as keyof typeof defaults]} ms`,
    ])
  })

  test("out of range arm no delay that they should not", async () => {
    const driven = await reach(inApp, { intentLifetime: 2 ** 40, inAppPollInterval: Number.NaN })
    expect(driven.clock.armed).toEqual([lifetime, 5_000])
  })

  test.each<[Partial<AuthIntentInput>, number]>([
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

  test("keep a checkpoint that is dated in the future within one lifetime", async () => {
    const driven = driveIntent()
    driven.actor.send(submitCredentials({ username: "ada", password: "pw" }))
    await driven.respond(demanded(twoFactor, { at: startsAt + hour }))
    expect(Math.max(...driven.clock.armed)).toBeLessThanOrEqual(lifetime)
    driven.clock.advance(lifetime)
    expect(driven.state()).toBe("expired")
  })
})

test.each([Number.NaN, Number.POSITIVE_INFINITY, "7", new Date(0), 7n, null])(
  "a clock that shows %s, which is no time, gives way to the system's",
  (shown) => {
    expect(Math.abs(now({ clock: { now: () => shown } }) - Date.now())).toBeLessThan(10_000)
  },
)
