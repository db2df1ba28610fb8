// An intent that survives crashes: node tour.mjs restate|postgres
import { createSandbox } from "../../dist/src/sandbox/index.js"
import { openProcessBench } from "./process-bench.mjs"

const [, , name = "restate"] = process.argv
if (name !== "restate" && name !== "postgres") throw new Error("node tour.mjs restate|postgres")

const started = Date.now()
const say = (text) => console.log(`${((Date.now() - started) / 1_000).toFixed(1).padStart(5)} s  ${text}`)
const keys = [{ id: "k1", secret: "a first secret of thirty-two characters" }]
const times = { intentLifetime: 60_000, inAppPollInterval: 2_000, retention: 60_000 }

say(`Starts ${name}, a service on it and the sandbox. No account is behind any of it.`)
// The log of an engine's client during a kill would fill the screen.
const bench = await openProcessBench(name, { createSandbox, keys, times, isQuiet: true })
const { api, service, engine } = bench

/** Prints an intent's state and the number of its requests to the API. */
async function show(id) {
  const { step, busy, output } = await bench.look(id)
  const failure = step.failure ? `, ${step.failure.type}` : ""
  const requests = api.sent.filter((each) => each.id === id).length
  say(
    `  ${id}: ${output?.status ?? (busy ? "a request is in flight" : `asks for ${step.kind}`)}${failure}; requests: ${requests}`,
  )
}

say("Ada connects her account, and is asked for a code.")
await bench.start("ada")
await bench.send("ada", { type: "credentials.submit", credentials: { username: "2fa", password: "correct horse" } })
await show("ada")

say("The service is killed (-9) just after the API has accepted her code.")
await bench.crashAt("ada", "after request")
await bench.send("ada", { type: "code.submit", code: "123456" })
await bench.until(async () => (await bench.look("ada")).busy === false)
await show("ada")
say("  The code was not sent again, and the lost response is reported.")
await bench.send("ada", { type: "intent.cancel" })
const ada = await bench.look("ada")
say(
  `  She gives up: ${ada.output.status}, mayBeConnected: ${ada.output.mayBeConnected === true}. It is connected at the API.`,
)

say("Bea has to approve in the provider's app. Service and engine are killed while she is asked.")
await bench.start("bea")
await bench.send("bea", { type: "credentials.submit", credentials: { username: "in-app-pending-3", password: "x" } })
await show("bea")
service.kill()
await engine.kill()
await engine.boot()
say("  Both are there again. Nobody looks; the engine's timer asks.")
await bench.until(async () => api.ends.some(({ id }) => id === "bea"))
await show("bea")
for (const { id, output } of api.ends) say(`onEnd was called: ${id} ${output.status}`)
await bench.close()
say("Everything is stopped.")
