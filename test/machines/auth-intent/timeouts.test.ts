import { describe, expect, test } from "vitest"
import type { Checkpoint } from "../../../machines/auth-intent.types.ts"
import { approveInApp, submitCode, submitPhone, switchMethod } from "../../../src/intent/events.ts"
import {
  badRequest,
  type Driven,
  deadline,
  demanded,
  driveIntent,
  failure,
  network,
  overtaken,
  reach,
  rejected,
  reload,
  timeout,
  unavailable,
  wrongSolution,
} from "./places.ts"

/** How close to the deadline a 408 may mean that the intent is gone, in ms. */
const margin = 30_000

/** Moves the clock to a moment. */
const moveTo = ({ clock }: Driven, moment: number) => clock.advance(moment - clock.now())

/** Every kind of request that a 400 can refuse, and what sends it. */
const requests: { title: string; checkpoint: Checkpoint; send: (driven: Driven) => void; endsBy400: boolean }[] = [
  { title: "a code", checkpoint: { type: "2FA" }, send: ({ actor }) => actor.send(submitCode("1")), endsBy400: true },
  {
    title: "a phone number",
    checkpoint: { type: "PHONE_REGISTER" },
    send: ({ actor }) => actor.send(submitPhone({ countryCode: "33", number: "612345678" })),
    endsBy400: true,
  },
  {
    title: "an approval",
    checkpoint: { type: "IN_APP_VALIDATION" },
    send: ({ actor }) => actor.send(approveInApp()),
    endsBy400: true,
  },
  {
    title: "a poll",
    checkpoint: { type: "IN_APP_VALIDATION" },
    send: ({ clock }) => clock.advance(5_000),
    endsBy400: true,
  },
  {
    title: "a switch",
    checkpoint: { type: "2FA" },
    send: ({ actor }) => actor.send(switchMethod()),
    endsBy400: false,
  },
]

describe.each(requests)("$title", ({ checkpoint, send, endsBy400 }) => {
  const polls = { inAppPollInterval: checkpoint.type === "IN_APP_VALIDATION" ? 5_000 : 0 }

  /** Leads to a 408 that arrived at a moment. */
  async function timedOutAt(moment: number) {
    const driven = await reach(checkpoint, polls)
    if (polls.inAppPollInterval === 0) moveTo(driven, deadline - margin - 10_000)
    send(driven)
    await driven.respond(rejected(timeout, { at: moment }))
    return driven
  }

  test.each([
    ["1 ms before the margin", deadline - margin - 1, false],
    ["at the margin", deadline - margin, true],
    ["1 ms before the deadline", deadline - 1, true],
  ])("a 408 that arrived %s may mean the end: %s", async (_, moment, mayBeOver) => {
    const driven = await timedOutAt(moment)
    expect(driven.context().timedOut).toBe(mayBeOver)
    send(driven)
    expect(driven.context().timedOut).toBe(mayBeOver)
    await driven.respond(rejected(badRequest))
    expect(driven.state() === "expired").toBe(mayBeOver && endsBy400)
  })

  test("a 408 on the deadline ends it, whatever can be done about it", async () => {
    for (const recovery of ["correct", "retry", "restart", "stop"] as const) {
      const driven = await reach(checkpoint, polls)
      send(driven)
      const late = failure(408, "errors/request_timeout", recovery)
      await driven.respond(rejected(late, { at: deadline }))
      expect(driven.output()).toEqual({
        status: "expired",
        provider: "INSTAGRAM",
        accountId: "acc_1",
        expiresAt: deadline,
        failure: late,
      })
    }
  })

  test("a 400 that can be neither corrected nor tried again is the end of the intent too", async () => {
    const driven = await timedOutAt(deadline - 1)
    send(driven)
    await driven.respond(rejected(failure(400, "errors/unknown", "stop")))
    expect(driven.state()).toBe(endsBy400 ? "expired" : "failed")
  })
})

describe("between the 408 and the 400", () => {
  const start = async (checkpoint: Checkpoint = { type: "2FA" }) => {
    const driven = await reach(checkpoint, { inAppPollInterval: 0 })
    moveTo(driven, deadline - margin)
    driven.actor.send(checkpoint.type === "2FA" ? submitCode("1") : approveInApp())
    await driven.respond(rejected(timeout))
    return driven
  }
  const finish = async (driven: Driven) => {
    driven.actor.send(driven.state() === "checkpoint.inApp" ? approveInApp() : submitCode("1"))
    await driven.respond(rejected(badRequest))
    return driven.state()
  }

  // Nothing came that says that the intent lives.
  test.each([
    ["a lost connection", network],
    ["another 408", timeout],
    ["a 500", failure(500, "errors/provider_error", "retry")],
    ["a 2xx that cannot be read", failure(200, "client/invalid_response", "retry")],
  ])("%s leaves the end as it is", async (_, why) => {
    const driven = await start()
    driven.actor.send(submitCode("1"))
    await driven.respond(rejected(why))
    expect(await finish(driven)).toBe("expired")
  })

  test.each([
    ["a wrong code", rejected(wrongSolution), "checkpoint.twoFactor"],
    ["a 503", rejected(unavailable), "checkpoint.twoFactor"],
    ["a 429", rejected(failure(429, "errors/unknown", "retry")), "checkpoint.twoFactor"],
    ["a checkpoint", demanded({ type: "OTP" }), "checkpoint.otp"],
  ])("%s comes of an intent that lives", async (_, outcome, state) => {
    const driven = await start()
    driven.actor.send(submitCode("1"))
    await driven.respond(outcome)
    expect(await finish(driven)).toBe(state)
  })

  test("an approval that another task overtook comes of an intent that lives", async () => {
    const driven = await start({ type: "IN_APP_VALIDATION" })
    driven.actor.send(approveInApp())
    await driven.respond(rejected(overtaken))
    expect(await finish(driven)).toBe("checkpoint.inApp")
  })

  test.each([badRequest, wrongSolution, unavailable])(
    "a refused switch leaves the end as it is: $status",
    async (why) => {
      const driven = await start()
      driven.actor.send(switchMethod())
      await driven.respond(rejected(why))
      expect(driven.state()).toBe("checkpoint.twoFactor")
      expect(await finish(driven)).toBe("expired")
    },
  )

  test("what was never sent leaves the end as it is", async () => {
    const driven = await start()
    driven.actor.send(submitCode(""))
    await driven.respond(rejected(failure(0, "client/invalid_input", "correct"), { sent: false }))
    expect(driven.state()).toBe("checkpoint.twoFactor")
    expect(await finish(driven)).toBe("expired")
  })

  test("a slot that rejects leaves the end as it is", async () => {
    const driven = await start()
    driven.actor.send(submitCode("1"))
    await driven.request().reject(new Error("A bug"))
    expect(await finish(driven)).toBe("expired")
  })

  test("an approval that is abandoned leaves the end as it is", async () => {
    const driven = await start({ type: "2FA", canApproveInApp: true } as Checkpoint)
    driven.actor.send(approveInApp())
    expect(await finish(driven)).toBe("expired")
  })

  test("a reload leaves the end as it is", async () => {
    expect(await finish(reload(await start()))).toBe("expired")
  })
})

test.each([
  ["408", timeout],
  ["400 after it", badRequest],
])("a %s to credentials is no sign that an intent is over", async (_, why) => {
  const driven = driveIntent()
  for (const each of [timeout, why]) {
    driven.actor.send({ type: "credentials.submit", credentials: {} as never })
    await driven.respond(rejected(each))
  }
  expect([driven.state(), driven.context().timedOut]).toEqual(["idle", false])
})
