import { describe, expect, it } from "vitest"
import type { AuthIntentEvent } from "../../../machines/auth-intent.types.ts"
import { clientFailure } from "../../../machines/failures.ts"
import { submitCode } from "../../../src/intent/events.ts"
import { Secret } from "../../../src/secret.ts"
import { deadline, demanded, driveIntent, events, reach } from "./drive.ts"

// What each event and each outcome leads to, where and when, is compared with the model in test/oracle.

describe("what is sent", () => {
  it("credentials go to the slot as the very secret that came", () => {
    const driven = driveIntent({ provider: "LINKEDIN" })
    const credentials = new Secret({ username: "ada", password: "pw" })
    driven.actor.send({ type: "credentials.submit", credentials })
    expect(driven.request().slot).toBe("submitCredentials")
    expect(driven.request().input).toStrictEqual({ provider: "LINKEDIN", credentials })
  })

  it.each([
    ["code.submit", "2FA", "code"],
    ["phone.submit", "PHONE_REGISTER", "phone"],
  ] as const)("%s goes with the account and the deadline, as the very secret that came", async (type, kind, name) => {
    const driven = driveIntent({ provider: "TWITTER" })
    driven.actor.send(events["credentials.submit"]())
    await driven.respond(demanded({ type: kind }, { at: 7, accountId: "acc_7" }))
    const event = events[type]()
    const secret = "code" in event ? event.code : event.phone
    driven.actor.send(event)
    expect(driven.request().slot).toBe("solveCheckpoint")
    expect(driven.request().input).toStrictEqual({
      provider: "TWITTER",
      accountId: "acc_7",
      expiresAt: 300_007,
      solution: { kind: name, secret },
    })
    expect((driven.request().input as { solution: { secret: unknown } }).solution.secret).toBe(secret)
  })
})

it("the lifetime is counted from when the first checkpoint arrived", async () => {
  const driven = driveIntent({ intentLifetime: 60_000 })
  driven.actor.send(events["credentials.submit"]())
  await driven.respond(demanded({ type: "2FA" }, { at: deadline + 123 }))
  expect(driven.context().expiresAt).toBe(deadline + 60_123)
})

it("an event of an unknown type changes nothing", async () => {
  const { actor, clock, requests } = await reach({ type: "IN_APP_VALIDATION" })
  const before = [actor.getSnapshot(), requests.length, clock.armed.length]
  const unknown = { type: "unknown.type" } as unknown as AuthIntentEvent
  expect(actor.getSnapshot().can(unknown)).toBe(false)
  actor.send(unknown)
  expect([actor.getSnapshot(), requests.length, clock.armed.length]).toEqual(before)
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

  it("passes a session on by the output alone", async () => {
    const driven = await start()
    const session = new Secret("s3ss10n")
    await driven.respond({ kind: "connected", accountId: "acc_9", session })
    expect(driven.output()).toStrictEqual({ status: "connected", provider: "INSTAGRAM", accountId: "acc_9", session })
    expect(Object.values(driven.context())).not.toContain(session)
  })

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
