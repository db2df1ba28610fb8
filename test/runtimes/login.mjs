// A page that logs in once on demand, and returns the next state and the type of its failure.
import { createAuthIntent, createRelayTransport, getState, submitCredentials } from "auth-intent"

const transport = createRelayTransport({ baseUrl: "/api/auth" })

globalThis.logIn = () => {
  const actor = createAuthIntent({ transport, provider: "INSTAGRAM" }).start()
  actor.send(submitCredentials({ username: "ok", password: "correct horse" }))
  return new Promise((resolve) => {
    actor.subscribe((snapshot) => {
      const { failure } = snapshot.context
      if (!snapshot.hasTag("busy")) resolve([getState(snapshot), failure?.type].filter(Boolean).join(" "))
    })
  })
}
