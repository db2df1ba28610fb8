import { readFile } from "node:fs/promises"
import { createActorDriver } from "../../src/testing/create-actor-driver.ts"
import { getScenarios } from "../../src/testing/get-scenarios.ts"
import { runScenario } from "../../src/testing/run-scenario.ts"

/** Prints the scenarios of the bundled sources, or plays those of a file and prints each strategy's findings. */
const strategies = ["transitions", "grid", "shortest", "pairs", "simple"] as const

/** The default exclusions of the strategies: faults, spent secrets, and a checkpoint that no API response has. */
const getFaults = () =>
  (["transitions", "grid"] as const).flatMap((strategy) => getScenarios({ strategy, without: [] }))
type Scenarios = Record<string, ReturnType<typeof getScenarios>>

const [file, every] = process.argv.slice(2)
if (file === undefined) {
  const scenarios: Scenarios = {}
  for (const strategy of strategies) {
    const started = performance.now()
    scenarios[strategy] = getScenarios({ strategy })
    console.error(`${strategy}: ${scenarios[strategy].length} in ${Math.round(performance.now() - started)} ms`)
  }
  scenarios["faults"] = getFaults()
  const lines = Object.entries(scenarios).map(([strategy, each]) => JSON.stringify({ [strategy]: each }))
  process.stdout.write(lines.join("\n"), () => process.exit(0))
} else {
  console.warn = () => {}
  // The machine logs each rejecting slot. Standard output is for the findings alone.
  console.log = () => {}
  const found: Record<string, string> = {}
  const driver = createActorDriver()
  // A line per strategy, so that only played scenarios are parsed.
  for (const line of (await readFile(file, "utf8")).split("\n")) {
    const [[strategy, scenarios] = ["", []]] = Object.entries(JSON.parse(line) as Scenarios)
    for (const scenario of scenarios) {
      try {
        await runScenario(scenario, driver, { shrinkFor: 0 })
      } catch (error) {
        found[strategy] = `${scenario.name}: ${String(error).slice(0, 300)}`
        break
      }
    }
    if (Object.keys(found).length > 0 && !every) break
  }
  process.stdout.write(`${JSON.stringify(found)}\n`, () => process.exit(0))
}
