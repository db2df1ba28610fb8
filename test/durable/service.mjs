// A service on an engine, in a process of its own, which its parent kills and starts again.
import { AsyncLocalStorage } from "node:async_hooks"
import { createServer } from "node:http"
import { json } from "node:stream/consumers"

const { createPostpressTransport } = await import("../../dist/src/index.js")
const { parseEvent } = await import("../../dist/src/server/index.js")

const options = JSON.parse(process.argv[2])
const { engine, apiUrl, keys, times, executorID = "one" } = options

/** Where this process is to die: a point, of one intent or of any. */
const crashes = []
let isDying = false
const current = new AsyncLocalStorage()

async function pass(point) {
  const id = current.getStore()
  const isHere = crashes.some((crash) => crash.point === point && (crash.id ?? id) === id)
  if (!isHere || isDying) return isDying ? new Promise(() => {}) : undefined
  isDying = true
  await fetch(`${apiUrl}/hit`, { method: "POST", body: JSON.stringify(point) })
  process.kill(process.pid, "SIGKILL")
  await new Promise(() => {})
}

/** Wraps an engine's step so that the process may die before and after it. */
const guard = (id, name, action) => () =>
  current.run(id, async () => {
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

async function onEnd(end) {
  const response = await fetch(`${apiUrl}/end`, { method: "POST", body: JSON.stringify(end) })
  await pass("inside onEnd")
  if (!response.ok) throw new Error("the host's database is away")
}

/** An event that no key has sealed is a part of one test. */
const onMistake = ({ code, message }) => code === "invalid_event" || console.error(`${code}: ${message}`)

async function createRestate() {
  // Node 20 has none, and this SDK needs it.
  Promise.withResolvers ??= function withResolvers() {
    const deferred = {}
    deferred.promise = new Promise((resolve, reject) => Object.assign(deferred, { resolve, reject }))
    return deferred
  }
  const restate = await import("@restatedev/restate-sdk")
  const { createRestateIntents } = await import("../../dist/src/restate/index.js")
  const { exclusive, shared } = restate.handlers.object
  const wrap = (handler) => (context, input) => {
    const run = context.run.bind(context)
    context.run = (name, action) => run(name, guard(context.key, name, action))
    return handler(context, input)
  }
  const guarded = {
    ...restate,
    handlers: { object: { shared, exclusive: (given, handler) => exclusive(given, wrap(handler)) } },
  }
  const intents = createRestateIntents({
    restate: guarded,
    ingress: options.ingress,
    transport,
    keys,
    onEnd,
    onMistake,
    ...times,
  })
  await restate.serve({ services: [intents.service], port: options.servicePort })
  const sendPlain = async (id, text) => {
    const url = `${options.ingress}/auth-intent/${encodeURIComponent(id)}/send`
    await fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(text) })
  }
  return { ...intents, sendPlain }
}

async function createDbos() {
  const { DBOS } = await import("@dbos-inc/dbos-sdk")
  const { createDbosIntents } = await import("../../dist/src/dbos/index.js")
  DBOS.setConfig({
    name: "auth-intent",
    systemDatabaseUrl: options.url,
    systemDatabasePoolSize: options.poolSize ?? 20,
    logLevel: process.env.DEBUG ? "info" : "error",
    applicationVersion: "1",
    executorID,
  })
  const runStep = DBOS.runStep.bind(DBOS)
  const guarded = new Proxy(DBOS, {
    get(target, name) {
      if (name === "runStep") {
        return (action, given) =>
          runStep(guard(DBOS.workflowID?.replace("auth-intent:", ""), given.name, action), given)
      }
      const value = Reflect.get(target, name, target)
      return typeof value === "function" ? value.bind(target) : value
    },
  })
  const intents = createDbosIntents({ DBOS: guarded, transport, keys, onEnd, onMistake, ...times })
  await DBOS.launch()
  const sendPlain = (id, text) => DBOS.send(`auth-intent:${id}`, { id: "plain", sealed: text }, "event")
  return { ...intents, sendPlain }
}

const intents = engine === "restate" ? await createRestate() : await createDbos()

const routes = {
  "/start": ({ id }) => intents.start(id, { provider: "INSTAGRAM" }),
  "/send": ({ id, event }) => intents.send(id, parseEvent(event)),
  "/look": ({ id }) => intents.look(id),
  "/plain": ({ id, text }) => intents.sendPlain(id, text),
  "/sweep": () => intents.sweep?.(),
  async "/crash"(crash) {
    crashes.push(crash)
  },
}

createServer(async (request, response) => {
  try {
    const result = await routes[request.url](await json(request))
    response.end(JSON.stringify(result ?? null))
  } catch (error) {
    if (process.env.DEBUG) console.error(error)
    response.writeHead(500).end(JSON.stringify(String(error)))
  }
}).listen(options.port, "127.0.0.1", () => console.log("ready"))
