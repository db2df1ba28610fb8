import { describe, expect, test } from "vitest"
import type { Checkpoint } from "../../../machines/auth-intent.types.ts"
import { clientFailure, type Failure } from "../../../machines/failures.ts"
import { approveInApp, submitCode, switchMethod } from "../../../src/intent/events.ts"
import { getStep } from "../../../src/intent/get-step.ts"
import {
  badRequest,
  type Driven,
  demanded,
  driveIntent,
  failure,
  network,
  overtaken,
  passUntilExpired,
  reach,
  rejected,
  reload,
  sent,
  startsAt,
  timeout,
  unavailable,
  wrongSolution,
} from "./places.ts"

const inApp: Checkpoint = { type: "IN_APP_VALIDATION" }
const messenger: Checkpoint = { type: "2FA", canApproveInApp: true }
const notApprovedYet = clientFailure("client/not_approved_yet", { about: "approval" })

const stepOf = ({ actor }: Driven) => getStep(actor.getSnapshot())
const shown = (driven: Driven) => driven.context().failure
const canApprove = ({ actor }: Driven) => actor.getSnapshot().can(approveInApp())

/** Lets the machine ask by itself, and responds. */
async function pollWith(driven: Driven, ...outcomes: unknown[]) {
  for (const outcome of outcomes) {
    driven.clock.advance(5_000)
    expect([driven.state(), driven.context().request]).toEqual(["solving", "poll"])
    await driven.respond(outcome)
  }
}

/** Lets the person ask, and responds. */
async function approveWith(driven: Driven, outcome: unknown) {
  driven.actor.send(approveInApp())
  expect(driven.context().request).toBe("inApp")
  await driven.respond(outcome)
}

/** Lets the time pass after which the machine asks by itself, and not earlier. */
function passUntilPoll({ clock, requests, context }: Driven, ms: number) {
  const before = requests.length
  clock.advance(ms - 1)
  expect(requests.length).toBe(before)
  clock.advance(1)
  expect([requests.length, context().request]).toEqual([before + 1, "poll"])
}

describe("polling", () => {
  test("starts one interval after the checkpoint and goes on one after each response", async () => {
    const driven = await reach(inApp)
    for (let polls = 1; polls <= 10; polls++) {
      passUntilPoll(driven, 5_000)
      expect(sent(driven)).toBe("inApp")
      await driven.respond(demanded(inApp))
      expect(driven.state()).toBe("checkpoint.inApp")
    }
  })

  test("is turned off by 0, until the person sends one, and after", async () => {
    const driven = await reach(inApp, { inAppPollInterval: 0 })
    driven.clock.advance(100_000)
    expect(driven.requests.length).toBe(1)
    await approveWith(driven, demanded(inApp))
    driven.clock.advance(199_999)
    expect([driven.requests.length, driven.state()]).toEqual([2, "checkpoint.inApp"])
    driven.clock.advance(1)
    expect(driven.state()).toBe("expired")
  })
})

describe("Retry-After", () => {
  const later = (why: Failure, ms: number) => ({ ...why, retryAt: startsAt + ms })
  const busy = failure(429, "errors/unknown", "retry")

  test.each([
    ["a poll", (driven: Driven, outcome: unknown) => pollWith(driven, outcome)],
    ["the person's approval", approveWith],
    [
      "a refused switch",
      async (driven: Driven, outcome: unknown) => {
        driven.actor.send(switchMethod())
        await driven.respond(outcome)
      },
    ],
  ])("is kept by the next poll, where it came with %s", async (_, request) => {
    const driven = await reach(inApp)
    await request(driven, rejected(later(busy, 60_000)))
    passUntilPoll(driven, startsAt + 60_000 - driven.clock.now())
  })

  test("that came with the credentials is kept too", async () => {
    const driven = driveIntent()
    driven.actor.send({ type: "credentials.submit", credentials: {} as never })
    await driven.respond(rejected(later(busy, 60_000)))
    driven.actor.send({ type: "credentials.submit", credentials: {} as never })
    await driven.respond(demanded(inApp))
    passUntilPoll(driven, 60_000)
  })

  test("is undercut by no response after it, not even an earlier one", async () => {
    const driven = await reach(inApp)
    await pollWith(driven, rejected(later(busy, 60_000)))
    await approveWith(driven, rejected(later(busy, 10_000)))
    await approveWith(driven, demanded(inApp))
    passUntilPoll(driven, 55_000)
  })

  test("is kept through a reload", async () => {
    const driven = await reach(inApp)
    await pollWith(driven, rejected(later(busy, 60_000)))
    const resumed = reload(driven)
    passUntilPoll(resumed, 55_000)
  })

  test("beyond the deadline arms no delay beyond a lifetime", async () => {
    const driven = await reach(inApp)
    await pollWith(driven, rejected(later(busy, 1e12)))
    expect(Math.max(...driven.clock.armed)).toBeLessThanOrEqual(310_000)
    driven.clock.advance(295_000)
    expect([driven.state(), driven.requests.length]).toEqual(["expired", 2])
  })
})

describe("a poll never blinks", () => {
  const notYet = [
    ["202 of the same type", demanded(inApp)],
    ["401 invalid_checkpoint_solution", rejected(wrongSolution)],
  ] as const
  const failures = [
    timeout,
    failure(504, "errors/request_timeout", "retry"),
    network,
    failure(0, "client/timeout", "retry"),
    unavailable,
    badRequest,
    failure(429, "errors/unknown", "retry"),
    failure(500, "errors/provider_error", "retry"),
    failure(502, "client/invalid_response", "retry"),
  ]

  /** Everything that a page sees, from now on: each step that differs from the one before. */
  function watch(driven: Driven) {
    const steps = [stepOf(driven)]
    driven.actor.subscribe((snapshot) => {
      const step = getStep(snapshot)
      if (JSON.stringify(step) !== JSON.stringify(steps.at(-1))) steps.push(step)
    })
    return steps
  }

  test.each(notYet)("%s changes nothing on the page", async (_, outcome) => {
    const driven = await reach(inApp)
    const steps = watch(driven)
    await pollWith(driven, ...Array.from({ length: 10 }, () => outcome))
    expect(steps).toHaveLength(1)
    expect(driven.context()).toMatchObject({ attempts: 0, failedPolls: 0 })
  })

  test.each(failures)("$status $type is shown once, from the third in a row, until one succeeds", async (why) => {
    const driven = await reach(inApp)
    const steps = watch(driven)
    await pollWith(driven, rejected(why), rejected(why))
    expect([steps.length, driven.context().failedPolls]).toEqual([1, 2])
    await pollWith(driven, rejected(why))
    expect([shown(driven), driven.context().failureBy, steps.length]).toEqual([why, "poll", 2])
    await pollWith(driven, rejected(why), rejected(unavailable), rejected(why))
    expect([shown(driven), steps.length]).toEqual([why, 2])
    await pollWith(driven, demanded(inApp))
    expect([shown(driven), driven.context().failureBy, steps.length]).toEqual([undefined, undefined, 3])
    await pollWith(driven, rejected(why), rejected(why))
    expect(steps).toHaveLength(3)
  })

  test.each(notYet)("%s begins the count anew", async (_, outcome) => {
    const driven = await reach(inApp)
    await pollWith(driven, rejected(network), rejected(network), outcome, rejected(network), rejected(network))
    expect(shown(driven)).toBeUndefined()
    await pollWith(driven, rejected(network))
    expect(shown(driven)).toEqual(network)
    await pollWith(driven, outcome)
    expect(shown(driven)).toBeUndefined()
  })

  test("that another task overtook neither succeeds nor fails", async () => {
    const driven = await reach(inApp)
    await pollWith(
      driven,
      rejected(network),
      rejected(network),
      ...Array.from({ length: 5 }, () => rejected(overtaken)),
    )
    expect([shown(driven), driven.context().failedPolls]).toEqual([undefined, 2])
    await pollWith(driven, rejected(network), rejected(overtaken))
    expect(shown(driven)).toEqual(network)
  })

  test("whose response comes past the deadline is no failed one", async () => {
    const driven = await reach(inApp, { inAppPollInterval: 90_000 })
    for (const _ of [1, 2]) {
      driven.clock.advance(90_000)
      await driven.respond(rejected(unavailable))
    }
    driven.clock.advance(90_000)
    driven.clock.advance(30_000)
    await driven.respond(rejected(unavailable))
    expect([driven.state(), shown(driven)]).toEqual(["expired", undefined])
  })

  test.each([
    [403, "stop", "failed"],
    [503, "retry", "checkpoint.inApp"],
  ] as const)(
    "that another task overtook is known by its 409: a %i is what it says",
    async (status, recovery, state) => {
      const why = failure(status, "errors/operation_canceled", recovery)
      const driven = await reach(inApp)
      await pollWith(driven, rejected(why))
      expect(driven.state()).toBe(state)
      if (state !== "failed") expect(driven.context().failedPolls).toBe(1)
      const asked = await reach(messenger)
      await approveWith(asked, rejected(why))
      expect(asked.state()).toBe(state === "failed" ? "failed" : "checkpoint.twoFactor")
    },
  )

  test("a slot that rejects is a failed poll", async () => {
    const driven = await reach(inApp)
    for (const isShown of [false, false, true, true]) {
      driven.clock.advance(5_000)
      await driven.request().reject(new Error("A bug"))
      expect(driven.state()).toBe("checkpoint.inApp")
      expect(shown(driven)?.type).toBe(isShown ? "client/unexpected" : undefined)
    }
    expect(driven.context()).toMatchObject({ failureBy: "poll", failedPolls: 4, unanswered: true })
  })

  test("a reload forgets neither the count nor who caused what is shown", async () => {
    const driven = await reach(inApp)
    await pollWith(driven, rejected(network), rejected(network))
    const second = reload(driven)
    await pollWith(second, rejected(network))
    expect(shown(second)).toEqual(network)
    const third = reload(second)
    expect(shown(third)).toEqual(network)
    await pollWith(third, demanded(inApp))
    expect(shown(third)).toBeUndefined()
  })

  test("that was in flight at a reload keeps what was shown", async () => {
    const driven = await reach(inApp)
    await approveWith(driven, rejected(unavailable))
    driven.clock.advance(5_000)
    const resumed = reload(driven)
    expect([resumed.state(), shown(resumed), resumed.context().failureBy]).toEqual([
      "checkpoint.inApp",
      unavailable,
      "person",
    ])
  })

  describe("and one that is put off for long is shown at once", () => {
    test.each([
      ["two intervals", 10_000, false],
      ["1 ms more", 10_001, true],
    ])("by %s", async (_, ms, isShown) => {
      const driven = await reach(inApp)
      const why = { ...failure(429, "errors/unknown", "retry"), retryAt: startsAt + 5_000 + ms }
      await pollWith(driven, rejected(why))
      expect(shown(driven)).toEqual(isShown ? why : undefined)
      driven.clock.advance(ms)
      await driven.respond(rejected({ ...why, retryAt: why.retryAt + 60_000 }))
      expect(shown(driven)?.retryAt).toBe(isShown ? why.retryAt : why.retryAt + 60_000)
    })
  })

  describe("and replaces nothing that the person caused", () => {
    const refuseSwitch = async (driven: Driven) => {
      driven.actor.send(switchMethod())
      await driven.respond(rejected(badRequest))
    }

    test.each([
      ["a success", [demanded(inApp)]],
      ["a wrong solution", [rejected(wrongSolution)]],
      ["four failures", Array.from({ length: 4 }, () => rejected(network))],
      ["one that is put off", [rejected({ ...unavailable, retryAt: startsAt + 100_000 })]],
      ["one that was overtaken", [rejected(overtaken)]],
    ])("by %s", async (_, outcomes) => {
      const driven = await reach(inApp)
      await refuseSwitch(driven)
      const steps = watch(driven)
      await pollWith(driven, ...outcomes)
      expect([shown(driven), steps.length]).toEqual([badRequest, 1])
    })

    test("but for a checkpoint of another type, which clears it", async () => {
      const driven = await reach(inApp)
      await refuseSwitch(driven)
      await pollWith(driven, demanded({ type: "OTP" }))
      expect([driven.state(), shown(driven)]).toEqual(["checkpoint.otp", undefined])
    })

    test("but for not_approved_yet, which gives way to the third failure", async () => {
      const driven = await reach(inApp)
      await approveWith(driven, demanded(inApp))
      await pollWith(driven, rejected(network), rejected(network))
      expect(shown(driven)).toEqual(notApprovedYet)
      await pollWith(driven, rejected(network))
      expect([shown(driven), driven.context().failureBy]).toEqual([network, "poll"])
    })
  })
})

describe("a person who sends an approval always sees the result", () => {
  const ways = [
    { name: "in-app", checkpoint: inApp, back: "checkpoint.inApp" },
    { name: "Messenger's 2FA", checkpoint: messenger, back: "checkpoint.twoFactor" },
    {
      name: "an approvable unknown type",
      checkpoint: { type: "NEW", canApproveInApp: true },
      back: "checkpoint.unsupported",
    },
  ]

  describe.each(ways)("at $name", ({ checkpoint, back }) => {
    test.each([
      ["202 of the same type", demanded(checkpoint)],
      ["401 invalid_checkpoint_solution", rejected(wrongSolution)],
    ])("%s is shown as not_approved_yet, and counts no attempt", async (_, outcome) => {
      const driven = await reach(checkpoint)
      await approveWith(driven, outcome)
      expect([driven.state(), shown(driven), driven.context().failureBy]).toEqual([back, notApprovedYet, "person"])
      expect(driven.context()).toMatchObject({ attempts: 0, failedPolls: 0 })
    })
  })

  test("while polls succeed", async () => {
    const driven = await reach(inApp)
    await approveWith(driven, demanded(inApp))
    await pollWith(driven, demanded(inApp), rejected(wrongSolution), rejected(overtaken))
    expect(shown(driven)).toEqual(notApprovedYet)
  })

  test("and what they sent begins the count of failed polls anew where it is not approved yet", async () => {
    for (const outcome of [demanded(inApp), rejected(wrongSolution)]) {
      const driven = await reach(inApp)
      await pollWith(driven, rejected(network), rejected(network))
      await approveWith(driven, outcome)
      await pollWith(driven, rejected(network), rejected(network))
      expect(shown(driven)).toEqual(notApprovedYet)
    }
  })
})

describe("a poll that the person takes over", () => {
  const takeOver = async () => {
    const driven = await reach(inApp)
    await pollWith(driven, rejected(network), rejected(network), rejected(network))
    driven.clock.advance(5_000)
    driven.actor.send(approveInApp())
    return driven
  }

  test("sends nothing, clears what was shown and is theirs alone", async () => {
    const driven = await takeOver()
    expect([driven.requests.length, driven.request().signal.aborted]).toEqual([5, false])
    expect([shown(driven), driven.context().failureBy, driven.context().request]).toEqual([
      undefined,
      undefined,
      "inApp",
    ])
    expect(canApprove(driven)).toBe(false)
  })

  test.each([
    ["not yet", demanded(inApp), notApprovedYet],
    ["a wrong solution", rejected(wrongSolution), notApprovedYet],
    ["a failure", rejected(unavailable), unavailable],
  ])("shows its response: %s", async (_, outcome, why) => {
    const driven = await takeOver()
    await driven.respond(outcome)
    expect([shown(driven), driven.context().failureBy]).toEqual([why, "person"])
    expect(canApprove(driven)).toBe(true)
  })

  test("is unanswered only where its response is lost", async () => {
    const driven = await reach(inApp)
    driven.clock.advance(5_000)
    driven.actor.send(approveInApp())
    expect(driven.context().unanswered).toBe(false)
    await driven.respond(rejected(network))
    expect(driven.context().unanswered).toBe(true)
  })

  test("keeps the end of the grace where it was", async () => {
    const driven = await reach(inApp)
    driven.clock.advance(5_000)
    driven.actor.send(approveInApp())
    passUntilExpired(driven, 305_000)
    expect(driven.output()).toMatchObject({ status: "expired", mayBeConnected: true })
  })

  test("is shown as interrupted by a reload", async () => {
    const resumed = reload(await takeOver())
    expect(shown(resumed)).toMatchObject({ type: "client/interrupted", about: "approval" })
  })
})

test("a person who changes their mind has the whole grace for what takes the approval's place", async () => {
  const driven = await reach(messenger)
  driven.actor.send(approveInApp())
  driven.clock.advance(200_000)
  driven.actor.send(submitCode("123456"))
  passUntilExpired(driven, 110_000)
})
