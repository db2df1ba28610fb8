import { setImmediate as settled } from "node:timers/promises"
import { afterEach, describe, expect, test, vi } from "vitest"
import { SimulatedClock } from "xstate"
import type { Checkpoint } from "../../machines/auth-intent.types.ts"
import { AuthIntentError } from "../../src/auth-intent-error.ts"
import { approveInApp, cancelIntent, submitCode, submitCredentials, submitPhone } from "../../src/events.ts"
import { type AuthIntentOptions, createAuthIntent } from "../../src/intent/create-auth-intent.ts"
import { getStep } from "../../src/intent/get-step.ts"
import { saveIntent } from "../../src/intent/save-intent.ts"
import { Secret } from "../../src/secret.ts"
import type { AuthTransport } from "../../src/transports/auth-transport.ts"
import { SplitClock } from "../machine/split-clock.ts"
import { handTransport } from "./hand-transport.ts"

const startsAt = 1_800_000_000_000
const canary = "CANARY-7f3a"

type Credentials = { username: string; password: string }
type Options = AuthIntentOptions<Credentials>

const credentials = () => submitCredentials({ username: "ada", password: "pw" })

const rejected = (type: string, recovery: string) => ({
  kind: "rejected",
  failure: { type, status: 0, title: "Title", recovery },
})

function drive(options: Partial<Options> = {}) {
  const clock = new SplitClock(startsAt)
  const hand = handTransport()
  const actor = createAuthIntent({ transport: hand.transport, provider: "INSTAGRAM", clock, ...options }).start()
  return { ...hand, clock, actor, context: () => actor.getSnapshot().context }
}

async function reach(checkpoint: Checkpoint) {
  const driven = drive()
  driven.actor.send(credentials())
  await driven.answer({ kind: "checkpoint", accountId: "acc_1", checkpoint })
  return driven
}

const stateOf = ({ actor }: Pick<ReturnType<typeof drive>, "actor">) => {
  const { value } = actor.getSnapshot()
  return typeof value === "string" ? value : Object.entries(value).flat().join(".")
}

function thrownBy(run: () => unknown): AuthIntentError {
  try {
    run()
  } catch (error) {
    if (error instanceof AuthIntentError) return error
    throw error
  }
  throw new Error("It was accepted")
}

describe("a wrong option is refused at once, by name, with what was expected", () => {
  const { transport } = handTransport()
  const good = { transport, provider: "INSTAGRAM" }
  const clock = { now: () => 0, setTimeout: () => 0, clearTimeout: () => {} }

  const wrong: [option: string, value: unknown, type: string, expected: RegExp][] = [
    ["transport", undefined, "invalid_option", /transport/],
    ["transport", null, "invalid_option", /transport/],
    ["transport", canary, "invalid_option", /transport/],
    ["transport", () => {}, "invalid_option", /transport/],
    ["transport", {}, "invalid_option", /transport\.submit/],
    ["transport", { submit: transport.submit }, "invalid_option", /transport\.solve/],
    ["transport", { ...transport, submit: canary }, "invalid_option", /transport\.submit.*function/],
    ["transport", { ...transport, solve: 7 }, "invalid_option", /transport\.solve.*function/],
    ...[undefined, null, "", canary, "instagram", "FACEBOOK", 7, {}, ["INSTAGRAM"], "__proto__"].map(
      (value): (typeof wrong)[number] => ["provider", value, "invalid_provider", /provider.*INSTAGRAM.*TWITTER/],
    ),
    ...["intentLifetime", "solveGrace", "inAppPollInterval"].flatMap((option) =>
      [null, canary, "300000", -1, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 31, true, [5], {}, 5n].map(
        (value): (typeof wrong)[number] => [option, value, "invalid_option", new RegExp(`${option}.*number`)],
      ),
    ),
    ["intentLifetime", 0, "invalid_option", /intentLifetime.*number/],
    ["clock", null, "invalid_option", /clock/],
    ["clock", canary, "invalid_option", /clock/],
    ["clock", {}, "invalid_option", /clock\.now/],
    ["clock", { ...clock, now: 5 }, "invalid_option", /clock\.now.*function/],
    ["clock", { ...clock, setTimeout: canary }, "invalid_option", /clock\.setTimeout.*function/],
    ["clock", { ...clock, clearTimeout: undefined }, "invalid_option", /clock\.clearTimeout/],
    ["inspect", 7, "invalid_option", /inspect/],
    ["inspect", canary, "invalid_option", /inspect/],
    ["resume", null, "invalid_saved_intent", /saved intent/],
    ["resume", canary, "invalid_saved_intent", /saved intent/],
  ]

  test.each(wrong.map(([option, value, type, expected]) => ({ option, value, type, expected })))(
    "$option: $value",
    ({ option, value, type, expected }) => {
      const error = thrownBy(() => createAuthIntent({ ...good, [option]: value } as Options))
      expect(error.type).toBe(type)
      expect(error.message).toMatch(expected)
      expect(error.message).not.toContain(canary)
      expect(error.message).not.toMatch(/should be (null|undefined)/)
    },
  )

  test.each([undefined, null, canary, 7, []])("options that are %s", (options) => {
    const error = thrownBy(() => createAuthIntent(options as unknown as Options))
    expect(error.type).toBe("invalid_option")
    expect(error.message).toMatch(/^createAuthIntent: /)
    expect(error.message).not.toContain(canary)
  })

  test("nothing is sent by trying", () => {
    const hand = handTransport()
    thrownBy(() => createAuthIntent({ ...good, transport: hand.transport, intentLifetime: -1 } as Options))
    expect(hand.calls.length).toBe(0)
  })
})

describe("options that are left out, or said to be undefined, have their defaults", () => {
  const { transport } = handTransport()
  const defaults = { intentLifetime: 300_000, solveGrace: 10_000, inAppPollInterval: 5_000 }

  test("left out", () => {
    const actor = createAuthIntent({ transport, provider: "INSTAGRAM" })
    expect(actor.getSnapshot().context).toMatchObject(defaults)
  })

  test("undefined, the clock included: the first delay is armed all the same", async () => {
    const hand = handTransport()
    const nothing = { clock: undefined, inspect: undefined, resume: undefined, intentLifetime: undefined }
    const actor = createAuthIntent({ transport: hand.transport, provider: "INSTAGRAM", ...nothing }).start()
    expect(actor.getSnapshot().context).toMatchObject(defaults)
    const before = Date.now()
    actor.send(credentials())
    await hand.answer({ kind: "checkpoint", accountId: "acc_1", checkpoint: { type: "2FA" } })
    expect(actor.getSnapshot().value).toEqual({ checkpoint: "twoFactor" })
    const expiresAt = actor.getSnapshot().context.expiresAt ?? 0
    expect(expiresAt).toBeGreaterThanOrEqual(before + 300_000)
    expect(expiresAt).toBeLessThanOrEqual(Date.now() + 300_000)
    actor.stop()
  })
})

describe("the clock", () => {
  afterEach(() => void vi.useRealTimers())

  test("is the system's by default", async () => {
    vi.useFakeTimers({ now: startsAt, toFake: ["setTimeout", "clearTimeout", "Date"] })
    const hand = handTransport()
    const actor = createAuthIntent({ transport: hand.transport, provider: "INSTAGRAM" }).start()
    actor.send(credentials())
    await hand.answer({ kind: "checkpoint", accountId: "acc_1", checkpoint: { type: "2FA" } })
    vi.advanceTimersByTime(299_999)
    expect(actor.getSnapshot().value).toEqual({ checkpoint: "twoFactor" })
    vi.advanceTimersByTime(1)
    expect(actor.getSnapshot().output).toMatchObject({ status: "expired", expiresAt: startsAt + 300_000 })
  })

  test("can be XState's SimulatedClock", async () => {
    const clock = new SimulatedClock()
    const hand = handTransport()
    const actor = createAuthIntent({ transport: hand.transport, provider: "INSTAGRAM", clock }).start()
    actor.send(credentials())
    await hand.answer({ kind: "checkpoint", accountId: "acc_1", checkpoint: { type: "2FA" } })
    clock.increment(300_000)
    expect(actor.getSnapshot().output).toMatchObject({ status: "expired", expiresAt: 300_000 })
  })

  test("is the one that transports are given", () => {
    const { actor, call, clock } = drive()
    actor.send(credentials())
    clock.jump(123)
    expect(call().context.now()).toBe(startsAt + 123)
  })
})

describe("the machine", () => {
  test("is not started", () => {
    const { transport, calls } = handTransport()
    const actor = createAuthIntent({ transport, provider: "INSTAGRAM" })
    expect(actor.getSnapshot().value).toBe("idle")
    actor.send(credentials())
    expect(calls.length).toBe(0)
  })

  test("is provided once per transport, however many intents it serves", () => {
    const { transport } = handTransport()
    const { transport: other } = handTransport()
    const logic = (given: AuthTransport<Credentials>, provider: "INSTAGRAM" | "TWITTER" = "INSTAGRAM") =>
      createAuthIntent({ transport: given, provider, clock: new SimulatedClock() }).logic
    expect(logic(transport)).toBe(logic(transport, "TWITTER"))
    expect(logic(other)).toBe(logic(other))
    expect(logic(transport)).not.toBe(logic(other))
  })

  test("keeps the intents of one transport apart", async () => {
    const hand = handTransport()
    const create = () => createAuthIntent({ transport: hand.transport, provider: "INSTAGRAM" }).start()
    const [one, other] = [create(), create()]
    one.send(credentials())
    await hand.answer({ kind: "connected", accountId: "acc_1" })
    expect(one.getSnapshot().value).toBe("connected")
    expect(other.getSnapshot().value).toBe("idle")
    other.stop()
  })

  test("tells an inspector what happens, with no secret", async () => {
    const seen: string[] = []
    const { actor, answer } = drive({ inspect: (event) => void seen.push(JSON.stringify(event, skipCycles())) })
    actor.send(submitCredentials({ username: "ada", password: canary }))
    await answer({ kind: "connected", accountId: "acc_1" })
    expect(seen.length).toBeGreaterThan(0)
    expect(seen.join()).not.toContain(canary)
  })

  test("calls a transport as the object it is", async () => {
    class Counted implements AuthTransport<Credentials> {
      #asked = 0
      async submit() {
        return { kind: "connected" as const, accountId: `acc_${++this.#asked}` }
      }
      async solve() {
        return { kind: "connected" as const, accountId: `acc_${++this.#asked}` }
      }
    }
    const { actor } = drive({ transport: new Counted() })
    actor.send(credentials())
    await settled()
    expect(actor.getSnapshot().output).toMatchObject({ status: "connected", accountId: "acc_1" })
  })
})

function skipCycles() {
  const seen = new Set()
  return (_: string, value: unknown) => {
    if (typeof value !== "object" || value === null) return value
    if (seen.has(value)) return undefined
    seen.add(value)
    return value
  }
}

describe("a custom transport that", () => {
  const throws = () => {
    throw new Error(canary)
  }
  const failing: [what: string, transport: AuthTransport<Credentials>][] = [
    ["throws", { submit: throws, solve: throws }],
    ["rejects", { submit: async () => throws(), solve: async () => throws() }],
    ["rejects with nothing", { submit: () => Promise.reject(undefined), solve: () => Promise.reject(undefined) }],
  ]

  test.each(failing)("%s fails the login, and never its host", async (_, transport) => {
    const submitted = drive({ transport })
    submitted.actor.send(credentials())
    await settled()
    expect(submitted.actor.getSnapshot().output).toMatchObject({
      status: "failed",
      failure: { type: "client/unexpected", recovery: "restart" },
    })
    expect(JSON.stringify(submitted.actor.getPersistedSnapshot())).not.toContain(canary)

    const waiting = await reach({ type: "2FA" })
    const resumed = drive({ transport, clock: waiting.clock, resume: saveIntent(waiting.actor.getSnapshot()) })
    resumed.actor.send(submitCode("123456"))
    await settled()
    expect(resumed.actor.getSnapshot().output).toMatchObject({
      status: "failed",
      accountId: "acc_1",
      failure: { type: "client/unexpected" },
    })
  })

  const checkpoint = { kind: "checkpoint", accountId: "acc_1", checkpoint: { type: "2FA" } }
  const garbage: [what: string, answer: unknown][] = [
    ["nothing", undefined],
    ["null", null],
    ["a text", canary],
    ["a number", 7],
    ["a list", []],
    ["an empty object", {}],
    ["an unknown kind", { kind: canary }],
    ["a kind from a prototype", { kind: "toString" }],
    ["connected to no account", { kind: "connected" }],
    ["connected to an empty account", { kind: "connected", accountId: "" }],
    ["connected to a number", { kind: "connected", accountId: 7 }],
    ["a session that is no secret", { kind: "connected", accountId: "acc_1", session: canary }],
    ["a checkpoint of nothing", { kind: "checkpoint", accountId: "acc_1" }],
    ["a checkpoint of no type", { ...checkpoint, checkpoint: {} }],
    ["a checkpoint of an empty type", { ...checkpoint, checkpoint: { type: "" } }],
    ["a checkpoint of no account", { ...checkpoint, accountId: undefined }],
    ["a rejection for nothing", { kind: "rejected" }],
    ["a rejection with no recovery", { kind: "rejected", failure: { type: "x", status: 1, title: "x" } }],
    ["a rejection with an unknown recovery", rejected("x", canary)],
    ["an endless time", { ...checkpoint, at: Number.POSITIVE_INFINITY }],
    ["no time at all", { ...checkpoint, at: Number.NaN }],
    ["a time as text", { ...checkpoint, at: "2026-01-01" }],
  ]

  test.each(garbage)("answers %s fails the login, on submit and on solve", async (_, answer) => {
    const submitted = drive()
    submitted.actor.send(credentials())
    await submitted.call().answer(answer)
    const solved = await reach({ type: "2FA" })
    solved.actor.send(submitCode("123456"))
    await solved.call().answer(answer)
    for (const { actor } of [submitted, solved]) {
      expect(actor.getSnapshot().output).toMatchObject({ status: "failed", failure: { type: "client/unexpected" } })
      expect(JSON.stringify(actor.getPersistedSnapshot())).not.toContain(canary)
    }
  })

  test("answers with more than was asked for has it dropped", async () => {
    const { actor, answer, context } = drive()
    actor.send(credentials())
    await answer({ ...checkpoint, body: canary, checkpoint: { type: "2FA", raw: canary } } as never)
    expect(context().checkpoint).toEqual({ type: "2FA" })
    expect(JSON.stringify(actor.getPersistedSnapshot())).not.toContain(canary)
    actor.stop()
  })

  test("gives data with a known type has it dropped: it is kept for unknown types only", async () => {
    for (const type of ["2FA", "OTP", "IN_APP_VALIDATION", "PHONE_REGISTER"]) {
      const { actor, context } = await reach({ type, data: { more: canary } })
      expect([type, context().checkpoint]).toEqual([type, { type }])
      actor.stop()
    }
  })

  test("gives data that is no JSON, or more than 2 kB of it, has it dropped", async () => {
    const cycle: { self?: unknown } = {}
    cycle.self = cycle
    for (const data of [cycle, 5n, "x".repeat(2_100), () => {}]) {
      const { actor, context } = await reach({ type: "CAPTCHA", data })
      expect(context().checkpoint).toEqual({ type: "CAPTCHA" })
      actor.stop()
    }
    const { actor, context } = await reach({ type: "CAPTCHA", data: { day: new Date(0), not: Number.NaN } })
    expect(context().checkpoint?.data).toStrictEqual({ day: "1970-01-01T00:00:00.000Z", not: null })
    actor.stop()
  })

  test("never answers a submit can still be canceled", () => {
    const { actor, call, clock } = drive()
    actor.send(credentials())
    clock.tick(3_600_000)
    expect(actor.getSnapshot().value).toBe("submitting")
    actor.send(cancelIntent())
    expect(actor.getSnapshot().value).toBe("failed")
    expect(call().context.signal.aborted).toBe(true)
  })

  test("never answers a solve ends with the grace", async () => {
    const driven = await reach({ type: "2FA" })
    driven.clock.tick(100_000)
    driven.actor.send(submitCode("123456"))
    driven.clock.tick(210_000)
    expect(stateOf(driven)).toBe("expired")
    expect(driven.call().context.signal.aborted).toBe(true)
  })

  test("says when its answer arrived is believed", async () => {
    const { actor, answer, context } = drive()
    actor.send(credentials())
    await answer({ ...checkpoint, at: startsAt - 1_000 } as never)
    expect(context().expiresAt).toBe(startsAt + 299_000)
    actor.stop()
  })

  test("does not say when it arrived has it stamped by the clock", async () => {
    const { actor, answer, context, clock } = drive()
    actor.send(credentials())
    clock.tick(5_000)
    await answer(checkpoint as never)
    expect(context().expiresAt).toBe(startsAt + 305_000)
    actor.stop()
  })

  test("opens no secret has it dropped all the same, once its request has settled", async () => {
    const kept: Secret<unknown>[] = []
    const transport: AuthTransport<Credentials> = {
      submit: async ({ credentials: secret }) => {
        kept.push(secret)
        return { kind: "checkpoint", accountId: "acc_1", checkpoint: { type: "2FA" } }
      },
      solve: async ({ solution }) => {
        if ("secret" in solution) kept.push(solution.secret)
        throw new Error("no")
      },
    }
    const { actor } = drive({ transport })
    actor.send(credentials())
    await settled()
    actor.send(submitCode("123456"))
    await settled()
    expect(kept.length).toBe(2)
    for (const secret of kept) expect(thrownBy(() => secret.open()).type).toBe("secret_spent")
  })

  test("opens no secret and never answers has it dropped when the person leaves", async () => {
    const kept: Secret<unknown>[] = []
    const never = new Promise<never>(() => {})
    const transport: AuthTransport<Credentials> = {
      submit: ({ credentials: secret }) => {
        kept.push(secret)
        return never
      },
      solve: ({ solution }) => {
        if ("secret" in solution) kept.push(solution.secret)
        return never
      },
    }
    const submitting = drive({ transport })
    submitting.actor.send(credentials())
    submitting.actor.send(cancelIntent())
    const waiting = await reach({ type: "2FA" })
    const solving = drive({ transport, clock: waiting.clock, resume: saveIntent(waiting.actor.getSnapshot()) })
    waiting.actor.stop()
    solving.actor.send(submitCode("123456"))
    solving.actor.send(cancelIntent())
    expect(kept.length).toBe(2)
    for (const secret of kept) expect(thrownBy(() => secret.open()).type).toBe("secret_spent")
  })
})

describe("what a person typed", () => {
  const invalid = { failure: { type: "client/invalid_input", status: 0, recovery: "correct" }, attempts: 0 }

  const codes: [what: string, code: unknown][] = [
    ["nothing", ""],
    ["blanks", " \t\n "],
    ["65 characters", "1".repeat(65)],
    ["a control character", "12\u000034"],
    ["a line break inside", "12\n34"],
    ["an escape", "12\u001b[31m34"],
    ["a zero-width character", "12\u200b34"],
    ["half an emoji", "12\ud83d34"],
    ["the word for another way", "TRY_ANOTHER_WAY"],
    ["that word in blanks", "  TRY_ANOTHER_WAY "],
    ["the word for an approval", "in_app_validation"],
    ["no text", 123456],
    ["null", null],
    ["an object", { code: "123456" }],
  ]

  describe.each([{ type: "2FA" }, { type: "OTP" }, { type: "CAPTCHA" }])("as a code for $type", (checkpoint) => {
    test.each(codes)("%s is an invalid entry, and never sent", async (_, code) => {
      const driven = await reach(checkpoint)
      const before = stateOf(driven)
      driven.actor.send(submitCode(code as string))
      await settled()
      expect(stateOf(driven)).toBe(before)
      expect(driven.context()).toMatchObject(invalid)
      expect(getStep(driven.actor.getSnapshot()).kind).toBe("code")
      expect(driven.calls.length).toBe(1)
      driven.actor.stop()
    })

    test.each([
      ["as it is", "123456", "123456"],
      ["trimmed", "  123456\n", "123456"],
      ["with its blanks inside", "123 456", "123 456"],
      ["of one character", "1", "1"],
      ["of 64 characters", "1".repeat(64), "1".repeat(64)],
      ["of 64 characters and blanks around", `  ${"1".repeat(64)}  `, "1".repeat(64)],
      ["in other scripts", "コード７", "コード７"],
      ["that only looks like a word of the wire", "TRY_ANOTHER_WAY_1", "TRY_ANOTHER_WAY_1"],
    ])("is sent %s", async (_, code, sent) => {
      const driven = await reach(checkpoint)
      driven.actor.send(submitCode(code))
      expect(driven.call().sends).toEqual({ kind: "code", value: sent })
      driven.actor.stop()
    })
  })

  const phones: [what: string, phone: unknown][] = [
    ["nothing", { countryCode: "", number: "" }],
    ["no country", { number: "0612345678" }],
    ["no number", { countryCode: "33" }],
    ["an empty number", { countryCode: "33", number: "" }],
    ["letters", { countryCode: "33", number: "06call-me-now" }],
    ["a country by name", { countryCode: "FR", number: "0612345678" }],
    ["a country of five digits", { countryCode: "12345", number: "0612345678" }],
    ["a number without end", { countryCode: "33", number: "1".repeat(40) }],
    ["brackets that would be read as another country", { countryCode: "33)(+1", number: "0612345678" }],
    ["a control character", { countryCode: "33", number: "0612\u0000345678" }],
    ["a number that is no text", { countryCode: "33", number: 612345678 }],
    ["a text", "(+33)0612345678"],
    ["null", null],
    ["a list", ["33", "0612345678"]],
  ]

  test.each(phones)("as a phone number: %s is an invalid entry, and never sent", async (_, phone) => {
    const driven = await reach({ type: "PHONE_REGISTER" })
    driven.actor.send(submitPhone(phone as { countryCode: string; number: string }))
    await settled()
    expect(stateOf(driven)).toBe("checkpoint.phone")
    expect(driven.context()).toMatchObject(invalid)
    expect(driven.calls.length).toBe(1)
    driven.actor.stop()
  })

  test.each([
    ["as it is", "33", "0612345678"],
    ["without its plus", "+33", "0612345678"],
    ["without blanks around", " 33 ", " 0612345678 "],
    ["without blanks and dots inside", "33", "06 12.34.56 78"],
    ["without dashes and brackets", "33", "(06)12-34-56-78"],
  ])("a phone number is sent %s", async (_, countryCode, number) => {
    const driven = await reach({ type: "PHONE_REGISTER" })
    driven.actor.send(submitPhone({ countryCode, number }))
    expect(driven.call().sends).toEqual({ kind: "phone", value: { countryCode: "33", number: "0612345678" } })
    driven.actor.stop()
  })

  test("can be corrected: the next code is sent, and the failure gone", async () => {
    const driven = await reach({ type: "2FA" })
    driven.actor.send(submitCode(""))
    await settled()
    driven.actor.send(submitCode("123456"))
    expect(driven.calls.length).toBe(2)
    expect(driven.context().failure).toBeUndefined()
    await driven.answer({ kind: "connected", accountId: "acc_1" })
    expect(stateOf(driven)).toBe("connected")
  })

  test("a code that was opened before is no reason to throw at the host", async () => {
    const driven = await reach({ type: "2FA" })
    const code = new Secret("123456")
    code.open()
    driven.actor.send({ type: "code.submit", code })
    await settled()
    expect(driven.calls.length).toBe(1)
    expect(driven.actor.getSnapshot().status).not.toBe("error")
    driven.actor.stop()
  })
})

describe("an approval", () => {
  test("is given to the transport as one, with no secret", async () => {
    const driven = await reach({ type: "IN_APP_VALIDATION" })
    driven.actor.send(approveInApp())
    expect(driven.call().request).toEqual({
      provider: "INSTAGRAM",
      accountId: "acc_1",
      solution: { kind: "approval" },
    })
    driven.actor.stop()
  })
})
