import { describe, expect, it } from "vitest"
import { createActor } from "xstate"
import { authIntentMachine } from "../../../machines/auth-intent.machine.ts"
import type { SavedIntent } from "../../../machines/auth-intent.types.ts"
import { clientFailure } from "../../../machines/failures.ts"
import { waiting } from "../../harness/open-intent.ts"
import { deadline } from "../../harness/outcomes.ts"
import { driveIntent, events } from "./drive.ts"

const record = { ...waiting, unanswered: true }

describe("a resume", () => {
  it("shows a request that was left, unless the deadline has passed since", () => {
    const left = { failure: clientFailure("client/interrupted", { about: "code" }) }
    expect(driveIntent({ resume: { ...record, left } }).context()).toMatchObject(left)
    const expired = driveIntent({ resume: { ...record, left, state: "expired" } })
    expect(expired.output()).toEqual({
      status: "expired",
      provider: "INSTAGRAM",
      accountId: "acc_1",
      expiresAt: deadline,
      mayBeConnected: true,
    })
  })

  it("of a record that lacks what its state needs is an error, not a wrong output", () => {
    const resume: SavedIntent = { ...record, state: "failed" }
    const actor = createActor(authIntentMachine, { input: { provider: "INSTAGRAM", resume } })
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
