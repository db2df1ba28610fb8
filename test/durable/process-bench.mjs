import { spawn } from "node:child_process"
import { once } from "node:events"
import { createServer } from "node:http"
import { text } from "node:stream/consumers"
import { setTimeout as sleep } from "node:timers/promises"
import { fileURLToPath } from "node:url"
import { freePorts, startEngine } from "./engines.mjs"

/** Starts the API behind everything: the sandbox, which counts what reaches it, and the host's own record of ends. */
export async function startApi(createSandbox, { intentLifetime }) {
  const sandbox = createSandbox({ intentLifetime })
  const sent = []
  const ends = []
  const hits = []
  const state = { endsToFail: 0 }
  const server = createServer(async (request, response) => {
    const body = await text(request)
    if (request.url === "/hit") {
      hits.push(JSON.parse(body))
      return response.writeHead(204).end()
    }
    if (request.url === "/end") {
      ends.push({ ...JSON.parse(body), at: Date.now() })
      const isFailing = state.endsToFail > 0
      if (isFailing) state.endsToFail -= 1
      return response.writeHead(isFailing ? 503 : 204).end()
    }
    const id = decodeURIComponent(request.headers["x-intent"] ?? "")
    const arrived = { id, path: request.url.replace("/v1", ""), body: JSON.parse(body), status: 0 }
    sent.push(arrived)
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
  return { url: `http://127.0.0.1:${server.address().port}`, sent, ends, hits, state, close }
}

/** Starts a service in a process of its own, and starts it again whenever it dies before it is stopped. */
export async function startService(options) {
  const [port] = await freePorts(1)
  const url = `http://127.0.0.1:${port}`
  let keys = options.keys
  let downFor = 0
  let stopped = false
  let kills = 0
  let child
  let ready

  function boot() {
    const settings = JSON.stringify({ ...options, keys, port })
    const stdio = ["ignore", "pipe", "inherit"]
    child = spawn(process.execPath, [fileURLToPath(new URL("service.mjs", import.meta.url)), settings], { stdio })
    const started = child
    ready = new Promise((resolve) => {
      child.stdout.on("data", (chunk) => {
        if (process.env.DEBUG) console.log(String(chunk))
        if (String(chunk).includes("ready")) resolve()
      })
    })
    child.on("exit", async () => {
      if (stopped || child !== started) return
      kills += 1
      ready = new Promise(() => {})
      await sleep(downFor)
      downFor = 0
      if (!stopped) boot()
    })
  }
  boot()
  await ready

  async function post(path, body) {
    const response = await fetch(url + path, { method: "POST", body: JSON.stringify(body ?? {}) })
    const result = await response.json()
    if (!response.ok) throw new Error(result)
    return result ?? undefined
  }

  async function stop(signal = "SIGKILL") {
    stopped = true
    if (child.exitCode !== null || child.signalCode !== null) return
    const exited = once(child, "exit")
    child.kill(signal)
    await exited
  }

  return {
    post,
    stop,
    kills: () => kills,
    kill: () => child.kill("SIGKILL"),
    /** Calls until the service is there to respond. */
    async persist(path, body) {
      for (;;) {
        const result = await post(path, body).then(
          (value) => ({ value }),
          (error) => ({ error }),
        )
        if (!result.error) return result.value
        if (stopped) throw result.error
        await sleep(250)
      }
    },
    stayDown(ms) {
      downFor = ms
    },
    async restart(next) {
      await stop()
      keys = next
      stopped = false
      boot()
      await ready
    },
  }
}

/** Opens a bench on a real engine. */
export async function openProcessBench(name, { createSandbox, keys, times }) {
  const engine = await startEngine(name, { isFast: true })
  const api = await startApi(createSandbox, times)
  const service = await startService({ ...engine.options, apiUrl: api.url, keys, times })
  await engine.connect()
  return {
    api,
    engine,
    service,
    times,
    start: (id) => service.persist("/start", { id }),
    send: (id, event) => service.post("/send", { id, event }).catch(() => undefined),
    look: (id) => service.persist("/look", { id }),
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
      await service.post("/crash", { id, point })
    },
    async failEnds(count) {
      api.state.endsToFail = count
    },
    restart: (next) => service.restart(next),
    sendPlain: (id, text) => service.persist("/plain", { id, text }),
    sweep: () => service.persist("/sweep"),
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
