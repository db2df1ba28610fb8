import { describe, expect, test } from "vitest"
import { createActor, type InspectionEvent, toPromise } from "xstate"
import { authIntentMachine } from "../../machines/auth-intent.machine.ts"
import type { SavedIntent } from "../../machines/auth-intent.types.ts"
import { cancelIntent, submitCode, submitCredentials } from "../../src/events.ts"
import { clientFailure } from "../../src/failures/client-failure.ts"
import { driveMachine } from "./drive-machine.ts"

const provider = "INSTAGRAM"
const credentials = () => submitCredentials({ username: "ada", password: "pw" })

const waiting: SavedIntent = {
  version: 1,
  revision: 0,
  provider,
  state: "checkpoint",
  accountId: "acc_1",
  checkpoint: { type: "2FA" },
  expiresAt: 300_000,
  attempts: 0,
  timedOut: false,
}

// The machine imports nothing of the library, so it says these for itself.
describe("a failure of the machine's own is the library's, word for word", () => {
  test("client/canceled", () => {
    const { actor, context } = driveMachine()
    actor.send(cancelIntent())
    expect(context().failure).toEqual(clientFailure("client/canceled"))
  })

  test("client/unexpected", async () => {
    const { actor, request, context } = driveMachine()
    actor.send(credentials())
    await request().fail(new Error("A bug"))
    expect(context().failure).toEqual(clientFailure("client/unexpected"))
  })

  test.each(["submitting", "solving"] as const)("client/interrupted, where it was saved while %s", (state) => {
    const { actor, context } = driveMachine({ resume: { ...waiting, state } })
    expect(context().failure).toEqual(clientFailure("client/interrupted"))
    actor.stop()
  })
})

describe("a machine whose slots are empty fails, and says which", () => {
  test.each([
    ["submitCredentials", undefined, credentials()],
    ["solveCheckpoint", { ...waiting, expiresAt: Date.now() + 300_000 }, submitCode("123456")],
  ])("%s", async (slot, resume, event) => {
    const errors: unknown[] = []
    const inspect = (seen: InspectionEvent) => {
      if ("event" in seen && "error" in seen.event) errors.push(seen.event["error"])
    }
    const actor = createActor(authIntentMachine, { inspect, input: { provider, ...(resume && { resume }) } }).start()
    actor.send(event)
    expect(await toPromise(actor)).toMatchObject({ status: "failed", failure: { type: "client/unexpected" } })
    expect(new Set(errors.map(String))).toEqual(
      new Set([`Error: provide() an actor for "${slot}", or use createAuthIntent`]),
    )
  })
})
