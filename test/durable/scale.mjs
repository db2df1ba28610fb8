// The cost of an engine: logins per second and bytes per intent, compared with the same login without an engine.
// node scale.mjs restate|postgres [logins of each row] [intents open at once]
import { once } from "node:events"
import { connect, createServer } from "node:http2"
import { performance } from "node:perf_hooks"
import { createPostpressTransport, submitCode, submitCredentials } from "../../dist/src/index.js"
import { createSandbox } from "../../dist/src/sandbox/index.js"
import { createIntents, createMemoryStore } from "../../dist/src/server/index.js"
import { freePorts, startEngine } from "./engines.mjs"
import { startApi, startService } from "./process-bench.mjs"

const [, , name = "restate", count = "200", atOnce = "1000"] = process.argv
const [total, open] = [Number(count), Number(atOnce)]
const times = { intentLifetime: 900_000, inAppPollInterval: 5_000, retention: 3_600_000 }
const keys = [{ id: "k1", secret: "a first secret of thirty-two characters" }]
const credentials = { username: "2fa", password: "correct horse" }
const callers = 100

/** Runs a function this many times, a hundred concurrently, and returns the runs per second. */
async function measure(login, { prefix, times = total }) {
  let begun = 0
  const started = performance.now()
  const worker = async () => {
    while (begun < times) {
      begun += 1
      await login(`${prefix}-${begun}`)
    }
  }
  await Promise.all(Array.from({ length: callers }, worker))
  return round(times / ((performance.now() - started) / 1_000), 10)
}

const round = (value, by) => Math.round(value * by) / by

/** Starts a proxy for several processes of a service: it forwards Restate's calls to each in turn. */
async function startBalancer(servicePorts) {
  const sessions = servicePorts.map((port) => connect(`http://127.0.0.1:${port}`).on("error", () => {}))
  const counts = servicePorts.map(() => 0)
  let next = 0
  const server = createServer((request, response) => {
    const index = next++ % sessions.length
    counts[index] += 1
    const { ":method": method, ":path": path, "content-type": type, accept } = request.headers
    const headers = {
      ":method": method,
      ":path": path,
      ...(type && { "content-type": type }),
      ...(accept && { accept }),
    }
    const forwarded = sessions[index].request(headers, { endStream: false })
    forwarded.on("response", ({ ":status": status, ...rest }) => {
      response.writeHead(status, Object.fromEntries(Object.entries(rest).filter(([name]) => !name.startsWith(":"))))
      forwarded.pipe(response)
    })
    for (const stream of [forwarded, request.stream]) stream.on("error", () => {})
    request.pipe(forwarded)
  }).listen(0, "127.0.0.1")
  await once(server, "listening")
  return { port: server.address().port, counts }
}

const api = await startApi(createSandbox, times)
const transport = createPostpressTransport({ apiKey: "sandbox", baseUrl: `${api.url}/v1` })
const intents = createIntents({ transport, store: createMemoryStore() })
const plain = async (id) => {
  await intents.start(id, { provider: "INSTAGRAM" })
  await intents.send(id, submitCredentials(credentials))
  await intents.send(id, submitCode("123456"))
}

const engine = await startEngine(name)
const ports = await freePorts(2)
/** Starts a service; `index` distinguishes services on one engine. */
const start = (index) =>
  startService({ ...engine.options, apiUrl: api.url, keys, times, executorID: `${index}`, servicePort: ports[index] })
const services = [await start(0), await start(1)]
const [first] = services
const pick = (services, id) => services[Number(id.split("-").at(-1)) % services.length]
const begin = (services) => async (id) => {
  await pick(services, id).post("/start", { id })
  const { step } = await pick(services, id).post("/send", { id, event: { type: "credentials.submit", credentials } })
  if (step.kind !== "code") throw new Error(`${id}: ${JSON.stringify(step)}`)
}
const finish = (services) => async (id) => {
  const { output } = await pick(services, id).post("/send", { id, event: { type: "code.submit", code: "123456" } })
  if (output?.status !== "connected") throw new Error(`${id}: ${JSON.stringify(output)}`)
}
const on = (services) => async (id) => {
  await begin(services)(id)
  await finish(services)(id)
}

// On Restate the engine chooses a process for each call. On Postgres the process that starts an intent runs it.
let counts
async function serve(processes) {
  if (name !== "restate") return
  const balancer = await startBalancer(ports.slice(0, processes))
  counts = balancer.counts
  await engine.connect(balancer.port)
}

await serve(1)
await on([first])("warm-0")
await measure(plain, { prefix: "warm" })
const before = await measure(plain, { prefix: "before" })
const sizeBefore = await engine.size()
const one = await measure(on([first]), { prefix: "one" })
const bytes = Math.round(((await engine.size()) - sizeBefore) / total)
const between = await measure(plain, { prefix: "between" })
await serve(2)
const two = await measure(on(services), { prefix: "two" })
const shares = counts
const after = await measure(plain, { prefix: "after" })
const begun = await measure(begin(services), { prefix: "open", times: open })
const ended = await measure(finish(services), { prefix: "open", times: open })
const noEngine = [before, between, after]
const mean = round(noEngine.reduce((sum, each) => sum + each, 0) / noEngine.length, 10)
console.log(
  JSON.stringify(
    {
      engine: name,
      logins: total,
      noEngine,
      one,
      two,
      oneToNoEngine: round(one / mean, 1_000),
      twoToOne: round(two / one, 1_000),
      ...(shares && { callsOfEachProcess: shares }),
      bytesOfLogin: bytes,
      openAtOnce: open,
      begunASecond: begun,
      endedASecond: ended,
      connected: api.sent.filter(({ status }) => status === 201).length,
    },
    null,
    1,
  ),
)
for (const service of services) await service.stop("SIGTERM")
api.close()
await engine.stop()
process.exit(0)
