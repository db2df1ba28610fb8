import { SimulatedClock } from "xstate"
import type { AuthIntentOutput, SavedIntent } from "../../machines/auth-intent.types.ts"
import type { Fetch, FetchResponse } from "../../src/http/post-json.ts"
import { type AuthIntentActor, createAuthIntent } from "../../src/intent/create-auth-intent.ts"
import { cancelIntent, submitCode, submitCredentials } from "../../src/intent/events.ts"
import { getStep } from "../../src/intent/get-step.ts"
import { parseSavedIntent, saveIntent } from "../../src/intent/saved-intent.ts"
import { createSandbox } from "../../src/sandbox/create-sandbox.ts"
import { createPostpressTransport } from "../../src/transports/postpress.ts"
import { heapUsed } from "../harness/heap-used.ts"

/** The fault of a request: `reset` loses its response, `cut` breaks off the body, `silence` never responds. */
type Fault = "reset" | "cut" | "503" | "silence"

/** The course of one intent, and its expected end. */
interface Script {
  name: string
  /** How many of a hundred intents follow this script. */
  of: number
  /** Chooses the sandbox's behavior. */
  username: string
  /** The fault of its first request, and of all others. @default none */
  faults?: [first?: Fault, others?: Fault]
  /** Reloads at each step, and during waits. */
  reloads?: true
  /** The person's action at the code. @default enters it */
  atCode?: "leaves" | "cancels"
  ends: { status: AuthIntentOutput["status"]; type?: string; mayBeConnected?: true }
}

const connected = { status: "connected" } as const

const scripts: readonly Script[] = [
  { name: "a login at once", of: 12, username: "ok", ends: connected },
  { name: "a second factor", of: 20, username: "2fa", ends: connected },
  { name: "an OTP after it, with reloads", of: 8, username: "2fa-then-otp", reloads: true, ends: connected },
  { name: "an approval that is pending", of: 4, username: "in-app-pending-3", ends: connected },
  { name: "a connection that is lost once", of: 10, username: "2fa", faults: ["reset"], ends: connected },
  { name: "a body that breaks off", of: 10, username: "otp", faults: ["cut"], ends: connected },
  { name: "a 503 from a proxy", of: 10, username: "2fa", faults: ["503"], ends: connected },
  {
    name: "silence until the deadline",
    of: 3,
    username: "2fa",
    faults: [undefined, "silence"],
    ends: { status: "expired", mayBeConnected: true },
  },
  {
    name: "a person who leaves, with reloads",
    of: 3,
    username: "otp",
    atCode: "leaves",
    reloads: true,
    ends: { status: "expired" },
  },
  {
    name: "an account that is restricted",
    of: 10,
    username: "error:403:errors/account_restricted",
    ends: { status: "failed", type: "errors/account_restricted" },
  },
  {
    name: "an intent that the provider has lost",
    of: 5,
    username: "2fa-error:500:errors/authentication_intent_error",
    ends: { status: "failed", type: "errors/authentication_intent_error" },
  },
  {
    name: "a cancel with a code in flight",
    of: 5,
    username: "2fa",
    faults: [undefined, "silence"],
    atCode: "cancels",
    ends: { status: "failed", type: "client/canceled", mayBeConnected: true },
  },
]

/** A hundred scripts, each as often as its share. */
const hundred = scripts.flatMap((script) => Array.from({ length: script.of }, () => script))

/** How many intents run concurrently: a hundred scripts. More would exceed a processor's caches. */
const together = hundred.length
/** How far a turn moves the clock, in ms. */
const turnTime = 5_000
/** The maximum of turns for one intent: ten minutes in all. */
const maxTurns = 120
/** The number of turns between reloads. */
const reloadTurns = 12
/** The noise of a heap measurement, as a share and in MB. */
const maxGrowth = { share: 1.1, megabytes: 1 }

const count = Number(process.argv[3] ?? 1_000_000)
if (!(count >= 1)) throw new Error("npm run soak -- <how many intents>")

/** The clock of this program: timers of intents and of requests move at the end of a turn. */
const clock = new SimulatedClock()
const platform = { setTimeout, clearTimeout }
globalThis.setTimeout = ((call: () => void, ms: number) => clock.setTimeout(call, ms)) as unknown as typeof setTimeout
globalThis.clearTimeout = ((id: number) => clock.clearTimeout(id)) as unknown as typeof clearTimeout

// Most intents meet a refusal. A trace of each costs a twentieth of the time, and the script identifies a mistake.
Error.stackTraceLimit = 1

let mistakes = 0
function fail(mistake: unknown): void {
  mistakes += 1
  console.error(mistake)
}
process.on("unhandledRejection", fail)

/** One intent with its person. */
interface Run {
  script: Script
  actor: AuthIntentActor
  requests: number
}

let sandbox = createSandbox({ clock })
/** The running intents by their passwords, and by their accounts once known. */
const running = new Map<string, Run>()

/** The number of the sandbox's outstanding responses. */
let underWay = 0

/** The faulty connection to the sandbox. */
const fetch: Fetch = async (url, { method, headers, body, signal }) => {
  const { password, account_id } = JSON.parse(body)
  const run = running.get(password ?? account_id)
  if (run === undefined) throw new Error("A request belongs to no intent")
  const [first, others] = run.script.faults ?? []
  const fault = run.requests === 0 ? first : others
  run.requests += 1
  if (fault === "silence") {
    return new Promise((_, reject) => signal.addEventListener("abort", () => reject(new TypeError("aborted"))))
  }
  if (fault === "503") return new Response("<h1>Busy</h1>", { status: 503 })
  underWay += 1
  const response = await sandbox.fetch(url, { method, headers, body })
  const text = await response.text()
  underWay -= 1
  if (fault === "reset") throw new TypeError("fetch failed", { cause: { code: "ECONNRESET" } })
  const account = /"account_id":"([^"]+)"/.exec(text)?.[1]
  if (account !== undefined) running.set(account, run)
  return respond(response, fault === "cut" ? text.slice(0, 20) : text)
}

/** Builds a response with a body as in Node's own libraries: a `Response` costs more than the code under test. */
function respond({ status, headers }: Response, text: string): FetchResponse & { body: AsyncIterable<Uint8Array> } {
  async function* body() {
    yield new TextEncoder().encode(text)
  }
  return { status, headers, body: body(), text: async () => text }
}

const transport = createPostpressTransport({ apiKey: "sandbox", fetch })
const open = (resume?: SavedIntent) =>
  createAuthIntent({ transport, provider: "INSTAGRAM", clock, resume, onMistake: fail }).start()

/** Does the person's next action. */
function act(run: Run, password: string, turn: number): void {
  const { username, reloads, atCode } = run.script
  const snapshot = run.actor.getSnapshot()
  if (reloads && (turn < 4 || turn % reloadTurns === 0) && !snapshot.hasTag("busy")) {
    const record: unknown = JSON.parse(JSON.stringify(saveIntent(snapshot)))
    run.actor.stop()
    run.actor = open(parseSavedIntent(record, { clock }))
  }
  const { kind } = getStep(run.actor.getSnapshot())
  if (kind === "credentials") run.actor.send(submitCredentials({ username, password }))
  if (kind === "code" && atCode !== "leaves") run.actor.send(submitCode("123456"))
  if (snapshot.value === "solving" && atCode === "cancels") run.actor.send(cancelIntent())
}

/** Waits until every request under way has settled, except those that never do. */
async function settle(): Promise<void> {
  do await new Promise((resolve) => setImmediate(resolve))
  while (underWay > 0)
}

/** Drives concurrent intents to their end. */
async function drive(runs: readonly Run[]): Promise<void> {
  let active = runs.map((run, index) => [run, `pw-${index}`] as const)
  for (const [run, password] of active) running.set(password, run)
  for (let turn = 0; turn < maxTurns && active.length > 0; turn += 1) {
    for (const [run, password] of active) act(run, password, turn)
    await settle()
    clock.increment(turnTime)
    active = active.filter(([{ actor }]) => actor.getSnapshot().status === "active")
  }
  running.clear()
}

/** Whether an intent ended as its script expects. */
function isAsScripted({ ends }: Script, output: AuthIntentOutput | undefined): boolean {
  if (output === undefined) return false
  const failure = "failure" in output ? output.failure : undefined
  const inDoubt = "mayBeConnected" in output ? output.mayBeConnected : undefined
  return output.status === ends.status && (!ends.type || failure?.type === ends.type) && inDoubt === ends.mayBeConnected
}

const start = performance.now()
const samples: number[] = []
const tally = new Map<string, number>()
for (let done = 0; done < count && mistakes < 10; ) {
  // The sandbox keeps its accounts, as an API does. A fresh one keeps them out of the measurement.
  sandbox = createSandbox({ clock })
  const runs = Array.from({ length: Math.min(together, count - done) }, (_, index): Run => {
    const script = hundred[index % hundred.length]
    if (script === undefined) throw new Error("There is no script")
    return { script, actor: open(), requests: 0 }
  })
  await drive(runs)
  for (const { script, actor } of runs) {
    const { output } = actor.getSnapshot()
    if (!isAsScripted(script, output)) fail(`${script.name} ended as ${JSON.stringify(output)}`)
    tally.set(script.name, (tally.get(script.name) ?? 0) + 1)
  }
  done += runs.length
  if (Math.floor((done / count) * 10) > samples.length) {
    samples.push(heapUsed() / 1e6)
    const seconds = (performance.now() - start) / 1000
    console.log(`${done} intents in ${seconds.toFixed(0)} s, a heap of ${samples.at(-1)?.toFixed(1)} MB`)
  }
}

for (const [name, times] of tally) console.log(`${String(times).padStart(8)} ${name}`)
const [first = Number.NaN, last = Number.NaN] = [samples[0], samples.at(-1)]
const hasGrown = last > first * maxGrowth.share + maxGrowth.megabytes
console.log(
  `${mistakes} mistakes; from the first tenth on the heap ${hasGrown ? "has grown" : "has not grown"}: ` +
    `${first.toFixed(1)} to ${last.toFixed(1)} MB`,
)
process.exitCode = mistakes > 0 || hasGrown ? 1 : 0
platform.setTimeout(() => process.exit(), 0)
