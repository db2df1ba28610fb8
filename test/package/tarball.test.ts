import { spawnSync } from "node:child_process"
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { basename, join } from "node:path"
import { fileURLToPath } from "node:url"
import { afterAll, beforeAll, expect, it } from "vitest"

const root = fileURLToPath(new URL("../..", import.meta.url))
const folder = mkdtempSync(join(tmpdir(), "tarball-"))
afterAll(() => rmSync(folder, { recursive: true }))

/** Runs a command to its end, with nobody at a terminal; one that does not end in time is killed and has no status. */
function run(command: string, args: string[], cwd = folder, timeout = 60_000) {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, timeout, encoding: "utf8", input: "" })
  return { status, stdout, stderr }
}

function mustRun(command: string, args: string[], cwd = folder) {
  const { status, stdout, stderr } = run(command, args, cwd)
  expect(status, `${command} ${args.join(" ")}\n${stdout}${stderr}`).toBe(0)
}

interface Program {
  name: string
  text: string
  /** What it prints, where the page that shows it says so. */
  prints?: string | undefined
}

/** The code that a page shows; a `text` block right after it is what it prints. */
function programsOf(page: string): Program[] {
  const markdown = readFileSync(join(root, page), "utf8")
  const blocks = markdown.matchAll(/^```ts\n(.*?)^```\n(?:\n*^```text\n(.*?)^```\n)?/gms)
  return [...blocks].map(({ index, 1: text = "", 2: prints }) => {
    const line = markdown.slice(0, index).split("\n").length
    return { name: `${basename(page, ".md")}-line-${line}`, text, prints }
  })
}

const guides = readdirSync(join(root, "docs")).filter((name) => name.endsWith(".md"))
const fromReadme = programsOf("README.md")
const fromGuides = guides.flatMap((name) => programsOf(join("docs", name)))
const programs = [...fromReadme, ...fromGuides]

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

beforeAll(() => {
  // What is there was built before the tests, and others run from it.
  mustRun("npm", ["pack", "--ignore-scripts", "--pack-destination", folder], root)
  const [tarball = "none"] = readdirSync(folder).filter((name) => name.endsWith(".tgz"))
  const { peerDependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"))
  // The oldest peers that are allowed.
  const peers = Object.entries<string>(peerDependencies).map(([name, range]) => `${name}@${range.replace("^", "")}`)
  writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true, type: "module" }))
  mustRun("npm", ["install", "--prefer-offline", "--no-audit", "--no-fund", `./${tarball}`, ...peers])

  mkdirSync(join(folder, "src"))
  for (const { name, text } of programs) writeFileSync(join(folder, "src", `${name}.ts`), text)
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(settings))
}, 120_000)

// XState's own declarations do not compile with exactOptionalPropertyTypes: that goes with skipLibCheck alone.
it.each(["--skipLibCheck false", "--skipLibCheck --exactOptionalPropertyTypes"])("type-checks with %s", (flags) => {
  const compiled = run(join(root, "node_modules/.bin/tsc"), flags.split(" "))
  expect(compiled).toEqual({ status: 0, stdout: "", stderr: "" })
})

it.each(programs)(
  "runs $name and prints what it says",
  ({ name, prints }) => {
    const ran = run("node", [`out/${name}.js`], folder, 20_000)
    expect(ran).toEqual({ status: 0, stdout: prints ?? expect.any(String), stderr: "" })
  },
  30_000,
)

it("shows a whole login in under 20 lines, and what it prints", () => {
  const [login] = fromReadme
  expect(login?.text.trimEnd().split("\n").length).toBeLessThan(20)
  expect(login?.prints).toMatch(/^connected$/m)
})

it("says what each guide's code prints", () => {
  expect(fromGuides).not.toEqual([])
  expect(programs.filter(({ prints }) => prints === undefined)).toEqual([])
})

it("brings a command that explains itself", () => {
  const help = run("npx", ["--no", "--", "auth-intent", "--help"])
  expect(help).toMatchObject({ status: 0, stdout: expect.stringContaining("auth-intent connect") })
})

it("brings a command that plays its cases", () => {
  const tour = run("npx", ["--no", "--", "auth-intent", "connect", "--tour"])
  expect(tour).toMatchObject({ status: 0, stdout: expect.stringContaining("connected") })
}, 70_000)
