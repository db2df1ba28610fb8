import { execFileSync, fork } from "node:child_process"
import { once } from "node:events"
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import * as undici from "undici"
import type { Fetch } from "../../src/http/post-json.ts"
import { createNodeFetch } from "../../src/server/node-fetch.ts"
import { growth } from "./growth.ts"
import { measure, type Result, type Side, wallTime } from "./measure.ts"
import { byHand, byIntent, byMinimalMachine, byRecord, bySdk } from "./sides.ts"

const [folder = "", wanted = "15"] = process.argv.slice(2)
const rounds = Number(wanted)
/** Fewer rounds are for a look, and leave the page as it is. */
const isWhole = rounds >= 5

/** How far two runs of the same side may be apart for a run to mean anything. */
const maxDrift = 0.05

const table = (head: string[], rows: (string | number)[][]): string =>
  [head, head.map((_, column) => (column === 0 ? "---" : "---:")), ...rows]
    .map((row) => `| ${row.join(" | ")} |`)
    .join("\n")

/** Formats results as multiples of the first; the second is the same side again, as a control. */
function compare(
  results: Result[],
  unit: (result: Result, base: Result) => (string | number)[],
): (string | number)[][] {
  const [base, control] = results
  if (base === undefined || control === undefined) throw new Error("Nothing was measured")
  const drift = Math.abs(control.micros / base.micros - 1)
  if (drift > maxDrift) means = false
  return results.map((result) => [result.name, ...unit(result, base), `±${Math.round(result.spread * 100)} %`])
}

let means = true

/** A `fetch` that has the response at once, with no network and no `Response`. */
const stub: Fetch = async (url) => {
  const isSolution = url.endsWith("/checkpoint")
  const body = isSolution
    ? '{"object":"AccountCreated","account_id":"acc_1"}'
    : '{"object":"Checkpoint","account_id":"acc_1","checkpoint":{"type":"2FA","source":"SMS"}}'
  return { status: isSolution ? 201 : 202, headers: { get: () => null }, text: async () => body }
}

async function stubbed(): Promise<string> {
  const url = "http://localhost/v1"
  const results = await measure(
    [
      { name: "a minimal XState machine", run: byMinimalMachine(stub, url) },
      { name: "the same again (control)", run: byMinimalMachine(stub, url) },
      { name: "two requests by hand", run: byHand(stub, url) },
      { name: "`createAuthIntent`", run: byIntent(stub, url) },
      { name: "`advanceIntent` twice", run: byRecord(stub, url) },
    ],
    { rounds, times: 400 },
  )
  return table(
    ["a login, `fetch` stubbed", "µs of CPU", "times", "spread"],
    compare(results, ({ micros }, base) => [Math.round(micros), (micros / base.micros).toFixed(2)]),
  )
}

async function overLoopback(url: string, together: number): Promise<string> {
  const platform: Fetch = (to, init) => fetch(to, init)
  const lean = createNodeFetch({ undici })
  const sides: Side[] = [
    { name: "two requests by hand", run: byHand(platform, `${url}/v1`) },
    { name: "the same again (control)", run: byHand(platform, `${url}/v1`) },
    { name: "unipile-node-sdk, validating", run: await bySdk(url) },
    { name: "a minimal XState machine", run: byMinimalMachine(platform, `${url}/v1`) },
    { name: "`createAuthIntent`, the platform's `fetch`", run: byIntent(platform, `${url}/v1`) },
    { name: "`createAuthIntent`, `createNodeFetch`", run: byIntent(lean, `${url}/v1`) },
  ]
  const results = await measure(sides, { rounds, times: 200, together, now: wallTime })
  return table(
    [
      `logins over loopback, ${together === 1 ? "one after another" : `${together} at once`}`,
      "a second",
      "share",
      "spread",
    ],
    compare(results, ({ micros }, base) => [Math.round(1e6 / micros), (base.micros / micros).toFixed(2)]),
  )
}

/** Returns how long an import takes over an empty process, in ms, as the median of some runs. */
function importTime(...modules: string[]): number {
  const script = `const { performance: p } = globalThis; const from = p.now(); ${modules
    .map((name) => `await import(${JSON.stringify(name)})`)
    .join("; ")}; console.log(p.now() - from)`
  const run = () => Number(execFileSync(process.execPath, ["--input-type=module", "--eval", script], { cwd: folder }))
  return Array.from({ length: rounds }, run).sort((a, b) => a - b)[Math.floor(rounds / 2)] ?? Number.NaN
}

function imports(): string {
  const entries = ["index", "server/index", "sandbox/index", "testing/index"].map(
    (name) => [name, importTime(join(folder, "dist/src", `${name}.js`))] as const,
  )
  const libraries = importTime("xstate", "ofetch", "valibot")
  const named = entries.map(([name, ms]) => [
    `auth-intent${name === "index" ? "" : `/${name.replace("/index", "")}`}`,
    Math.round(ms),
  ])
  return table(["import", "ms"], [["xstate, ofetch and valibot alone", Math.round(libraries)], ...named])
}

const server = fork(join(import.meta.dirname, "server.mjs"), { stdio: ["ignore", "inherit", "inherit", "ipc"] })
const [port] = await once(server, "message")
const url = `http://127.0.0.1:${port}`
const parts = [
  await stubbed(),
  await overLoopback(url, 1),
  await overLoopback(url, 50),
  await growth(isWhole ? [1_000, 10_000, 100_000] : [1_000], table),
  imports(),
]
server.disconnect()

const page = join(folder, "docs/performance.md")
const [before = "", , after = ""] = readFileSync(page, "utf8").split(/<!-- (?:begin|end) figures -->/)
const verdict = means
  ? `Node ${process.version}. Each control stayed within ${maxDrift * 100} % of its side.`
  : `Node ${process.version}. A control moved by more than ${maxDrift * 100} %: **this run means nothing**, the machine was busy.`
const figures = [verdict, ...parts].join("\n\n")
console.log(figures)
if (isWhole) writeFileSync(page, `${before}<!-- begin figures -->\n\n${figures}\n\n<!-- end figures -->${after}`)
