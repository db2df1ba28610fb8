import { spawn } from "node:child_process"
import { createHash } from "node:crypto"
import { once } from "node:events"
import { createServer } from "node:http"
import { text } from "node:stream/consumers"
import { setTimeout as sleep } from "node:timers/promises"
import { fileURLToPath } from "node:url"
import { freePorts, startEngine } from "./engines.mjs"

/** Returns the engine's key of an intent. */
const toKey = (id) =>
  `intent:${createHash("sha256")
    .update(JSON.stringify([id]))
    .digest("hex")}`

/** Starts the API: the sandbox, which counts its requests, and the host's own record of ends. */
export async function startApi(createSandbox, { intentLifetime }) {
  const sandbox = createSandbox({ intentLifetime })
  const sent = []
  const ends = []
  const hits = []
  const names = new Map()
  const state = { endsToFail: new Map(), held: new Map(), onHit: async () => true }
  /** The intents whose onEnd may run again: it failed, the service dies there, or the id is used again. */
  const excused = new Set()
  const server = createServer(async (request, response) => {
    const body = await text(request)
    if (request.url === "/hit") {
      const points = JSON.parse(body)
      hits.push(...points)
      return response.writeHead((await state.onHit(points)) ? 200 : 204).end()
    }
    if (request.url === "/end") {
      const end = JSON.parse(body)
      ends.push({ ...end, at: Date.now() })
      const count = state.endsToFail.get(end.id) ?? 0
      const isFailing = count > 0
      state.endsToFail.set(end.id, count - 1)
      if (isFailing) excused.add(end.id)
      return response.writeHead(isFailing ? 503 : 204).end()
    }
    const id = names.get(decodeURIComponent(request.headers["x-intent"] ?? ""))
    const arrived = { id, path: request.url.replace("/v1", ""), body: JSON.parse(body), status: 0 }
    sent.push(arrived)
    await state.held.get(id)
    const headers = { "x-api-key": "sandbox", "content-type": "application/json" }
    const url = `http://127.0.0.1${request.url}`
    const reply = await sandbox.fetch(url, { method: "POST", headers, body })
    arrived.status = reply.status
    response.writeHead(reply.status, Object.fromEntries(reply.headers)).end(await reply.text())
  })
  server.keepAliveTimeout = 60_000
  server.listen(0, "127.0.0.1")
  await once(server, "listening")
  const close = () => {
    server.close()
    server.closeAllConnections()
  }
  return { url: `http://127.0.0.1:${server.address().port}`, sent, ends, excused, hits, names, state, close }
}

/** Starts a service in its own process, and restarts it if it dies before it is stopped. */
export async function startService(given) {
  let options = given
  let [port] = await freePorts(1)
  let keys = options.keys
  let downFor = 0
  let stopped = false
  const deaths = []
  let child
  let spare
  let ready

  /** Starts a process that has loaded everything and waits, to replace a killed one at once. */
  function prepare() {
    const settings = JSON.stringify({ ...options, keys, port })
    const stdio = ["pipe", "pipe", options.isQuiet ? "ignore" : "inherit"]
    spare = spawn(process.execPath, [fileURLToPath(new URL("service.mjs", import.meta.url)), settings], { stdio })
    spare.stdin.on("error", () => {})
  }

  function boot() {
    if (spare === undefined) prepare()
    child = spare
    child.stdin.write("go")
    const started = child
    ready = new Promise((resolve) => {
      child.stdout.on("data", (chunk) => {
        if (process.env.DEBUG) console.log(String(chunk))
        if (!String(chunk).includes("ready")) return
        if (!stopped) prepare()
        resolve()
      })
    })
    child.on("exit", async () => {
      if (stopped || child !== started) return
      deaths.push(Date.now())
      ready = new Promise(() => {})
      await sleep(downFor)
      downFor = 0
      if (!stopped) boot()
    })
    spare = undefined
  }
  boot()
  await ready

  async function post(path, body) {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      method: "POST",
      body: JSON.stringify(body ?? {}),
    })
    const result = await response.json()
    if (!response.ok) throw Object.assign(new Error(result.message), { code: result.code })
    return result ?? undefined
  }

  async function stop(signal = "SIGKILL") {
    stopped = true
    spare?.kill("SIGKILL")
    spare = undefined
    if (child.exitCode !== null || child.signalCode !== null) return
    deaths.push(Date.now())
    const exited = once(child, "exit")
    child.kill(signal)
    await exited
  }

  async function restart(next) {
    await stop()
    keys = next
    stopped = false
    boot()
    await ready
  }

  return {
    post,
    stop,
    /** The time of its death or stop, in epoch ms. */
    deaths,
    kill: () => child.kill("SIGKILL"),
    /** Calls until the service responds. */
    async persist(path, body) {
      for (;;) {
        const result = await post(path, body).then(
          (value) => ({ value }),
          (error) => ({ error }),
        )
        if (!result.error) return result.value
        if (stopped || isMistake(result.error)) throw result.error
        await sleep(250)
      }
    },
    stayDown(ms) {
      downFor = ms
    },
    restart,
    /** Starts a new process that takes over: on Restate the old one finishes its tasks beside it. */
    async replace(connect, next) {
      options = { ...options, ...next }
      keys = next.keys
      if (options.engine !== "restate") return restart(keys)
      const old = child
      spare?.kill("SIGKILL")
      spare = undefined
      const [nextPort, servicePort] = await freePorts(2)
      options = { ...options, servicePort }
      port = nextPort
      boot()
      await ready
      await connect(servicePort)
      await sleep(1_000)
      old.kill("SIGTERM")
    },
  }
}

/** The options of another version of the service, with every possible difference. */
const nextVersion = ({ keys, times: { inAppPollInterval, retention, ...times } }) => ({
  version: 2,
  keys: [{ id: "version-2", secret: "the secret of another version: thirty-two" }, ...keys],
  times: { ...times, inAppPollInterval: inAppPollInterval * 2, retention: retention * 1.5 },
})

/** Whether an error comes from the service, and not from an engine or a service being replaced. */
const isMistake = ({ code }) => /^invalid_/.test(code)

/** Opens a bench on a real engine. */
export async function openProcessBench(name, { createSandbox, keys, times, isUnsealed = false, isQuiet = false }) {
  const engine = await startEngine(name, { isFast: true })
  const api = await startApi(createSandbox, times)
  const given = { apiUrl: api.url, keys, times, isUnsealed, isQuiet, looksAtEnd: true }
  const service = await startService({ ...engine.options, ...given })
  await engine.connect()
  return {
    api,
    engine,
    service,
    times,
    maxDelay: 10_000,
    start(id) {
      // A forgotten intent begins anew.
      if (api.ends.some((end) => end.id === id)) api.excused.add(id)
      api.names.set(toKey(id), id)
      return service.persist("/start", { id })
    },
    send: (id, event) =>
      service.post("/send", { id, event }).catch((error) => {
        if (isMistake(error)) throw error
      }),
    look: (id) => service.persist("/look", { id }),
    handOff: (id, userId) => service.post("/hand-off", { id, userId }),
    async page(url, { headers, body }) {
      const { status, body: text } = await service.post("/page", { url, headers, body })
      return new Response(text, { status })
    },
    hold(id) {
      let release
      const held = new Promise((resolve) => {
        release = resolve
      })
      api.state.held.set(id, held)
      return release
    },
    sent: async () => api.sent,
    ends: async () => api.ends,
    async until(condition) {
      for (let tries = 0; tries < 2_000; tries += 1) {
        if (await condition()) return
        await sleep(50)
      }
      throw new Error("it never came to be so")
    },
    async crashAt(id, point, downFor = 0) {
      service.stayDown(downFor)
      if (point.endsWith("onEnd")) api.excused.add(id)
      await service.post("/crash", { key: toKey(id), points: [point] })
    },
    async failEnds(id, count) {
      api.state.endsToFail.set(id, count)
    },
    restart: (next) => service.restart(next),
    upgrade: () => service.replace(engine.connect, nextVersion({ keys, times })),
    sendPlain: (id, text) => service.persist("/plain", { key: toKey(id), text }),
    async data() {
      await service.stop()
      return engine.data()
    },
    async close() {
      await service.stop()
      api.close()
      await engine.stop()
    },
  }
}
