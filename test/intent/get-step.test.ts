import { describe, expect, test } from "vitest"
import { createAuthIntent } from "../../src/intent/create-auth-intent.ts"
import {
  approveInApp,
  cancelIntent,
  submitCode,
  submitCredentials,
  submitPhone,
  switchMethod,
} from "../../src/intent/events.ts"
import { getState, getStep, type IntentStep } from "../../src/intent/get-step.ts"
import { parseSavedIntent, saveIntent } from "../../src/intent/saved-intent.ts"
import { createTestClock } from "../../src/testing/create-test-clock.ts"
import {
  connected,
  createHandTransport,
  credentials,
  deadline,
  demanded,
  openAt,
  openIntent,
  rejected,
  startsAt,
  waiting,
} from "../harness/open-intent.ts"
import { at, places } from "../machines/auth-intent/places.ts"

const fields: Record<IntentStep["kind"], string[]> = {
  credentials: ["kind", "canCancel", "failure"],
  code: ["kind", "canCancel", "failure", "checkpoint", "expiresAt", "attempts", "canSwitchMethod", "canApproveInApp"],
  approval: [
    "kind",
    "canCancel",
    "failure",
    "checkpoint",
    "expiresAt",
    "attempts",
    "canSwitchMethod",
    "canApproveInApp",
  ],
  phone: ["kind", "canCancel", "failure", "checkpoint", "expiresAt", "attempts", "canSwitchMethod", "canApproveInApp"],
  wait: ["kind", "canCancel", "failure", "checkpoint", "expiresAt", "attempts"],
  done: ["kind", "status", "failure", "mayBeConnected"],
}

describe.each(places)("$name", (place) => {
  test("is in the state, and shows the step, that its row has", async () => {
    const { actor } = await at(place)
    expect(getState(actor.getSnapshot())).toBe(place.state)
    const offers = Object.entries(getStep(actor.getSnapshot())).filter(([name]) => /^(kind|can)/.test(name))
    expect(Object.fromEntries(offers)).toEqual(place.step)
    actor.stop()
  })

  test("reports truthfully what is accepted", async () => {
    const { actor } = await at(place)
    const snapshot = actor.getSnapshot()
    const step = getStep(snapshot)
    expect("canCancel" in step).toBe(snapshot.can(cancelIntent()))
    if ("canSwitchMethod" in step) expect(step.canSwitchMethod).toBe(snapshot.can(switchMethod()))
    if ("canApproveInApp" in step) expect(step.canApproveInApp).toBe(snapshot.can(approveInApp()))
    else expect([snapshot.can(switchMethod()), snapshot.can(approveInApp())]).toEqual([false, false])
    if ("checkpoint" in step) expect(step.checkpoint).not.toHaveProperty("canApproveInApp")
    const accepted = {
      credentials: snapshot.can(submitCredentials({ username: "ada", password: "pw" })),
      code: snapshot.can(submitCode("123456")),
      phone: snapshot.can(submitPhone({ countryCode: "33", number: "0612345678" })),
    }
    for (const [kind, can] of Object.entries(accepted)) expect([kind, can]).toEqual([kind, step.kind === kind])
    actor.stop()
  })

  test("is plain JSON with the fields of its kind, and no account", async () => {
    const { actor } = await at(place)
    const step = getStep(actor.getSnapshot())
    expect(JSON.parse(JSON.stringify(step))).toStrictEqual(step)
    expect(fields[step.kind]).toEqual(expect.arrayContaining(Object.keys(step)))
    expect(JSON.stringify(step)).not.toContain("acc_1")
    actor.stop()
  })

  test("shows for its record what a resume shows", async () => {
    const { actor, clock } = await at(place)
    const saved = saveIntent(actor.getSnapshot())
    actor.stop()
    for (const later of [0, 1, 5_000, 299_999, 300_000, 400_000]) {
      const then = createTestClock({ now: clock.now() + later })
      const { transport } = createHandTransport()
      const resume = JSON.parse(JSON.stringify(saved))
      const resumed = createAuthIntent({ transport, provider: "INSTAGRAM", clock: then, resume }).start()
      expect(getStep(resume, { clock: then })).toStrictEqual(getStep(resumed.getSnapshot()))
      expect(getStep(parseSavedIntent(resume, { clock: then }), { clock: then })).toStrictEqual(
        getStep(resumed.getSnapshot()),
      )
      resumed.stop()
    }
  })
})

describe("a step", () => {
  test("shows where a code went, and what came with a declared checkpoint", async () => {
    const { actor } = await openAt({ type: "CAPTCHA", hint: "SMS", data: { siteKey: "abc", image: [1, 2] } })
    expect(getStep(actor.getSnapshot())).toMatchObject({
      checkpoint: { type: "CAPTCHA", hint: "SMS", data: { siteKey: "abc", image: [1, 2] } },
    })
    actor.stop()
  })

  test.each(["toString", "constructor", "__proto__", "hasOwnProperty", "twoFactor", "2fa"])(
    "shows a code field where the type has no state of its own: %s",
    async (type) => {
      const { actor, state } = await openAt({ type })
      expect(state()).toBe("checkpoint.unsupported")
      expect(getStep(actor.getSnapshot())).toMatchObject({ kind: "code", checkpoint: { type } })
      actor.stop()
    },
  )

  test("has the deadline from the first checkpoint on, also while it waits", async () => {
    const { actor, reply } = openIntent()
    actor.send(credentials())
    expect(getStep(actor.getSnapshot())).toEqual({ kind: "wait", canCancel: true })
    await reply(demanded({ type: "2FA" }))
    expect(getStep(actor.getSnapshot())).toMatchObject({ expiresAt: deadline })
    actor.send(submitCode("123456"))
    expect(getStep(actor.getSnapshot())).toMatchObject({ kind: "wait", expiresAt: deadline, attempts: 0 })
    actor.stop()
  })

  test("shows why it failed, and whether the account may be connected", async () => {
    const { actor, reply } = await openAt({ type: "2FA" })
    actor.send(submitCode("123456"))
    await reply(rejected("client/network", 0, "retry"))
    actor.send(cancelIntent())
    expect(getStep(actor.getSnapshot())).toEqual({
      kind: "done",
      status: "failed",
      failure: { type: "client/canceled", status: 0, recovery: "restart" },
      mayBeConnected: true,
    })
  })

  test("of a connected account never reports that it may be connected", async () => {
    const { actor, reply } = await openAt({ type: "2FA" })
    actor.send(submitCode("123456"))
    await reply(rejected("client/network", 0, "retry"))
    actor.send(submitCode("123456"))
    await reply(connected)
    expect(getStep(actor.getSnapshot())).toEqual({ kind: "done", status: "connected" })
    expect(getStep(saveIntent(actor.getSnapshot()))).toEqual({ kind: "done", status: "connected" })
  })

  test("can be had of an actor that has not started", () => {
    const { transport } = createHandTransport()
    const actor = createAuthIntent({ transport, provider: "INSTAGRAM" })
    expect(getStep(actor.getSnapshot())).toEqual({ kind: "credentials", canCancel: true })
  })

  test.each([
    [undefined, 300_000],
    [60_000, 60_000],
    [7_200_000, 3_600_000],
  ])("of a record has no deadline further away than a lifetime of %s", (intentLifetime, ms) => {
    const far = { ...waiting, expiresAt: startsAt + 3_600_000 }
    const clock = createTestClock({ now: startsAt })
    const times = intentLifetime === undefined ? {} : { intentLifetime }
    expect(getStep(far, { clock, ...times })).toMatchObject({ expiresAt: startsAt + ms })
    const { transport } = createHandTransport()
    const resumed = createAuthIntent({ transport, provider: "INSTAGRAM", clock, resume: far, ...times }).start()
    expect(getStep(far, { clock, ...times })).toStrictEqual(getStep(resumed.getSnapshot()))
    resumed.stop()
  })

  test("of a record is that of now, by the system's clock by default", () => {
    expect(getStep({ ...waiting, expiresAt: Date.now() + 60_000 })).toMatchObject({ kind: "code" })
    expect(getStep({ ...waiting, expiresAt: Date.now() - 1 })).toMatchObject({ kind: "done", status: "expired" })
    const near = { ...waiting, expiresAt: Date.now() + 60_000 }
    expect(getStep(near, null as never)).toEqual(getStep(near))
  })
})

describe("getState", () => {
  test("is a name where there is nothing below it", () => {
    expect(getState({ value: "idle" })).toBe("idle")
    expect(getState({ value: { a: { b: "c" } } })).toBe("a.b.c")
    expect(getState({ value: { a: "b", c: "d" } })).toBe("a.b,c.d")
  })
})
