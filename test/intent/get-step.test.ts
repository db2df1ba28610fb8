import { describe, expect, it } from "vitest"
import { getState, getStep, isFinal } from "../../src/intent/get-step.ts"
import { createTestClock } from "../../src/testing/create-test-clock.ts"
import { openAt, waiting } from "../harness/open-intent.ts"
import { startsAt } from "../harness/outcomes.ts"

describe("a step", () => {
  it.each(["toString", "__proto__", "twoFactor", "2fa"])(
    "has a code field for a type of no state: %s",
    async (type) => {
      const { actor, state } = await openAt({ type })
      expect(state()).toBe("checkpoint.unsupported")
      expect(getStep(actor.getSnapshot())).toMatchObject({ kind: "code", checkpoint: { type } })
    },
  )

  it("of a record has no deadline further away than the lifetime that it is given", () => {
    const far = { ...waiting, expiresAt: startsAt + 3_600_000 }
    const options = { clock: createTestClock({ now: startsAt }), intentLifetime: 60_000 }
    expect(getStep(far, options)).toMatchObject({ expiresAt: startsAt + 60_000 })
  })

  it("of a record is that of now, by the system's clock by default", () => {
    expect(getStep({ ...waiting, expiresAt: Date.now() + 60_000 })).toMatchObject({ kind: "code" })
    expect(getStep({ ...waiting, expiresAt: Date.now() - 1 })).toMatchObject({ kind: "done", status: "expired" })
    const near = { ...waiting, expiresAt: Date.now() + 60_000 }
    expect(getStep(near, null as never)).toEqual(getStep(near))
  })
})

it("a login is over when it is connected, expired or failed, and only then", () => {
  const states = ["idle", "submitting", "connected", "expired", "failed", { checkpoint: "connected" }]
  expect(states.filter(isFinal)).toEqual(["connected", "expired", "failed"])
})

it("getState returns a name where there is nothing below it", () => {
  expect(getState({ value: "idle" })).toBe("idle")
  expect(getState({ value: { a: { b: "c" } } })).toBe("a.b.c")
  expect(getState({ value: { a: "b", c: "d" } })).toBe("a.b,c.d")
  expect(getState({ value: { a: undefined } })).toBe("a")
})
