import { describe, expect, it } from "vitest"
import { createActor } from "xstate"
import { authIntentMachine } from "../../../machines/auth-intent.machine.ts"
import { about } from "../../../machines/auth-intent.requests.ts"
import type { SavedIntent } from "../../../machines/auth-intent.types.ts"
import { clientFailure } from "../../../machines/failures.ts"
import { known } from "../../../machines/known.ts"
import { deadline, driveIntent, events, startsAt } from "./drive.ts"

it("a fact that a state cannot be without is never made up", () => {
  expect(known(0)).toBe(0)
  expect(() => known(undefined)).toThrow("a fact is missing")
})

const record: SavedIntent = {
  version: 1,
  revision: 0,
  provider: "INSTAGRAM",
  state: "checkpoint",
  accountId: "acc_1",
  checkpoint: { type: "2FA", hint: "SMS" },
  expiresAt: deadline,
  attempts: 2,
  failure: { type: "errors/account_restricted", status: 403, recovery: "stop" },
  failureBy: "poll",
  failedPolls: 1,
  retryAt: startsAt + 60_000,
  timedOut: true,
  unanswered: true,
}

describe("a resume", () => {
  it("of undefined is none", () => {
    const driven = driveIntent({ resume: undefined })
    expect([driven.state(), driven.context().resumedFrom]).toEqual(["idle", undefined])
  })

  it("goes on with every fact of its record", () => {
    const { version, revision, provider, state, ...facts } = record
    expect(driveIntent({ resume: record }).context()).toMatchObject({ ...facts, resumedFrom: "checkpoint" })
  })

  it("shows a request that was left, unless the deadline has passed since", () => {
    const left = { failure: clientFailure("client/interrupted", { about: "code" }) }
    const { failure, ...plain } = record
    expect(driveIntent({ resume: { ...plain, left } }).context()).toMatchObject(left)
    const expired = driveIntent({ resume: { ...plain, left, state: "expired" } })
    expect(expired.output()).toEqual({
      status: "expired",
      provider: "INSTAGRAM",
      accountId: "acc_1",
      expiresAt: deadline,
      mayBeConnected: true,
    })
  })

  it("of a record that lacks what its state needs is an error, not a wrong output", () => {
    const { failure, ...resume } = record
    const actor = createActor(authIntentMachine, {
      input: { provider: "INSTAGRAM", resume: { ...resume, state: "failed" } },
    })
    actor.subscribe({ error: () => {} })
    actor.start()
    expect(actor.getSnapshot()).toMatchObject({
      status: "error",
      error: { message: expect.stringContaining("missing") },
    })
  })
})

it("the output of an intent that never had an account has no account", () => {
  const driven = driveIntent()
  driven.actor.send(events["intent.cancel"]())
  expect(driven.output()).toStrictEqual({
    status: "failed",
    provider: "INSTAGRAM",
    failure: clientFailure("client/canceled"),
  })
})

it("a poll is about the approval, as the person's own request for it is", () => {
  expect([about("poll"), about("inApp")]).toEqual(["approval", "approval"])
})
