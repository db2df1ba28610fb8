import { execFile } from "node:child_process"
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs"
import { tmpdir } from "node:os"
import { basename, dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { afterAll, beforeAll, describe, expect, it } from "vitest"

const root = fileURLToPath(new URL("../..", import.meta.url))
/** The folder of the tarball. */
const packed = mkdtempSync(join(tmpdir(), "tarball-"))
afterAll(() => rmSync(packed, { recursive: true }))

/** Runs a command to its end without a terminal. A command that takes too long is killed and has no status. */
function run(command: string, args: string[], cwd: string, timeout = 60_000) {
  return new Promise<{ status: unknown; stdout: string; stderr: string }>((resolve) => {
    const child = execFile(command, args, { cwd, timeout }, (error, stdout, stderr) =>
      resolve({ status: error ? error.code : 0, stdout, stderr }),
    )
    child.stdin?.end()
  })
}

async function mustRun(command: string, args: string[], cwd: string) {
  const { status, stdout, stderr } = await run(command, args, cwd)
  expect(status, `${command} ${args.join(" ")}\n${stdout}${stderr}`).toBe(0)
}

interface Block {
  /** The path of the written file: the blocks of a page share a folder. */
  path: string
  text: string
  /** Whether a program runs it, or imports it by the name in its first line. */
  isProgram: boolean
  isImported: boolean
  /** The output that the page shows, if any. */
  prints?: string | undefined
}

/**
 * The code blocks of a page. A `ts` block runs, and a `text` block right after it is its output. A `tsx` or `ts no-run`
 * block can run only in a project of the reader's, and is compiled here.
 */
function blocksOf(page: string): Block[] {
  const markdown = readFileSync(join(root, page), "utf8")
  const blocks = markdown.matchAll(/^```(tsx?)( no-run)?\n(.*?)^```\n(?:\n*^```text\n(.*?)^```\n)?/gms)
  return [...blocks].map(({ index, 1: language, 2: mark, 3: text = "", 4: prints }) => {
    const line = markdown.slice(0, index).split("\n").length
    const [, name] = /^\/\/ ([\w-]+)\.ts\n/.exec(text) ?? []
    const path = `${basename(page, ".md")}/${name ?? `line-${line}`}.${language}`
    return { path, text, prints, isProgram: language === "ts" && mark === undefined, isImported: name !== undefined }
  })
}

const guides = readdirSync(join(root, "docs")).filter((name) => name.endsWith(".md"))
const blocks = [...blocksOf("README.md"), ...guides.flatMap((name) => blocksOf(join("docs", name)))]
const programs = blocks.filter(({ isProgram }) => isProgram)

function write(blocks: Block[], folder: string): void {
  for (const { path, text } of blocks) {
    mkdirSync(join(folder, "src", dirname(path)), { recursive: true })
    writeFileSync(join(folder, "src", path), text)
  }
}

const settings = {
  compilerOptions: {
    target: "ES2022",
    module: "NodeNext",
    lib: ["ES2022", "DOM", "DOM.Iterable"],
    types: [],
    strict: true,
    noUncheckedIndexedAccess: true,
    rootDir: "src",
    outDir: "out",
    // The compiler's own declarations are large, and not under test.
    skipDefaultLibCheck: true,
  },
  include: ["src"],
}

/** Exports of a reader's own package whose types its declarations have to name. */
const exported = `
import { createPostpressTransport, hostedAuthMachine, withTransport } from "auth-intent"
import { createActor } from "xstate"
const machine = withTransport(createPostpressTransport({ apiKey: "sandbox" }))
export const createLogin = () => createActor(machine, { input: { provider: "INSTAGRAM" } })
export const getLogin = () => createLogin().getSnapshot()
export const hosted = hostedAuthMachine.provide({ delays: { findInterval: 1 } })
`

const { peerDependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"))
const graph = `@xstate/graph@${peerDependencies["@xstate/graph"]}`

let tarball = ""
/** The installations of the tarball: beside the oldest allowed XState, and beside the newest of its major. */
let oldest = ""
let newest = ""

beforeAll(async () => {
  // The build precedes the tests, and other tests run from it.
  await mustRun("npm", ["pack", "--ignore-scripts", "--pack-destination", packed], root)
  const [name = "none"] = readdirSync(packed).filter((each) => each.endsWith(".tgz"))
  tarball = join(packed, name)
  ;[oldest, newest] = (await Promise.all(["5.27.0", "5"].map(install))) as [string, string]
}, 120_000)

/** Installs the tarball beside an XState, in a new folder with the programs of the pages. */
async function install(xstate: string): Promise<string> {
  const folder = mkdtempSync(join(packed, "install-"))
  writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true, type: "module" }))
  const flags = ["--ignore-scripts", "--prefer-offline", "--no-audit", "--no-fund"]
  await mustRun("npm", ["install", ...flags, tarball, `xstate@${xstate}`, graph], folder)
  write(
    blocks.filter(({ isProgram, isImported }) => isProgram || isImported),
    folder,
  )
  writeFileSync(join(folder, "src/exported.ts"), exported)
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(settings))
  return folder
}

const compile = (folder: string, ...flags: string[]) => run(join(root, "node_modules/.bin/tsc"), flags, folder)

/** The files of a folder, as paths. */
const filesOf = (folder: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))

describe("the tarball", () => {
  it("unpacks to less than 1 MB, and holds no map without its source", async () => {
    const folder = mkdtempSync(join(packed, "unpacked-"))
    await mustRun("tar", ["-xzf", tarball, "-C", folder], folder)
    const files = filesOf(folder)
    const bytes = files.reduce((sum, path) => sum + statSync(path).size, 0)
    expect(bytes, `${bytes} bytes`).toBeLessThan(1_000_000)

    const maps = files.filter((path) => path.endsWith(".map"))
    const lacking = maps.flatMap((path) => {
      const { sources, sourcesContent } = JSON.parse(readFileSync(path, "utf8"))
      const isWhole = (sourcesContent ?? []).length === sources.length
      return isWhole ? [] : sources.filter((source: string) => !existsSync(join(dirname(path), source)))
    })
    expect(lacking).toEqual([])
    const named = files
      .filter((path) => /\.(js|ts)$/.test(path))
      .flatMap((path) => {
        const [, map] = /\/\/# sourceMappingURL=(\S+)\s*$/.exec(readFileSync(path, "utf8")) ?? []
        return map !== undefined && !existsSync(join(dirname(path), map)) ? [path] : []
      })
    expect(named).toEqual([])
  })

  it("brings at most 14 packages, XState and itself included, and none that runs at install", () => {
    const { packages } = JSON.parse(readFileSync(join(newest, "package-lock.json"), "utf8"))
    // The programs that generate scenarios need the graph here.
    const names = Object.keys(packages).filter((path) => path !== "" && path !== "node_modules/@xstate/graph")
    expect(names.length, names.join(" ")).toBeLessThanOrEqual(14)
    expect(names.filter((name) => packages[name].hasInstallScript)).toEqual([])
  })
})

/** Imports each program, and prints as JSON its output, its error and its leftovers, once nothing is open any more. */
const runner = `
import { writeSync } from "node:fs"
// Touched first, as Node itself registers what its fetch is made of.
Headers
const results = {}
process.on("exit", () => writeSync(1, JSON.stringify(results)))
for (const path of process.argv.slice(2)) {
  const result = { stdout: "", stderr: "" }
  for (const name of ["stdout", "stderr"]) {
    process[name].write = (chunk) => {
      result[name] += chunk
      return true
    }
  }
  const before = new Set(Reflect.ownKeys(globalThis))
  await import(path).catch((error) => console.error(error))
  const left = Reflect.ownKeys(globalThis).filter((name) => !before.has(name))
  if (left.length > 0) console.error("It leaves globals behind: " + left.map(String).join())
  results[path] = result
}`

const toScript = (path: string) => `./${path.replace(/ts$/, "js")}`

/** Runs all programs in one process, since most of a short run is the start. Each keeps its own output. */
async function runPrograms(folder: string): Promise<Record<string, { stdout: string; stderr: string }>> {
  writeFileSync(join(folder, "out/all.js"), runner)
  const args = ["out/all.js", ...programs.map(({ path }) => toScript(path))]
  const { status, stdout, stderr } = await run("node", args, folder, 180_000)
  expect(status, `${stdout}${stderr}`).toBe(0)
  return JSON.parse(stdout)
}

describe.each(["oldest", "newest"] as const)("beside the %s XState that is allowed", (age) => {
  const folder = () => ({ oldest, newest })[age]
  let results: Awaited<ReturnType<typeof runPrograms>> = {}

  it("all programs type-check, with the declarations that they import and those of their own, and run to their end", async () => {
    expect(await compile(folder(), "--skipLibCheck", "false", "--declaration")).toEqual({
      status: 0,
      stdout: "",
      stderr: "",
    })
    results = await runPrograms(folder())
  }, 240_000)

  it.each(programs)("$path runs and prints what its page shows", ({ path, prints }) => {
    expect(results[toScript(path)]).toEqual({ stdout: prints, stderr: "" })
  })
})

describe("beside the newest XState", () => {
  it.concurrent("the definition is written as JSON by the line that its page shows", async () => {
    const [line = ""] = /^node --.*$/m.exec(readFileSync(join(root, "docs/inspector.md"), "utf8")) ?? []
    expect(await run("bash", ["-c", line], newest)).toEqual({ status: 0, stdout: "", stderr: "" })
    expect(JSON.parse(readFileSync(join(newest, "auth-intent.json"), "utf8"))).toMatchObject({ id: "authIntent" })
  })

  it.concurrent("its command explains itself", async () => {
    const help = await run("npx", ["--no", "--", "auth-intent", "--help"], newest)
    expect(help).toMatchObject({ status: 0, stdout: expect.stringContaining("auth-intent connect") })
  })
})

/** Packages of the pages' projects, as installed here. */
const beside = ["react", "react-dom", "@types", "vite", "hono", "@hono", "express", "@statelyai", "fast-check"]

// XState's own declarations do not compile with exactOptionalPropertyTypes.
it("all code that a page shows compiles, with exactOptionalPropertyTypes as well", async () => {
  const folder = join(newest, "pages")
  for (const name of beside) symlinkSync(join(root, "node_modules", name), join(newest, "node_modules", name))
  write(blocks, folder)
  copyFileSync(join(root, "test/package/beside-printed-parts.d.ts"), join(folder, "src/beside.d.ts"))
  const compilerOptions = { ...settings.compilerOptions, types: ["node"], jsx: "react-jsx", skipLibCheck: true }
  writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true, type: "module" }))
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ ...settings, compilerOptions }))
  for (const flags of [[], ["--exactOptionalPropertyTypes"]]) {
    expect(await compile(folder, "--noEmit", ...flags)).toEqual({ status: 0, stdout: "", stderr: "" })
  }
  expect(blocks.filter(({ path }) => path.endsWith(".tsx")).length).toBeGreaterThan(3)
})

it("no page shows code of a kind that nothing runs, compiles or compares", () => {
  const fences = guides.flatMap((name) => [...readFileSync(join(root, "docs", name), "utf8").matchAll(/^```(.+)$/gm)])
  const kinds = new Set(fences.map(([, kind = ""]) => kind))
  // Other tests check the rest: test/structure, and test/stores for SQL.
  const known = ["ts", "ts no-run", "tsx", "text", "sh", "sql", "css", "js", "mermaid"]
  expect([...kinds].filter((kind) => !known.includes(kind))).toEqual([])
  expect(kinds.size).toBeGreaterThan(5)
})

it("README shows a whole login in under 20 lines, and what it prints", () => {
  const login = programs.find(({ path }) => path.startsWith("README/"))
  expect(login?.text.trimEnd().split("\n").length).toBeLessThan(20)
  expect(login?.prints).toMatch(/^connected$/m)
})

it("each page shows what its code prints", () => {
  expect(programs.length).toBeGreaterThan(5)
  expect(programs.filter(({ prints }) => prints === undefined)).toEqual([])
})
