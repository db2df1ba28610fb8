import { fork } from "node:child_process"
import { once } from "node:events"
import { readFileSync, writeFileSync } from "node:fs"
import { cpus } from "node:os"
import { join } from "node:path"
import * as undici from "undici"
import type { Fetch } from "../../src/http/post-json.ts"
import { createNodeFetch } from "../../src/server/node-fetch.ts"
import { byHand } from "./by-hand.ts"
import { timeImports, weighPages } from "./footprint.ts"
import { measureGrowth, measureWaiting } from "./growth.ts"
import { measure, type Result, type Side, wallTime } from "./measure.ts"
import { replyTo } from "./replies.ts"
import { byIntent, byMinimalMachine, byRecord, bySdk } from "./sides.ts"
import { format, type Table } from "./table.ts"

const [folder = "", wanted = "100"] = process.argv.slice(2)
const rounds = Number(wanted)
if (!(rounds >= 1)) throw new Error("npm run bench -- <how many rounds>")
/** A run with fewer rounds is a trial, and does not write the page. */
const isWhole = rounds >= 100

/** The largest valid difference between two runs of the same side. */
const maxDrift = 0.05
/** The measured differences between the controls. */
const drifts: number[] = []

const control = "the same again (control)"

/** Builds the table of sides, each compared with the first; the second is the same side again. */
function compare(
  title: string,
  unit: string,
  results: readonly Result[],
  show: (result: Result) => (string | number)[],
) {
  drifts.push(Math.abs((results.find(({ name }) => name === control)?.times ?? Number.NaN) - 1))
  const rows = results.map((result) => [result.name, ...show(result), `±${Math.round(result.spread * 100)} %`])
  return { head: [title, ...unit.split(", "), "spread"], rows }
}

/** A `fetch` that responds at once without a network, with a `Response` of the platform to read. */
const stub: Fetch = async (url) => {
  const { status, body } = replyTo(url)
  return new Response(body, { status })
}

async function measureStubbed(): Promise<Table> {
  const url = "http://localhost/v1"
  const sides: Side[] = [
    { name: "a minimal XState machine", run: byMinimalMachine(stub, url) },
    { name: control, run: byMinimalMachine(stub, url) },
    { name: "two requests by hand", run: byHand(stub, url) },
    { name: "`createAuthIntent`", run: byIntent(stub, url) },
    { name: "`advanceIntent` twice", run: byRecord(stub, url) },
  ]
  const results = await measure(sides, { rounds, times: 300 })
  return compare("a login, `fetch` stubbed", "µs of CPU, times", results, ({ micros, times }) => [
    Math.round(micros),
    times.toFixed(2),
  ])
}

async function measureLoopback(url: string, together: number): Promise<Table> {
  const platform: Fetch = (to, init) => fetch(to, init)
  const lean = createNodeFetch({ undici })
  const api = `${url}/v1`
  const sides: Side[] = [
    { name: "two requests by hand", run: byHand(platform, api) },
    { name: control, run: byHand(platform, api) },
    { name: "unipile-node-sdk, validating", run: await bySdk(url) },
    { name: "a minimal XState machine", run: byMinimalMachine(platform, api) },
    { name: "`createAuthIntent`, the platform's `fetch`", run: byIntent(platform, api) },
    { name: "two requests by hand, `createNodeFetch`", run: byHand(lean, api) },
    { name: "`createAuthIntent`, `createNodeFetch`", run: byIntent(lean, api) },
  ]
  const results = await measure(sides, { rounds, times: 100, together, now: wallTime })
  const title = `logins over loopback, ${together === 1 ? "one after another" : `${together} at once`}`
  return compare(title, "a second, share", results, ({ micros, times }) => [
    Math.round(1e6 / micros),
    (1 / times).toFixed(2),
  ])
}

/** Runs all measurements one after another, and prints each result. */
async function run(url: string): Promise<string[]> {
  const parts: (() => Promise<Table> | Table)[] = [
    measureStubbed,
    () => measureLoopback(url, 1),
    () => measureLoopback(url, 50),
    measureWaiting,
    () => measureGrowth(isWhole ? [1_000, 10_000, 100_000] : [1_000, 10_000]),
    () => weighPages(folder),
    () => timeImports(folder, Math.ceil(rounds / 7)),
  ]
  const tables: string[] = []
  for (const part of parts) {
    const table = format(await part())
    console.log(`${table}\n`)
    tables.push(table)
  }
  return tables
}

const start = performance.now()
// A provider in its own process, which ends with this one in any case.
const server = fork(join(import.meta.dirname, "server.mjs"), { stdio: ["ignore", "inherit", "inherit", "ipc"] })
try {
  const [port] = await once(server, "message")
  const tables = await run(`http://127.0.0.1:${port}`)
  const worst = Math.max(...drifts)
  const means = worst <= maxDrift
  const where = `Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? "an unknown processor"}, ${rounds} rounds`
  const drift = `the controls were at most ${(worst * 100).toFixed(1)} % from their side`
  const minutes = ((performance.now() - start) / 60_000).toFixed(1)
  console.log(`${where}, ${minutes} minutes; ${drift}.`)
  if (!means) {
    console.error(`That is more than ${maxDrift * 100} %: this run means nothing, the machine was busy.`)
    process.exitCode = 1
  } else if (isWhole) {
    const page = join(folder, "docs/performance.md")
    const [before = "", , after = ""] = readFileSync(page, "utf8").split(/<!-- (?:begin|end) figures -->/)
    const figures = [`${where}; ${drift}.`, ...tables].join("\n\n")
    writeFileSync(page, `${before}<!-- begin figures -->\n\n${figures}\n\n<!-- end figures -->${after}`)
    console.log("Written to docs/performance.md.")
  }
} finally {
  server.kill()
}
process.exit()
