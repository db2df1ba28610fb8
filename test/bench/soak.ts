import { SimulatedClock } from "xstate"
import type { AuthIntentOutput, SavedIntent } from "../../machines/auth-intent.types.ts"
import type { Fetch } from "../../src/http/post-json.ts"
import { type AuthIntentActor, createAuthIntent } from "../../src/intent/create-auth-intent.ts"
import { cancelIntent, submitCode, submitCredentials } from "../../src/intent/events.ts"
import { getStep } from "../../src/intent/get-step.ts"
import { parseSavedIntent, saveIntent } from "../../src/intent/saved-intent.ts"
import { createSandbox } from "../../src/sandbox/create-sandbox.ts"
import { createPostpressTransport } from "../../src/transports/postpress.ts"

type Actor = AuthIntentActor

/** What happens to one intent, and how it has to end. */
interface Script {
  name: string
  username: string
  /** What becomes of each request: `reset` loses the response, `cut` breaks its body off, `silence` never responds. */
  network?: (request: number) => "reset" | "cut" | "503" | "silence" | undefined
  /** Reloads at each step. */
  reloads?: boolean
  ends: { status: AuthIntentOutput["status"]; type?: string; mayBeConnected?: true }
}

const connected = { status: "connected" } as const
const once =
  <Fault>(fault: Fault) =>
  (request: number) =>
    request === 0 ? fault : undefined

const scripts: readonly Script[] = [
  { name: "a login at once", username: "ok", ends: connected },
  { name: "a second factor", username: "2fa", ends: connected },
  { name: "an OTP after it, with reloads", username: "2fa-then-otp", reloads: true, ends: connected },
  { name: "an approval that is pending", username: "in-app-pending-3", ends: connected },
  { name: "a connection that is lost once", username: "2fa", network: once("reset"), ends: connected },
  { name: "a body that breaks off", username: "otp", network: once("cut"), ends: connected },
  { name: "a 503 from a proxy", username: "2fa", network: once("503"), ends: connected },
  {
    name: "silence until the deadline",
    username: "2fa",
    network: (request) => (request === 0 ? undefined : "silence"),
    ends: { status: "expired", mayBeConnected: true },
  },
  { name: "a person who leaves, with reloads", username: "otp-left", reloads: true, ends: { status: "expired" } },
  {
    name: "an account that is restricted",
    username: "error:403:errors/account_restricted",
    ends: { status: "failed", type: "errors/account_restricted" },
  },
  {
    name: "a cancel with a code in flight",
    username: "2fa-canceled",
    network: (request) => (request === 0 ? undefined : "silence"),
    ends: { status: "failed", type: "client/canceled", mayBeConnected: true },
  },
]

const [, wanted = "5000"] = process.argv.slice(2)
const count = Number(wanted)

/** A clock of this program's own: the timers of intents move when the loop says so. */
const clock = new SimulatedClock()
let sandbox = createSandbox({ clock })
const timers = globalThis.setTimeout

// A request that is not answered within its timeout must not keep this program for half a minute.
globalThis.setTimeout = ((call: () => void, ms: number) => clock.setTimeout(call, ms)) as unknown as typeof setTimeout
globalThis.clearTimeout = ((id: number) => clock.clearTimeout(id)) as unknown as typeof clearTimeout

const requests = new Map<string, number>()

const faulty =
  (script: Script, id: string): Fetch =>
  async (url, init) => {
    const request = requests.get(id) ?? 0
    requests.set(id, request + 1)
    const fault = script.network?.(request)
    if (fault === "silence") {
      return new Promise((_, reject) => init.signal.addEventListener("abort", () => reject(new TypeError("aborted"))))
    }
    if (fault === "503") return new Response("<h1>Busy</h1>", { status: 503 })
    const body = init.body.replace(/-(?:left|canceled)"/, '"')
    const response = await sandbox.fetch(url, { ...init, body })
    if (fault === "reset") throw new TypeError("fetch failed", { cause: { code: "ECONNRESET" } })
    if (fault === "cut") return new Response((await response.text()).slice(0, 20), { status: response.status })
    return response
  }

/** One intent, and the person in front of it. */
interface Run {
  script: Script
  actor: Actor
  open: (resume?: SavedIntent) => Actor
}

function begin(script: Script, id: string): Run {
  const transport = createPostpressTransport({ apiKey: "sandbox", fetch: faulty(script, id) })
  const open = (resume?: SavedIntent): Actor =>
    createAuthIntent({ transport, provider: "INSTAGRAM", clock, resume, onMistake: fail }).start()
  return { script, open, actor: open() }
}

/** Does what the person does next. */
function act(run: Run, turn: number): void {
  const { username, reloads } = run.script
  const snapshot = run.actor.getSnapshot()
  if (reloads && turn % 4 === 0 && !snapshot.hasTag("busy")) {
    const record: unknown = JSON.parse(JSON.stringify(saveIntent(snapshot)))
    run.actor.stop()
    run.actor = run.open(parseSavedIntent(record, { clock }))
  }
  const { kind } = getStep(run.actor.getSnapshot())
  if (kind === "credentials") run.actor.send(submitCredentials({ username, password: "pw" }))
  if (kind === "code" && !username.endsWith("-left")) run.actor.send(submitCode("123456"))
  if (snapshot.value === "solving" && username.endsWith("-canceled")) run.actor.send(cancelIntent())
}

const settle = () => new Promise((resolve) => setImmediate(resolve))

/** How many turns an intent may take at most: five seconds each, ten minutes in all. */
const maxTurns = 120

/** Drives intents side by side to their end. */
async function drive(runs: readonly Run[]): Promise<void> {
  let open = runs
  for (let turn = 0; turn < maxTurns && open.length > 0; turn += 1) {
    for (const run of open) act(run, turn)
    for (let pass = 0; pass < 8; pass += 1) await settle()
    clock.increment(5_000)
    open = open.filter(({ actor }) => actor.getSnapshot().status === "active")
  }
  for (const { script } of open) fail(`${script.name} has not ended`)
}

let mistakes = 0
function fail(error: unknown): void {
  mistakes += 1
  console.error(error)
}
process.on("unhandledRejection", fail)

function isAsScripted({ ends }: Script, output: AuthIntentOutput): boolean {
  const failure = "failure" in output ? output.failure : undefined
  const inDoubt = "mayBeConnected" in output ? output.mayBeConnected : undefined
  return output.status === ends.status && (!ends.type || failure?.type === ends.type) && inDoubt === ends.mayBeConnected
}

const heap = () => {
  globalThis.gc?.()
  return process.memoryUsage().heapUsed / 1e6
}

/** How many intents run side by side. */
const together = 500

const start = performance.now()
const samples: number[] = []
for (let done = 0; done < count && mistakes < 10; done += together) {
  // The sandbox remembers its accounts, as an API does: a fresh one keeps that out of what is measured.
  sandbox = createSandbox({ clock })
  requests.clear()
  const runs = Array.from({ length: Math.min(together, count - done) }, (_, index) => {
    const script = scripts[(done + index) % scripts.length]
    if (script === undefined) throw new Error("There is no script")
    return begin(script, String(index))
  })
  await drive(runs)
  for (const { script, actor } of runs) {
    const { output } = actor.getSnapshot()
    if (output && !isAsScripted(script, output)) fail(`${script.name} ended as ${JSON.stringify(output)}`)
  }
  if (Math.floor((done + together) / (count / 10)) > samples.length) samples.push(heap())
}
const [first = Number.NaN, last = Number.NaN] = [samples[0], samples.at(-1)]
const seconds = (performance.now() - start) / 1000
const figures = `${count} intents in ${seconds.toFixed(0)} s; heap ${samples.map((mb) => mb.toFixed(1)).join(" ")} MB; ${mistakes} mistakes`
console.log(figures)
// What a measurement of the heap moves by itself.
if (mistakes > 0 || last > first * 1.1 + 1) process.exitCode = 1
timers(() => process.exit(), 0)
