import { describe, expect, test } from "vitest"
import type { Checkpoint, Failure, IntentOptions } from "../../machines/auth-intent.types.ts"
import {
  approveInApp,
  cancelIntent,
  submitCode,
  submitCredentials,
  submitPhone,
  switchMethod,
} from "../../src/events.ts"
import { getStep } from "../../src/intent/get-step.ts"
import { saveIntent } from "../../src/intent/save-intent.ts"
import type { Answer } from "../../src/transports/auth-transport.ts"
import { type Driven, driveMachine } from "./drive-machine.ts"

const inApp: Checkpoint = { type: "IN_APP_VALIDATION" }
const messenger: Checkpoint = { type: "2FA", canApproveInApp: true }

const failure = (status: number, type: string, recovery: Failure["recovery"]): Failure => ({
  type,
  status,
  title: type,
  recovery,
})
const unavailable = failure(503, "errors/service_unavailable", "retry")
const wrongCode = failure(401, "errors/invalid_checkpoint_solution", "correct")

const rejected = (why: Failure): Answer => ({ kind: "rejected", failure: why })
const demanded = (checkpoint: Checkpoint): Answer => ({ kind: "checkpoint", accountId: "acc_1", checkpoint })

async function reach(checkpoint: Checkpoint, options?: IntentOptions): Promise<Driven> {
  const driven = driveMachine(options)
  driven.actor.send(submitCredentials({ username: "ada", password: "pw" }))
  await driven.answer(demanded(checkpoint))
  return driven
}

const step = ({ actor }: Driven) => getStep(actor.getSnapshot())

const notYet = (checkpoint: Checkpoint): { title: string; answer: Answer }[] => [
  { title: "202 of the same type", answer: demanded(checkpoint) },
  { title: "401 invalid_checkpoint_solution", answer: rejected(wrongCode) },
  { title: "408", answer: rejected(failure(408, "errors/request_timeout", "retry")) },
  { title: "504", answer: rejected(failure(504, "errors/request_timeout", "retry")) },
  { title: "client/network", answer: rejected(failure(0, "client/network", "retry")) },
  { title: "client/timeout", answer: rejected(failure(0, "client/timeout", "retry")) },
]

const shown: Failure[] = [
  unavailable,
  failure(400, "errors/malformed_request", "correct"),
  failure(401, "errors/nobody_has_seen_this", "correct"),
  failure(407, "errors/proxy_auth_error", "retry"),
  failure(429, "errors/nobody_has_seen_this", "retry"),
  failure(500, "errors/unexpected_error", "retry"),
  failure(502, "client/invalid_response", "retry"),
  failure(0, "client/invalid_input", "correct"),
]

/** The two ways to wait for an approval, and what starts a question about it. */
const ways = [
  { way: "in-app, by itself", checkpoint: inApp, ask: ({ clock }: Driven) => clock.increment(5_000) },
  { way: "in-app, asked for", checkpoint: inApp, ask: ({ actor }: Driven) => actor.send(approveInApp()) },
  { way: "Messenger's 2FA", checkpoint: messenger, ask: ({ actor }: Driven) => actor.send(approveInApp()) },
]

describe("asking by itself", () => {
  test("starts one interval after the checkpoint and goes on one after each answer", async () => {
    const driven = await reach(inApp)
    for (let asked = 1; asked <= 10; asked++) {
      driven.clock.increment(4_999)
      expect(driven.requests.length).toBe(asked)
      driven.clock.increment(1)
      expect(driven.requests.length).toBe(asked + 1)
      expect(driven.sent()).toBe("approval")
      await driven.answer(demanded(inApp))
      expect(driven.state()).toBe("checkpoint.inApp")
    }
  })

  test("keeps to the interval it is given", async () => {
    const driven = await reach(inApp, { inAppPollInterval: 1_234 })
    driven.clock.increment(1_233)
    expect(driven.requests.length).toBe(1)
    driven.clock.increment(1)
    expect(driven.requests.length).toBe(2)
  })

  test("never has two questions on their way", async () => {
    const driven = await reach(inApp)
    driven.clock.increment(5_000)
    driven.clock.increment(60_000)
    expect(driven.requests.length).toBe(2)
    expect(driven.request().signal.aborted).toBe(false)
  })

  test("is turned off by 0", async () => {
    const driven = await reach(inApp, { inAppPollInterval: 0 })
    driven.clock.increment(0)
    driven.clock.increment(299_999)
    expect(driven.requests.length).toBe(1)
    expect(driven.state()).toBe("checkpoint.inApp")
    driven.clock.increment(1)
    expect(driven.state()).toBe("expired")
  })

  test("turned off, it is still asked when the person says so, and not again after", async () => {
    const driven = await reach(inApp, { inAppPollInterval: 0 })
    driven.actor.send(approveInApp())
    await driven.answer(demanded(inApp))
    driven.clock.increment(200_000)
    expect(driven.requests.length).toBe(2)
    expect(driven.state()).toBe("checkpoint.inApp")
  })

  test.each([
    ["2FA", messenger],
    ["OTP", { type: "OTP" }],
    ["phone", { type: "PHONE_REGISTER" }],
    ["an unknown type", { type: "CAPTCHA", canApproveInApp: true }],
  ])("is for in-app alone: %s is never asked about", async (_, checkpoint) => {
    const driven = await reach(checkpoint)
    driven.clock.increment(299_999)
    expect(driven.requests.length).toBe(1)
  })

  test("stops at the deadline", async () => {
    const driven = await reach(inApp, { intentLifetime: 12_000 })
    for (const _ of ["at 5 s", "at 10 s"]) {
      driven.clock.increment(5_000)
      await driven.answer(demanded(inApp))
    }
    driven.clock.increment(2_000)
    expect(driven.state()).toBe("expired")
    driven.clock.increment(60_000)
    expect(driven.requests.length).toBe(3)
  })

  test("stops at another kind of checkpoint", async () => {
    const driven = await reach(inApp)
    driven.clock.increment(5_000)
    await driven.answer(demanded({ type: "OTP" }))
    driven.clock.increment(60_000)
    expect(driven.requests.length).toBe(2)
    expect(driven.state()).toBe("checkpoint.otp")
  })

  test("starts when another way leads to it", async () => {
    const driven = await reach({ type: "OTP" })
    driven.actor.send(switchMethod())
    await driven.answer(demanded(inApp))
    driven.clock.increment(5_000)
    expect(driven.sent()).toBe("approval")
  })

  test("starts one interval after a resume", async () => {
    const driven = await reach(inApp)
    driven.clock.increment(4_000)
    const resumed = driveMachine({ resume: saveIntent(driven.actor.getSnapshot()) })
    resumed.clock.increment(4_999)
    expect(resumed.requests.length).toBe(0)
    resumed.clock.increment(1)
    expect(resumed.requests.length).toBe(1)
  })
})

describe.each(ways)("$way", ({ checkpoint, ask }) => {
  const back = checkpoint === inApp ? "checkpoint.inApp" : "checkpoint.twoFactor"

  test("an approval connects", async () => {
    const driven = await reach(checkpoint)
    ask(driven)
    expect(driven.sent()).toBe("approval")
    await driven.answer({ kind: "connected", accountId: "acc_1" })
    expect(driven.output()).toMatchObject({ status: "connected", accountId: "acc_1" })
  })

  test.each(notYet(checkpoint))("not yet: $title goes back to waiting, uncounted and unseen", async ({ answer }) => {
    const driven = await reach(checkpoint)
    const before = step(driven)
    for (let asked = 0; asked < 3; asked++) {
      ask(driven)
      expect(step(driven)).toEqual(before)
      await driven.answer(answer)
      expect(driven.state()).toBe(back)
      expect(step(driven)).toEqual(before)
      expect(driven.context()).toMatchObject({ attempts: 0, failure: undefined })
    }
  })

  test.each(shown)("$status $type is shown, uncounted, and asking can go on", async (why) => {
    const driven = await reach(checkpoint)
    ask(driven)
    await driven.answer(rejected(why))
    expect(driven.state()).toBe(back)
    expect(driven.context()).toMatchObject({ attempts: 0, failure: why })
    ask(driven)
    expect(driven.context().failure).toBeUndefined()
    expect(driven.sent()).toBe("approval")
  })

  test.each([
    failure(403, "errors/account_restricted", "stop"),
    failure(500, "errors/authentication_intent_error", "restart"),
    failure(409, "errors/operation_canceled", "restart"),
  ])("$status $type ends it", async (why) => {
    const driven = await reach(checkpoint)
    ask(driven)
    await driven.answer(rejected(why))
    expect(driven.output()).toMatchObject({ status: "failed", failure: why })
  })

  test("the step does not flicker while a question is on its way", async () => {
    const driven = await reach(checkpoint)
    const before = step(driven)
    expect(before).toMatchObject({ canApproveInApp: true, canSwitchMethod: true, canCancel: true })
    expect(before.kind).toBe(checkpoint === inApp ? "approval" : "code")
    ask(driven)
    expect(driven.state()).toBe("solving")
    expect(step(driven)).toEqual(before)
  })

  test("asking for an approval on its way changes nothing", async () => {
    const driven = await reach(checkpoint)
    ask(driven)
    const { signal } = driven.request()
    driven.actor.send(approveInApp())
    expect(driven.requests.length).toBe(2)
    expect(signal.aborted).toBe(false)
  })

  test("another way is taken at once, and the question aborted", async () => {
    const driven = await reach(checkpoint)
    ask(driven)
    const question = driven.request()
    driven.actor.send(switchMethod())
    expect(question.signal.aborted).toBe(true)
    expect(driven.sent()).toBe("anotherWay")
    expect(step(driven)).toMatchObject({ kind: "wait", canApproveInApp: false, canSwitchMethod: false })
    await question.answer({ kind: "connected", accountId: "late" })
    expect(driven.state()).toBe("solving")
    await driven.answer(demanded({ type: "OTP" }))
    expect(driven.state()).toBe("checkpoint.otp")
  })

  test("a cancel is taken at once, and the question aborted", async () => {
    const driven = await reach(checkpoint)
    ask(driven)
    driven.actor.send(cancelIntent())
    expect(driven.request().signal.aborted).toBe(true)
    expect(driven.output()).toMatchObject({ status: "failed", failure: { type: "client/canceled" } })
  })

  test("another way that fails goes back, and is shown", async () => {
    const driven = await reach(checkpoint)
    driven.actor.send(switchMethod())
    await driven.answer(rejected(wrongCode))
    expect(driven.state()).toBe(back)
    expect(driven.context()).toMatchObject({ attempts: 0, failure: wrongCode })
  })
})

describe("a person at Messenger's 2FA who changes their mind", () => {
  test("types the code while the approval is asked about, which is aborted", async () => {
    const driven = await reach(messenger)
    driven.actor.send(approveInApp())
    const question = driven.request()
    driven.actor.send(submitCode("123456"))
    expect(question.signal.aborted).toBe(true)
    expect(driven.sent()).toBe("code")
    expect(step(driven)).toMatchObject({ kind: "wait", canApproveInApp: false })
    await question.answer(rejected(failure(403, "errors/account_restricted", "stop")))
    expect(driven.state()).toBe("solving")
    await driven.answer(rejected(wrongCode))
    expect(driven.context()).toMatchObject({ attempts: 1, failure: wrongCode })
  })

  test("cannot type where the checkpoint takes no code", async () => {
    const driven = await reach(inApp)
    driven.actor.send(approveInApp())
    driven.actor.send(submitCode("123456"))
    driven.actor.send(submitPhone({ countryCode: "33", number: "0612345678" }))
    expect(driven.requests.length).toBe(2)
    expect(driven.request().signal.aborted).toBe(false)
  })

  test("is not offered an approval that the checkpoint does not offer", async () => {
    const driven = await reach({ type: "2FA" })
    expect(step(driven).canApproveInApp).toBe(false)
    driven.actor.send(approveInApp())
    expect(driven.requests.length).toBe(1)
  })
})
