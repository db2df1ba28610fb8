import { spawnSync } from "node:child_process"
import { readdirSync, readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { gzipSync } from "node:zlib"
import { build } from "esbuild"
import { describe, expect, it } from "vitest"

const root = fileURLToPath(new URL("../..", import.meta.url))

/** The exports that a page needs, from the built package that users have. */
const page = `export {
  approveInApp, cancelIntent, createAuthIntent, createRelayTransport, getMessage, getStep, messages,
  parseSavedIntent, saveIntent, submitCode, submitCredentials, submitPhone, switchMethod, waitForIntent,
} from "auth-intent"`

const toAll = (entry: string) => `export * from "${entry}"`

/** Packages that an entry may load, but that a page never gets from the core. */
const external = [
  "react",
  "react-dom",
  "react/jsx-runtime",
  "@xstate/graph",
  "jose",
  "srvx",
  "playwright-core",
  "node:*",
]

const bundles = new Map<string, ReturnType<typeof bundleAnew>>()

/** Bundles a page into one file, once for all tests. */
function bundle(contents: string) {
  const bundled = bundles.get(contents) ?? bundleAnew(contents)
  bundles.set(contents, bundled)
  return bundled
}

async function bundleAnew(contents: string) {
  const { outputFiles, metafile } = await build({
    stdin: { contents, resolveDir: root, sourcefile: "page.js" },
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    platform: "browser",
    absWorkingDir: root,
    metafile: true,
    write: false,
    external,
    logLevel: "error",
  })
  const [file = expect.fail("Nothing was built")] = outputFiles
  const [output = expect.fail("Nothing was built")] = Object.values(metafile.outputs)
  const inputs = Object.entries(output.inputs).filter(([, { bytesInOutput }]) => bytesInOutput > 0)
  const bundled = inputs.flatMap(([path]) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? [])
  const imported = output.imports.filter((each) => each.external).map(({ path }) => path)
  const packages = [...bundled, ...imported]
  return { bytes: gzipSync(file.contents, { level: 9 }).length, packages: new Set(packages), text: file.text, inputs }
}

/** The weight of each use of the library with all loaded code, in bytes of gzip. A new weight changes its number. */
const budgets: [name: string, contents: string, maxBytes: number][] = [
  ["the machine alone, with XState", 'export { authIntentMachine } from "auth-intent"', 15_940],
  ["a page with the relay's transport", page, 25_000],
  ["a back end with postpress", 'export { createAuthIntent, createPostpressTransport } from "auth-intent"', 27_870],
  ["the whole core", toAll("auth-intent"), 34_690],
  ["getStep alone", 'export { getStep } from "auth-intent"', 600],
  ["the texts alone", 'export { getMessage } from "auth-intent"', 1_900],
  ["the hook and a page", `${page}; export { useAuthIntent } from "auth-intent/react"`, 28_000],
  ["the form and a page", `${page}; export { ConnectAccount } from "auth-intent/react"`, 33_780],
]

it.each(budgets)("the weight of %s stays within its budget", async (_, contents, maxBytes) => {
  const { bytes } = await bundle(contents)
  expect(bytes, `${bytes} bytes`).toBeLessThanOrEqual(maxBytes)
  // A budget far above the weight would check nothing.
  expect(bytes, `${bytes} bytes`).toBeGreaterThan(maxBytes * 0.97)
})

it("a page is one file, with xstate and valibot in it", async () => {
  const { packages, text } = await bundle(page)
  expect(packages).toEqual(new Set(["xstate", "valibot"]))
  // The first request loads nothing: a page may be offline then, and a service worker cannot import.
  expect(text).not.toMatch(/\bimport\(/)
})

it("no two built files read each other: what is loaded first would miss what the other defines", () => {
  const folder = new URL("../../dist/chunks/", import.meta.url)
  const names = readdirSync(folder).filter((name) => name.endsWith(".js"))
  const read = (name: string) => readFileSync(new URL(name, folder), "utf8")
  const imports = new Map(
    names.map((name) => [name, [...read(name).matchAll(/^import .*"\.\/(.+)"/gm)].map(([, to]) => to)]),
  )
  // A file without remaining imports is removed, until only cycles remain.
  for (let size = Number.POSITIVE_INFINITY; imports.size < size; ) {
    size = imports.size
    for (const [name, read] of imports) if (!read.some((to) => to && imports.has(to))) imports.delete(name)
  }
  expect([names.length > 15, [...imports.keys()]]).toEqual([true, []])
})

const core = ["xstate", "valibot", "ofetch", "destr", "ufo"]

/** The packages that each entry loads, besides Node's modules. */
const entries: [entry: string, packages: string[]][] = [
  ["auth-intent", core],
  ["auth-intent/server", [...core, "jose"]],
  ["auth-intent/sandbox", [...core, "srvx/node"]],
  ["auth-intent/testing", [...core, "@xstate/graph"]],
  ["auth-intent/react", [...core, "react", "react/jsx-runtime"]],
]

describe("an entry", () => {
  it.each(entries)("%s leads to no package but its own", async (entry, wanted) => {
    const { packages } = await bundle(toAll(entry))
    const found = [...packages].filter((name) => !name.startsWith("node:"))
    expect(found.filter((name) => !wanted.includes(name))).toEqual([])
  })

  it.each(entries)("%s costs a page nothing that imports nothing of it", async (entry) => {
    const { bytes, inputs } = await bundle(`import "${entry}"`)
    expect([bytes < 50, inputs]).toEqual([true, []])
  })

  it.each(entries)("%s is some few files of ours, not a file for each module", async (entry) => {
    const { inputs } = await bundle(toAll(entry))
    const ours = inputs.filter(([path]) => path.startsWith("dist/"))
    expect(ours.length).toBeGreaterThan(0)
    expect(ours.length).toBeLessThan(9)
  })

  it("of any name does nothing as it is imported: no global, no timer, no line", () => {
    const names = entries.map(([entry]) => entry)
    const script = `
        // Touched first, as Node itself registers what its fetch is made of.
        Headers
        const names = () => Reflect.ownKeys(globalThis).map(String).sort().join()
        const results = []
        for (const entry of ${JSON.stringify(names)}) {
          const before = names()
          await import(entry)
          const open = process.getActiveResourcesInfo().filter((name) => /Timeout|Immediate|Server|Port|Child/.test(name))
          results.push([entry, before === names(), open])
        }
        console.log(JSON.stringify(results))`
    const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "--eval", script], {
      cwd: root,
      encoding: "utf8",
    })
    expect([stdout.trim(), stderr]).toEqual([JSON.stringify(names.map((entry) => [entry, true, []])), ""])
  })
})
