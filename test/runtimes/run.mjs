// Packs the library, runs its checks on every runtime, compiles its declarations, and writes the tables of the README.
// With "check" it writes nothing, compares the tables with those of the README, and fails at a difference.
import { spawn, spawnSync } from "node:child_process"
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { createServer } from "node:http"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import chromium from "@sparticuz/chromium"
import { build } from "esbuild"
import { Miniflare } from "miniflare"
import { chromium as playwright } from "playwright-core"
import webpack from "webpack"
import { weigh } from "./weigh.mjs"

const root = fileURLToPath(new URL("../..", import.meta.url))
const here = fileURLToPath(new URL(".", import.meta.url))
const bin = (name) => join(here, "node_modules", name)
const folder = mkdtempSync(join(tmpdir(), "runtimes-"))
process.on("exit", () => rmSync(folder, { recursive: true, force: true }))

function mustRun(command, args, cwd) {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: "utf8", input: "" })
  if (status !== 0) throw new Error(`${command} ${args.join(" ")}\n${stdout}${stderr}`)
}

mustRun("npm", ["run", "build"], root)
mustRun("npm", ["pack", "--ignore-scripts", "--pack-destination", folder], root)
const tarball = join(
  folder,
  readdirSync(folder).find((name) => name.endsWith(".tgz")),
)
const { peerDependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"))

/** Installs the tarball beside a version of XState, with the checks. */
function install(xstate) {
  const project = join(folder, `xstate-${xstate}`)
  mkdirSync(project)
  writeFileSync(join(project, "package.json"), JSON.stringify({ private: true, type: "module" }))
  const packages = [`xstate@${xstate}`, `@xstate/graph@${peerDependencies["@xstate/graph"]}`, "@types/react@19"]
  mustRun("npm", ["install", "--prefer-offline", "--no-audit", "--no-fund", tarball, ...packages], project)
  for (const name of readdirSync(here).filter((each) => /\.(mjs|ts)$/.test(each))) {
    copyFileSync(join(here, name), join(project, name))
  }
  return project
}

const floor = peerDependencies.xstate.replace("^", "")
const newest = install("5")
const lowest = install(floor)
const versionOf = (project, name) =>
  JSON.parse(readFileSync(join(project, "node_modules", name, "package.json"), "utf8")).version

/** Runs a process to its end and returns its last line of output, parsed as JSON. */
const runProcess = (command, args, cwd) =>
  new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, stdio: ["ignore", "pipe", "pipe"], timeout: 300_000 })
    const output = { stdout: "", stderr: "" }
    for (const name of ["stdout", "stderr"]) {
      child[name].on("data", (chunk) => {
        output[name] += chunk
      })
    }
    child.on("error", reject)
    child.on("exit", (code) => {
      const last = output.stdout.trim().split("\n").at(-1) ?? ""
      if (code === 0 && last.startsWith("{")) return resolve(JSON.parse(last))
      reject(new Error(`exit ${code}: ${`${output.stdout}${output.stderr}`.trim().slice(-600)}`))
    })
  })

const bundle = async (entry, options) => {
  const built = await build({
    entryPoints: [join(newest, entry)],
    absWorkingDir: newest,
    bundle: true,
    format: "esm",
    target: "es2022",
    write: false,
    logLevel: "error",
    ...options,
  })
  return built.outputFiles[0].text
}

/** Bundles with webpack, which splits a page at every late import. */
async function bundleByWebpack(entry) {
  const path = join(folder, "webpack")
  const compiler = webpack({
    mode: "production",
    context: newest,
    entry: join(newest, entry),
    output: { path, filename: "page.js" },
  })
  const stats = await new Promise((resolve, reject) => {
    compiler.run((error, done) => (error ? reject(error) : resolve(done)))
  })
  if (stats.hasErrors()) throw new Error(stats.toString("errors-only"))
  return readFileSync(join(path, "page.js"), "utf8")
}

/** Serves the HTTP requests of a worker and a page. */
async function serveHost() {
  const load = (path) => import(join(newest, path))
  const { createSandbox } = await load("node_modules/auth-intent/dist/src/sandbox/index.js")
  const { createTestRelay } = await load("relay.mjs")
  const { toNodeHandler } = await load("node_modules/srvx/dist/adapters/node.mjs")
  const scripts = {
    "/page.js": await bundle("page.mjs", { platform: "browser", external: ["node:*", "srvx/node"] }),
    "/login.js": await bundleByWebpack("login.mjs"),
  }
  const relay = createTestRelay()
  const sandbox = createSandbox()
  const server = createServer(
    toNodeHandler((request) => {
      const { pathname } = new URL(request.url)
      if (pathname.startsWith("/api/auth/")) return relay(request)
      if (pathname.startsWith("/v1/")) return sandbox.fetch(request.url, request)
      const script = scripts[pathname]
      const name = pathname === "/login" ? "login" : "page"
      const html = `<!doctype html><meta charset="utf-8"><script type="module" src="/${name}.js"></script>`
      return new Response(script ?? html, { headers: { "content-type": script ? "text/javascript" : "text/html" } })
    }),
  )
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve))
  return { url: `http://127.0.0.1:${server.address().port}`, close: () => server.close().closeAllConnections() }
}

async function runWorker({ url }) {
  const script = await bundle("worker.mjs", {
    platform: "neutral",
    mainFields: ["module", "main"],
    external: ["node:*"],
  })
  const worker = new Miniflare({
    modules: true,
    script,
    compatibilityDate: "2026-04-01",
    compatibilityFlags: ["nodejs_compat"],
    bindings: { SANDBOX_URL: `${url}/v1`, RELAY_URL: `${url}/api/auth` },
  })
  try {
    const response = await worker.dispatchFetch("http://localhost/")
    return JSON.parse(await response.text())
  } finally {
    await worker.dispose()
  }
}

/** A page built by webpack, offline at its first try and online at its second. */
async function logInOfflineFirst(browser, url) {
  const context = await browser.newContext()
  const page = await context.newPage()
  await page.goto(`${url}/login`)
  await page.waitForFunction("globalThis.logIn")
  await context.setOffline(true)
  const offline = await page.evaluate("logIn()")
  await context.setOffline(false)
  const online = await page.evaluate("logIn()")
  await context.close()
  if (`${offline}, ${online}` !== "idle client/network, connected") throw new Error(`webpack: ${offline}, ${online}`)
}

async function runPage({ url }) {
  // The package's own arguments would turn off the browser's rules about origins.
  const args = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
  const browser = await playwright.launch({ executablePath: await chromium.executablePath(), args })
  try {
    const page = await browser.newPage()
    page.on("pageerror", (error) => console.error(String(error)))
    await page.goto(url)
    await page.waitForFunction("globalThis.results")
    const results = await page.evaluate("globalThis.results")
    await logInOfflineFirst(browser, url).then(
      () => {
        results.relay.passed += 1
      },
      ({ message }) => results.relay.failures.push(message),
    )
    return results
  } finally {
    await browser.close()
  }
}

const node = (name) => bin(`${name}/bin/node`)
const runtimes = [
  ...["node-20", "node-22", "node-24", "node-newest"].map((name) => [
    `Node ${versionOf(here, name)}`,
    () => runProcess(node(name), ["process.mjs"], newest),
  ]),
  [`Node ${versionOf(here, "node-20")}, xstate ${floor}`, () => runProcess(node("node-20"), ["process.mjs"], lowest)],
  [`Bun ${versionOf(here, "bun")}`, () => runProcess(bin(".bin/bun"), ["process.mjs"], newest)],
  [`Deno ${versionOf(here, "deno")}`, () => runProcess(bin(".bin/deno"), ["run", "-A", "process.mjs"], newest)],
  [`workerd ${versionOf(here, "workerd")}`, runWorker],
  [`Chromium ${versionOf(here, "@sparticuz/chromium").split(".")[0]}`, runPage],
]
const areas = ["scenarios", "transports", "sandbox", "relay"]

/** The reasons why a runtime runs fewer checks of an area than the others. Without one it is a failure. */
const fewer = {
  Chromium: {
    transports: "a page refuses intelliwise's session token, so that its conformance is not played there",
    relay: "a page has no relay in its own process",
  },
}

let failed = 0
const fail = (where, message) => {
  failed += 1
  console.error(`${where}: ${message}`)
}

const rows = []
const host = await serveHost()
for (const [name, run] of runtimes) {
  const results = await run(host).catch((error) => {
    fail(name, error.message)
    return {}
  })
  const cells = areas.map((area) => {
    const { passed = 0, failures = [] } = results[area] ?? {}
    for (const failure of failures) fail(`${name}, ${area}`, failure)
    return failures.length === 0 && passed > 0 ? `${passed} passed` : `${passed} passed, ${failures.length} failed`
  })
  rows.push([name, ...cells])
  console.log(rows.at(-1).join(" | "))
}
host.close()

const passedIn = (cell) => Number.parseInt(cell, 10)
for (const [column, area] of areas.entries()) {
  const all = Math.max(...rows.map((cells) => passedIn(cells[column + 1])))
  for (const [name, ...cells] of rows) {
    const passed = passedIn(cells[column])
    const reason = fewer[name.split(" ")[0]]?.[area]
    if (passed < all && !reason) fail(`${name}, ${area}`, `${passed} checks ran, where others ran ${all}`)
    if (passed === all && reason)
      fail(`${name}, ${area}`, `as many checks ran as elsewhere, so this is wrong: ${reason}`)
  }
}
const reasons = Object.entries(fewer).map(([name, each]) => `${name} runs fewer: ${Object.values(each).join("; ")}.`)

const strict = { target: "ES2022", module: "NodeNext", lib: ["ES2022", "DOM"], types: [], strict: true, noEmit: true }
const modes = {
  NodeNext: { ...strict, skipLibCheck: true },
  Bundler: { ...strict, module: "ESNext", moduleResolution: "Bundler", skipLibCheck: true },
  "exact optional properties": { ...strict, skipLibCheck: true, exactOptionalPropertyTypes: true },
  "declarations checked": { ...strict, skipLibCheck: false },
  "no DOM, no Node types": { ...strict, lib: ["ES2022"], skipLibCheck: true },
}
const typed = []
for (const [name, project] of [
  ["typescript-5.4", newest],
  ["typescript-5.9", newest],
  ["typescript-6", newest],
  ["typescript-7", newest],
  ["typescript-7", lowest],
]) {
  const row = [`TypeScript ${versionOf(here, name)}${project === lowest ? `, xstate ${floor}` : ""}`]
  for (const [mode, compilerOptions] of Object.entries(modes)) {
    const config = join(project, "tsconfig.json")
    writeFileSync(config, JSON.stringify({ compilerOptions, files: ["typed.ts"] }))
    const { status, stdout } = spawnSync(bin(`${name}/bin/tsc`), ["-p", config], { cwd: project, encoding: "utf8" })
    if (status !== 0) fail(`${row[0]}, ${mode}`, stdout.trim().split("\n").slice(0, 3).join("\n"))
    row.push(status === 0 ? "compiles" : "**does not**")
  }
  typed.push(row)
  console.log(row.join(" | "))
}

const { rows: covered } = await runProcess(node("node-20"), ["coverage.mjs"], newest)
const table = (head, rows) =>
  [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n")
const figures = [
  table(["", "scenarios on the machines", "transports", "sandbox", "relay"], rows),
  reasons.join(" "),
  table(["", ...Object.keys(modes)], typed),
  table(["size, one file, gzip", ""], await weigh(newest)),
  table(["covered by `transitions`", "scenarios", "states", "transitions", "conditions", "failures"], covered),
].join("\n\n")
const readme = join(root, "README.md")
const text = readFileSync(readme, "utf8")
const [before, , after] = text.split(/<!-- \/?runtimes -->/)
const expected = `${before}<!-- runtimes -->\n\n${figures}\n\n<!-- /runtimes -->${after}`
if (process.argv[2] !== "check") writeFileSync(readme, expected)
else if (text !== expected) {
  const [stands, ran] = [text, expected].map((each) => each.split("\n"))
  const gone = stands.filter((line) => !ran.includes(line)).map((line) => `- ${line}`)
  const come = ran.filter((line) => !stands.includes(line)).map((line) => `+ ${line}`)
  fail("README.md", `differs from this run; without "check" it is written\n${[...gone, ...come].join("\n")}`)
}
console.log(failed === 0 ? "\nREADME.md has these figures." : `\n${failed} failed.`)
process.exit(failed === 0 ? 0 : 1)
