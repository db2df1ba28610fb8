import { describe, expect, test } from "vitest"
import { getStep } from "../../src/intent/get-step.ts"
import { saveIntent } from "../../src/intent/saved-intent.ts"
import { Secret } from "../../src/secret.ts"
import { connected, credentials, openIntent, rejected, waiting } from "../harness/open-intent.ts"

describe("a resumed intent", () => {
  test("counts from 0 what its record has as undefined", async () => {
    const empty = { failedPolls: undefined, timedOut: undefined, unanswered: undefined, retryAt: undefined }
    const resume = { ...waiting, ...empty, checkpoint: { type: "IN_APP_VALIDATION" } }
    const { actor, clock, context, reply } = openIntent({ resume })
    expect(context().failedPolls).toBe(0)
    for (let poll = 1; poll <= 3; poll += 1) {
      expect(getStep(actor.getSnapshot())).not.toHaveProperty("failure")
      clock.advance(5_000)
      await reply(rejected("errors/provider_error", 500, "retry"))
    }
    expect(getStep(actor.getSnapshot())).toHaveProperty("failure")
    actor.stop()
  })
})

describe("a record", () => {
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
