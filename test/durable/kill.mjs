// Kills the service, the engine or both, at every point and at any time, while many intents are open.
// node kill.mjs [restate|postgres] [intents] [hits of each point] [seed] [minutes] [open at once]
import { setTimeout as sleep } from "node:timers/promises"
import { createSandbox } from "../../dist/src/sandbox/index.js"
import { openProcessBench } from "./process-bench.mjs"

const [, , only, intents = "1000", hits = "20", seed = "1", minutes = "14", atOnce = "100"] = process.argv
const [count, wanted, open] = [intents, hits, atOnce].map(Number)
const points = [
  "before claim",
  "after claim",
  "before send",
  "before request",
  "after request",
  "after send",
  "before timer",
  "after timer",
  "inside onEnd",
  "after onEnd",
]
const usernames = ["2fa", "2fa", "otp", "in-app-pending-3", "2fa-then-otp", "in-app"]
const times = { intentLifetime: 45_000, inAppPollInterval: 1_000, retention: 1_200_000 }
const keys = [{ id: "k1", secret: "a first secret of thirty-two characters" }]
const limit = Number(minutes) * 60_000

function createRandom(start) {
  let state = start
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

/** The time of the slowest call of each kind, in ms. */
const slowest = { start: 0, send: 0, look: 0 }

async function measure(kind, call) {
  const started = Date.now()
  const result = await call
  slowest[kind] = Math.max(slowest[kind], Date.now() - started)
  return result
}

/** Drives one intent to its end, as its page would, and returns its observations. */
async function drive(bench, id, random) {
  const seen = { id, deadlines: new Set(), sends: new Map(), end: undefined }
  const username = usernames[Math.floor(random() * usernames.length)]
  const isLeft = random() < 0.15
  const send = (name, event) => {
    seen.sends.set(name, (seen.sends.get(name) ?? 0) + 1)
    return measure("send", bench.send(id, event))
  }
  await measure("start", bench.start(id))
  for (let tries = 0; ; ) {
    const status = await measure("look", bench.look(id))
    if (status === undefined) return seen
    const { step, busy, output } = status
    if (step.expiresAt) seen.deadlines.add(step.expiresAt)
    if (output) return { ...seen, end: output }
    if (busy || step.kind === "approval" || (isLeft && step.kind === "code")) await sleep(1_000)
    else if (tries > 5) await send("cancel", { type: "intent.cancel" })
    else if (step.kind === "credentials") {
      tries += 1
      const password = `${id}-${tries}`
      await send(password, { type: "credentials.submit", credentials: { username, password } })
    } else {
      tries += 1
      const code = random() < 0.3 ? String(200_000 + Math.floor(random() * 700_000)) : "123456"
      await send(code, { type: "code.submit", code })
    }
  }
}

/** Returns the mistakes found, a line each. */
function check({ api, service, engineDeaths }, all) {
  const deaths = [...service.deaths, ...engineDeaths]
  const wrong = []
  const say = (id, text) => wrong.push(`${id}: ${text}`)
  for (const { id, deadlines, sends, end } of all) {
    if (end === undefined) {
      say(id, "its record is gone")
      continue
    }
    const sent = api.sent.filter((each) => each.id === id)
    const arrived = new Map()
    for (const { body } of sent) {
      const name = body.password ?? body.code
      if (name !== "in_app_validation") arrived.set(name, (arrived.get(name) ?? 0) + 1)
    }
    for (const [name, times] of arrived) if (times > (sends.get(name) ?? 0)) say(id, "an event is sent twice")
    if (deadlines.size > 1)
      say(id, `its deadline has moved: ${[...deadlines]}; ${JSON.stringify([...sends])} ${JSON.stringify(sent)}`)
    const ends = api.ends.filter((each) => each.id === id)
    if (ends.length === 0) say(id, "onEnd is never called")
    // A call that waits as its engine dies goes on beside the next one, and may arrive after it.
    const begun = ends.map(({ begunAt }) => begunAt).sort((one, other) => one - other)
    for (const [index, at] of begun.slice(1).entries()) {
      // The service learns of its engine's death a moment later.
      if (!deaths.some((death) => death > begun[index] - 1_000 && death < at))
        say(id, `onEnd is called again for nothing: calls at ${begun}, deaths at ${deaths}`)
    }
    if (ends.some(({ output }) => JSON.stringify(output) !== JSON.stringify(end)))
      say(id, `onEnd is told another end: ${JSON.stringify([end, ends])}`)
    if (end.status === "expired" && ends.some(({ at }) => at < end.expiresAt - 50)) say(id, "it expires too early")
    if (end.status === "expired" && deadlines.size > 0 && !deadlines.has(end.expiresAt)) say(id, "another deadline")
    const isConnected = sent.some(({ status }) => status === 201)
    if (isConnected && end.status !== "connected" && !end.mayBeConnected) say(id, "a lost connection is not reported")
  }
  return wrong
}

async function run(name) {
  const random = createRandom(Number(seed))
  const started = Date.now()
  Object.assign(slowest, { start: 0, send: 0, look: 0 })
  const bench = await openProcessBench(name, { createSandbox, keys, times })
  const { api, engine, service } = bench
  const engineDeaths = []
  process.once("SIGTERM", () => bench.close().then(() => process.exit(1)))
  const hitsOf = (point) => api.hits.filter((hit) => hit === point).length
  const isHit = () => points.every((point) => hitsOf(point) >= wanted)
  const outside = { service: 0, engine: 0, both: 0 }
  const inside = { service: 0, engine: 0, both: 0 }
  const all = []
  let isOver = false
  let begun = 0

  async function worker(number) {
    const draws = createRandom(Number(seed) * 1_000 + number)
    while (!isOver && (begun < count || !isHit())) {
      begun += 1
      all.push(await drive(bench, `intent-${begun}`, draws))
    }
  }

  /** At each point an intent waits for the death of the service, then of the engine, then of both. */
  const kinds = ["service", "engine", "service", "both"]
  let rounds = 0

  let restored = Promise.resolve()
  function killEngine() {
    const killed = restored.then(() => {
      engineDeaths.push(Date.now())
      return engine.kill()
    })
    restored = killed.then(() => engine.boot())
    return killed
  }

  api.state.onHit = async (held) => {
    const kind = kinds[rounds % kinds.length]
    rounds += 1
    inside[kind] += held.length
    if (kind !== "service") await killEngine()
    return kind !== "engine"
  }

  async function killer() {
    for (let round = 1; !isOver && !isHit(); round += 1) {
      // Kills that outpace recovery allow no progress: some requests come first, on a slow machine too.
      const sentBefore = api.sent.length
      for (let waits = 0; waits < 100 && api.sent.length < sentBefore + open / 5 && !isOver; waits += 1)
        await sleep(100)
      await sleep(random() * 1_000)
      const before = rounds
      for (let waits = 0; rounds === before && !isOver; waits += 1) {
        // A service that has died since does not know the points.
        if (waits % 20 === 0) await service.persist("/crash", { points, within: 3_000 })
        await sleep(50)
      }
      await restored
      if (round % 4 !== 0) continue
      const kind = ["service", "engine", "both"][Math.floor(random() * 3)]
      outside[kind] += 1
      await sleep(random() * 500)
      if (kind !== "engine") service.kill()
      if (kind !== "service") await killEngine()
      await restored
    }
  }

  const timer = setTimeout(() => {
    isOver = true
  }, limit)
  const killing = killer()
  const progress = setInterval(() => {
    const seconds = Math.round((Date.now() - started) / 1_000)
    console.error(
      `${seconds} s: ${begun} begun, ${all.length} ended, ${service.deaths.length} deaths of the service, ${engineDeaths.length} of the engine, ${Math.min(...points.map(hitsOf))} of ${wanted} hits`,
    )
  }, 15_000)
  // The last intents may have their whole lifetime ahead after the engine recovers from the last kill.
  const stuck = sleep(limit + times.intentLifetime + 60_000, "stuck", { ref: false })
  const done = await Promise.race([Promise.all(Array.from({ length: open }, (_, number) => worker(number))), stuck])
  isOver = true
  clearTimeout(timer)
  await killing
  // The service still reports the last ends.
  await bench
    .until(async () => all.every(({ id, end }) => end === undefined || api.ends.some((each) => each.id === id)))
    .catch(() => {})
  const wrong = check({ api, service, engineDeaths }, all)
  if (done === "stuck") {
    const known = new Set(all.map(({ id }) => id))
    const ids = Array.from({ length: begun }, (_, index) => `intent-${index + 1}`).filter((id) => !known.has(id))
    for (const id of ids) wrong.push(`${id} is stuck: ${JSON.stringify(await bench.look(id))}`)
  }
  if (!isHit()) wrong.push("not every point was hit often enough in the time there is")
  const ends = {}
  const ended = all.filter(({ end }) => end !== undefined)
  for (const { end } of ended) {
    const key = end.status + (end.mayBeConnected ? ", may be connected" : "")
    ends[key] = (ends[key] ?? 0) + 1
  }
  const lateness = (id) => Math.max(...api.ends.filter((each) => each.id === id).map(({ at }) => at), 0)
  const late = ended.flatMap(({ id, end }) => (end.status === "expired" ? [lateness(id) - end.expiresAt] : []))
  clearInterval(progress)
  await bench.close()
  const seconds = Math.round((Date.now() - started) / 1_000)
  const counts = Object.fromEntries(points.map((point) => [point, hitsOf(point)]))
  console.log(
    JSON.stringify(
      {
        engine: name,
        seed,
        seconds,
        intents: all.length,
        ends,
        counts,
        inside,
        outside,
        rounds,
        repeatedEnds: api.ends.length - new Set(api.ends.map(({ id }) => id)).size,
        deathsOfService: service.deaths.length,
        deathsOfEngine: engineDeaths.length,
        slowestInSeconds: Object.fromEntries(
          Object.entries(slowest).map(([kind, ms]) => [kind, Math.round(ms / 100) / 10]),
        ),
        latestExpiryInSeconds: Math.round(Math.max(0, ...late) / 1_000),
        wrong: wrong.length,
      },
      null,
      1,
    ),
  )
  for (const line of wrong.slice(0, 20)) console.log(line)
  return wrong.length === 0
}

let isRight = true
for (const name of only === undefined || only === "all" ? ["restate", "postgres"] : [only])
  isRight = (await run(name)) && isRight
process.exit(isRight ? 0 : 1)
