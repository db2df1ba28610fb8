import {
  createAuthIntent,
  createRelayTransport,
  getStep,
  submitCode,
  submitCredentials,
  waitForIntent,
} from "auth-intent"

/** Logs in as a person would, and returns the end of the login. */
window.login = async (username) => {
  const transport = createRelayTransport({ baseUrl: "/api/auth" })
  const actor = createAuthIntent({ transport, provider: "INSTAGRAM" })
  const codes = ["000000", "123456", "123456"]
  actor.subscribe((snapshot) => {
    const { kind, failure } = getStep(snapshot)
    if (kind === "credentials" && failure) actor.stop()
    if (kind === "code") actor.send(submitCode(codes.shift() ?? ""))
  })
  actor.start()
  actor.send(submitCredentials({ username, password: "correct horse" }))
  return waitForIntent(actor).catch(() => actor.getSnapshot().context.failure)
}
