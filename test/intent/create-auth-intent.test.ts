import { describe, expect, it, vi } from "vitest"
import { advanceIntent } from "../../src/intent/advance-intent.ts"
import { type AuthIntentOptions, createAuthIntent } from "../../src/intent/create-auth-intent.ts"
import { newIntent } from "../../src/intent/saved-intent.ts"
import type { PostpressCredentials } from "../../src/transports/postpress.ts"
import { thrownBy } from "../harness/expect-mistake.ts"
import { createHandTransport, credentials } from "../harness/open-intent.ts"
import { demanded } from "../harness/outcomes.ts"

const canary = "CANARY-7f3a"

describe("a wrong option is refused at once, by name, with what was expected", () => {
  const { transport } = createHandTransport()
  const good = { transport, provider: "INSTAGRAM" }
  const clock = { now: () => 0, setTimeout: () => 0, clearTimeout: () => {} }

  const wrong: [option: string, value: unknown, type: string, expected: RegExp][] = [
    ["transport", undefined, "invalid_option", /transport/],
    ["transport", null, "invalid_option", /transport/],
    ["transport", {}, "invalid_option", /transport\.submit/],
    ["transport", { ...transport, providers: [canary] }, "invalid_option", /transport\.providers.* list of providers/],
    ["transport", { ...transport, providers: canary }, "invalid_option", /transport\.providers/],
    ["transport", { ...transport, submit: canary }, "invalid_option", /transport\.submit.*function/],
    ["transport", { ...transport, solve: 7 }, "invalid_option", /transport\.solve.*function/],
    ...[undefined, null, "", canary, "instagram", "FACEBOOK", 7, {}, ["INSTAGRAM"], "__proto__"].map(
      (value): (typeof wrong)[number] => ["provider", value, "invalid_provider", /provider.*INSTAGRAM" or .*TWITTER/],
    ),
    ...["intentLifetime", "solveGrace", "inAppPollInterval"].flatMap((option) =>
      [null, canary, "300000", -1, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 31, true, [5], {}, 5n].map(
        (value): (typeof wrong)[number] => [option, value, "invalid_option", new RegExp(`${option}.*number`)],
      ),
    ),
    ["intentLifetime", 0, "invalid_option", /intentLifetime.*number/],
    ["clock", null, "invalid_option", /clock/],
    ["clock", {}, "invalid_option", /clock\.now/],
    ["clock", { ...clock, now: 5 }, "invalid_option", /clock\.now.*function/],
    ["clock", { ...clock, setTimeout: canary }, "invalid_option", /clock\.setTimeout.*function/],
    ["clock", { ...clock, clearTimeout: undefined }, "invalid_option", /clock\.clearTimeout/],
    ["inspect", 7, "invalid_option", /inspect should be a function or an observer/],
    ["inspect", null, "invalid_option", /inspect/],
    ["inspect", { next: canary }, "invalid_option", /inspect/],
    ["onMistake", canary, "invalid_option", /onMistake.*function/],
    ["resume", null, "invalid_saved_intent", /saved intent/],
  ]

  it.each(wrong.map(([option, value, type, expected]) => ({ option, value, type, expected })))(
    "$option: $value",
    ({ option, value, type, expected }) => {
      const error = thrownBy(() =>
        createAuthIntent({ ...good, [option]: value } as AuthIntentOptions<PostpressCredentials>),
      )
      expect(error.code).toBe(type)
      expect(error.message).toMatch(expected)
      expect(error.message).not.toContain(canary)
      expect(error.message).not.toMatch(/should be (null|undefined)/)
    },
  )

  it.each([undefined, null, canary, 7, []])("options that are %s", (options) => {
    const error = thrownBy(() => createAuthIntent(options as unknown as AuthIntentOptions<PostpressCredentials>))
    expect(error.code).toBe("invalid_option")
    expect(error.message).toMatch(/^createAuthIntent: /)
    expect(error.message).not.toContain(canary)
  })

  it.each([
    [2_147_483_647, undefined],
    [2_147_473_648, undefined],
    [undefined, 2_147_183_648],
    [1_073_741_824, 1_073_741_824],
  ])("a lifetime of %s and a grace of %s, which no timer can hold together", (intentLifetime, solveGrace) => {
    const error = thrownBy(() =>
      createAuthIntent({ ...good, intentLifetime, solveGrace } as AuthIntentOptions<PostpressCredentials>),
    )
    expect(error).toMatchObject({
      code: "invalid_option",
      message: expect.stringMatching(/intentLifetime \+ solveGrace is at most 2147483647/),
    })
  })

  it("but not the longest lifetime and grace that a timer can hold", () => {
    const longest = { intentLifetime: 2_147_483_646, solveGrace: 1 }
    expect(() => createAuthIntent({ transport, provider: "INSTAGRAM", ...longest })).not.toThrow()
  })

  it.each([
    ["a function", (next: () => void) => next],
    ["an observer", (next: () => void) => ({ next })],
  ])("but not an inspector that is %s", (_, build) => {
    const inspected = vi.fn()
    createAuthIntent({ transport, provider: "INSTAGRAM", inspect: build(inspected) }).start()
    expect(inspected).toHaveBeenCalled()
  })

  it("a provider that the transport does not serve", () => {
    const only = { ...transport, providers: ["TWITTER", "LINKEDIN"] as const }
    const error = thrownBy(() => createAuthIntent({ transport: only, provider: "INSTAGRAM" }))
    expect(error).toMatchObject({ code: "invalid_provider", message: expect.stringContaining("INSTAGRAM") })
    expect(() => createAuthIntent({ transport: only, provider: "TWITTER" })).not.toThrow()
  })
})

it("options may be inherited, for a new intent and for one that goes on", async () => {
  const { transport } = createHandTransport()
  const options = Object.create({ transport, provider: "INSTAGRAM" })
  const resume = newIntent({ provider: "INSTAGRAM" })
  expect(createAuthIntent(options).getSnapshot().value).toBe("idle")
  expect(createAuthIntent(Object.assign(Object.create(options), { resume })).getSnapshot().value).toBe("idle")
  expect((await advanceIntent(resume, undefined, options)).step.kind).toBe("credentials")
})

it("options that are undefined have their defaults, the clock included: the first delay is armed all the same", async () => {
  const { transport, reply } = createHandTransport()
  const nothing = { clock: undefined, inspect: undefined, resume: undefined, intentLifetime: undefined }
  const actor = createAuthIntent({ transport, provider: "INSTAGRAM", ...nothing }).start()
  const defaults = { intentLifetime: 300_000, solveGrace: 10_000, inAppPollInterval: 5_000 }
  expect(actor.getSnapshot().context).toMatchObject(defaults)
  const before = Date.now()
  actor.send(credentials())
  await reply(demanded({ type: "2FA" }))
  expect(actor.getSnapshot().value).toEqual({ checkpoint: "twoFactor" })
  const expiresAt = actor.getSnapshot().context.expiresAt ?? 0
  expect(expiresAt).toBeGreaterThanOrEqual(before + 300_000)
  expect(expiresAt).toBeLessThanOrEqual(Date.now() + 300_000)
  actor.stop()
})

it("the machine is not started", () => {
  const { transport, calls } = createHandTransport()
  const actor = createAuthIntent({ transport, provider: "INSTAGRAM" })
  expect(actor.getSnapshot().value).toBe("idle")
  actor.send(credentials())
  expect(calls.length).toBe(0)
})
