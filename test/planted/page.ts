import { execFile } from "node:child_process"
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { parseArgs, promisify } from "node:util"
import { build } from "esbuild"
import { createPageDriver } from "../../src/testing/create-page-driver.ts"
import { getScenarios } from "../../src/testing/get-scenarios.ts"
import { runScenario } from "../../src/testing/run-scenario.ts"
import { launchBrowser } from "../harness/browser.ts"
import { type PageBug, pageBugs } from "./page-bugs.ts"

/**
 * Plants each bug of the page in a copy of the sources, one at a time, and plays the machine's scenarios on the copy's
 * form in a browser. If they find nothing, the tests of the hand and the journeys in `test/react` run.
 *
 *     npm run planted:page -- [--only part-of-a-name] [--shard 1/2]
 */
const { values } = parseArgs({
  options: { only: { type: "string", default: "" }, shard: { type: "string", default: "1/1" } },
})
const [shard = 1, shards = 1] = values.shard.split("/").map(Number)

const copy = await mkdtemp(join(tmpdir(), "planted-page-"))
await mkdir(join(copy, "docs"))
for (const path of ["src", "machines", "test", "docs/examples", "tsconfig.base.json", "vitest.config.ts"]) {
  await cp(path, join(copy, path), { recursive: true, filter: (from) => !/node_modules|screenshots/.test(from) })
}
await symlink(join(process.cwd(), "node_modules"), join(copy, "node_modules"))
// The copy's entry points are its sources: it needs no build.
const manifest = await readFile("package.json", "utf8")
await writeFile(join(copy, "package.json"), manifest.replaceAll(/dist\/(src\/[\w/]+)\.js/g, "$1.ts"))

const browser = await launchBrowser()
const scenarios = getScenarios({ strategy: "transitions" })

async function createDriver(body: string) {
  const context = await browser.newContext({ locale: "en-US" })
  context.setDefaultTimeout(8_000)
  const page = await context.newPage()
  await page.route("http://localhost/**", (route) => route.fulfill({ contentType: "text/html", body }))
  return createPageDriver(page, {
    url: ({ resume, ...options }) => `http://localhost/?options=${JSON.stringify(options)}`,
    buttons: { approve: /approve/i, switchMethod: /^Try another way$/, cancel: /^Cancel$/ },
    failure: "[role=alert]",
    ended: { connected: /^Connected/, expired: /^Time is up$/, mayBeConnected: /^Not sure yet$/ },
  })
}

/** Plays the scenarios on the copy's form; returns the first failing one. */
async function playScenarios(): Promise<string | undefined> {
  const { outputFiles } = await build({
    entryPoints: [join(copy, "docs/examples/login-page/main.tsx")],
    ...({ bundle: true, minify: true, jsx: "automatic", write: false, logLevel: "silent" } as const),
  })
  const script = outputFiles[0]?.text.replaceAll("</script", "<\\/script")
  const body = `<!doctype html><title>Log in</title><body><script type="module">${script}</script>`
  const remaining = [...scenarios]
  let found: string | undefined
  const play = async () => {
    const driver = await createDriver(body)
    for (let next = remaining.shift(); next && found === undefined; next = remaining.shift()) {
      const { name } = next
      await runScenario(next, driver, { shrinkFor: 0 }).catch(() => {
        found ??= name
      })
    }
  }
  await Promise.all(Array.from({ length: 5 }, play))
  await Promise.all(browser.contexts().map((context) => context.close()))
  return found
}

const tests = ["hand", "journeys", "hook"]
const files = [...tests.map((name) => `test/react/${name}.test.ts`), "test/page"]

/** Runs the tests of the copy; returns the first failing one. */
async function runTests(): Promise<string | undefined> {
  const vitest = join(copy, "node_modules/vitest/vitest.mjs")
  const args = [vitest, "run", "--root", copy, "--bail", "1", "--reporter", "json", ...files]
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: copy, maxBuffer: 1e9 }).catch(
    (error: { stdout: string }) => error,
  )
  interface Report {
    success: boolean
    numPassedTests: number
    testResults: { message: string; assertionResults: { status: string; fullName: string }[] }[]
  }
  const report = JSON.parse(stdout.slice(stdout.indexOf("{"))) as Report
  if (report.success && report.numPassedTests > 50) return undefined
  const failed = report.testResults.flatMap(({ assertionResults }) => assertionResults)
  return failed.find(({ status }) => status === "failed")?.fullName ?? "a file of tests does not load"
}

/** Plays on the copy with a bug in it, and repairs the copy. */
async function find({
  file,
  from,
  to,
  name,
}: PageBug): Promise<{ by: "scenarios" | "tests" | "nothing"; title?: string }> {
  const path = join(copy, file)
  const source = await readFile(path, "utf8")
  if (source.split(from).length !== 2) throw new Error(`"${name}" has no single place in ${file}`)
  await writeFile(
    path,
    source.replace(from, () => to),
  )
  try {
    const scenario = await playScenarios()
    if (scenario !== undefined) return { by: "scenarios", title: scenario }
    const test = await runTests()
    return test === undefined ? { by: "nothing" } : { by: "tests", title: test }
  } finally {
    await writeFile(path, source)
  }
}

const unsound = (await playScenarios()) ?? (await runTests())
if (unsound !== undefined) throw new Error(`The correct sources fail: ${unsound}`)

const chosen = pageBugs.filter(({ name }, index) => name.includes(values.only) && index % shards === shard - 1)
const counts = { scenarios: 0, tests: 0, nothing: 0 }
for (const bug of chosen) {
  const { by, title } = await find(bug)
  counts[by] += 1
  console.log(`${by === "nothing" ? "SURVIVES" : by}: ${bug.name}${title ? ` (${title.slice(0, 90)})` : ""}`)
}
console.log(`${chosen.length} bugs: ${counts.scenarios} found by the scenarios, ${counts.tests} by the tests alone`)
await browser.close()
await rm(copy, { recursive: true })
process.exitCode = counts.nothing > 0 ? 1 : 0
