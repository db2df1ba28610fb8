import { describe, expect, it } from "vitest"
import { clientFailure } from "../../../machines/failures.ts"
import { submitCode } from "../../../src/intent/events.ts"
import { deadline, demanded } from "../../harness/outcomes.ts"
import { driveIntent, events, reach } from "./drive.ts"

// test/oracle compares the target of each event and outcome, where and when, with the model.

it("the lifetime is counted from when the first checkpoint arrived", async () => {
  const driven = driveIntent({ intentLifetime: 60_000 })
  driven.actor.send(events["credentials.submit"]())
  await driven.respond(demanded({ type: "2FA" }, { at: deadline + 123 }))
  expect(driven.context().expiresAt).toBe(deadline + 60_123)
})

/** Each kind of request, in flight. */
const requests = {
  credentials: async () => {
    const driven = driveIntent()
    driven.actor.send(events["credentials.submit"]())
    return driven
  },
  code: async () => {
    const driven = await reach({ type: "2FA" })
    driven.actor.send(submitCode("123456"))
    return driven
  },
  poll: async () => {
    const driven = await reach({ type: "IN_APP_VALIDATION" })
    driven.clock.advance(5_000)
    return driven
  },
}

describe.each(Object.entries(requests))("the slot of a request in flight: %s", (name, start) => {
  const back = { credentials: "idle", code: "checkpoint.twoFactor", poll: "checkpoint.inApp" }[name]

  it("that rejects is logged, and its error goes nowhere", async () => {
    const driven = await start()
    const { slot, reject } = driven.request()
    await reject(new Error("the error of a stranger"))
    expect(driven.state()).toBe(name === "credentials" ? "failed" : back)
    const failure = { credentials: { about: "credentials" }, code: { about: "code", recovery: "retry" } } as const
    expect(driven.context()).toMatchObject({ attempts: 0, unanswered: true, request: undefined })
    expect(driven.context().failure).toEqual(
      name === "poll" ? undefined : clientFailure("client/unexpected", failure[name as keyof typeof failure]),
    )
    expect(driven.logs).toEqual([
      `authIntent: xstate.error.actor.${slot}: the slot is empty or threw; use withTransport(transport)`,
    ])
    expect(JSON.stringify([driven.actor.getPersistedSnapshot(), driven.logs])).not.toContain("stranger")
  })

  it.each([undefined, null, "connected", { kind: "something_else" }])(
    "that returns no outcome leads back, unanswered, and is shown as unexpected: %j",
    async (outcome) => {
      const driven = await start()
      const { expiresAt } = driven.context()
      await driven.respond(outcome)
      expect(driven.state()).toBe(back)
      expect(driven.context()).toMatchObject({ attempts: 0, timedOut: false, unanswered: true })
      expect(driven.context().expiresAt).toBe(expiresAt)
      expect(driven.context().failure?.type).toBe(name === "poll" ? undefined : "client/unexpected")
    },
  )
})
