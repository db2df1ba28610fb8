import { authIntentMachine } from "../../machines/auth-intent.machine.ts"
import { authIntentCatalogue } from "./auth-intent/auth-intent-catalogue.ts"
import { generateScenarios, type Strategy } from "./model/generate-scenarios.ts"
import type { Scenario } from "./scenario.ts"

export interface ScenarioOptions {
  strategy: Strategy
  /** How many moves a scenario takes at most. Default 4 for `simple`, 10 for `transitions`; `shortest` has no limit. */
  maxDepth?: number
  /** A machine that differs from it in its chart. Default `authIntentMachine`. */
  machine?: typeof authIntentMachine
}

/** Generates the scenarios of `authIntentMachine` by walking its graph. */
export function getScenarios({ strategy, maxDepth, machine = authIntentMachine }: ScenarioOptions): Scenario[] {
  return generateScenarios(machine, authIntentCatalogue, strategy, maxDepth)
}
