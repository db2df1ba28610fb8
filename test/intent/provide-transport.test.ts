import { setImmediate as settled } from "node:timers/promises"
import { expect, test } from "vitest"
import type { InspectionEvent } from "xstate"
import { submitCredentials } from "../../src/events.ts"
import { createAuthIntent } from "../../src/intent/create-auth-intent.ts"
import type { Answer } from "../../src/transports/auth-transport.ts"

/** What the inspector hears that a transport's answer led to. */
async function errorsOf(submit: () => Promise<Answer>): Promise<unknown[]> {
  const errors: unknown[] = []
  const inspect = (seen: InspectionEvent) => {
    if (seen.type === "@xstate.event" && "error" in seen.event) errors.push(seen.event["error"])
  }
  const actor = createAuthIntent({ transport: { submit, solve: submit }, provider: "INSTAGRAM", inspect }).start()
  actor.send(submitCredentials({ username: "ada", password: "pw" }))
  await settled()
  return errors
}

test.each<[transport: string, submit: () => Promise<Answer>, message: string]>([
  [
    "throws",
    () => Promise.reject(new Error("the error of a stranger")),
    "the transport threw instead of giving an outcome",
  ],
  ["answers null", async () => null as never, "the transport's outcome: kind is missing"],
  [
    "answers with a bare session",
    async () => ({ kind: "connected", accountId: "acc_1", session: "s3ss10n" }) as never,
    "the transport's outcome: session should be a Secret",
  ],
  ["answers nothing", async () => undefined as never, "the transport's outcome: kind is missing"],
  [
    "answers with less than its kind needs",
    async () => ({ kind: "connected" }) as never,
    "the transport's outcome: it should be complete, with accountId",
  ],
])("a transport that %s is told what it did", async (_, submit, message) => {
  const errors = await errorsOf(submit)
  expect(errors.length).toBeGreaterThan(0)
  for (const error of errors) expect(error).toMatchObject({ name: "AuthIntentError", type: "invalid_outcome", message })
})
