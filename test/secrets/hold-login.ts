import { setImmediate } from "node:timers/promises"
import { writeHeapSnapshot } from "node:v8"
import { waitFor } from "xstate"
import type { AuthIntentEvent } from "../../machines/auth-intent.types.ts"
import { createAuthIntent } from "../../src/intent/create-auth-intent.ts"
import { submitCode, submitCredentials } from "../../src/intent/events.ts"
import type { AuthTransport } from "../../src/transports/auth-transport.ts"
import { createPostpressTransport, type PostpressCredentials } from "../../src/transports/postpress.ts"
import { createDeferred } from "../harness/deferred.ts"

declare const gc: () => void

const [, , directory = "", ...secrets] = process.argv

const shoot = (name: string) => {
  gc()
  writeHeapSnapshot(`${directory}/${name}.heapsnapshot`)
}

let sending = 0
const taken = createDeferred()
/** Waits until the credentials of every login are in flight and a heap snapshot is taken. */
async function meet() {
  sending += 1
  if (sending === Object.keys(transports).length) {
    shoot("submitting")
    taken.resolve()
  }
  await taken.promise
}

// The secrets arrive encoded, so that the heap holds them in clear only during their use.
const decode = (text: string) => Buffer.from(Buffer.from(text, "hex").map((byte) => byte ^ 42)).toString()

const custom: AuthTransport<PostpressCredentials> = {
  async submit({ credentials }) {
    const { username, password } = credentials.open()
    await meet()
    return { kind: "checkpoint", accountId: username + password.length, checkpoint: { type: "2FA" } }
  },
  async solve({ accountId, solution }) {
    const opened = "secret" in solution && solution.secret.open()
    return { kind: "connected", accountId: accountId + typeof opened }
  },
}

/** A transport that never opens its input. */
const idle: AuthTransport = {
  async submit() {
    await meet()
    return { kind: "checkpoint", accountId: "a", checkpoint: { type: "2FA" } }
  },
  solve: async () => ({ kind: "connected", accountId: "a" }),
}

const postpress = createPostpressTransport({
  apiKey: "key",
  async fetch(url) {
    if (!url.endsWith("/checkpoint")) await meet()
    return Response.json(
      url.endsWith("/checkpoint")
        ? { object: "AccountCreated", account_id: "a" }
        : { object: "Checkpoint", account_id: "a", checkpoint: { type: "2FA" } },
    )
  },
})

const transports = { custom, idle, postpress }
const actors = Object.values(transports).map((transport) =>
  createAuthIntent<unknown>({ transport: transport as AuthTransport<unknown>, provider: "INSTAGRAM" }).start(),
)
/** Kept as a page might keep them, with their boxes. */
const events: AuthIntentEvent[] = []

const send = (toEvent: (index: number) => AuthIntentEvent) =>
  Promise.all(
    actors.map((actor, index) => {
      const event = toEvent(index)
      events.push(event)
      actor.send(event)
      return waitFor(actor, (snapshot) => !snapshot.hasTag("busy"))
    }),
  )

await send((index) => submitCredentials({ username: "ada", password: decode(secrets[2 * index] ?? "") }))
await setImmediate()
shoot("checkpoint")
await send((index) => submitCode(decode(secrets[2 * index + 1] ?? "")))
await setImmediate()
shoot("connected")
// Referenced until here, so that the heap snapshots contain them.
process.stdout.write(JSON.stringify([...actors.map((actor) => actor.getSnapshot().value), events.length]))
