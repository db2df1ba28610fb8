import { spawnSync } from "node:child_process"
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
import { afterAll, beforeAll, describe, expect, test } from "vitest"

const root = fileURLToPath(new URL("../..", import.meta.url))
/** Holds the tarball. */
const packed = mkdtempSync(join(tmpdir(), "tarball-"))
afterAll(() => rmSync(packed, { recursive: true }))

/** The oldest XState that is allowed, and the newest of its major. */
const xstates = ["5.27.0", "5"]

/** Runs a command to its end, with nobody at a terminal; one that does not end in time is killed and has no status. */
function run(command: string, args: string[], cwd: string, timeout = 60_000) {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, timeout, encoding: "utf8", input: "" })
  return { status, stdout, stderr }
}

function mustRun(command: string, args: string[], cwd: string) {
  const { status, stdout, stderr } = run(command, args, cwd)
  expect(status, `${command} ${args.join(" ")}\n${stdout}${stderr}`).toBe(0)
}

interface Block {
  /** Where it is written to: the blocks of a page share a folder. */
  path: string
  text: string
  /** Whether a program runs it, or imports it by the name that its first line says. */
  isProgram: boolean
  isImported: boolean
  /** What it prints, where the page that shows it says so. */
  prints?: string | undefined
}

/**
 * The code that a page shows. `ts` runs, and a `text` block right after it is what it prints; `tsx`, and `ts no-run`, which
 * only a project of the reader's can run, compile.
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
  },
  include: ["src"],
}

let tarball = ""

beforeAll(() => {
  // What is there was built before the tests, and others run from it.
  mustRun("npm", ["pack", "--ignore-scripts", "--pack-destination", packed], root)
  const [name = "none"] = readdirSync(packed).filter((each) => each.endsWith(".tgz"))
  tarball = join(packed, name)
}, 60_000)

/** Installs the tarball beside these packages, in a new folder. */
function install(...packages: string[]): string {
  const folder = mkdtempSync(join(packed, "install-"))
  writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true, type: "module" }))
  mustRun("npm", ["install", "--prefer-offline", "--no-audit", "--no-fund", tarball, ...packages], folder)
  return folder
}

/** The files of a folder, as paths. */
const filesOf = (folder: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))

describe("the tarball", () => {
  test("unpacks to less than 1 MB, and holds no map without its source", () => {
    const folder = mkdtempSync(join(packed, "unpacked-"))
    mustRun("tar", ["-xzf", tarball, "-C", folder], folder)
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

  test("brings at most 14 packages, XState and itself included, and none that runs at install", () => {
    const folder = install("xstate")
    const { packages } = JSON.parse(readFileSync(join(folder, "package-lock.json"), "utf8"))
    const names = Object.keys(packages).filter((path) => path !== "")
    expect(names.length, names.join(" ")).toBeLessThanOrEqual(14)
    expect(names.filter((name) => packages[name].hasInstallScript)).toEqual([])
  }, 60_000)
})

describe.each(xstates)("beside xstate %s", (xstate) => {
  let folder = ""

  beforeAll(() => {
    const { peerDependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"))
    const graph = peerDependencies["@xstate/graph"]
    folder = install(`xstate@${xstate}`, ...(graph ? [`@xstate/graph@${graph}`] : []))
    write(
      blocks.filter(({ isProgram, isImported }) => isProgram || isImported),
      folder,
    )
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(settings))
  }, 120_000)

  // XState's own declarations do not compile with exactOptionalPropertyTypes.
  test.each(["--skipLibCheck false", "--skipLibCheck --exactOptionalPropertyTypes"])(
    "it type-checks with %s",
    (flags) => {
      const compiled = run(join(root, "node_modules/.bin/tsc"), flags.split(" "), folder)
      expect(compiled).toEqual({ status: 0, stdout: "", stderr: "" })
    },
  )

  test.each(programs)(
    "$path runs and prints what its page shows",
    ({ path, prints }) => {
      const ran = run("node", [`out/${path.replace(/ts$/, "js")}`], folder, 180_000)
      expect(ran).toEqual({ status: 0, stdout: prints ?? expect.any(String), stderr: "" })
    },
    190_000,
  )

  test("the definition is written as JSON by the line that its page shows", () => {
    const [line = ""] = /^node --.*$/m.exec(readFileSync(join(root, "docs/inspector.md"), "utf8")) ?? []
    expect(run("bash", ["-c", line], folder)).toEqual({ status: 0, stdout: "", stderr: "" })
    expect(JSON.parse(readFileSync(join(folder, "auth-intent.json"), "utf8"))).toMatchObject({ id: "authIntent" })
  })

  test("its command explains itself", () => {
    const help = run("npx", ["--no", "--", "auth-intent", "--help"], folder)
    expect(help).toMatchObject({ status: 0, stdout: expect.stringContaining("auth-intent connect") })
  })

  test("its command plays its cases", () => {
    const tour = run("npx", ["--no", "--", "auth-intent", "connect", "--tour"], folder)
    expect(tour).toMatchObject({ status: 0, stdout: expect.stringContaining("connected") })
  }, 70_000)
})

describe("all code that a page shows", () => {
  /** What the pages' projects have beside it, as it is installed here. */
  const beside = ["react", "react-dom", "@types", "vite", "hono", "@hono", "express", "@statelyai"]
  let folder = ""

  beforeAll(() => {
    folder = install("xstate@5", "@xstate/graph@3")
    for (const name of beside) symlinkSync(join(root, "node_modules", name), join(folder, "node_modules", name))
    write(blocks, folder)
    copyFileSync(join(root, "test/package/beside-printed-parts.d.ts"), join(folder, "src/beside.d.ts"))
    const compilerOptions = { ...settings.compilerOptions, types: ["node"], jsx: "react-jsx", skipLibCheck: true }
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ ...settings, compilerOptions }))
  }, 120_000)

  test("compiles", () => {
    const compiled = run(join(root, "node_modules/.bin/tsc"), ["--noEmit"], folder)
    expect(compiled).toEqual({ status: 0, stdout: "", stderr: "" })
    expect(blocks.filter(({ path }) => path.endsWith(".tsx")).length).toBeGreaterThan(3)
  })
})

test("no page shows code of a kind that nothing runs, compiles or compares", () => {
  const fences = guides.flatMap((name) => [...readFileSync(join(root, "docs", name), "utf8").matchAll(/^```(.+)$/gm)])
  const kinds = new Set(fences.map(([, kind = ""]) => kind))
  // The rest: test/structure, and test/stores for SQL.
  const known = ["ts", "ts no-run", "tsx", "text", "sh", "sql", "css", "js", "mermaid"]
  expect([...kinds].filter((kind) => !known.includes(kind))).toEqual([])
  expect(kinds.size).toBeGreaterThan(5)
})

test("README shows a whole login in under 20 lines, and what it prints", () => {
  const login = programs.find(({ path }) => path.startsWith("README/"))
  expect(login?.text.trimEnd().split("\n").length).toBeLessThan(20)
  expect(login?.prints).toMatch(/^connected$/m)
})

test("each page shows what its code prints", () => {
  expect(programs.length).toBeGreaterThan(5)
  expect(programs.filter(({ prints }) => prints === undefined)).toEqual([])
})
