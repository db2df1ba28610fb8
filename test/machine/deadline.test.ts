import { setImmediate as settled } from "node:timers/promises"
import { describe, expect, test } from "vitest"
import { SimulatedClock } from "xstate"
import type { Checkpoint, Failure } from "../../machines/auth-intent.types.ts"
import {
  approveInApp,
  cancelIntent,
  submitCode,
  submitCredentials,
  submitPhone,
  switchMethod,
} from "../../src/events.ts"
import { type AuthIntentOptions, createAuthIntent } from "../../src/intent/create-auth-intent.ts"
import { saveIntent } from "../../src/intent/save-intent.ts"
import { handTransport } from "../intent/hand-transport.ts"
import { SplitClock } from "./split-clock.ts"

const startsAt = 1_800_000_000_000
const lifetime = 300_000
const deadline = startsAt + lifetime
const grace = 10_000
const hour = 3_600_000

const twoFactor: Checkpoint = { type: "2FA" }
const messenger: Checkpoint = { type: "2FA", canApproveInApp: true }
const inApp: Checkpoint = { type: "IN_APP_VALIDATION" }

const failure = (status: number, type: string, recovery: Failure["recovery"]): Failure => ({
  type,
  status,
  title: type,
  recovery,
})
const wrongCode = failure(401, "errors/invalid_checkpoint_solution", "correct")
const unavailable = failure(503, "errors/service_unavailable", "retry")
const timeout = failure(408, "errors/request_timeout", "retry")
const badRequest = failure(400, "errors/invalid_parameters", "correct")
const network = failure(0, "client/network", "retry")

type Options = Partial<AuthIntentOptions<{ username: string; password: string }>> & { clock?: SplitClock }

function drive({ clock = new SplitClock(startsAt), ...options }: Options = {}) {
  const hand = handTransport()
  const actor = createAuthIntent({ transport: hand.transport, provider: "INSTAGRAM", clock, ...options }).start()
  return {
    actor,
    clock,
    ...hand,
    state(): string {
      const { value } = actor.getSnapshot()
      return typeof value === "string" ? value : Object.entries(value).flat().join(".")
    },
    context: () => actor.getSnapshot().context,
    output: () => actor.getSnapshot().output,
    tags: () => [...actor.getSnapshot().tags],
    /** Answers the latest call with a checkpoint. */
    demand: (checkpoint: Checkpoint) => hand.answer({ kind: "checkpoint", accountId: "acc_1", checkpoint }),
    reject: (why: Failure) => hand.answer({ kind: "rejected", failure: why }),
  }
}

type Driven = ReturnType<typeof drive>

async function reach(checkpoint: Checkpoint, options?: Options): Promise<Driven> {
  const driven = drive(options)
  driven.actor.send(submitCredentials({ username: "ada", password: "pw" }))
  await driven.demand(checkpoint)
  return driven
}

const kinds: Checkpoint[] = [
  twoFactor,
  messenger,
  { type: "OTP" },
  inApp,
  { type: "PHONE_REGISTER" },
  { type: "CAPTCHA" },
]

const solutions = [
  { title: "a code", checkpoint: twoFactor, event: () => submitCode("123456") },
  { title: "a code to an OTP", checkpoint: { type: "OTP" }, event: () => submitCode("123456") },
  { title: "a code to an unknown type", checkpoint: { type: "CAPTCHA" }, event: () => submitCode("123456") },
  {
    title: "a phone number",
    checkpoint: { type: "PHONE_REGISTER" },
    event: () => submitPhone({ countryCode: "33", number: "0612345678" }),
  },
  { title: "an approval", checkpoint: inApp, event: approveInApp },
  { title: "an approval of a 2FA", checkpoint: messenger, event: approveInApp },
  { title: "another way", checkpoint: twoFactor, event: switchMethod },
  { title: "another way from in-app", checkpoint: inApp, event: switchMethod },
]

const expired = { status: "expired", provider: "INSTAGRAM", accountId: "acc_1", expiresAt: deadline }

describe("in a checkpoint", () => {
  describe.each(kinds)("$type, $canApproveInApp", (checkpoint) => {
    test("1 ms before the deadline it still waits", async () => {
      const driven = await reach(checkpoint, { inAppPollInterval: 0 })
      driven.clock.tick(lifetime - 1)
      expect(driven.tags()).toEqual(["input"])
    })

    test("at the deadline it is expired, with no timer left", async () => {
      const driven = await reach(checkpoint, { inAppPollInterval: 0 })
      driven.clock.tick(lifetime)
      expect(driven.output()).toEqual(expired)
      expect(driven.clock.pending).toBe(0)
    })

    test("no timer outlives a cancel", async () => {
      const driven = await reach(checkpoint)
      driven.actor.send(cancelIntent())
      expect(driven.clock.pending).toBe(0)
    })

    test("the lifetime can be set", async () => {
      const driven = await reach(checkpoint, { inAppPollInterval: 0, intentLifetime: 1_000 })
      driven.clock.tick(999)
      expect(driven.tags()).toEqual(["input"])
      driven.clock.tick(1)
      expect(driven.output()).toMatchObject({ status: "expired", expiresAt: startsAt + 1_000 })
    })
  })

  test("the deadline counts from when the answer arrived, not from when the actor heard of it", async () => {
    const driven = drive()
    driven.actor.send(submitCredentials({ username: "ada", password: "pw" }))
    driven.clock.tick(3_000)
    await driven.answer({ kind: "checkpoint", at: startsAt + 2_000, accountId: "acc_1", checkpoint: twoFactor })
    expect(driven.context().expiresAt).toBe(startsAt + 2_000 + lifetime)
    driven.clock.tick(lifetime - 1_001)
    expect(driven.state()).toBe("checkpoint.twoFactor")
    driven.clock.tick(1)
    expect(driven.state()).toBe("expired")
  })
})

describe("while solving", () => {
  describe.each(solutions)("$title", ({ checkpoint, event }) => {
    const solve = async (options?: Options, after = 100_000) => {
      const driven = await reach(checkpoint, { inAppPollInterval: 0, ...options })
      driven.clock.tick(after)
      driven.actor.send(event())
      return driven
    }

    test.each([
      ["1 ms before the deadline", lifetime - 1],
      ["at the deadline", lifetime],
      ["1 ms before the grace is over", lifetime + grace - 1],
    ])("%s it still waits", async (_, moment) => {
      const driven = await solve()
      driven.clock.tick(moment - 100_000)
      expect(driven.state()).toBe("solving")
      expect(driven.call().context.signal.aborted).toBe(false)
      await driven.answer({ kind: "connected", accountId: "acc_1" })
      expect(driven.state()).toBe("connected")
    })

    test("when the grace is over it is expired, and the request is aborted", async () => {
      const driven = await solve()
      driven.clock.tick(lifetime + grace - 100_000)
      expect(driven.output()).toEqual(expired)
      expect(driven.call().context.signal.aborted).toBe(true)
    })

    test("no timer outlives the answer that ends it", async () => {
      const driven = await solve()
      await driven.answer({ kind: "connected", accountId: "acc_1" })
      expect(driven.clock.pending).toBe(0)
    })

    test("the grace can be set, and taken away", async () => {
      const none = await solve({ solveGrace: 0 })
      none.clock.tick(lifetime - 100_000 - 1)
      expect(none.state()).toBe("solving")
      none.clock.tick(1)
      expect(none.state()).toBe("expired")

      const more = await solve({ solveGrace: 20_000 })
      more.clock.tick(lifetime - 100_000 + 19_999)
      expect(more.state()).toBe("solving")
      more.clock.tick(1)
      expect(more.state()).toBe("expired")
    })

    test("sent at the very start it is waited for until the deadline at least, and never past the grace", async () => {
      const driven = await solve({}, 0)
      driven.clock.tick(lifetime - 1)
      expect(driven.state()).toBe("solving")
      driven.clock.tick(grace + 1)
      expect(driven.state()).toBe("expired")
    })

    test("sent 1 ms before the deadline it goes out", async () => {
      const driven = await solve({}, lifetime - 1)
      expect(driven.calls.length).toBe(2)
    })

    test.each([wrongCode, unavailable, timeout, network, badRequest])(
      "$status $type inside the grace ends in expired at once",
      async (why) => {
        const driven = await solve()
        driven.clock.tick(lifetime - 100_000)
        await driven.reject(why)
        expect(driven.output()).toMatchObject(expired)
      },
    )

    test("a checkpoint inside the grace ends in expired at once", async () => {
      const driven = await solve()
      driven.clock.tick(lifetime - 100_000 + 1)
      await driven.demand({ type: "OTP" })
      expect(driven.output()).toMatchObject(expired)
    })
  })
})

describe("nothing moves the deadline", () => {
  const wrong = async (driven: Driven, why: Failure) => {
    driven.actor.send(submitCode("000000"))
    await driven.reject(why)
  }

  const turns: { title: string; turn: (driven: Driven) => Promise<unknown> }[] = [
    {
      title: "a second checkpoint",
      turn: async (driven) => {
        driven.actor.send(submitCode("123456"))
        await driven.demand({ type: "OTP" })
      },
    },
    {
      title: "another way",
      turn: async (driven) => {
        driven.actor.send(switchMethod())
        await driven.demand({ type: "OTP" })
      },
    },
    { title: "a wrong code", turn: (driven) => wrong(driven, wrongCode) },
    { title: "a retry", turn: (driven) => wrong(driven, unavailable) },
    { title: "a 408", turn: (driven) => wrong(driven, timeout) },
    { title: "a lost connection", turn: (driven) => wrong(driven, network) },
    { title: "a malformed code", turn: async (driven) => void driven.actor.send(submitCode("")) },
    {
      title: "an event that does not apply",
      turn: async (driven) => void driven.actor.send(submitCredentials({ username: "ada", password: "pw" })),
    },
  ]

  test.each(turns)("$title", async ({ turn }) => {
    const driven = await reach(twoFactor)
    for (let minute = 0; minute < 4; minute++) {
      driven.clock.tick(60_000)
      await turn(driven)
      await settled()
      expect(driven.tags()).toEqual(["input"])
      expect(driven.context().expiresAt).toBe(deadline)
    }
    driven.clock.tick(59_999)
    expect(driven.tags()).toEqual(["input"])
    driven.clock.tick(1)
    expect(driven.state()).toBe("expired")
  })

  test("polls", async () => {
    const driven = await reach(inApp)
    for (let second = 5; second < 300; second += 5) {
      driven.clock.tick(5_000)
      expect(driven.state()).toBe("solving")
      await driven.demand(inApp)
      expect(driven.context().expiresAt).toBe(deadline)
    }
    driven.clock.tick(4_999)
    expect(driven.state()).toBe("checkpoint.inApp")
    driven.clock.tick(1)
    expect(driven.state()).toBe("expired")
    expect(driven.calls.length).toBe(60)
  })

  test("a resume", async () => {
    const first = await reach(twoFactor)
    first.clock.tick(100_000)
    const second = drive({ clock: first.clock, resume: saveIntent(first.actor.getSnapshot()) })
    first.actor.stop()
    second.clock.tick(100_000)
    const third = drive({ clock: first.clock, resume: saveIntent(second.actor.getSnapshot()) })
    second.actor.stop()
    third.clock.tick(99_999)
    expect(third.state()).toBe("checkpoint.twoFactor")
    third.clock.tick(1)
    expect(third.output()).toEqual(expired)
  })

  test("a resume with a longer lifetime", async () => {
    const first = await reach(twoFactor)
    first.clock.tick(100_000)
    const record = saveIntent(first.actor.getSnapshot())
    first.actor.stop()
    const second = drive({ clock: first.clock, resume: record, intentLifetime: hour })
    expect(second.context().expiresAt).toBe(deadline)
    second.clock.tick(200_000)
    expect(second.state()).toBe("expired")
  })
})

describe("a clock that jumps back", () => {
  test("leaves a waiting checkpoint no more than one lifetime", async () => {
    const driven = await reach(twoFactor)
    driven.clock.tick(100_000)
    driven.clock.jump(-hour)
    driven.clock.tick(lifetime)
    expect(driven.state()).toBe("expired")
  })

  test.each([
    ["wrong codes", wrongCode],
    ["retries", unavailable],
    ["lost connections", network],
    ["408s", timeout],
  ])("leaves no more than one lifetime, whatever comes after: %s", async (_, why) => {
    const driven = await reach(twoFactor)
    driven.clock.tick(100_000)
    driven.clock.jump(-hour)
    for (let minute = 0; minute < 5 && driven.tags().includes("input"); minute++) {
      driven.actor.send(submitCode("000000"))
      await driven.reject(why)
      driven.clock.tick(60_000)
    }
    expect(driven.state()).toBe("expired")
  })

  test("leaves no more than one lifetime through more checkpoints", async () => {
    const driven = await reach(twoFactor)
    driven.clock.jump(-hour)
    for (let minute = 0; minute < 5 && driven.tags().includes("input"); minute++) {
      driven.actor.send(submitCode("123456"))
      await driven.demand({ type: "OTP" })
      driven.clock.tick(60_000)
    }
    expect(driven.state()).toBe("expired")
  })

  test("leaves polls no more than one lifetime from the first that is answered", async () => {
    const driven = await reach(inApp)
    driven.clock.jump(-hour)
    for (let second = 0; second < 305; second += 5) {
      driven.clock.tick(5_000)
      if (driven.state() === "solving") await driven.demand(inApp)
    }
    expect(driven.state()).toBe("expired")
  })

  test("gives a request in flight no more than one lifetime", async () => {
    const driven = await reach(twoFactor)
    driven.clock.jump(-hour)
    driven.actor.send(submitCode("123456"))
    driven.clock.tick(lifetime)
    expect(driven.state()).toBe("expired")
  })

  test("brings a resumed deadline closer, for good", async () => {
    const first = await reach(twoFactor)
    const record = saveIntent(first.actor.getSnapshot())
    first.actor.stop()
    first.clock.jump(-hour)
    const second = drive({ clock: first.clock, resume: record })
    expect(second.context().expiresAt).toBe(startsAt - hour + lifetime)
    second.clock.tick(lifetime - 1)
    expect(second.state()).toBe("checkpoint.twoFactor")
    second.clock.tick(1)
    expect(second.state()).toBe("expired")
  })

  test("never raises what is stored", async () => {
    const driven = await reach(twoFactor)
    let before = driven.context().expiresAt ?? 0
    for (const jump of [-1_000, 500, -hour, 1_000, hour]) {
      driven.clock.jump(jump)
      driven.actor.send(submitCode("123456"))
      await settled()
      if (driven.state() === "solving") await driven.demand({ type: "OTP" })
      expect(driven.context().expiresAt).toBeLessThanOrEqual(before)
      before = driven.context().expiresAt ?? 0
    }
  })
})

describe("a clock that jumps ahead, or a laptop that slept", () => {
  describe.each(solutions)("$title", ({ checkpoint, event }) => {
    test.each([
      ["at the deadline", lifetime],
      ["1 ms past it", lifetime + 1],
      ["an hour past it", lifetime + hour],
    ])("%s never reaches the transport and ends in expired", async (_, ahead) => {
      const driven = await reach(checkpoint, { inAppPollInterval: 0 })
      driven.clock.jump(ahead)
      expect(driven.tags()).toEqual(["input"])
      driven.actor.send(event())
      await settled()
      expect(driven.calls.length).toBe(1)
      expect(driven.output()).toMatchObject(expired)
    })

    test("1 ms before the deadline goes out", async () => {
      const driven = await reach(checkpoint, { inAppPollInterval: 0 })
      driven.clock.jump(lifetime - 1)
      driven.actor.send(event())
      expect(driven.calls.length).toBe(2)
    })

    test.each([wrongCode, unavailable, timeout, badRequest, network])(
      "while it is on its way, $status $type ends it",
      async (why) => {
        const driven = await reach(checkpoint, { inAppPollInterval: 0 })
        driven.actor.send(event())
        driven.clock.jump(hour)
        await driven.reject(why)
        expect(driven.output()).toMatchObject(expired)
      },
    )

    test("while it is on its way, connected is connected", async () => {
      const driven = await reach(checkpoint, { inAppPollInterval: 0 })
      driven.actor.send(event())
      driven.clock.jump(hour)
      await driven.answer({ kind: "connected", accountId: "acc_1" })
      expect(driven.state()).toBe("connected")
    })
  })

  test.each([
    ["a code", () => submitCode("123456")],
    ["another way", switchMethod],
  ])("%s in place of an approval in flight ends it, unsent", async (_, event) => {
    const driven = await reach(messenger)
    driven.actor.send(approveInApp())
    driven.clock.jump(hour)
    driven.actor.send(event())
    await settled()
    expect(driven.calls.length).toBe(2)
    expect(driven.call().context.signal.aborted).toBe(true)
    expect(driven.output()).toMatchObject(expired)
  })

  test("a poll that is due ends it, unsent", async () => {
    const driven = await reach(inApp)
    driven.clock.jump(hour)
    driven.clock.tick(5_000)
    await settled()
    expect(driven.calls.length).toBe(1)
    expect(driven.output()).toMatchObject(expired)
  })

  test.each(kinds)("a cancel is still a cancel: $type, $canApproveInApp", async (checkpoint) => {
    const driven = await reach(checkpoint)
    driven.clock.jump(hour)
    driven.actor.send(cancelIntent())
    expect(driven.output()).toMatchObject({ status: "failed", failure: { type: "client/canceled" } })
  })

  test("one big step over polls and deadline sends nothing and ends it", async () => {
    const clock = new SimulatedClock()
    clock.set(startsAt)
    const hand = handTransport()
    const actor = createAuthIntent({ transport: hand.transport, provider: "INSTAGRAM", clock }).start()
    actor.send(submitCredentials({ username: "ada", password: "pw" }))
    await hand.answer({ kind: "checkpoint", accountId: "acc_1", checkpoint: inApp })
    clock.increment(hour)
    await settled()
    expect(hand.calls.length).toBe(1)
    expect(actor.getSnapshot().output).toMatchObject(expired)
  })

  test("a malformed code past the deadline ends in expired too", async () => {
    const driven = await reach(twoFactor)
    driven.clock.jump(hour)
    driven.actor.send(submitCode(""))
    await settled()
    expect(driven.output()).toMatchObject(expired)
  })

  test("a resume finds it expired", async () => {
    const driven = await reach(twoFactor)
    const record = saveIntent(driven.actor.getSnapshot())
    driven.actor.stop()
    driven.clock.jump(lifetime)
    expect(drive({ clock: driven.clock, resume: record }).output()).toEqual(expired)
  })
})

describe("a delay is never armed for more than one lifetime", () => {
  test.each([
    { title: "a grace longer than it", options: { solveGrace: hour } },
    { title: "a poll slower than it", options: { inAppPollInterval: hour } },
    { title: "a short lifetime", options: { intentLifetime: 1_000 } },
  ])("$title", async ({ options }) => {
    const driven = await reach(inApp, options)
    driven.actor.send(approveInApp())
    await driven.demand(inApp)
    expect(driven.clock.armed.length).toBeGreaterThan(3)
    expect(Math.max(...driven.clock.armed)).toBeLessThanOrEqual(options.intentLifetime ?? lifetime)
  })

  test("a checkpoint that a transport dates in the future", async () => {
    const driven = drive()
    driven.actor.send(submitCredentials({ username: "ada", password: "pw" }))
    await driven.answer({ kind: "checkpoint", at: startsAt + hour, accountId: "acc_1", checkpoint: twoFactor })
    expect(Math.max(...driven.clock.armed)).toBeLessThanOrEqual(lifetime)
    driven.clock.tick(lifetime)
    expect(driven.state()).toBe("expired")
  })
})

describe("a poll and the deadline on the same moment", () => {
  test.each([false, true])("the deadline wins, whichever timer fires first (%s)", async (lastToFirst) => {
    const clock = new SplitClock(startsAt, { lastToFirst })
    const driven = await reach(inApp, { clock, intentLifetime: 15_000 })
    for (const _ of ["first", "second"]) {
      clock.tick(5_000)
      await driven.demand(inApp)
    }
    expect(driven.calls.length).toBe(3)
    clock.tick(5_000)
    await settled()
    expect(driven.calls.length).toBe(3)
    expect(driven.output()).toMatchObject({ status: "expired", expiresAt: startsAt + 15_000 })
  })

  test("the chart alone lets the deadline win", async () => {
    const driven = await reach(inApp, { intentLifetime: 5_000 })
    driven.clock.tick(5_000)
    expect(driven.state()).toBe("expired")
    expect(driven.calls.length).toBe(1)
  })
})

describe("408, then 400", () => {
  test("a 408 on the deadline ends it", async () => {
    const driven = await reach(twoFactor)
    driven.clock.tick(lifetime - 1)
    driven.actor.send(submitCode("123456"))
    driven.clock.tick(1)
    await driven.reject(timeout)
    expect(driven.output()).toEqual({ ...expired, failure: timeout })
  })

  test("a 408 before it is a provider that did not answer, and the 400 after it the end", async () => {
    const driven = await reach(twoFactor)
    driven.actor.send(submitCode("123456"))
    await driven.reject(timeout)
    expect(driven.context()).toMatchObject({ failure: timeout, timedOut: true })
    driven.actor.send(submitCode("123456"))
    await driven.reject(badRequest)
    expect(driven.output()).toEqual({ ...expired, failure: badRequest })
  })

  test("polls remember a 408 too", async () => {
    const driven = await reach(inApp)
    driven.clock.tick(5_000)
    await driven.reject(timeout)
    expect(driven.context()).toMatchObject({ failure: undefined, timedOut: true })
    driven.clock.tick(5_000)
    await driven.reject(badRequest)
    expect(driven.state()).toBe("expired")
  })

  test("a malformed code between the two forgets nothing, as nothing was asked", async () => {
    const driven = await reach(twoFactor)
    driven.actor.send(submitCode("123456"))
    await driven.reject(timeout)
    driven.actor.send(submitCode(""))
    await settled()
    expect(driven.context().failure?.type).toBe("client/invalid_input")
    driven.actor.send(submitCode("123456"))
    await driven.reject(badRequest)
    expect(driven.state()).toBe("expired")
  })

  test("a reload between the two forgets nothing", async () => {
    const first = await reach(twoFactor)
    first.actor.send(submitCode("123456"))
    await first.reject(timeout)
    const second = drive({
      clock: first.clock,
      resume: JSON.parse(JSON.stringify(saveIntent(first.actor.getSnapshot()))),
    })
    first.actor.stop()
    second.actor.send(submitCode("123456"))
    await second.reject(badRequest)
    expect(second.state()).toBe("expired")
  })
})
