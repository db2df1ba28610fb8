import { setImmediate as settled } from "node:timers/promises"
import { describe, expect, it } from "vitest"
import { createAuthIntent } from "../../src/intent/create-auth-intent.ts"
import { cancelIntent } from "../../src/intent/events.ts"
import { waitForIntent } from "../../src/intent/wait-for-intent.ts"
import { Secret } from "../../src/secret.ts"
import { createHandTransport, credentials } from "../harness/open-intent.ts"
import { connected } from "../harness/outcomes.ts"

function create() {
  const { transport, reply } = createHandTransport()
  return { reply, actor: createAuthIntent({ transport, provider: "TWITTER", onMistake: () => {} }) }
}

describe("waitForIntent resolves with", () => {
  it("how it connected, with the session", async () => {
    const { actor, reply } = create()
    const output = waitForIntent(actor.start())
    actor.send(credentials())
    const session = new Secret("s3ss10n")
    await reply({ ...connected, session })
    expect(await output).toEqual({ status: "connected", provider: "TWITTER", accountId: "acc_1", session })
  })

  it("the output of an intent that has ended already", async () => {
    const { actor } = create()
    actor.start().send(cancelIntent())
    expect(await waitForIntent(actor)).toMatchObject({ status: "failed" })
  })

  it("the output of an actor that is started only later", async () => {
    const { actor } = create()
    const output = waitForIntent(actor)
    actor.start().send(cancelIntent())
    expect(await output).toMatchObject({ status: "failed" })
  })
})

describe("waitForIntent rejects", () => {
  it("with a typed error when the actor is stopped while it waits", async () => {
    const { actor } = create()
    const output = waitForIntent(actor.start())
    actor.stop()
    await expect(output).rejects.toMatchObject({
      name: "AuthIntentError",
      code: "intent_stopped",
      message: "the actor was stopped",
    })
  })

  it("with a typed error when the actor was stopped before", async () => {
    const { actor } = create()
    actor.start().stop()
    let outcome: unknown = "still waiting"
    waitForIntent(actor).catch((error) => {
      outcome = error
    })
    await settled()
    expect(outcome).toMatchObject({ name: "AuthIntentError", code: "intent_stopped" })
  })
})
