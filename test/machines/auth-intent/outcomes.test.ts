import { describe, expect, test } from "vitest"
import type { Failure } from "../../../machines/failures.ts"
import { cancelIntent, submitCode, switchMethod } from "../../../src/intent/events.ts"
import { Secret } from "../../../src/secret.ts"
import {
  at,
  badRequest,
  connected,
  deadline,
  demanded,
  events,
  failure,
  grace,
  lifetime,
  network,
  overtaken,
  type Place,
  reach,
  rejected,
  restricted,
  solvings,
  submitting,
  timeout,
  unavailable,
  waiting,
  wrongSolution,
} from "./places.ts"

/** What a rejection does before the deadline: `failed` ends the intent, all others lead back; a poll is `quiet`. */
type Cell = "shown" | "counted" | "notYet" | "failed" | "quiet"

interface Row {
  why: Failure
  /** The cells of credentials, code, phone, approval, switch and poll. */
  cells: [Cell, Cell, Cell, Cell, Cell, Cell]
  /** Nothing says what became of the request. */
  isLost?: true
  sent?: false
}

const columns = ["credentials", "code", "phone", "inApp", "method", "poll"]
const shown: Row["cells"] = ["shown", "shown", "shown", "shown", "shown", "quiet"]
const failed: Row["cells"] = ["failed", "failed", "failed", "failed", "failed", "failed"]

// biome-ignore format: a table
const rejections: Row[] = [
  //                                                                              credentials  code       phone      approval  switch    poll
  { why: badRequest,                                                       cells: shown },
  { why: wrongSolution,                                                    cells: ["shown",    "counted", "counted", "notYet", "shown",  "quiet"] },
  { why: failure(401, "errors/invalid_credentials", "correct"),            cells: shown },
  { why: restricted,                                                       cells: failed },
  { why: failure(403, "errors/session_mismatch", "restart"),               cells: failed },
  { why: timeout,                                                          cells: shown,  isLost: true },
  { why: overtaken,                                                            cells: ["failed",   "failed",  "failed",  "shown",  "failed", "quiet"] },
  { why: failure(409, "errors/already_exists", "stop"),                    cells: failed },
  { why: failure(429, "errors/unknown", "retry"),                          cells: shown },
  { why: failure(500, "errors/provider_error", "retry"),                   cells: shown,  isLost: true },
  { why: failure(500, "errors/authentication_intent_error", "restart"),    cells: failed },
  { why: failure(502, "client/invalid_response", "retry"),                 cells: shown,  isLost: true },
  { why: unavailable,                                                      cells: shown },
  { why: failure(504, "errors/request_timeout", "retry"),                  cells: shown,  isLost: true },
  { why: failure(200, "client/invalid_response", "retry"),                 cells: shown,  isLost: true },
  { why: failure(299, "client/invalid_response", "retry"),                 cells: shown,  isLost: true },
  { why: failure(300, "client/invalid_response", "retry"),                 cells: shown },
  { why: failure(0, "client/invalid_response", "retry"),                   cells: shown },
  { why: network,                                                          cells: shown,  isLost: true },
  { why: network,                                                          cells: shown,  sent: false },
  { why: failure(0, "client/timeout", "retry"),                            cells: shown,  isLost: true },
  { why: failure(0, "client/interrupted", "retry"),                        cells: shown,  isLost: true },
  { why: failure(0, "client/invalid_input", "correct"),                    cells: shown,  sent: false },
  { why: failure(0, "client/unexpected", "retry"),                         cells: shown,  isLost: true },
  { why: failure(0, "client/unexpected", "restart"),                       cells: failed, isLost: true },
  { why: failure(0, "client/unexpected", "retry"),                         cells: shown,  sent: false },
]

const busy = [submitting, ...solvings]

/** The column of a place in the table of rejections. */
const columnOf = ({ name, sends = "credentials" }: Place) => columns.indexOf(name.endsWith("poll") ? "poll" : sends)

const named = ({ why: { status, type, recovery }, sent }: Row) =>
  `${status} ${type} (${recovery})${sent === false ? ", never sent" : ""}`

describe.each(busy)("$name", (place) => {
  const { sends, from: back = "idle" } = place
  const rows = rejections.map((row) => ({ ...row, title: named(row), cell: row.cells[columnOf(place)] }))

  test.each(rows)("$title: $cell", async ({ why, cell, isLost = false, sent }) => {
    const driven = await at(place)
    const before = driven.context()
    const calls = driven.requests.length
    await driven.respond(rejected(why, { ...(sent === false && { sent }) }))

    const { checkpoint, expiresAt, accountId, ...after } = driven.context()
    expect([checkpoint, expiresAt, accountId]).toEqual([before.checkpoint, before.expiresAt, before.accountId])
    expect([after.unanswered, after.timedOut]).toEqual([isLost, false])
    expect(after.attempts).toBe(cell === "counted" ? 1 : 0)
    expect(driven.requests.length).toBe(calls)
    if (cell === "failed") {
      const doubt = isLost ? { mayBeConnected: true } : {}
      const account = accountId === undefined ? {} : { accountId }
      expect(driven.state()).toBe("failed")
      expect(driven.output()).toEqual({ status: "failed", provider: "INSTAGRAM", ...account, failure: why, ...doubt })
      return
    }
    expect(driven.state()).toBe(back)
    expect([driven.output(), after.request]).toEqual([undefined, undefined])
    const notYet = { type: "client/not_approved_yet", status: 0, recovery: "retry", about: "approval" }
    expect(after.failure).toEqual(cell === "quiet" ? undefined : cell === "notYet" ? notYet : why)
    expect(after.failureBy).toBe(cell === "quiet" ? undefined : "person")
  })

  test("connected ends it, and the session passes by the context", async () => {
    const driven = await at(place)
    const session = new Secret("s3ss10n")
    await driven.respond({ kind: "connected", accountId: "acc_9", session })
    expect(driven.state()).toBe("connected")
    expect(driven.output()).toStrictEqual({ status: "connected", provider: "INSTAGRAM", accountId: "acc_9", session })
    expect(driven.context().accountId).toBe("acc_9")
    expect(Object.values(driven.context())).not.toContain(session)
  })

  test.each(waiting)("a checkpoint leads to it: $name", async ({ state, checkpoint }) => {
    const driven = await at(place)
    const arrived = driven.clock.now()
    await driven.respond(demanded(checkpoint, { accountId: "acc_2" }))
    expect(driven.state()).toBe(state)
    const { accountId, checkpoint: asked, attempts, timedOut, unanswered, expiresAt, failure: why } = driven.context()
    expect([accountId, asked, attempts, timedOut, unanswered]).toEqual(["acc_2", checkpoint, 0, false, false])
    expect(expiresAt).toBe(sends === "credentials" ? arrived + lifetime : deadline)
    const isNotYet = columns[columnOf(place)] === "inApp" && state === back
    expect(why?.type).toBe(isNotYet ? "client/not_approved_yet" : undefined)
  })

  test("a slot that rejects shows it as unexpected, and its error goes nowhere", async () => {
    const driven = await at(place)
    await driven.request().reject(new Error("the error of a stranger"))
    const isSubmitting = sends === "credentials"
    expect(driven.state()).toBe(isSubmitting ? "failed" : back)
    const why = { type: "client/unexpected", status: 0, recovery: isSubmitting ? "restart" : "retry" }
    const isPoll = columnOf(place) === columns.indexOf("poll")
    if (isPoll) expect(driven.context().failure).toBeUndefined()
    else expect(driven.context().failure).toMatchObject(why)
    expect(driven.context().unanswered).toBe(true)
    if (isSubmitting) expect(driven.output()).toMatchObject({ status: "failed", mayBeConnected: true })
    expect(driven.logs).toEqual([expect.stringMatching(/^authIntent: xstate\.error\.actor\.\w+ came from a slot/)])
    expect(JSON.stringify([driven.actor.getPersistedSnapshot(), driven.logs])).not.toContain("stranger")
  })

  test.each([undefined, null, "connected", { kind: "something_else" }])(
    "what is no outcome leads back, unanswered, and is shown as unexpected: %j",
    async (outcome) => {
      const driven = await at(place)
      const { expiresAt } = driven.context()
      await driven.respond(outcome)
      expect(driven.state()).toBe(back)
      const { attempts, timedOut, unanswered, failure: why, expiresAt: after } = driven.context()
      expect([attempts, timedOut, unanswered, after]).toEqual([0, false, true, expiresAt])
      expect(why?.type).toBe(columnOf(place) === columns.indexOf("poll") ? undefined : "client/unexpected")
    },
  )
})

describe("credentials", () => {
  test("clear what the last try showed, as soon as they are on their way", async () => {
    const driven = await at(submitting)
    await driven.respond(rejected(badRequest))
    expect(driven.context().failure).toEqual(badRequest)
    submitting.act(driven)
    expect([driven.context().failure, driven.context().failureBy]).toEqual([undefined, undefined])
    await driven.respond(demanded({ type: "OTP" }))
    expect(driven.context().failure).toBeUndefined()
  })

  test("start an intent of the lifetime that was set, counted from when the checkpoint arrived", async () => {
    const driven = await at(submitting, { intentLifetime: 60_000 })
    await driven.respond(demanded({ type: "2FA" }, { at: deadline + 123 }))
    expect(driven.context().expiresAt).toBe(deadline + 60_123)
  })
})

describe.each(solvings)("$name, near the deadline", (place) => {
  const moments = [
    { title: "1 ms before", moment: deadline - 1, isLate: false },
    { title: "at", moment: deadline, isLate: true },
    { title: "1 ms after", moment: deadline + 1, isLate: true },
  ]
  const whys = [wrongSolution, unavailable, timeout, badRequest, network]
  const expired = { status: "expired", provider: "INSTAGRAM", accountId: "acc_1", expiresAt: deadline }

  describe.each(moments)("$title it", ({ moment, isLate }) => {
    test.each(whys)("$status $type", async (why) => {
      const driven = await at(place)
      driven.clock.advance(moment - driven.clock.now())
      await driven.respond(rejected(why))
      expect(driven.state()).toBe(isLate ? "expired" : place.from)
      if (isLate) expect(driven.output()).toMatchObject(expired)
    })

    test("a rejection that is fatal fails it", async () => {
      const driven = await at(place)
      driven.clock.advance(moment - driven.clock.now())
      await driven.respond(rejected(restricted))
      expect(driven.output()).toMatchObject({ status: "failed", failure: restricted })
    })

    test("a checkpoint does not move the deadline", async () => {
      const driven = await at(place)
      driven.clock.advance(moment - driven.clock.now())
      await driven.respond(demanded({ type: "OTP" }))
      expect(driven.state()).toBe(isLate ? "expired" : "checkpoint.otp")
      expect(driven.context().expiresAt).toBe(deadline)
    })

    test("connected is connected", async () => {
      const driven = await at(place)
      driven.clock.advance(moment - driven.clock.now())
      await driven.respond(connected)
      expect(driven.output()).toMatchObject({ status: "connected", accountId: "acc_1" })
    })
  })
})

describe("attempts", () => {
  test("count refused codes and phone numbers over all checkpoints, and nothing resets them", async () => {
    const driven = await reach({ type: "PHONE_REGISTER" })
    const attempts = () => driven.context().attempts
    driven.actor.send(events["phone.submit"]())
    await driven.respond(rejected(wrongSolution))
    expect(attempts()).toBe(1)
    driven.actor.send(events["phone.submit"]())
    await driven.respond(demanded({ type: "2FA" }))
    expect(attempts()).toBe(1)
    driven.actor.send(submitCode("000000"))
    await driven.respond(rejected(wrongSolution))
    expect(attempts()).toBe(2)
    driven.actor.send(switchMethod())
    await driven.respond(rejected(wrongSolution))
    expect(attempts()).toBe(2)
    driven.actor.send(submitCode("123456"))
    await driven.respond(connected)
    expect(attempts()).toBe(2)
  })
})

test.each(solvings.filter(({ name }) => !name.endsWith("poll")))(
  "a failure is shown until the person's next request starts: $name",
  async (place) => {
    const driven = await at(place, { inAppPollInterval: 0 })
    await driven.respond(rejected(unavailable))
    driven.clock.advance(1_000)
    expect(driven.context().failure).toEqual(unavailable)
    place.act(driven)
    expect([driven.state(), driven.context().failure]).toEqual(["solving", undefined])
  },
)

describe("a response that comes late", () => {
  const responses = [connected, demanded({ type: "OTP" }), rejected(wrongSolution), rejected(restricted)]

  test.each(busy)("moves nothing after a cancel: $name", async (place) => {
    for (const response of responses) {
      const driven = await at(place)
      driven.actor.send(cancelIntent())
      const before = driven.actor.getSnapshot()
      await driven.respond(response)
      expect([driven.actor.getSnapshot(), driven.state()]).toEqual([before, "failed"])
    }
  })

  test.each(solvings)("moves nothing past the grace: $name", async (place) => {
    for (const response of responses) {
      const driven = await at(place)
      driven.clock.advance(deadline + grace - driven.clock.now())
      const before = driven.actor.getSnapshot()
      await driven.respond(response)
      expect([driven.actor.getSnapshot(), driven.state()]).toEqual([before, "expired"])
    }
  })

  test.each(solvings.filter(({ sends }) => sends === "inApp"))(
    "moves nothing where its approval was left for another method: $name",
    async (place) => {
      for (const response of responses) {
        const driven = await at(place)
        const left = driven.request()
        driven.actor.send(switchMethod())
        const solving = driven.actor.getSnapshot()
        await left.resolve(response)
        expect(driven.actor.getSnapshot()).toBe(solving)
        await driven.respond(demanded({ type: "PHONE_REGISTER" }))
        expect(driven.state()).toBe("checkpoint.phone")
      }
    },
  )
})
