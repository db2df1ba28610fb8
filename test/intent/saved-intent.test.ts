import { describe, expect, it } from "vitest"
import { advanceIntent } from "../../src/intent/advance-intent.ts"
import { createAuthIntent } from "../../src/intent/create-auth-intent.ts"
import { getStep } from "../../src/intent/get-step.ts"
import { newIntent, type ParseOptions, parseSavedIntent as parseWith } from "../../src/intent/saved-intent.ts"
import { expectMistake, thrownBy } from "../harness/expect-mistake.ts"
import { createHandTransport, openIntent, waiting } from "../harness/open-intent.ts"
import { rejected, startsAt } from "../harness/outcomes.ts"

const canary = "CANARY-7f3a"

const failure = {
  type: "errors/invalid_checkpoint_solution",
  status: 401,
  recovery: "correct",
  about: "code",
  retryAt: startsAt,
}

/** Parses at the time of these records. */
const parseSavedIntent = (record: unknown, options: ParseOptions = {}) =>
  parseWith(record, { clock: { now: () => startsAt }, ...options })

const record = {
  ...waiting,
  checkpoint: { type: "CAPTCHA", canApproveInApp: true, hint: "SMS", data: { image: [1, { a: null }] } },
  failure,
  failureBy: "poll",
  failedPolls: 3,
  retryAt: startsAt + 7_000,
  timedOut: true,
  unanswered: true,
}

const bare = { version: 1, revision: 0, provider: "TWITTER", state: "idle", attempts: 0 } as const

/** The record without some of its parts. */
const without = (...keys: (keyof typeof record)[]) =>
  Object.fromEntries(Object.entries(record).filter(([key]) => !keys.includes(key as keyof typeof record)))

const long = (length: number) => "x".repeat(length)

/** Values of wrong types; each holds the canary if it can. */
const notNumbers = [canary, "1", null, [1], { [canary]: 1 }, true, Number.NaN, Number.POSITIVE_INFINITY, 1n]
const notTexts = [7, null, [canary], { [canary]: canary }, true, ""]
const notFlags = [canary, 0, 1, null, [], "true"]
const notObjects = [canary, 7, null, [], [canary], true]

const wrongParts: [part: string, values: unknown[]][] = [
  ["version", [...notNumbers, 0, -1, 0.5]],
  ["revision", [...notNumbers, -1, 0.5, 1e300]],
  ["provider", [...notTexts, canary, "instagram", "FACEBOOK", "__proto__", "toString"]],
  ["state", [...notTexts, canary, "checkpoint.inApp", "done", "__proto__", "toString"]],
  ["accountId", [...notTexts, canary + long(10_000)]],
  ["expiresAt", [...notNumbers, -1, 8.7e15, "2026-01-01T00:00:00Z"]],
  ["attempts", [...notNumbers, -1, 0.5, 1e300]],
  ["timedOut", notFlags],
  ["checkpoint", [...notObjects, {}]],
  ["checkpoint.type", [...notTexts, canary + long(100)]],
  ["checkpoint.canApproveInApp", notFlags],
  ["checkpoint.hint", [...notTexts, canary + long(100)]],
  ["failure", [...notObjects, {}]],
  ["failure.type", [...notTexts, canary + long(100)]],
  ["failure.status", [...notNumbers, -1, 1e9]],
  ["failure.about", [...notTexts, canary, "inApp"]],
  ["failureBy", [...notTexts, canary, "machine"]],
  ["failedPolls", [...notNumbers, -1, 0.5]],
  ["retryAt", [...notNumbers, -1, 8.7e15]],
  ["unanswered", notFlags],
  ["left", [...notObjects, {}]],
  ["failure.recovery", [...notTexts, canary, "hope", "toString"]],
  ["failure.retryAt", [...notNumbers, -1, 8.7e15]],
]

const withPart = (path: string, value: unknown) => {
  const [part = "", inner] = path.split(".")
  const whole = Reflect.get(record, part)
  return { ...record, [part]: inner === undefined ? value : { ...whole, [inner]: value } }
}

const shown = (value: unknown) =>
  typeof value === "bigint"
    ? "1n"
    : typeof value === "number"
      ? String(value)
      : (JSON.stringify(value)?.slice(0, 40) ?? "")

describe("what saveIntent writes is read back", () => {
  it("whole, as a copy", () => {
    const parsed = parseSavedIntent(record)
    expect(parsed).toEqual(record)
    expect(parsed.checkpoint?.data).not.toBe(record.checkpoint.data)
    expect(parseSavedIntent(JSON.parse(JSON.stringify(record)))).toEqual(record)
  })

  it("with the longest text of a checkpoint", () => {
    const longest = { ...record, checkpoint: { ...record.checkpoint, type: long(100) } }
    expect(parseSavedIntent(longest)).toEqual(longest)
  })

  it("with nothing but what every record has", () => {
    expect(parseSavedIntent(bare)).toEqual(bare)
  })

  it.each(["idle", "checkpoint", "connected", "expired", "failed"])("in state %s", (state) => {
    expect(parseSavedIntent({ ...record, state })).toEqual({ ...record, state })
  })

  it("without what is not ours", () => {
    const parsed = parseSavedIntent({ ...record, password: canary, failure: { ...failure, body: canary } })
    expect(JSON.stringify(parsed)).not.toContain(canary)
  })
})

describe("refused is", () => {
  it.each([
    ["nothing", undefined],
    ["null", null],
    ["a text", canary],
    ["a record still as text", JSON.stringify(record)],
    ["a list", [record]],
    ["an empty object", {}],
    ["a record as a prototype", JSON.parse(`{"__proto__": ${JSON.stringify(record)}}`)],
    ["an XState snapshot", { status: "active", value: "idle", context: { provider: canary }, children: {} }],
  ])("%s", (_, value) => {
    expectMistake(() => parseSavedIntent(value), "invalid_saved_intent", /^saved intent: /, canary)
  })

  it.each([2, 3, 99, 1.5, Number.MAX_VALUE])("a later version, by name: %s", (version) => {
    const message = /^saved intent: version should be 1 \(a later one needs a newer auth-intent\)/
    expectMistake(() => parseSavedIntent({ version, other: canary }), "invalid_saved_intent", message, canary)
  })

  it("a record of another provider", () => {
    expectMistake(() => parseSavedIntent(record, { provider: "MESSENGER" }), "invalid_saved_intent", /INSTAGRAM/)
  })

  describe.each(wrongParts)("a record whose %s", (path, values) => {
    it.each(values.map((value) => ({ title: shown(value), value })))("is $title", ({ value }) => {
      const error = thrownBy(() => parseSavedIntent(withPart(path, value)))
      expect(error.code).toBe("invalid_saved_intent")
      expect(error.message).toMatch(new RegExp(`${path}\\S* (is missing|should be .)`))
      expect(error.message).not.toContain(canary)
      expect(error.message).not.toMatch(/null|undefined|NaN|x{100}/)
      expect(error.cause).toBeUndefined()
    })
  })

  it.each(["version", "revision", "provider", "state", "attempts"] as const)("one without %s", (part) => {
    expectMistake(() => parseSavedIntent(without(part)), "invalid_saved_intent", new RegExp(part))
  })

  const needed = [
    ["checkpoint", "accountId"],
    ["checkpoint", "checkpoint"],
    ["checkpoint", "expiresAt"],
    ["expired", "accountId"],
    ["expired", "expiresAt"],
    ["connected", "accountId"],
    ["failed", "failure"],
  ] as const

  it.each(needed)("one that is %s without %s, and the message names it", (state, part) => {
    const { message } = thrownBy(() => parseSavedIntent({ ...without(part), state }))
    expect(message).toContain(part)
  })
})

it("a record that lacks something is refused with all that its state needs", () => {
  const { message } = thrownBy(() => parseSavedIntent({ ...bare, state: "checkpoint" }))
  expect(message).toBe("saved intent: it should be complete, with accountId, checkpoint, expiresAt")
})

describe("keys that pollute a prototype", () => {
  it.each([
    '{"__proto__": {"polluted": true}}',
    '{"constructor": {"prototype": {"polluted": true}}}',
    '{"prototype": {"polluted": true}}',
  ])("are dropped: %s", (extra) => {
    const text = JSON.stringify(record)
    const parsed = parseSavedIntent(JSON.parse(`${text.slice(0, -1)},${extra.slice(1)}`))
    expect(parsed).toEqual(record)
    expect(Object.getPrototypeOf(parsed)).toBe(Object.prototype)
    expect("polluted" in {}).toBe(false)
    expect("polluted" in parsed).toBe(false)
  })

  it("pollute nothing from a checkpoint's data", () => {
    const data = JSON.parse('{"__proto__": {"polluted": true}}')
    const { checkpoint } = parseSavedIntent({ ...record, checkpoint: { type: "CAPTCHA", data } })
    expect([checkpoint?.data, {}].map((each) => "polluted" in (each as object))).toEqual([false, false])
  })
})

describe("the same error comes", () => {
  const { transport, calls } = createHandTransport()

  it("from createAuthIntent for another provider", () => {
    const error = thrownBy(() => createAuthIntent({ transport, provider: "LINKEDIN", resume: record as never }))
    expect(error.code).toBe("invalid_saved_intent")
  })

  it.each([null, { ...record, state: canary }])("from advanceIntent, which sends nothing: %o", async (value) => {
    await expect(advanceIntent(value as never, undefined, { transport })).rejects.toMatchObject({
      name: "AuthIntentError",
      code: "invalid_saved_intent",
      message: expect.not.stringContaining(canary),
    })
    expect(calls.length).toBe(0)
  })
})

describe("a resumed intent", () => {
  it("counts from 0 what its record has as undefined", async () => {
    const empty = { failedPolls: undefined, timedOut: undefined, unanswered: undefined, retryAt: undefined }
    const resume = { ...waiting, ...empty, checkpoint: { type: "IN_APP_VALIDATION" } }
    const { actor, clock, context, reply } = openIntent({ resume })
    expect(context().failedPolls).toBe(0)
    for (let poll = 1; poll <= 3; poll += 1) {
      expect(getStep(actor.getSnapshot())).not.toHaveProperty("failure")
      clock.advance(5_000)
      await reply(rejected("errors/provider_error", 500, "retry"))
    }
    expect(getStep(actor.getSnapshot())).toHaveProperty("failure")
  })

  it("has the options of the resume, as a record keeps none", () => {
    const { actor } = openIntent({ resume: waiting, solveGrace: 7, inAppPollInterval: 9 })
    expect(actor.getSnapshot().context).toMatchObject({ solveGrace: 7, inAppPollInterval: 9, intentLifetime: 300_000 })
  })
})

describe("a record is brought up to date", () => {
  const at = (time: number, more: object = {}, options: ParseOptions = {}) =>
    parseWith({ ...record, ...more }, { clock: { now: () => time }, ...options })

  it.each([
    [undefined, 300_000],
    [60_000, 60_000],
    [1, 1],
    [2_147_483_647, 3_600_000],
  ])("with a deadline further away than a lifetime of %s lowered to %i ms from now", (intentLifetime, ms) => {
    const far = { expiresAt: startsAt + 3_600_000 }
    expect(at(startsAt, far, { intentLifetime }).expiresAt).toBe(startsAt + ms)
  })

  it("by the system's clock by default", () => {
    const past = { ...record, expiresAt: Date.now() - 1 }
    const ahead = { ...record, expiresAt: Date.now() + 60_000 }
    expect([parseWith(past).state, parseWith(ahead).state]).toEqual(["expired", "checkpoint"])
  })

  it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 31, "5", null, {}])(
    "by no lifetime of %s",
    (intentLifetime) => {
      const call = () => parseWith(record, { intentLifetime } as ParseOptions)
      expectMistake(call, "invalid_option", /^parseSavedIntent: intentLifetime/)
    },
  )
})

it.each([
  ["null", null, "it should be an object"],
  ["a text", canary, "it should be an object"],
  ["a provider that there is not", { provider: canary }, "provider should be"],
  ["a provider of null", { provider: null }, "provider should be"],
  ["an empty provider", { provider: "" }, "provider should be"],
  ["a clock without a time", { clock: { now: canary } }, "clock.now should be a function"],
])("parseSavedIntent refuses options of %s, and repeats nothing of them", (_, options, message) => {
  const error = thrownBy(() => parseWith(record, options as ParseOptions))
  expect(error).toMatchObject({ code: "invalid_option", message: expect.stringContaining(message) })
  expect(error.message).not.toContain(canary)
})

describe("newIntent", () => {
  it.each(["INSTAGRAM", "LINKEDIN", "MESSENGER", "TWITTER"] as const)("returns a first record for %s", (provider) => {
    const first = newIntent({ provider })
    expect(first).toStrictEqual({ version: 1, revision: 0, provider, state: "idle", attempts: 0 })
    expect(parseSavedIntent(JSON.parse(JSON.stringify(first)), { provider })).toEqual(first)
  })

  it.each([undefined, null, "", "instagram", "FACEBOOK", 7, {}, canary])("refuses provider %s", (provider) => {
    const call = () => newIntent({ provider: provider as "INSTAGRAM" })
    expectMistake(call, "invalid_provider", /^provider: .*"INSTAGRAM"/, canary)
  })

  it.each([undefined, null])("refuses options that are %s", (options) => {
    expect(thrownBy(() => newIntent(options as never)).code).toBe("invalid_provider")
  })
})
