import { beforeEach, expect, it, vi } from "vitest"
import { createAuthIntent } from "../../src/intent/create-auth-intent.ts"
import { submitCredentials } from "../../src/intent/events.ts"
import { getState } from "../../src/intent/get-step.ts"
import { createPostpressTransport } from "../../src/transports/postpress.ts"

beforeEach(() => void vi.useFakeTimers({ now: 1_800_000_000_000 }))

const checkpoint = { object: "Checkpoint", account_id: "acc_1", checkpoint: { type: "IN_APP_VALIDATION" } }

function open(...replies: [status: number, json: object][]) {
  const transport = createPostpressTransport({
    apiKey: "key",
    fetch: async () => {
      const [status, json] = replies.shift() ?? [500, {}]
      return Response.json(json, { status })
    },
  })
  const actor = createAuthIntent({ transport, provider: "INSTAGRAM" }).start()
  return { actor, replies, state: () => getState(actor.getSnapshot()) }
}

it("fake timers move a login: its first request, the polls for an approval, and the deadline", async () => {
  const { actor, replies, state } = open([202, checkpoint], [202, checkpoint], [202, checkpoint], [500, {}])
  actor.send(submitCredentials({ username: "ada", password: "pw" }))
  await vi.advanceTimersByTimeAsync(0)
  expect(state()).toBe("checkpoint.inApp")
  await vi.advanceTimersByTimeAsync(10_000)
  // The login and two polls, at 5 and 10 s.
  expect(replies).toEqual([[500, {}]])
  await vi.advanceTimersByTimeAsync(290_000)
  expect(actor.getSnapshot().output).toMatchObject({ status: "expired", expiresAt: 1_800_000_300_000 })
})
