import { compare } from "./compare.ts"
import type { Driver } from "./driver.ts"
import type { AuthIntentVocabulary, Scenario, ScenarioStep, Vocabulary } from "./scenario.ts"
import { ScenarioError } from "./scenario-error.ts"

/**
 * Plays a scenario through a driver and compares what shows after each step with what must hold.
 * @throws ScenarioError at the first step that differs, or that the driver cannot take.
 */
export async function runScenario<V extends Vocabulary = AuthIntentVocabulary>(
  scenario: Scenario<V>,
  driver: Driver<V>,
): Promise<void> {
  const { input, steps } = scenario
  try {
    await driver.start(input)
    for (const [index, step] of steps.entries()) {
      const failed = (differences: string[], cause?: unknown) => new ScenarioError(scenario, index, differences, cause)
      try {
        await play(step, driver)
        const differences = compare(step.expect, await driver.observe())
        if (differences.length > 0) throw failed(differences)
      } catch (error) {
        throw error instanceof ScenarioError ? error : failed([String(error)], error)
      }
    }
  } finally {
    await driver.stop?.()
  }
}

async function play<V extends Vocabulary>({ do: move, ignored }: ScenarioStep<V>, driver: Driver<V>): Promise<void> {
  if ("clock" in move) await driver.clock(move.clock, move.asleep === true)
  else if ("server" in move) await driver.server(move.server)
  else await driver.person(move, ignored === true)
}
