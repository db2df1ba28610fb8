import { setImmediate as settled } from "node:timers/promises"
import { describe, expect, test } from "vitest"
import { createActor } from "xstate"
import { authIntentMachine } from "../../machines/auth-intent.machine.ts"
import type { Failure, SavedIntent } from "../../machines/auth-intent.types.ts"
import { approveInApp, submitCode } from "../../src/events.ts"
import { type AuthIntentActor, createAuthIntent } from "../../src/intent/create-auth-intent.ts"
import { getStep } from "../../src/intent/get-step.ts"
import { parseSavedIntent } from "../../src/intent/parse-saved-intent.ts"
import { saveIntent } from "../../src/intent/save-intent.ts"
import { Secret } from "../../src/secret.ts"
import { driveMachine } from "../machine/drive-machine.ts"
import {
  checkpoints,
  deadline,
  goTo,
  inAppPollInterval,
  type Place,
  places,
  startsAt,
  submitting,
} from "../machine/places.ts"
import { SplitClock } from "../machine/split-clock.ts"
import { handTransport } from "./hand-transport.ts"

const wrongCode: Failure = {
  type: "errors/invalid_checkpoint_solution",
  status: 401,
  title: "Wrong",
  detail: "The checkpoint resolution did not pass",
  instance: "req_1",
  recovery: "correct",
}
const interrupted = { type: "client/interrupted", status: 0, recovery: "retry" }

const stateOf = (actor: AuthIntentActor) => {
  const { value } = actor.getSnapshot()
  return typeof value === "string" ? value : Object.entries(value).flat().join(".")
}

/** Goes to a place and saves there, as JSON would keep it. */
async function savedAt(place: Place): Promise<{ record: SavedIntent; now: number; output: unknown }> {
  const driven = driveMachine({ inAppPollInterval })
  await goTo(place, driven)
  const snapshot = driven.actor.getSnapshot()
  driven.actor.stop()
  return { record: JSON.parse(JSON.stringify(saveIntent(snapshot))), now: driven.clock.now(), output: snapshot.output }
}

const waiting = {
  version: 1,
  revision: 3,
  provider: "INSTAGRAM",
  state: "checkpoint",
  accountId: "acc_1",
  checkpoint: { type: "2FA" },
  expiresAt: deadline,
  attempts: 2,
  failure: wrongCode,
  timedOut: true,
} satisfies SavedIntent

/** Where a place is found again. */
const resumedState = ({ state, from }: Place) => (state === "submitting" ? "idle" : (from ?? state))

/** Options whose transport answers by hand, at the moment that the records here are from. */
function options() {
  const hand = handTransport()
  return { hand, transport: hand.transport, provider: "INSTAGRAM" as const, clock: new SplitClock(startsAt) }
}

const ways = [
  {
    way: "createAuthIntent",
    resume: (record: SavedIntent, now: number) => {
      const clock = new SplitClock(now)
      const hand = handTransport()
      const { provider } = record
      const actor = createAuthIntent({ transport: hand.transport, provider, clock, resume: record })
      return { actor: actor.start(), clock, sent: () => hand.calls.length }
    },
  },
  {
    way: "input.resume",
    resume: (record: SavedIntent, now: number) => {
      const clock = new SplitClock(now)
      let sent = 0
      const actor = createActor(authIntentMachine, {
        clock,
        input: { provider: record.provider, resume: parseSavedIntent(record) },
        inspect: ({ type }) => {
          if (type === "@xstate.actor") sent++
        },
      })
      // The first actor is the machine itself.
      return { actor: actor.start(), clock, sent: () => sent - 1 }
    },
  },
]

describe.each(ways)("resumed by $way", ({ resume }) => {
  describe.each(places)("from $name", (place) => {
    test("is back where it belongs, and nothing is sent", async () => {
      const { record, now } = await savedAt(place)
      const { actor, sent } = resume(record, now)
      expect(stateOf(actor)).toBe(resumedState(place))
      await settled()
      expect(sent()).toBe(0)
      actor.stop()
    })

    test("knows what it knew", async () => {
      const { record, now } = await savedAt(place)
      const { actor } = resume(record, now)
      const { accountId, checkpoint, expiresAt, attempts, timedOut } = record
      const { context } = actor.getSnapshot()
      expect(context).toMatchObject({ attempts, timedOut, provider: "INSTAGRAM" })
      expect([context.accountId, context.checkpoint, context.expiresAt]).toEqual([accountId, checkpoint, expiresAt])
      actor.stop()
    })

    test("says that it was interrupted only where something was on its way", async () => {
      const { record, now } = await savedAt(place)
      const { actor } = resume(record, now)
      if (place.tag === "busy") expect(actor.getSnapshot().context.failure).toMatchObject(interrupted)
      else expect(actor.getSnapshot().context.failure).toEqual(record.failure)
      actor.stop()
    })

    test("ends as it ended, where it had", async () => {
      const { record, now, output } = await savedAt(place)
      const { actor } = resume(record, now)
      expect(actor.getSnapshot().output).toEqual(output)
      expect(actor.getSnapshot().status).toBe(place.tag === "done" ? "done" : "active")
      actor.stop()
    })

    test("saved again at once, it reads the same, but for what was on its way", async () => {
      const { record, now } = await savedAt(place)
      const { actor } = resume(record, now)
      const again = saveIntent(actor.getSnapshot())
      if (place.tag === "busy") {
        const { failure, state, ...rest } = again
        expect(failure).toMatchObject(interrupted)
        expect(record).toMatchObject(rest)
      } else expect(again).toEqual(record)
      actor.stop()
    })
  })

  test.each(places.filter(({ state }) => state.startsWith("checkpoint") || state === "solving"))(
    "arms the deadline with what is left: $name",
    async (place) => {
      const { record, now } = await savedAt(place)
      const { actor, clock } = resume({ ...record, checkpoint: { type: "OTP" } }, now + 60_000)
      clock.tick(deadline - now - 60_000 - 1)
      expect(stateOf(actor)).toBe("checkpoint.otp")
      clock.tick(1)
      expect(actor.getSnapshot().output).toMatchObject({ status: "expired", accountId: "acc_1", expiresAt: deadline })
    },
  )

  test.each(places.filter(({ state }) => state.startsWith("checkpoint") || state === "solving"))(
    "saved past its deadline is expired, with nothing sent: $name",
    async (place) => {
      const { record } = await savedAt(place)
      for (const late of [0, 1, 3_600_000]) {
        const { actor, clock, sent } = resume(record, deadline + late)
        clock.tick(0)
        expect(actor.getSnapshot().output).toMatchObject({
          status: "expired",
          provider: "INSTAGRAM",
          accountId: "acc_1",
          expiresAt: deadline,
        })
        expect(sent()).toBe(0)
      }
    },
  )

  test("keeps attempts, the failure and the 408 of a waiting checkpoint", () => {
    const { actor } = resume(waiting, startsAt)
    expect(actor.getSnapshot().context).toMatchObject({ attempts: 2, failure: wrongCode, timedOut: true })
    actor.stop()
  })

  test("asks about an approval one interval later, not before", async () => {
    const { actor, clock, sent } = resume({ ...waiting, checkpoint: { type: "IN_APP_VALIDATION" } }, startsAt)
    clock.tick(4_999)
    expect(sent()).toBe(0)
    clock.tick(1)
    expect(sent()).toBe(1)
    actor.stop()
  })

  test("never arms a delay beyond one lifetime, however far off the deadline is", () => {
    const { actor, clock } = resume({ ...waiting, expiresAt: startsAt + 1e12 }, startsAt)
    expect(clock.armed.length).toBeGreaterThan(0)
    expect(Math.max(...clock.armed)).toBeLessThanOrEqual(300_000)
    clock.tick(300_000)
    expect(actor.getSnapshot().value).toBe("expired")
  })
})

describe("a record", () => {
  test("of a connected intent gives the same output, but no session", async () => {
    const driven = driveMachine()
    await goTo(submitting, driven)
    await driven.answer({ kind: "connected", accountId: "acc_1", session: new Secret("s3ss10n") })
    const record = saveIntent(driven.actor.getSnapshot())
    expect(JSON.stringify(record)).not.toMatch(/session|secret/)
    const actor = createAuthIntent({ ...options(), resume: record }).start()
    expect(actor.getSnapshot().output).toStrictEqual({
      status: "connected",
      provider: "INSTAGRAM",
      accountId: "acc_1",
    })
  })

  test("of an expired intent gives the same failure", async () => {
    const record = { ...waiting, state: "expired" } as const
    const actor = createAuthIntent({ ...options(), resume: record }).start()
    expect(actor.getSnapshot().output).toEqual({
      status: "expired",
      provider: "INSTAGRAM",
      accountId: "acc_1",
      expiresAt: deadline,
      failure: wrongCode,
    })
  })

  test.each(places)("is small, plain, versioned, and ours: $name", async (place) => {
    const { record } = await savedAt(place)
    expect(record).toMatchObject({ version: 1, revision: 0, provider: "INSTAGRAM" })
    expect(JSON.stringify(record).length).toBeLessThan(600)
    expect(parseSavedIntent(record)).toEqual(record)
    const known = ["accountId", "attempts", "checkpoint", "expiresAt", "failure", "provider", "revision", "state"]
    expect(Object.keys(record).filter((key) => ![...known, "timedOut", "version"].includes(key))).toEqual([])
  })

  test("is a copy: what happens next does not reach it", async () => {
    const driven = driveMachine()
    await goTo(submitting, driven)
    await driven.answer({
      kind: "checkpoint",
      accountId: "acc_1",
      checkpoint: { type: "CAPTCHA", data: { image: [1] } },
    })
    const record = saveIntent(driven.actor.getSnapshot())
    expect(record.checkpoint).toEqual(driven.context().checkpoint)
    expect(record.checkpoint).not.toBe(driven.context().checkpoint)
    expect(record.checkpoint?.data).not.toBe(driven.context().checkpoint?.data)
  })

  test("keeps no options: they are those of the resume", () => {
    const actor = createAuthIntent({ ...options(), resume: waiting, solveGrace: 7, inAppPollInterval: 9 }).start()
    expect(actor.getSnapshot().context).toMatchObject({ solveGrace: 7, inAppPollInterval: 9, intentLifetime: 300_000 })
    actor.stop()
  })
})

describe("a deadline that lies too far ahead", () => {
  test.each([
    ["one lifetime", "checkpoint", undefined, 300_000],
    ["a shorter lifetime", "checkpoint", 60_000, 60_000],
    ["one lifetime", "solving", undefined, 300_000],
  ])("is brought to %s from now, and stays there, saved in %s", (_, state, intentLifetime, left) => {
    const far = { ...waiting, state, expiresAt: startsAt + 3_600_000 }
    const times = intentLifetime === undefined ? {} : { intentLifetime }
    const actor = createAuthIntent({ ...options(), ...times, resume: far }).start()
    expect(actor.getSnapshot().context.expiresAt).toBe(startsAt + left)
    expect(saveIntent(actor.getSnapshot()).expiresAt).toBe(startsAt + left)
    expect(getStep(actor.getSnapshot()).expiresAt).toBe(startsAt + left)
    actor.stop()
  })
})

describe("what a resumed intent goes on with", () => {
  test("a code is sent for the account of the record, and connects", async () => {
    const { hand, ...given } = options()
    const actor = createAuthIntent({ ...given, resume: waiting }).start()
    actor.send(submitCode("123456"))
    expect(hand.call().request).toMatchObject({ provider: "INSTAGRAM", accountId: "acc_1" })
    await hand.answer({ kind: "connected", accountId: "acc_1" })
    expect(actor.getSnapshot().value).toBe("connected")
  })

  test("an approval that a 2FA offered can still be asked for", () => {
    const { hand, ...given } = options()
    const record = { ...waiting, checkpoint: { type: "2FA", canApproveInApp: true } }
    const actor = createAuthIntent({ ...given, resume: record }).start()
    actor.send(approveInApp())
    expect(hand.call().sends).toEqual({ kind: "approval" })
    actor.stop()
  })

  test.each(checkpoints)("the step of a checkpoint is the one that was saved: $name", async ({ checkpoint }) => {
    const { hand, ...given } = options()
    const actor = createAuthIntent({ ...given, resume: { ...waiting, checkpoint } }).start()
    const { type, ...more } = checkpoint
    expect(getStep(actor.getSnapshot())).toMatchObject({ checkpoint: { type }, attempts: 2, failure: wrongCode })
    expect(getStep(actor.getSnapshot()).checkpoint?.data).toEqual("data" in more ? more.data : undefined)
    expect(hand.calls.length).toBe(0)
    actor.stop()
  })
})
