import { describe, expect, test } from "vitest"
import type { AuthIntentEvent, Failure } from "../../machines/auth-intent.types.ts"
import {
  approveInApp,
  cancelIntent,
  submitCode,
  submitCredentials,
  submitPhone,
  switchMethod,
} from "../../src/events.ts"
import { getStep, type IntentStep } from "../../src/intent/get-step.ts"
import { type Driven, driveMachine } from "../machine/drive-machine.ts"
import { deadline, goTo, inAppPollInterval, type Place, places, restricted, submitting } from "../machine/places.ts"

const wrongCode: Failure = {
  type: "errors/invalid_checkpoint_solution",
  status: 401,
  title: "Wrong",
  recovery: "correct",
}

async function at(place: Place): Promise<Driven> {
  const driven = driveMachine({ inAppPollInterval })
  await goTo(place, driven)
  return driven
}

const stepOf = ({ actor }: Driven) => getStep(actor.getSnapshot())

type Row = [kind: IntentStep["kind"], canSwitchMethod: boolean, canApproveInApp: boolean, canCancel: boolean]

// biome-ignore format: a table
const table: Record<string, Row> = {
  //                                              kind           switch approve cancel
  "idle":                                        ["credentials", false, false,  true],
  "submitting":                                  ["wait",        false, false,  true],
  "2FA":                                         ["code",        true,  false,  true],
  "Messenger's 2FA":                             ["code",        true,  true,   true],
  "OTP":                                         ["code",        true,  false,  true],
  "in-app":                                      ["approval",    true,  true,   true],
  "phone":                                       ["phone",       true,  false,  true],
  "unknown type":                                ["code",        true,  false,  true],
  "approvable unknown type":                     ["code",        true,  true,   true],
  "solving 2FA by code":                         ["wait",        false, false,  true],
  "solving Messenger's 2FA by code":             ["wait",        false, false,  true],
  "solving OTP by code":                         ["wait",        false, false,  true],
  "solving unknown type by code":                ["wait",        false, false,  true],
  "solving approvable unknown type by code":     ["wait",        false, false,  true],
  "solving phone by phone":                      ["wait",        false, false,  true],
  // An approval is asked about in the background: the person is left where they were.
  "solving in-app by approval":                  ["approval",    true,  true,   true],
  "solving Messenger's 2FA by approval":         ["code",        true,  true,   true],
  "solving approvable unknown type by approval": ["code",        true,  true,   true],
  "solving in-app by a poll":                    ["approval",    true,  true,   true],
  "solving 2FA by anotherWay":                   ["wait",        false, false,  true],
  "solving Messenger's 2FA by anotherWay":       ["wait",        false, false,  true],
  "solving OTP by anotherWay":                   ["wait",        false, false,  true],
  "solving in-app by anotherWay":                ["wait",        false, false,  true],
  "solving phone by anotherWay":                 ["wait",        false, false,  true],
  "solving unknown type by anotherWay":          ["wait",        false, false,  true],
  "solving approvable unknown type by anotherWay": ["wait",      false, false,  true],
  "connected":                                   ["done",        false, false,  false],
  "expired":                                     ["done",        false, false,  false],
  "failed":                                      ["done",        false, false,  false],
  "canceled":                                    ["done",        false, false,  false],
}

test("the table names every place", () => {
  expect(Object.keys(table).sort()).toEqual(places.map(({ name }) => name).sort())
})

describe.each(places)("$name", (place) => {
  test("is the step that the table says", async () => {
    const { kind, canSwitchMethod, canApproveInApp, canCancel } = stepOf(await at(place))
    expect([kind, canSwitchMethod, canApproveInApp, canCancel]).toEqual(table[place.name])
  })

  test("has a status when done, and only then", async () => {
    expect(stepOf(await at(place)).status).toBe(place.tag === "done" ? place.state : undefined)
  })

  test("says truthfully what would be taken", async () => {
    const driven = await at(place)
    const snapshot = driven.actor.getSnapshot()
    const step = getStep(snapshot)
    expect(step.canSwitchMethod).toBe(snapshot.can(switchMethod()))
    expect(step.canCancel).toBe(snapshot.can(cancelIntent()))
    // While an approval is on its way the offer stays, though asking twice changes nothing.
    if (place.sends !== "approval") expect(step.canApproveInApp).toBe(snapshot.can(approveInApp()))
  })

  test("asks for nothing that would not be taken", async () => {
    const driven = await at(place)
    const asks: Partial<Record<IntentStep["kind"], AuthIntentEvent>> = {
      credentials: submitCredentials({ username: "ada", password: "pw" }),
      code: submitCode("123456"),
      phone: submitPhone({ countryCode: "33", number: "0612345678" }),
    }
    const asked = asks[stepOf(driven).kind]
    expect(asked === undefined || driven.actor.getSnapshot().can(asked)).toBe(true)
  })

  test("is plain JSON with what a page needs and nothing else", async () => {
    const step = stepOf(await at(place))
    expect(JSON.parse(JSON.stringify(step))).toEqual(step)
    const known: (keyof IntentStep)[] = [
      "kind",
      "status",
      "checkpoint",
      "canSwitchMethod",
      "canApproveInApp",
      "canCancel",
      "expiresAt",
      "attempts",
      "failure",
    ]
    expect(Object.keys(step).filter((key) => !known.includes(key as keyof IntentStep))).toEqual([])
    expect(Object.keys(step.checkpoint ?? {}).filter((key) => !["type", "hint", "data"].includes(key))).toEqual([])
    expect(JSON.stringify(step)).not.toContain("acc_1")
  })
})

describe("a step", () => {
  test("shows where a code went, if the provider said", async () => {
    const driven = await at(submitting)
    await driven.answer({ kind: "checkpoint", accountId: "acc_1", checkpoint: { type: "2FA", hint: "SMS" } })
    expect(stepOf(driven).checkpoint).toMatchObject({ type: "2FA", hint: "SMS" })
  })

  test("passes on what came with a checkpoint of an unknown type", async () => {
    const driven = await at(submitting)
    const checkpoint = { type: "CAPTCHA", data: { siteKey: "abc", image: [1, 2] } }
    await driven.answer({ kind: "checkpoint", accountId: "acc_1", checkpoint })
    expect(stepOf(driven).checkpoint).toMatchObject(checkpoint)
  })

  test.each(["toString", "constructor", "__proto__", "hasOwnProperty", "twoFactor", "2fa"])(
    "asks for a code where nobody has seen the type: %s",
    async (type) => {
      const driven = await at(submitting)
      await driven.answer({ kind: "checkpoint", accountId: "acc_1", checkpoint: { type } })
      expect(driven.state()).toBe("checkpoint.unsupported")
      expect(stepOf(driven)).toMatchObject({ kind: "code", checkpoint: { type } })
    },
  )

  test("has the deadline from the first checkpoint on", async () => {
    const driven = await at(submitting)
    expect(stepOf(driven).expiresAt).toBeUndefined()
    await driven.answer({ kind: "checkpoint", accountId: "acc_1", checkpoint: { type: "2FA" } })
    expect(stepOf(driven).expiresAt).toBe(deadline)
  })

  test("counts attempts and shows the failure until the next try starts", async () => {
    const driven = await at(submitting)
    await driven.answer({ kind: "checkpoint", accountId: "acc_1", checkpoint: { type: "2FA" } })
    expect(stepOf(driven)).toMatchObject({ attempts: 0, failure: undefined })
    driven.actor.send(submitCode("000000"))
    await driven.answer({ kind: "rejected", failure: wrongCode })
    expect(stepOf(driven)).toMatchObject({ kind: "code", attempts: 1, failure: wrongCode })
    driven.actor.send(submitCode("123456"))
    expect(stepOf(driven)).toMatchObject({ kind: "wait", attempts: 1, failure: undefined })
  })

  test("shows why credentials were refused", async () => {
    const driven = await at(submitting)
    const why: Failure = { type: "errors/invalid_credentials", status: 401, title: "No", recovery: "correct" }
    await driven.answer({ kind: "rejected", failure: why })
    expect(stepOf(driven)).toMatchObject({ kind: "credentials", failure: why })
  })

  test("shows why it failed", async () => {
    const driven = await at(submitting)
    await driven.answer({ kind: "rejected", failure: restricted })
    expect(stepOf(driven)).toMatchObject({ kind: "done", status: "failed", failure: restricted })
  })

  test.each(places.filter(({ sends }) => sends === "approval"))(
    "offers nothing once it has ended: $name",
    async (place) => {
      const connected = await at(place)
      await connected.answer({ kind: "connected", accountId: "acc_1" })
      const canceled = await at(place)
      canceled.actor.send(cancelIntent())
      const expired = await at(place)
      expired.clock.set(deadline + 10_000)
      for (const driven of [connected, canceled, expired]) {
        expect(stepOf(driven)).toMatchObject({
          kind: "done",
          canApproveInApp: false,
          canSwitchMethod: false,
          canCancel: false,
        })
      }
    },
  )

  test("can be had of an actor that has not started", () => {
    const driven = driveMachine()
    driven.actor.stop()
    expect(stepOf(driven)).toMatchObject({ kind: "credentials", attempts: 0 })
  })
})
