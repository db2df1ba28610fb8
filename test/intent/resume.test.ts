import { setImmediate as settled } from "node:timers/promises"
import { describe, expect, test } from "vitest"
import { createActor } from "xstate"
import type { SavedIntent } from "../../machines/auth-intent.types.ts"
import { createAuthIntent } from "../../src/intent/create-auth-intent.ts"
import { approveInApp, submitCode } from "../../src/intent/events.ts"
import { getState, getStep } from "../../src/intent/get-step.ts"
import { parseSavedIntent, saveIntent } from "../../src/intent/saved-intent.ts"
import { withTransport } from "../../src/intent/with-transport.ts"
import { Secret } from "../../src/secret.ts"
import { createTestClock } from "../../src/testing/create-test-clock.ts"
import {
  connected,
  createHandTransport,
  credentials,
  deadline,
  demanded,
  login,
  openAt,
  openIntent,
  rejected,
  startsAt,
  waiting,
  wrongCode,
} from "../harness/open-intent.ts"
import { type Place, places } from "./places.ts"

/** Leads an intent to a place and saves there, as JSON keeps it. */
async function savedAt(place: Place) {
  const { actor, clock } = await place.open()
  const snapshot = actor.getSnapshot()
  actor.stop()
  const record: SavedIntent = JSON.parse(JSON.stringify(saveIntent(snapshot)))
  return { record, now: clock.now(), output: snapshot.output }
}

const ways = {
  createAuthIntent: (resume: SavedIntent, now: number) => {
    const clock = createTestClock({ now: now })
    const hand = createHandTransport()
    const { provider } = resume
    const actor = createAuthIntent({ transport: hand.transport, provider, clock, resume }).start()
    return { ...hand, actor, clock, state: () => getState(actor.getSnapshot()) }
  },
  "input.resume": (record: SavedIntent, now: number) => {
    const clock = createTestClock({ now: now })
    const hand = createHandTransport()
    const resume = parseSavedIntent(record, { clock })
    const machine = withTransport(hand.transport)
    const actor = createActor(machine, { clock, input: { provider: record.provider, resume } }).start()
    return { ...hand, actor, clock, state: () => getState(actor.getSnapshot()) }
  },
}

describe.each(Object.entries(ways))("resumed by %s", (_, resume) => {
  describe.each(places)("from $name", (place) => {
    test("is back where it belongs, knows what it knew, and sends nothing", async () => {
      const { record, now } = await savedAt(place)
      const { actor, calls, state } = resume(record, now)
      expect(state()).toBe(place.resumed)
      const { accountId, checkpoint, expiresAt, attempts } = record
      const { context } = actor.getSnapshot()
      expect(context).toMatchObject({ attempts, provider: "INSTAGRAM" })
      expect([context.accountId, context.checkpoint, context.expiresAt]).toEqual([accountId, checkpoint, expiresAt])
      await settled()
      expect(calls).toEqual([])
      actor.stop()
    })

    test("shows an interruption only where a person's request was in flight, which is unanswered", async () => {
      const { record, now } = await savedAt(place)
      const { actor } = resume(record, now)
      const { failure, unanswered, timedOut } = actor.getSnapshot().context
      const wasInFlight = ["submitting", "solving"].includes(place.state)
      if (wasInFlight && place.name !== "polling") {
        expect(failure).toMatchObject({ type: "client/interrupted", status: 0, recovery: "retry" })
        expect(failure?.about).toMatch(/^(credentials|code|phone|approval|method)$/)
      } else {
        expect(failure).toEqual(record.failure)
      }
      expect(unanswered).toBe(wasInFlight || record.unanswered === true)
      expect(timedOut).toBe(record.timedOut === true)
      actor.stop()
    })

    test("ends as it did, or at the same deadline", async () => {
      const { record, now, output } = await savedAt(place)
      const { actor, clock } = resume(record, now)
      if (output) expect(actor.getSnapshot().output).toEqual(output)
      if (!place.resumed.startsWith("checkpoint")) return actor.stop()
      clock.advance(deadline - now - 1)
      expect(actor.getSnapshot().status).toBe("active")
      clock.advance(1)
      // A question of the machine's own may be in flight at that moment.
      clock.advance(10_000)
      expect(actor.getSnapshot().output).toMatchObject({ status: "expired", expiresAt: deadline })
    })

    test("past its deadline has expired, in its first frame", async () => {
      const { record } = await savedAt(place)
      const { actor, calls, clock, state } = resume(record, deadline)
      expect(state()).toBe(place.resumed.startsWith("checkpoint") ? "expired" : place.resumed)
      if (state() !== "idle") expect(clock.pending).toEqual([])
      expect(calls).toEqual([])
      actor.stop()
    })
  })

  test("polls an approval one interval later", () => {
    const { actor, clock, calls } = resume({ ...waiting, checkpoint: { type: "IN_APP_VALIDATION" } }, startsAt)
    clock.advance(4_999)
    expect(calls).toHaveLength(0)
    clock.advance(1)
    expect(calls).toHaveLength(1)
    actor.stop()
  })

  test("counts from 0 what a record has as undefined", async () => {
    const empty = { failedPolls: undefined, timedOut: undefined, unanswered: undefined, retryAt: undefined }
    const record = { ...waiting, ...empty, checkpoint: { type: "IN_APP_VALIDATION" } }
    const { actor, clock, reply } = resume(record, startsAt)
    expect(actor.getSnapshot().context.failedPolls).toBe(0)
    for (let poll = 1; poll <= 3; poll += 1) {
      expect(getStep(actor.getSnapshot())).not.toHaveProperty("failure")
      clock.advance(5_000)
      await reply(rejected("errors/provider_error", 500, "retry"))
    }
    expect(getStep(actor.getSnapshot())).toHaveProperty("failure")
    actor.stop()
  })

  test("polls an approval not before a time that the provider gave", () => {
    const record = { ...waiting, checkpoint: { type: "IN_APP_VALIDATION" }, retryAt: startsAt + 60_000 }
    const { actor, clock, calls } = resume(record, startsAt)
    clock.advance(59_999)
    expect(calls).toHaveLength(0)
    clock.advance(1)
    expect(calls).toHaveLength(1)
    actor.stop()
  })

  test("never arms a delay beyond one lifetime, however far off the deadline is", () => {
    const { actor, clock, state } = resume({ ...waiting, expiresAt: startsAt + 1e12 }, startsAt)
    expect(clock.armed.length).toBeGreaterThan(0)
    expect(Math.max(...clock.armed)).toBeLessThanOrEqual(300_000)
    expect(actor.getSnapshot().context.expiresAt).toBe(startsAt + 300_000)
    clock.advance(300_000)
    expect(state()).toBe("expired")
  })

  test("never lives longer than a lifetime by reloads under a clock that is put back", () => {
    let record: SavedIntent = waiting
    let lived = 0
    let now = startsAt - 3_600_000
    for (let reload = 0; reload < 5; reload += 1) {
      const { actor, clock } = resume(record, now)
      clock.advance(100_000)
      lived += actor.getSnapshot().status === "active" ? 100_000 : 0
      now = clock.now()
      record = JSON.parse(JSON.stringify(saveIntent(actor.getSnapshot())))
      actor.stop()
    }
    expect(lived).toBeLessThan(300_000)
  })
})

describe("a record", () => {
  test.each(places)("is small, plain, versioned, and holds no secret: $name", async (place) => {
    const { record } = await savedAt(place)
    expect(record).toMatchObject({ version: 1, revision: 0, provider: "INSTAGRAM" })
    const text = JSON.stringify(record)
    expect(text.length).toBeLessThan(500)
    expect(text).not.toMatch(new RegExp(`secret|session|${login.password}|123456|0612345678|${login.username}"`))
    expect(parseSavedIntent(record, { clock: { now: () => startsAt } })).toEqual(record)
  })

  test("of a connected intent has no session, and the same output without it", async () => {
    const { actor, reply } = openIntent()
    actor.send(credentials())
    await reply({ ...connected, session: new Secret("s3ss10n") })
    expect(actor.getSnapshot().output).toMatchObject({ session: expect.any(Secret) })
    const record = saveIntent(actor.getSnapshot())
    expect(JSON.stringify(record)).not.toMatch(/session|secret/)
    const { actor: resumed } = openIntent({ resume: record })
    expect(resumed.getSnapshot().output).toStrictEqual({
      status: "connected",
      provider: "INSTAGRAM",
      accountId: "acc_1",
    })
  })

  test("keeps no options: they are those of the resume", () => {
    const { actor } = openIntent({ resume: waiting, solveGrace: 7, inAppPollInterval: 9 })
    expect(actor.getSnapshot().context).toMatchObject({ solveGrace: 7, inAppPollInterval: 9, intentLifetime: 300_000 })
    actor.stop()
  })

  test("keeps that a request is unanswered, through reloads, to the end", async () => {
    const first = await openAt({ type: "2FA" })
    first.actor.send(submitCode("123456"))
    await first.reply(rejected("client/network", 0, "retry"))
    let record = saveIntent(first.actor.getSnapshot())
    first.actor.stop()
    for (let reload = 0; reload < 3; reload += 1) {
      const { actor } = openIntent({ resume: record })
      record = saveIntent(actor.getSnapshot())
      actor.stop()
    }
    const last = openIntent({ resume: record })
    last.clock.advance(300_000)
    const output = { status: "expired", mayBeConnected: true, accountId: "acc_1" }
    expect(last.actor.getSnapshot().output).toMatchObject(output)
    const again = openIntent({ resume: saveIntent(last.actor.getSnapshot()) })
    expect(again.actor.getSnapshot().output).toEqual(last.actor.getSnapshot().output)
  })

  test("keeps a 408 close to the deadline, so that a 400 after a reload is the end", async () => {
    const first = await openAt({ type: "2FA" })
    first.clock.advance(280_000)
    first.actor.send(submitCode("123456"))
    await first.reply(rejected("errors/request_timeout", 408, "retry"))
    const resume = saveIntent(first.actor.getSnapshot())
    first.actor.stop()
    const second = openIntent({ resume })
    second.actor.send(submitCode("123456"))
    await second.reply(rejected("errors/invalid_request", 400, "correct"))
    expect(second.state()).toBe("expired")
  })

  test("keeps who caused a failure: a question's is gone with the next that succeeds, a person's stays", async () => {
    const failure = { type: "errors/provider_error", status: 500, recovery: "retry" } as const
    for (const [failureBy, kept] of [
      ["poll", undefined],
      ["person", failure],
    ] as const) {
      const checkpoint = { type: "IN_APP_VALIDATION" }
      const { actor, clock, reply, context } = openIntent({ resume: { ...waiting, checkpoint, failure, failureBy } })
      clock.advance(5_000)
      await reply(demanded(checkpoint))
      expect(context().failure).toEqual(kept)
      actor.stop()
    }
  })
})

describe("what a resumed intent goes on with", () => {
  test("is a code for the account of the record", async () => {
    const { actor, call, reply, state } = openIntent({ resume: waiting })
    actor.send(submitCode("123456"))
    expect(call().request).toMatchObject({ provider: "INSTAGRAM", accountId: "acc_1" })
    await reply(connected)
    expect(state()).toBe("connected")
  })

  test("is an approval that a 2FA offered", () => {
    const { actor, call } = openIntent({ resume: { ...waiting, checkpoint: { type: "2FA", canApproveInApp: true } } })
    actor.send(approveInApp())
    expect(call().sends).toEqual({ kind: "inApp" })
    actor.stop()
  })

  test("is the failure that was shown, until the next try", async () => {
    const first = await openAt({ type: "2FA" })
    first.actor.send(submitCode("000000"))
    await first.reply(wrongCode)
    const { actor } = openIntent({ resume: saveIntent(first.actor.getSnapshot()) })
    expect(getStep(actor.getSnapshot())).toEqual(getStep(first.actor.getSnapshot()))
    actor.send(submitCode("123456"))
    expect(getStep(actor.getSnapshot())).not.toHaveProperty("failure")
    actor.stop()
    first.actor.stop()
  })
})

test("resume: undefined is no resume", () => {
  const { actor, state } = openIntent({ resume: undefined })
  expect(state()).toBe("idle")
  actor.stop()
})
