import { expect, it } from "vitest"
import { waitFor } from "xstate"
import { getMessage, messages } from "../../src/failures/messages.ts"
import { cancelIntent, submitCode } from "../../src/intent/events.ts"
import { getStep } from "../../src/intent/get-step.ts"
import { saveIntent } from "../../src/intent/saved-intent.ts"
import { createPostpressTransport } from "../../src/transports/postpress.ts"
import { openIntent, waiting } from "../harness/open-intent.ts"
import { type Reply, serve } from "../harness/serve.ts"

/** Types a code at a checkpoint, waits for its effect, and cancels. */
async function tryAndCancel(baseUrl: string) {
  const transport = createPostpressTransport({ apiKey: "key", baseUrl, timeout: 5_000 })
  const { actor } = openIntent({ transport, resume: waiting })
  actor.send(submitCode("123456"))
  await waitFor(actor, (snapshot) => !snapshot.hasTag("busy"))
  const record = saveIntent(actor.getSnapshot())
  actor.send(cancelIntent())
  const { output } = actor.getSnapshot()
  return { record, output, step: getStep(actor.getSnapshot()) }
}

it.each<[string, Reply]>([
  ["whose connection is reset after it", (_, raw) => void raw.socket?.resetAndDestroy()],
  ["whose response cannot be read", () => new Response("<h1>OK</h1>", { status: 201 })],
  ["to which a proxy responds for the provider", () => new Response("<h1>Bad gateway</h1>", { status: 502 })],
])(
  "a request over a real socket %s may have connected the account, and each way to the person says so",
  async (_, reply) => {
    const { url } = await serve(reply)
    const { record, output, step } = await tryAndCancel(url)
    expect(record).toMatchObject({ state: "checkpoint", unanswered: true, failure: { recovery: "retry" } })
    expect(output).toMatchObject({ status: "failed", accountId: "acc_1", mayBeConnected: true })
    expect(step).toMatchObject({ kind: "done", mayBeConnected: true })
    expect(output && getMessage(output)).toBe(messages.mayBeConnected)
  },
)
