// The program of a page or its service worker: it logs in through a relay and reports the result.
import {
  createAuthIntent,
  createPostpressTransport,
  createRelayTransport,
  getState,
  submitCredentials,
} from "../../src/index.ts"

const transport = createRelayTransport({ baseUrl: "/api/auth" })

/** Sends the credentials once, and returns the next state, the failure's type, and whether a request is unanswered. */
function logIn(): Promise<string> {
  const actor = createAuthIntent({ transport, provider: "INSTAGRAM" }).start()
  return new Promise((resolve) => {
    actor.subscribe((snapshot) => {
      if (!snapshot.hasTag("busy"))
        resolve(
          [getState(snapshot), snapshot.context.failure?.type, snapshot.context.unanswered && "unanswered"]
            .filter(Boolean)
            .join(" "),
        )
    })
    actor.send(submitCredentials({ username: "ada", password: "pw" }))
  })
}

/** Tries to hold an API key here, and returns the code of the mistake. */
function holdKey(): string {
  try {
    createPostpressTransport({ apiKey: "key" })
    return "allowed"
  } catch (error) {
    return error instanceof Error && "code" in error ? String(error.code) : "another error"
  }
}

Object.assign(globalThis, { logIn, holdKey })

interface Messaged extends Event {
  data?: unknown
  /** The sender of a message to a service worker. A page's worker has only one page. */
  source?: { postMessage(text: string): void } | null
}

// In a worker, each message gets a reply.
addEventListener("message", (event: Messaged) => {
  if (typeof event.data !== "string") return
  const reply = event.data === "holdKey" ? Promise.resolve(holdKey()) : logIn()
  reply.then((text) => (event.source ?? globalThis).postMessage(text))
})
