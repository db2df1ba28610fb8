import type { Scenario, Vocabulary } from "./scenario.ts"

/** A scenario as code that plays it again. */
function toCode<V extends Vocabulary>({ steps, ...rest }: Scenario<V>): string {
  const lines = Object.entries(rest).map(([key, value]) => `  ${key}: ${JSON.stringify(value)},`)
  const played = steps.map((step) => `    ${JSON.stringify(step)},`)
  return ["await runScenario({", ...lines, "  steps: [", ...played, "  ],", "}, driver)"].join("\n")
}

/** A scenario that did not go as it should: at which step, what differs, and how to play it again. */
export class ScenarioError extends Error {
  override readonly name = "ScenarioError"

  constructor(scenario: Scenario<Vocabulary>, index: number, differences: readonly string[], cause?: unknown) {
    const { name, steps } = scenario
    const done = JSON.stringify(steps[index]?.do)
    const where = `"${name}" went wrong at step ${index + 1} of ${steps.length}, ${done}:`
    super([where, ...differences.map((line) => `  ${line}`), "", "Play it again:", toCode(scenario)].join("\n"), {
      cause,
    })
  }
}
