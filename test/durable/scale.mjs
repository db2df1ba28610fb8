// What an engine costs: logins a second and bytes an intent, beside the same login with no engine, in one run.
// node scale.mjs restate|postgres [intents]
import { performance } from "node:perf_hooks"
import { createPostpressTransport, submitCode, submitCredentials } from "../../dist/src/index.js"
import { createSandbox } from "../../dist/src/sandbox/index.js"
import { createIntents, createMemoryStore } from "../../dist/src/server/index.js"
import { startEngine } from "./engines.mjs"
import { startApi, startService } from "./process-bench.mjs"

const [, , name = "restate", count = "200"] = process.argv
const total = Number(count)
const times = { intentLifetime: 300_000, inAppPollInterval: 5_000, retention: 3_600_000 }
const keys = [{ id: "k1", secret: "a first secret of thirty-two characters" }]
const password = "correct horse"

/** Runs so many logins, so many at once, and returns how many a second. */
async function measure(login, { prefix, at = 100 }) {
  let begun = 0
  const started = performance.now()
  const worker = async () => {
    while (begun < total) {
      begun += 1
      await login(`${prefix}-${begun}`)
    }
  }
  await Promise.all(Array.from({ length: at }, worker))
  return Math.round((total / (performance.now() - started)) * 10_000) / 10
}

const api = await startApi(createSandbox, times)
const transport = createPostpressTransport({ apiKey: "sandbox", baseUrl: `${api.url}/v1` })
const intents = createIntents({ transport, store: createMemoryStore() })
const plain = async (id) => {
  await intents.start(id, { provider: "INSTAGRAM" })
  await intents.send(id, submitCredentials({ username: "2fa", password }))
  await intents.send(id, submitCode("123456"))
}
const on = (services) => async (id) => {
  const service = services[Number(id.split("-").at(-1)) % services.length]
  await service.post("/start", { id })
  await service.post("/send", { id, event: { type: "credentials.submit", credentials: { username: "2fa", password } } })
  const { output } = await service.post("/send", { id, event: { type: "code.submit", code: "123456" } })
  if (output?.status !== "connected") throw new Error(`${id}: ${JSON.stringify(output)}`)
}

const engine = await startEngine(name)
const options = { ...engine.options, apiUrl: api.url, keys, times }
const first = await startService(options)
await engine.connect()
await on([first])("warm-0")

const without = await measure(plain, { prefix: "plain" })
const sizeBefore = await engine.size()
const one = await measure(on([first]), { prefix: "one" })
const bytes = Math.round(((await engine.size()) - sizeBefore) / total)
const result = { engine: name, intents: total, without, one, ratio: Math.round((one / without) * 1_000) / 1_000, bytes }
const again = await measure(plain, { prefix: "again" })
const thousand = await measure(on([first]), { prefix: "thousand", at: total })
let two
if (name === "postgres") {
  const second = await startService({ ...options, executorID: "two" })
  two = await measure(on([first, second]), { prefix: "two" })
  await second.stop("SIGTERM")
}
console.log(JSON.stringify({ ...result, again, allAtOnce: thousand, ...(two && { two }) }, null, 1))
await first.stop("SIGTERM")
api.close()
await engine.stop()
process.exit(0)
