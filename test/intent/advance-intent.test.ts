import { setImmediate as settled } from "node:timers/promises"
import { describe, expect, test, vi } from "vitest"
import type { AuthIntentEvent, Checkpoint, Failure, SavedIntent } from "../../machines/auth-intent.types.ts"
import {
  approveInApp,
  cancelIntent,
  submitCode,
  submitCredentials,
  submitPhone,
  switchMethod,
} from "../../src/events.ts"
import { type Advanced, advanceIntent } from "../../src/intent/advance-intent.ts"
import { parseSavedIntent } from "../../src/intent/parse-saved-intent.ts"
import { startIntent } from "../../src/intent/start-intent.ts"
import { Secret } from "../../src/secret.ts"
import type { Answer } from "../../src/transports/auth-transport.ts"
import { SplitClock } from "../machine/split-clock.ts"
import { handTransport } from "./hand-transport.ts"

const startsAt = 1_800_000_000_000
const deadline = startsAt + 300_000

const wrongCode: Failure = {
  type: "errors/invalid_checkpoint_solution",
  status: 401,
  title: "Wrong",
  recovery: "correct",
}
const restricted: Failure = { type: "errors/account_restricted", status: 403, title: "No", recovery: "stop" }

const credentials = () => submitCredentials({ username: "ada", password: "pw" })
const demanded = (checkpoint: Checkpoint): Answer => ({ kind: "checkpoint", accountId: "acc_1", checkpoint })
const rejected = (failure: Failure): Answer => ({ kind: "rejected", failure })
const connected: Answer = { kind: "connected", accountId: "acc_1" }

/** A back end: one row in its database, kept as JSON, and a transport that is answered by hand. */
function backEnd(record: unknown = startIntent({ provider: "INSTAGRAM" })) {
  const clock = new SplitClock(startsAt)
  const hand = handTransport()
  const host = {
    ...hand,
    clock,
    row: JSON.stringify(record),
    record: (): SavedIntent => JSON.parse(host.row),
    advance: (event?: AuthIntentEvent) =>
      advanceIntent(JSON.parse(host.row), event, { transport: hand.transport, clock }),
    /** Handles one request of the page, to which the provider gives this answer. */
    async handle(event?: AuthIntentEvent, answer?: Answer): Promise<Advanced> {
      const advancing = host.advance(event)
      if (answer) await hand.answer(answer)
      const advanced = await advancing
      host.row = JSON.stringify(advanced.saved)
      return advanced
    },
  }
  return host
}

async function atCheckpoint(checkpoint: Checkpoint) {
  const host = backEnd()
  await host.handle(credentials(), demanded(checkpoint))
  return host
}

describe("startIntent", () => {
  test.each(["INSTAGRAM", "LINKEDIN", "MESSENGER", "TWITTER"] as const)("gives a first record for %s", (provider) => {
    const record = startIntent({ provider })
    expect(record).toStrictEqual({ version: 1, revision: 0, provider, state: "idle", attempts: 0, timedOut: false })
    expect(parseSavedIntent(JSON.parse(JSON.stringify(record)))).toEqual(record)
  })

  test.each([undefined, null, "", "instagram", "FACEBOOK", 7, {}])("refuses provider %s", (provider) => {
    expect(() => startIntent({ provider: provider as "INSTAGRAM" })).toThrow(
      expect.objectContaining({
        name: "AuthIntentError",
        type: "invalid_provider",
        message: expect.stringMatching(/^provider: it should be .*"INSTAGRAM"/),
      }),
    )
  })

  test.each([undefined, null])("refuses options that are %s", (options) => {
    expect(() => startIntent(options as never)).toThrow(expect.objectContaining({ type: "invalid_provider" }))
  })
})

describe("a login over many requests", () => {
  test("goes through every checkpoint and connects", async () => {
    const host = backEnd()
    expect((await host.handle()).step.kind).toBe("credentials")

    const phone = await host.handle(credentials(), demanded({ type: "PHONE_REGISTER" }))
    expect(phone.step).toMatchObject({ kind: "phone", expiresAt: deadline })

    host.clock.jump(10_000)
    const inApp = await host.handle(
      submitPhone({ countryCode: "33", number: "0612345678" }),
      demanded({ type: "IN_APP_VALIDATION" }),
    )
    expect(inApp.step).toMatchObject({ kind: "approval", expiresAt: deadline, canApproveInApp: true })

    const notYet = await host.handle(approveInApp(), demanded({ type: "IN_APP_VALIDATION" }))
    expect(notYet.step).toEqual(inApp.step)

    const twoFactor = await host.handle(switchMethod(), demanded({ type: "2FA", hint: "SMS" }))
    expect(twoFactor.step).toMatchObject({ kind: "code", checkpoint: { type: "2FA", hint: "SMS" } })

    const wrong = await host.handle(submitCode("000000"), rejected(wrongCode))
    expect(wrong.step).toMatchObject({ kind: "code", attempts: 1, failure: wrongCode })

    host.clock.jump(200_000)
    const otp = await host.handle(submitCode("123456"), demanded({ type: "OTP" }))
    expect(otp.step).toMatchObject({ kind: "code", attempts: 1, expiresAt: deadline, checkpoint: { type: "OTP" } })
    expect(otp.step.failure).toBeUndefined()
    expect(otp.output).toBeUndefined()

    const done = await host.handle(submitCode("654321"), connected)
    expect(done.step).toMatchObject({ kind: "done", status: "connected" })
    expect(done.output).toEqual({ status: "connected", provider: "INSTAGRAM", accountId: "acc_1" })
    expect(host.calls.map(({ sends }) => sends)).toEqual([
      { username: "ada", password: "pw" },
      { kind: "phone", value: { countryCode: "33", number: "0612345678" } },
      { kind: "approval" },
      { kind: "anotherWay" },
      { kind: "code", value: "000000" },
      { kind: "code", value: "123456" },
      { kind: "code", value: "654321" },
    ])
    expect(host.row.length).toBeLessThan(500)
  })

  test("gives the session to the host, once, and stores none", async () => {
    const host = backEnd()
    const session = new Secret("s3ss10n")
    const done = await host.handle(credentials(), { ...connected, session } as Answer)
    expect(done.output).toMatchObject({ status: "connected", session })
    expect(host.row).not.toMatch(/session|secret/)
    expect((await host.handle()).output).toStrictEqual({
      status: "connected",
      provider: "INSTAGRAM",
      accountId: "acc_1",
    })
  })

  test("waits until the machine is no longer busy", async () => {
    const host = backEnd()
    const advancing = host.advance(credentials())
    let settledYet = false
    advancing.then(() => {
      settledYet = true
    })
    await settled()
    expect(settledYet).toBe(false)
    await host.answer(demanded({ type: "2FA" }))
    expect((await advancing).step.kind).toBe("code")
  })

  test("gives up on an answer that never comes once the grace is over", async () => {
    const host = await atCheckpoint({ type: "2FA" })
    host.clock.jump(100_000)
    const advancing = host.advance(submitCode("123456"))
    host.clock.tick(210_000)
    const { output } = await advancing
    expect(output).toMatchObject({ status: "expired", expiresAt: deadline })
    expect(host.call().context.signal.aborted).toBe(true)
  })

  test.each([
    ["2FA", { type: "2FA" }],
    ["in-app", { type: "IN_APP_VALIDATION" }],
  ])("leaves no timer behind: %s", async (_, checkpoint) => {
    const host = await atCheckpoint(checkpoint)
    expect(host.clock.pending).toBe(0)
    await host.handle()
    expect(host.clock.pending).toBe(0)
  })
})

describe("the revision", () => {
  test("rises by one with each change", async () => {
    const host = backEnd()
    const revisions = [host.record().revision]
    const answers: [AuthIntentEvent, Answer][] = [
      [credentials(), demanded({ type: "2FA" })],
      [submitCode("1"), rejected(wrongCode)],
      [submitCode("2"), rejected(wrongCode)],
      [submitCode("3"), demanded({ type: "OTP" })],
      [submitCode("4"), connected],
    ]
    for (const [event, answer] of answers) revisions.push((await host.handle(event, answer)).saved.revision)
    expect(revisions).toEqual([0, 1, 2, 3, 4, 5])
  })

  test("rises by one where much changes at once", async () => {
    const host = await atCheckpoint({ type: "2FA" })
    host.clock.jump(400_000)
    const { saved, output } = await host.handle(submitCode("123456"))
    expect(output?.status).toBe("expired")
    expect(saved.revision).toBe(2)
  })

  const waiting = {
    ...startIntent({ provider: "INSTAGRAM" }),
    revision: 7,
    accountId: "acc_1",
    checkpoint: { type: "2FA" },
    expiresAt: deadline,
  }

  test.each([
    ["solving", "checkpoint"],
    ["submitting", "idle"],
  ] as const)("rises where a record that was %s is found interrupted, once", async (state, back) => {
    const host = backEnd({ ...waiting, state })
    const first = await host.handle()
    expect(first.saved).toMatchObject({ state: back, revision: 8, failure: { type: "client/interrupted" } })
    expect((await host.handle()).saved).toEqual(first.saved)
    expect(host.calls.length).toBe(0)
  })
})

describe("no event", () => {
  test("looks, and finds that nothing has changed", async () => {
    const host = await atCheckpoint({ type: "2FA" })
    const before = host.row
    host.clock.jump(299_999)
    const { saved, step, output } = await host.handle()
    expect(JSON.stringify(saved)).toBe(before)
    expect(step.kind).toBe("code")
    expect(output).toBeUndefined()
  })

  test.each([
    ["2FA", { type: "2FA" }],
    ["in-app", { type: "IN_APP_VALIDATION" }],
  ])("finds at the deadline that it has expired: %s", async (_, checkpoint) => {
    const host = await atCheckpoint(checkpoint)
    host.clock.jump(300_000)
    const { saved, step, output } = await host.handle()
    expect(saved).toMatchObject({ state: "expired", revision: 2 })
    expect(step).toMatchObject({ kind: "done", status: "expired", canCancel: false, canSwitchMethod: false })
    expect(output).toEqual({ status: "expired", provider: "INSTAGRAM", accountId: "acc_1", expiresAt: deadline })
    expect(host.calls.length).toBe(1)
  })

  test("keeps what the last try met when it finds that it has expired", async () => {
    const host = await atCheckpoint({ type: "2FA" })
    await host.handle(submitCode("1"), rejected(wrongCode))
    host.clock.jump(300_000)
    expect((await host.handle()).output).toMatchObject({ status: "expired", failure: wrongCode })
  })

  test("brings the deadline closer after a clock was put back, once and for good", async () => {
    const host = await atCheckpoint({ type: "2FA" })
    host.clock.jump(-3_600_000)
    const { saved } = await host.handle()
    expect(saved).toMatchObject({ state: "checkpoint", revision: 2, expiresAt: deadline - 3_600_000 })
    expect((await host.handle()).saved).toEqual(saved)
    host.clock.jump(299_999)
    expect((await host.handle()).saved).toEqual(saved)
    host.clock.jump(1)
    expect((await host.handle()).output).toMatchObject({ status: "expired", expiresAt: deadline - 3_600_000 })
  })

  test("never polls", async () => {
    const host = await atCheckpoint({ type: "IN_APP_VALIDATION" })
    for (let look = 0; look < 5; look++) {
      host.clock.jump(20_000)
      await host.handle()
    }
    expect(host.calls.length).toBe(1)
  })

  test("never polls, whatever it is told", async () => {
    const host = await atCheckpoint({ type: "IN_APP_VALIDATION" })
    const options = { transport: host.transport, clock: host.clock, inAppPollInterval: 1 }
    await advanceIntent(host.record(), undefined, options)
    host.clock.tick(60_000)
    expect(host.calls.length).toBe(1)
  })
})

describe("an event that does not apply changes nothing", () => {
  const cases: [string, Checkpoint | undefined, () => AuthIntentEvent][] = [
    ["a code before there is a checkpoint", undefined, () => submitCode("1")],
    ["a phone number before there is a checkpoint", undefined, () => submitPhone({ countryCode: "1", number: "2345" })],
    ["an approval before there is a checkpoint", undefined, approveInApp],
    ["another way before there is a checkpoint", undefined, switchMethod],
    ["credentials at a checkpoint", { type: "2FA" }, credentials],
    ["a phone number at a 2FA", { type: "2FA" }, () => submitPhone({ countryCode: "1", number: "2345" })],
    ["an approval at a 2FA that has none", { type: "2FA" }, approveInApp],
    ["a code at in-app", { type: "IN_APP_VALIDATION" }, () => submitCode("1")],
    ["a code at phone", { type: "PHONE_REGISTER" }, () => submitCode("1")],
  ]

  test.each(cases)("%s", async (_, checkpoint, event) => {
    const host = checkpoint ? await atCheckpoint(checkpoint) : backEnd()
    const before = host.row
    const sent = host.calls.length
    const { saved, output } = await host.handle(event())
    expect(JSON.stringify(saved)).toBe(before)
    expect(output).toBeUndefined()
    expect(host.calls.length).toBe(sent)
  })

  test("a failure that is shown stays", async () => {
    const host = await atCheckpoint({ type: "2FA" })
    await host.handle(submitCode("1"), rejected(wrongCode))
    const { step, saved } = await host.handle(credentials())
    expect(step.failure).toEqual(wrongCode)
    expect(saved.revision).toBe(2)
  })

  test("an approval that has not come yet", async () => {
    const host = await atCheckpoint({ type: "IN_APP_VALIDATION" })
    const before = host.row
    await host.handle(approveInApp(), rejected(wrongCode))
    expect(host.row).toBe(before)
  })
})

describe("a finished record", () => {
  const ends: { title: string; finish: () => Promise<ReturnType<typeof backEnd>>; output: object }[] = [
    {
      title: "connected",
      finish: async () => {
        const host = backEnd()
        await host.handle(credentials(), connected)
        return host
      },
      output: { status: "connected", provider: "INSTAGRAM", accountId: "acc_1" },
    },
    {
      title: "expired",
      finish: async () => {
        const host = await atCheckpoint({ type: "2FA" })
        host.clock.jump(300_000)
        await host.handle()
        return host
      },
      output: { status: "expired", provider: "INSTAGRAM", accountId: "acc_1", expiresAt: deadline },
    },
    {
      title: "failed",
      finish: async () => {
        const host = backEnd()
        await host.handle(credentials(), rejected(restricted))
        return host
      },
      output: { status: "failed", provider: "INSTAGRAM", failure: restricted },
    },
    {
      title: "canceled",
      finish: async () => {
        const host = await atCheckpoint({ type: "2FA" })
        await host.handle(cancelIntent())
        return host
      },
      output: { status: "failed", provider: "INSTAGRAM", accountId: "acc_1" },
    },
  ]
  const events = [undefined, credentials, () => submitCode("1"), approveInApp, switchMethod, cancelIntent]

  test.each(ends)("stays as it is, whatever comes: $title", async ({ finish, output }) => {
    const host = await finish()
    const before = host.row
    const sent = host.calls.length
    for (const event of events) {
      const advanced = await host.handle(event?.())
      expect(JSON.stringify(advanced.saved)).toBe(before)
      expect(advanced.output).toMatchObject(output)
      expect(advanced.step).toMatchObject({ kind: "done", canCancel: false })
    }
    expect(host.calls.length).toBe(sent)
  })

  test("prints nothing at a host that sends it events", async () => {
    const host = backEnd()
    await host.handle(credentials(), connected)
    const warn = vi.spyOn(console, "warn").mockImplementation(() => {})
    await host.handle(submitCode("1"))
    expect(warn).not.toHaveBeenCalled()
    warn.mockRestore()
  })
})

describe("cancel", () => {
  test.each<[string, () => Promise<ReturnType<typeof backEnd>>]>([
    ["before credentials", async () => backEnd()],
    ["at a checkpoint", () => atCheckpoint({ type: "2FA" })],
    ["at in-app", () => atCheckpoint({ type: "IN_APP_VALIDATION" })],
  ])("ends it: %s", async (_, arrive) => {
    const host = await arrive()
    const { output, saved } = await host.handle(cancelIntent())
    expect(output).toMatchObject({ status: "failed", failure: { type: "client/canceled", recovery: "restart" } })
    expect(saved.state).toBe("failed")
  })
})

describe("late events", () => {
  test.each([
    ["a code", { type: "2FA" }, () => submitCode("123456")],
    ["an approval", { type: "IN_APP_VALIDATION" }, approveInApp],
    ["another way", { type: "OTP" }, switchMethod],
  ] as const)("%s after the deadline is never sent, and finds it expired", async (_, checkpoint, event) => {
    const host = await atCheckpoint(checkpoint)
    host.clock.jump(300_000)
    const { output } = await host.handle(event())
    expect(output?.status).toBe("expired")
    expect(host.calls.length).toBe(1)
  })
})

describe("a person's absurd entry", () => {
  test("is shown, and changes the record by that alone", async () => {
    const host = await atCheckpoint({ type: "2FA" })
    const before = host.record()
    const { saved, step } = await host.handle(submitCode("   "))
    expect(step).toMatchObject({ kind: "code", attempts: 0, failure: { type: "client/invalid_input" } })
    expect(saved).toEqual({ ...before, revision: 2, failure: step.failure })
    expect(host.calls.length).toBe(1)
  })
})

describe("two requests at once", () => {
  test("both advance, and compare-and-swap lets one of them store", async () => {
    const host = await atCheckpoint({ type: "2FA" })
    const store = (read: SavedIntent, advanced: Advanced) => {
      if (host.record().revision !== read.revision) return false
      host.row = JSON.stringify(advanced.saved)
      return true
    }

    const read = host.record()
    const first = host.advance(submitCode("111111"))
    const firstCall = host.call()
    const second = host.advance(submitCode("222222"))
    const secondCall = host.call()
    await secondCall.answer(demanded({ type: "OTP" }))
    await firstCall.answer(rejected(wrongCode))
    const [wrong, right] = await Promise.all([first, second])
    expect([wrong.saved.revision, right.saved.revision]).toEqual([2, 2])

    expect(store(read, right)).toBe(true)
    expect(store(read, wrong)).toBe(false)
    expect(host.record()).toMatchObject({ checkpoint: { type: "OTP" }, attempts: 0, revision: 2 })
  })
})

describe("a programmer's mistake", () => {
  const record = startIntent({ provider: "INSTAGRAM" })
  const { transport } = handTransport()

  test.each([
    ["no options", undefined, "invalid_option"],
    ["no transport", {}, "invalid_option"],
    ["a bad clock", { transport, clock: { now: 5 } }, "invalid_option"],
    ["a bad time", { transport, intentLifetime: -1 }, "invalid_option"],
  ])("%s rejects with a typed error", async (_, options, type) => {
    const given = options as unknown as { transport: typeof transport }
    await expect(advanceIntent(record, undefined, given)).rejects.toMatchObject({ name: "AuthIntentError", type })
  })
})

test("the record that was read is left as it was", async () => {
  const host = await atCheckpoint({ type: "2FA" })
  const read = host.record()
  const before = structuredClone(read)
  const advancing = advanceIntent(read, submitCode("1"), { transport: host.transport, clock: host.clock })
  await host.answer(rejected(wrongCode))
  await advancing
  expect(read).toEqual(before)
})
