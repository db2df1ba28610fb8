import { setImmediate as settled } from "node:timers/promises"
import { describe, expect, test } from "vitest"
import { createActor } from "xstate"
import type { SavedIntent } from "../../machines/auth-intent.types.ts"
import { createAuthIntent } from "../../src/intent/create-auth-intent.ts"
import { submitCode } from "../../src/intent/events.ts"
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
  openIntent,
  rejected,
  startsAt,
  waiting,
} from "../harness/open-intent.ts"
import { at, type Place, places, poll } from "../machines/auth-intent/places.ts"

/** Leads an intent to a place and saves there, as JSON keeps it. */
async function savedAt(place: Place) {
  const { actor, clock } = await at(place)
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
    const resumed = place.from ?? place.state

    test("is back where it belongs, knows what it knew, and sends nothing", async () => {
      const { record, now } = await savedAt(place)
      const { actor, calls, state } = resume(record, now)
      expect(state()).toBe(resumed)
      const { accountId, checkpoint, expiresAt, attempts } = record
      const { context } = actor.getSnapshot()
      expect(context).toMatchObject({ attempts, provider: "INSTAGRAM" })
      expect([context.accountId, context.checkpoint, context.expiresAt]).toEqual([accountId, checkpoint, expiresAt])
      await settled()
      expect(calls).toEqual([])
      // Saved again, it is the same record, but for the interruption.
      if (place.tag !== "busy") expect(saveIntent(actor.getSnapshot())).toEqual(record)
      actor.stop()
    })

    test("shows an interruption only where a person's request was in flight, which is unanswered", async () => {
      const { record, now } = await savedAt(place)
      const { actor } = resume(record, now)
      const { failure, unanswered, timedOut } = actor.getSnapshot().context
      const wasInFlight = ["submitting", "solving"].includes(place.state)
      if (wasInFlight && place.name !== poll.name) {
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
      if (!resumed.startsWith("checkpoint")) return actor.stop()
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
      expect(state()).toBe(resumed.startsWith("checkpoint") ? "expired" : resumed)
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

  test("never arms a delay beyond one lifetime, however far off the deadline is", () => {
    const { actor, clock, state } = resume({ ...waiting, expiresAt: startsAt + 1e12 }, startsAt)
    expect(clock.armed.length).toBeGreaterThan(0)
    expect(Math.max(...clock.armed)).toBeLessThanOrEqual(300_000)
    expect(actor.getSnapshot().context.expiresAt).toBe(startsAt + 300_000)
    clock.advance(300_000)
    expect(state()).toBe("expired")
  })
})

describe("a record", () => {
  test.each(places)("is small, plain, versioned, and holds no secret: $name", async (place) => {
    const { record } = await savedAt(place)
    expect(record).toMatchObject({ version: 1, revision: 0, provider: "INSTAGRAM" })
    const text = JSON.stringify(record)
    expect(text.length).toBeLessThan(500)
    expect(text).not.toMatch(/secret|session|"pw"|123456|0612345678|"ada"/)
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
})

describe("what a resumed intent goes on with", () => {
  test("is a code for the account of the record", async () => {
    const { actor, call, reply, state } = openIntent({ resume: waiting })
    actor.send(submitCode("123456"))
    expect(call().request).toMatchObject({ provider: "INSTAGRAM", accountId: "acc_1" })
    await reply(connected)
    expect(state()).toBe("connected")
  })
})
