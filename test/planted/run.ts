import { execFile } from "node:child_process"
import { mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join, relative } from "node:path"
import { parseArgs, promisify } from "node:util"
import { build, type Plugin } from "esbuild"
import { type Bug, bugs } from "./bugs.ts"

/**
 * Plants each bug in a bundle of the sources outside the tree, plays the scenarios of the correct sources on it, and
 * prints the findings of each strategy. The tree stays unchanged. The correct sources are played first: a strategy that
 * fails on them would fail on every bug, so the run ends there.
 *
 *     npm run planted -- [--only part-of-a-name] [--runs 1500] [--every]
 *
 *     npm run planted -- chart [part-of-a-name]
 *
 * plays on each mutant of the chart itself. With `--every` each strategy plays, even after an earlier finding.
 */
if (process.argv[2] === "chart") {
  const { playMutants } = await import("./play-mutants.ts")
  await playMutants(process.argv[3])
  process.exit()
}
const { values } = parseArgs({
  options: {
    only: { type: "string", default: "" },
    every: { type: "boolean", default: false },
    runs: { type: "string", default: "1500" },
  },
})
const here = process.cwd()
const run = promisify(execFile)
const folder = await mkdtemp(join(tmpdir(), "planted-"))
await symlink(join(here, "node_modules"), join(folder, "node_modules"))

/** Loads the file of the bug with the bug in it. */
const planting = (bug: Bug | undefined): Plugin => ({
  name: "planted",
  setup({ onLoad }) {
    onLoad({ filter: /\.ts$/ }, async ({ path }) => {
      if (relative(here, path) !== bug?.file) return undefined
      const source = await readFile(path, "utf8")
      if (source.split(bug.from).length !== 2) throw new Error(`"${bug.name}" has no single place in ${bug.file}`)
      return { contents: source.replace(bug.from, () => bug.to), loader: "ts" }
    })
  },
})

/** Bundles a program with a bug in it and runs it. A program that hangs or breaks counts as found. */
async function play(program: string, bug: Bug | undefined, args: string[]): Promise<string> {
  const outfile = join(folder, `${program}.mjs`)
  const entryPoints = [join(here, "test/planted", `${program}.ts`)]
  const how = { bundle: true, platform: "node", format: "esm", packages: "external", logLevel: "silent" } as const
  await build({ ...how, entryPoints, outfile, plugins: [planting(bug)] })
  const { stdout } = await run(process.execPath, [outfile, ...args], { timeout: 240_000, maxBuffer: 1e9 })
  return stdout
}

async function find(program: string, bug: Bug | undefined, args: string[]): Promise<Record<string, string>> {
  try {
    return JSON.parse((await play(program, bug, args)).trim().split("\n").at(-1) ?? "{}") as Record<string, string>
  } catch (error) {
    return { [program === "play-oracle" ? "model" : "transitions"]: `it broke: ${String(error).slice(0, 200)}` }
  }
}

const scenarios = join(folder, "scenarios.json")
await writeFile(scenarios, await play("play-scenarios", undefined, []))

const wrong = {
  ...(await find("play-scenarios", undefined, [scenarios, "every"])),
  ...(await find("play-oracle", undefined, [values.runs, "every"])),
}
if (Object.keys(wrong).length > 0) {
  for (const [strategy, how] of Object.entries(wrong)) {
    console.error(`The correct sources fail "${strategy}", which says nothing of any bug then: ${how}`)
  }
  await rm(folder, { recursive: true })
  process.exit(1)
}
console.error("The correct sources pass every strategy.")

interface Result {
  bug: Bug
  found: Record<string, string>
}
const results: Result[] = []
for (const bug of bugs.filter(({ name }) => name.includes(values.only))) {
  const every = values.every ? "every" : ""
  const found = await find("play-scenarios", bug, [scenarios, every])
  const isSought = values.every || Object.keys(found).length === 0
  if (isSought) Object.assign(found, await find("play-oracle", bug, [values.runs, every]))
  results.push({ bug, found })
  console.error(`${bug.class}: ${bug.name}: ${Object.keys(found).join(", ") || "SURVIVES"}`)
}

const columns = ["transitions", "grid", "shortest", "pairs", "simple", "faults", "temporal", "model"]
const generated = (names: string[]) => (found: Result["found"]) => names.some((name) => found[name] !== undefined)
const counts: [string, (found: Result["found"]) => boolean][] = [
  ...columns.map((name): [string, (found: Result["found"]) => boolean] => [name, generated([name])]),
  ["transitions + grid", generated(["transitions", "grid"])],
  ["without model", generated(columns.filter((name) => name !== "model"))],
  ["all", generated(columns)],
]
const classes = [...new Set(results.map(({ bug }) => bug.class))]
console.log(`| class | bugs | ${counts.map(([name]) => name).join(" | ")} |`)
console.log(`| --- | --- | ${counts.map(() => "---").join(" | ")} |`)
for (const kind of [...classes, undefined]) {
  const of = results.filter(({ bug }) => kind === undefined || bug.class === kind)
  const cells = counts.map(([, is]) => {
    const killed = of.filter(({ found }) => is(found)).length
    return `${killed} (${Math.round((100 * killed) / of.length)} %)`
  })
  console.log(`| ${kind ?? "all"} | ${of.length} | ${cells.join(" | ")} |`)
}
console.log("\nSurvivors:")
for (const { bug, found } of results) {
  if (!generated(columns)(found)) console.log(`- ${bug.class}, ${bug.name}: ${bug.breaks}`)
}
console.log("\nFound by the model alone:")
for (const { bug, found } of results) {
  if (Object.keys(found).join() === "model") console.log(`- ${bug.class}, ${bug.name}: ${bug.breaks}`)
}
await writeFile(join(tmpdir(), "planted.json"), JSON.stringify(results, undefined, 1))
await rm(folder, { recursive: true })
