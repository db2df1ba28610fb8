import { describe, expect, it, vi } from "vitest"
import type { Failure } from "../../machines/failures.ts"
import { getCountries } from "../../src/page/countries.ts"
import type { PageState, PageStep } from "../../src/page/page-intent.types.ts"
import { pageMessages } from "../../src/page/page-messages.ts"
import { viewOf } from "../../src/page/page-view.ts"

const now = 10_000_000

const stateOf = (step: PageStep, more: Partial<PageState> = {}): PageState => ({
  ...{ step, busy: false, isChecking: false, provider: "INSTAGRAM", isElsewhere: false, round: 0 },
  ...more,
})

const view = (step: PageStep, more?: Partial<PageState>) => viewOf(stateOf(step, more), { now })

const checkpoint = { expiresAt: now + 245_000, attempts: 0, canCancel: true, canSwitchMethod: true } as const

const code = (failure?: Failure): PageStep => ({
  kind: "code",
  checkpoint: { type: "2FA" },
  canApproveInApp: false,
  ...checkpoint,
  ...(failure && { failure }),
})

const limited = (retryAt: number): Failure => ({ type: "errors/unknown", status: 429, recovery: "retry", retryAt })

describe("the view of a step", () => {
  it("has another place for another checkpoint of the same kind", () => {
    const otp: PageStep = { kind: "code", checkpoint: { type: "OTP" }, canApproveInApp: false, ...checkpoint }
    const byPhone = { ...code(), checkpoint: { type: "2FA", hint: "phone" } } as PageStep
    expect(new Set([code(), otp, byPhone].map((step) => view(step).place)).size).toBe(3)
    expect(view(code()).place).toBe(view(code(limited(now))).place)
  })

  it("has its last second until it has passed", () => {
    expect(view({ ...code(), expiresAt: now + 1 } as PageStep)).toMatchObject({
      secondsLeft: 1,
      timeLeft: expect.any(String),
    })
  })

  it("counts down until the moment of the next try, and then shows that it may be made", () => {
    expect(view(code(limited(now + 1)))).toMatchObject({ action: "Try again in 0:01", canSubmit: false, tone: "bad" })
    const then = { action: "Continue", canSubmit: true, tone: "calm", text: "You can try again now." }
    expect(view(code(limited(now)))).toMatchObject(then)
    // A pause of more than an hour comes from a clock that was set back: it does not disable the button.
    const set = {
      action: "Continue",
      canSubmit: true,
      text: "There were too many tries. Wait, then try again yourself.",
    }
    expect(view(code(limited(now + 3_600_001)))).toMatchObject(set)
    // A server that is busy for a moment disables no button.
    expect(view(code({ ...limited(now + 5_000), status: 503 }))).toMatchObject({ action: "Continue", canSubmit: true })
  })

  it.each([
    ["the code itself", "code", true],
    ["another way", "method", false],
    ["an approval", "approval", false],
  ] as const)("marks its field where %s was refused: %s, %s", (_, about, isInvalid) => {
    const refused: Failure = { type: "errors/invalid_parameters", status: 400, recovery: "correct", about }
    expect(view(code(refused)).isInvalid).toBe(isInvalid)
  })

  it("shows no more time than an intent lives, though the clock was set back", () => {
    const timeLeft = (intentLifetime?: number) =>
      viewOf(stateOf(code()), { now: now - 3_600_000, intentLifetime }).timeLeft
    expect([timeLeft(), timeLeft(600_000)]).toEqual(["5:00 left", "10:00 left"])
    expect(viewOf(stateOf(code(), { busy: true }), { now: now + 250_000 }).secondsLeft).toBe(0)
  })

  it("can send nothing while a request is in flight, but be canceled", () => {
    const shown = view(code(), { busy: true })
    expect(shown).toMatchObject({ canSubmit: false, canCancel: true, status: "One moment…", timeLeft: "4:05 left" })
  })

  it("is read aloud by its title, and without a field to be described by its text", () => {
    const approval = { kind: "approval", checkpoint: { type: "IN_APP_VALIDATION" }, canApproveInApp: true } as const
    const refused: Failure = { type: "client/not_approved_yet", status: 202, recovery: "retry" }
    expect(view(code()).status).toBe("Enter your code")
    expect(view({ ...approval, ...checkpoint }).status).toMatch(/^Open Instagram on your phone/)
    // The failure of the last try is an alert, so the status does not repeat it.
    expect(view({ ...approval, ...checkpoint, failure: refused }).status).toBe("Approve the login")
    expect(view({ ...approval, ...checkpoint }, { busy: true }).status).toBe("One moment…")
  })

  it("names the provider wherever a text has a place for its name", () => {
    const texts = { ...pageMessages }
    for (const key of Object.keys(texts) as (keyof typeof texts)[]) {
      if (!key.startsWith("provider.")) texts[key] += " {provider}"
    }
    const refused: Failure = { type: "errors/invalid_credentials", status: 401, recovery: "correct" }
    const connected: PageStep = { kind: "done", status: "connected" }
    for (const step of [code(), code(refused), code(limited(now + 5_000)), connected]) {
      const {
        title,
        text,
        action,
        status,
        timeLeft = "LinkedIn",
      } = viewOf(stateOf(step, { provider: "LINKEDIN" }), { texts, now })
      for (const shown of [title, text, action, status, timeLeft]) expect(shown).toMatch(/ ?LinkedIn$/)
    }
  })

  it("can report an approval only where that is accepted", () => {
    const approval = { kind: "approval", checkpoint: { type: "IN_APP_VALIDATION" }, ...checkpoint } as const
    expect(view({ ...approval, canApproveInApp: true })).toMatchObject({ canSubmit: true, canApproveInstead: false })
    expect(view({ ...approval, canApproveInApp: false }).canSubmit).toBe(false)
    expect(view({ ...code(), canApproveInApp: true } as PageStep).canApproveInstead).toBe(true)
  })

  it("keeps the button of an approval while that is checked, and announces that it takes a moment", () => {
    expect(view(code(), { isChecking: true })).toMatchObject({
      canApproveInstead: true,
      canSubmit: true,
      status: "One moment…",
      text: expect.stringContaining("or approve the login in its app"),
    })
    expect(view(code())).toMatchObject({ canApproveInstead: false, status: "Enter your code" })
  })

  it.each([
    ["SMS", "Instagram has sent a code to your phone, in a text message."],
    ["APP", "Enter the code that your authenticator app shows for Instagram."],
    [undefined, "Enter the code for Instagram from your authenticator app or a text message."],
  ] as const)("says where the code is, as far as the provider tells: %s", (hint, text) => {
    const checkpoint = { type: "2FA" as const, ...(hint && { hint }) }
    expect(view({ ...code(), checkpoint } as PageStep).text).toBe(text)
  })

  it("marks the fields only where what was entered was refused", () => {
    const wrong: Failure = { type: "errors/invalid_checkpoint_solution", status: 401, recovery: "correct" }
    expect(view(code(wrong))).toMatchObject({ isInvalid: true, isAlert: true })
    expect(view(code(limited(now + 1))).isInvalid).toBe(false)
  })
})

describe("the view of an end", () => {
  const failed = (recovery: Failure["recovery"], type: Failure["type"] = "errors/unknown"): PageStep => ({
    kind: "done",
    status: "failed",
    failure: { type, status: 403, recovery },
  })

  it.each<[string, PageStep, object]>([
    ["connected", { kind: "done", status: "connected" }, { tone: "good", action: "Connect another" }],
    ["expired", { kind: "done", status: "expired" }, { tone: "calm", action: "Start again" }],
    ["canceled", failed("restart", "client/canceled"), { tone: "calm", action: "Start again" }],
    ["already connected", failed("stop", "errors/already_exists"), { tone: "good", title: "Already connected" }],
    ["failed", failed("restart"), { tone: "bad", action: "Start again", canCancel: false }],
    [
      "expired, and may be connected",
      { kind: "done", status: "expired", mayBeConnected: true },
      { tone: "calm", status: "The account may be connected already. Look at your accounts before you start again." },
    ],
  ])("is meant as what it is: %s", (_, step, shown) => {
    expect(view(step)).toMatchObject({ place: "done", isAlert: false, ...shown })
  })

  it("offers no other start where there is no use in one", () => {
    expect(view(failed("stop"))).not.toHaveProperty("action")
    expect(view(failed("stop")).canSubmit).toBe(false)
    // After a lost response the text sends the person to the accounts before the next start.
    const unsure = { ...failed("stop"), mayBeConnected: true } as const
    expect(view(unsure)).toMatchObject({ action: "Start again", canSubmit: true })
  })
})

describe("the countries", () => {
  it.each(["en_US", "", "no such language"])("are named for a language that is none, as %j", (lang) => {
    expect(getCountries(lang)).toEqual(getCountries())
  })

  it("begin with that of the browser, and one of those with its code is the largest", () => {
    vi.spyOn(Intl, "DateTimeFormat").mockReturnValue({ resolvedOptions: () => ({ locale: "de" }) } as never)
    expect(getCountries()[0]).toMatchObject({ region: "DE" })
    vi.restoreAllMocks()
    const withOne = getCountries("en").filter(({ code, isLargest }) => code === "1" && isLargest)
    expect(withOne.map(({ region }) => region)).toEqual(["US"])
  })

  it("are named in a language that is one", () => {
    expect(getCountries("de").map(({ name }) => name)).toContain("Deutschland")
    vi.stubGlobal("document", { documentElement: { lang: "de" } })
    expect(getCountries().map(({ name }) => name)).toContain("Deutschland")
  })
})
