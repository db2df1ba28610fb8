import { setImmediate } from "node:timers/promises"
import { writeHeapSnapshot } from "node:v8"
import { waitFor } from "xstate"
import type { AuthIntentEvent } from "../../machines/auth-intent.types.ts"
import { createAuthIntent } from "../../src/intent/create-auth-intent.ts"
import { submitCode, submitCredentials } from "../../src/intent/events.ts"
import type { AuthTransport } from "../../src/transports/auth-transport.ts"
import { createPostpressTransport, type PostpressCredentials } from "../../src/transports/postpress.ts"

declare const gc: () => void

const [, , kind = "", directory = "", password = "", code = ""] = process.argv

const shoot = (name: string) => {
  gc()
  writeHeapSnapshot(`${directory}/${name}.heapsnapshot`)
}

// The secrets come encoded, so that the heap holds them in clear only where they are used.
const decode = (text: string) => Buffer.from(Buffer.from(text, "hex").map((byte) => byte ^ 42)).toString()

const custom: AuthTransport<PostpressCredentials> = {
  async submit({ credentials }) {
    const { username, password } = credentials.open()
    shoot("submitting")
    return { kind: "checkpoint", accountId: username + password.length, checkpoint: { type: "2FA" } }
  },
  async solve({ accountId, solution }) {
    const opened = "secret" in solution && solution.secret.open()
    return { kind: "connected", accountId: accountId + typeof opened }
  },
}

/** Never opens what it is given. */
const idle: AuthTransport = {
  async submit() {
    shoot("submitting")
    return { kind: "checkpoint", accountId: "a", checkpoint: { type: "2FA" } }
  },
  solve: async () => ({ kind: "connected", accountId: "a" }),
}

const postpress = createPostpressTransport({
  apiKey: "key",
  async fetch(url) {
    if (!url.endsWith("/checkpoint")) shoot("submitting")
    return Response.json(
      url.endsWith("/checkpoint")
        ? { object: "AccountCreated", account_id: "a" }
        : { object: "Checkpoint", account_id: "a", checkpoint: { type: "2FA" } },
    )
  },
})

const transport = { custom, idle, postpress }[kind] ?? custom
const actor = createAuthIntent<unknown>({ transport, provider: "INSTAGRAM" }).start()
/** Kept as a page might, boxes and all. */
const events: AuthIntentEvent[] = []

async function send(event: AuthIntentEvent) {
  events.push(event)
  actor.send(event)
  await waitFor(actor, (snapshot) => !snapshot.hasTag("busy"))
}

await send(submitCredentials({ username: "ada", password: decode(password) }))
await setImmediate()
shoot("checkpoint")
await send(submitCode(decode(code)))
await setImmediate()
shoot("connected")
// Alive until here, so that what they hold was in the pictures.
process.stdout.write(JSON.stringify([actor.getSnapshot().value, events.length]))
