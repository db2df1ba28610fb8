// A service on an engine, in its own process. Its parent kills and restarts it.
import { AsyncLocalStorage } from "node:async_hooks"
import { once } from "node:events"
import { createServer } from "node:http"
import { json } from "node:stream/consumers"
import { setTimeout as sleep } from "node:timers/promises"

const { createPostpressTransport } = await import("../../dist/src/index.js")
const { createMemoryStore, createRelay, parseEvent } = await import("../../dist/src/server/index.js")

const options = JSON.parse(process.argv[2])
const { engine, apiUrl, keys, times, executorID = "one" } = options

// Disables the cipher, for a test that must then find the secrets.
if (options.isUnsealed) crypto.subtle.encrypt = async (_, __, plain) => plain

/** The point of this process's death: points, one intent or any, and a delay since the first hit. */
let crash
/** The points with an intent that waits for the crash, one intent each. */
const held = new Map()
const current = new AsyncLocalStorage()

async function pass(point) {
  const isHere = crash?.points.includes(point) && (crash.key ?? current.getStore()) === current.getStore()
  if (!isHere || held.has(point)) return
  await new Promise((goOn) => {
    held.set(point, goOn)
    if (held.size === crash.points.length) void die()
    else if (held.size === 1) setTimeout(die, crash.within)
  })
}

async function die() {
  if (crash === undefined) return
  crash = undefined
  const response = await fetch(`${apiUrl}/hit`, { method: "POST", body: JSON.stringify([...held.keys()]) })
  if (response.status === 200) process.kill(process.pid, "SIGKILL")
  // Here the engine has died, and this process goes on.
  for (const goOn of held.values()) goOn()
  held.clear()
}

/** Wraps an engine's step: the process may die before and after it. */
const guard = (key, name, action) => () =>
  current.run(key, async () => {
    await pass(`before ${name}`)
    const result = await action()
    await pass(`after ${name}`)
    return result
  })

const transport = createPostpressTransport({
  apiKey: "sandbox",
  baseUrl: `${apiUrl}/v1`,
  async fetch(url, init) {
    await pass("before request")
    const response = await fetch(url, {
      ...init,
      headers: { ...init.headers, "x-intent": encodeURIComponent(current.getStore() ?? "") },
    })
    await pass("after request")
    return response
  },
})

let intents

async function onEnd(end) {
  const begunAt = Date.now()
  // A host may call the intents in `onEnd`. They do not exist yet if it is called at once.
  if (options.looksAtEnd && intents) await intents.look(end.id)
  const response = await fetch(`${apiUrl}/end`, { method: "POST", body: JSON.stringify({ ...end, begunAt }) })
  await pass("inside onEnd")
  if (!response.ok) throw new Error("the host's database is away")
}

/** One test sends an event that no key has sealed. */
const onMistake = ({ code, message }) => code === "invalid_event" || console.error(`${code}: ${message}`)

/** Wraps a timer's call in the same way. */
const guardTimer = (key, action) => guard(key, "timer", action)()

async function loadRestate() {
  // This SDK needs it, and Node 20 has none.
  Promise.withResolvers ??= function withResolvers() {
    const deferred = {}
    deferred.promise = new Promise((resolve, reject) => Object.assign(deferred, { resolve, reject }))
    return deferred
  }
  return [await import("@restatedev/restate-sdk"), await import("../../dist/src/restate/index.js")]
}

async function createRestate([restate, { createRestateIntents }]) {
  const { exclusive, shared } = restate.handlers.object
  const wrap = (name, handler) => (context, input) => {
    const run = context.run.bind(context)
    context.run = (name, action) => run(name, guard(context.key, name, action))
    return name === "wake" ? guardTimer(context.key, () => handler(context, input)) : handler(context, input)
  }
  // The handler that another version of a service adds.
  const added = options.version ? { version: shared({}, async () => options.version) } : {}
  const guarded = {
    ...restate,
    object({ handlers, ...definition }) {
      const known = Object.entries(handlers).map(([name, create]) => [name, create(name)])
      return restate.object({ ...definition, handlers: { ...Object.fromEntries(known), ...added } })
    },
    handlers: {
      object: {
        shared: (given, handler) => () => shared(given, handler),
        exclusive: (given, handler) => (name) => exclusive(given, wrap(name, handler)),
      },
    },
  }
  const intents = createRestateIntents({
    restate: guarded,
    store: createMemoryStore(),
    ingress: options.ingress,
    transport,
    keys,
    onEnd,
    onMistake,
    ...times,
  })
  // Its log of each killed connection would hide all other output.
  const logger = () => {}
  await restate.serve({ logger, services: [intents.service], port: options.servicePort })
  async function sendPlain(key, text) {
    const url = `${options.ingress}/auth-intent/${encodeURIComponent(key)}/send`
    await fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(text) })
  }
  return { ...intents, sendPlain }
}

const loadDbos = async () => [await import("@dbos-inc/dbos-sdk"), await import("../../dist/src/dbos/index.js")]

/** Waits until Postgres accepts queries: DBOS does not start without it. */
async function reach(connectionString) {
  const { default: pg } = await import("pg")
  for (;;) {
    const client = new pg.Client({ connectionString })
    client.on("error", () => {})
    const isThere = await client.connect().then(
      () => true,
      () => false,
    )
    await client.end().catch(() => {})
    if (isThere) return
    await sleep(50)
  }
}

async function createDbos([{ DBOS }, { createDbosIntents }]) {
  DBOS.setConfig({
    name: "auth-intent",
    systemDatabaseUrl: options.url,
    systemDatabasePoolSize: options.poolSize ?? 20,
    logLevel: process.env.DEBUG ? "info" : "error",
    applicationVersion: "1",
    executorID,
  })
  const runStep = DBOS.runStep.bind(DBOS)
  const toKey = () => DBOS.workflowID?.replace("auth-intent:", "")
  /** A missing message is the timer. */
  async function receive(...given) {
    const key = toKey()
    await current.run(key, () => pass("before timer"))
    const message = await DBOS.recv(...given)
    if (message === null) await current.run(key, () => pass("after timer"))
    return message
  }
  const guarded = new Proxy(DBOS, {
    get(target, name) {
      if (name === "runStep") {
        return (action, given) => runStep(guard(toKey(), given.name, action), given)
      }
      if (name === "recv") return receive
      const value = Reflect.get(target, name, target)
      return typeof value === "function" ? value.bind(target) : value
    },
  })
  const intents = createDbosIntents({
    DBOS: guarded,
    store: createMemoryStore(),
    transport,
    keys,
    onEnd,
    onMistake,
    ...times,
  })
  await reach(options.url)
  await DBOS.launch()
  const sendPlain = (key, text) => DBOS.send(`auth-intent:${key}`, { id: crypto.randomUUID(), sealed: text }, "event")
  return { ...intents, sendPlain }
}

const [load, create] = engine === "restate" ? [loadRestate, createRestate] : [loadDbos, createDbos]
const modules = await load()
// The process before it has to die first.
const [go] = await once(process.stdin, "data").catch(() => [])
if (go === undefined) process.exit()
intents = await create(modules)

// When its server dies, pg throws errors that would end the process: the workflows have to go on by themselves.
// Not earlier: DBOS never retries a launch that ends with such an error.
process.on("uncaughtException", (error) => {
  if (!/terminating connection|Connection terminated|ECONNRESET|ECONNREFUSED/.test(String(error))) throw error
})

const relay = createRelay({
  apiKey: "sandbox",
  basePath: "/relay",
  baseUrl: `${apiUrl}/v1`,
  keys,
  store: intents.store,
  getUserId: () => "ada",
})

const routes = {
  "/hand-off": ({ id, userId }) => relay.handOff(intents, id, userId),
  async "/page"({ url, headers, body }) {
    const response = await relay(new Request(url, { method: "POST", headers, body }))
    return { status: response.status, body: await response.text() }
  },
  "/start": ({ id }) => intents.start(id, { provider: "INSTAGRAM" }),
  "/send": ({ id, event }) => intents.send(id, parseEvent(event)),
  "/look": ({ id }) => intents.look(id),
  "/plain": ({ key, text }) => intents.sendPlain(key, text),
  async "/crash"(next) {
    if (held.size === 0) crash = next
  },
}

createServer(async (request, response) => {
  try {
    const result = await routes[request.url](await json(request))
    response.end(JSON.stringify(result ?? null))
  } catch (error) {
    if (process.env.DEBUG) console.error(error)
    response.writeHead(500).end(JSON.stringify({ code: error.code, message: String(error) }))
  }
}).listen(options.port, "127.0.0.1", () => console.log("ready"))
