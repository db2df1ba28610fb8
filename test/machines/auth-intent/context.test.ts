import { describe, expect, test } from "vitest"
import { createActor } from "xstate"
import { authIntentMachine } from "../../../machines/auth-intent.machine.ts"
import type { SavedIntent } from "../../../machines/auth-intent.types.ts"
import { clientFailure } from "../../../machines/failures.ts"
import { parseSavedIntent, saveIntent } from "../../../src/intent/saved-intent.ts"
import { Secret } from "../../../src/secret.ts"
import {
  at,
  connected,
  deadline,
  demanded,
  driveIntent,
  events,
  network,
  places,
  reach,
  rejected,
  restricted,
  startsAt,
} from "./places.ts"

const isPlain = (value: unknown): boolean => {
  if (value === null || value === undefined || typeof value === "string" || typeof value === "boolean") return true
  if (typeof value === "number") return Number.isFinite(value)
  if (typeof value !== "object") return false
  const prototype = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== Array.prototype) return false
  return Object.values(value).every(isPlain)
}

describe("the context", () => {
  test.each(places)("is plain, finite JSON: $name", async (place) => {
    const driven = await at(place)
    const context = driven.context()
    expect(isPlain(context)).toBe(true)
    expect(JSON.parse(JSON.stringify(context))).toEqual(context)
    expect(structuredClone(context)).toEqual(context)
  })

  test("holds no secret, whatever was sent", async () => {
    const driven = await reach({ type: "2FA" })
    driven.actor.send(events["code.submit"]())
    await driven.respond({ ...connected, session: new Secret("s3ss10n") })
    expect(Object.values(driven.context()).some((value) => value instanceof Secret)).toBe(false)
  })
})

describe("a resume", () => {
  const record: SavedIntent = {
    version: 1,
    revision: 0,
    provider: "INSTAGRAM",
    state: "checkpoint",
    accountId: "acc_1",
    checkpoint: { type: "2FA", hint: "SMS" },
    expiresAt: deadline,
    attempts: 2,
    failure: restricted,
    failureBy: "person",
    failedPolls: 1,
    retryAt: startsAt + 60_000,
    timedOut: true,
    unanswered: true,
  }

  test("of undefined is none", () => {
    const driven = driveIntent({ resume: undefined })
    expect([driven.state(), driven.context().resumedFrom]).toEqual(["idle", undefined])
  })

  test("goes on with every fact of its record", () => {
    const { version, revision, provider, state, ...facts } = record
    expect(driveIntent({ resume: record }).context()).toMatchObject({ ...facts, resumedFrom: "checkpoint" })
  })

  test.each(places)("is back where it belongs with the same output, and sends nothing: $name", async (place) => {
    const { actor, clock, output } = await at(place)
    const resume = parseSavedIntent(JSON.parse(JSON.stringify(saveIntent(actor.getSnapshot()))), { clock })
    const before = output()
    actor.stop()
    const driven = driveIntent({ resume }, clock)
    expect([driven.state(), driven.output(), driven.requests]).toEqual([place.from ?? place.state, before, []])
    // Saved again, it is the same record, but for the interruption.
    if (place.tag !== "busy") expect(saveIntent(driven.actor.getSnapshot())).toEqual(resume)
  })

  test("of an account that is connected has no session any more", async () => {
    const driven = await reach({ type: "2FA" })
    driven.actor.send(events["code.submit"]())
    await driven.respond({ ...connected, session: new Secret("s3ss10n") })
    const resumed = driveIntent({ resume: saveIntent(driven.actor.getSnapshot()) })
    expect(resumed.output()).toStrictEqual({ status: "connected", provider: "INSTAGRAM", accountId: "acc_1" })
  })

  test("that is past its deadline expires at once", () => {
    const { failure, failureBy, ...plain } = record
    const driven = driveIntent({ resume: { ...plain, expiresAt: startsAt } })
    driven.clock.advance(0)
    expect(driven.output()).toMatchObject({ status: "expired", expiresAt: startsAt, mayBeConnected: true })
  })

  test("of a record that lacks what its state needs is an error, not a wrong output", () => {
    const actor = createActor(authIntentMachine, {
      input: {
        provider: "INSTAGRAM",
        resume: { version: 1, revision: 0, provider: "INSTAGRAM", state: "failed", attempts: 0 },
      },
    })
    actor.subscribe({ error: () => {} })
    actor.start()
    expect(actor.getSnapshot()).toMatchObject({
      status: "error",
      error: { message: expect.stringContaining("missing") },
    })
  })
})

describe("an empty slot", () => {
  const start = async (resume?: SavedIntent) => {
    const logs: string[] = []
    const actor = createActor(authIntentMachine, {
      input: { provider: "INSTAGRAM", resume },
      logger: (line: string) => logs.push(line),
    }).start()
    return { actor, logs }
  }
  const logged = (slot: string) => [
    `authIntent: xstate.error.actor.${slot} came from a slot that is empty or threw. Fill it by withTransport(transport)`,
  ]

  test("fails the intent before a checkpoint, and is logged by its name", async () => {
    const { actor, logs } = await start()
    actor.send(events["credentials.submit"]())
    await Promise.resolve()
    await Promise.resolve()
    await new Promise(setImmediate)
    expect(actor.getSnapshot().context.failure).toEqual(clientFailure("client/unexpected", { about: "credentials" }))
    expect([actor.getSnapshot().value, logs]).toEqual(["failed", logged("submitCredentials")])
  })

  test.each([
    ["code.submit", "2FA", "code"],
    ["phone.submit", "PHONE_REGISTER", "phone"],
    ["inApp.approve", "IN_APP_VALIDATION", "approval"],
    ["method.switch", "OTP", "method"],
  ] as const)("leads back to the checkpoint, and is logged by its name: %s", async (type, checkpoint, about) => {
    const { actor, logs } = await start({
      version: 1,
      revision: 0,
      provider: "INSTAGRAM",
      state: "checkpoint",
      accountId: "acc_1",
      checkpoint: { type: checkpoint },
      expiresAt: Date.now() + 300_000,
      attempts: 0,
    })
    actor.send(events[type]())
    await new Promise(setImmediate)
    const { value, context } = actor.getSnapshot()
    expect([value, logs]).toEqual([{ checkpoint: expect.any(String) }, logged("solveCheckpoint")])
    expect(context.failure).toEqual(clientFailure("client/unexpected", { about, recovery: "retry" }))
    expect(context.attempts).toBe(0)
    actor.stop()
  })
})

test("what was lost before stays so through a slot that rejects", async () => {
  const driven = await reach({ type: "2FA" })
  driven.actor.send(events["code.submit"]())
  await driven.respond(rejected(network))
  driven.actor.send(events["code.submit"]())
  await driven.request().reject(new Error("A bug"))
  await driven.respond(demanded({ type: "OTP" })).catch(() => {})
  expect(driven.context()).toMatchObject({ unanswered: true, failure: { type: "client/unexpected" } })
})
