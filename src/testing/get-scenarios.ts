import { authIntentMachine } from "../../machines/auth-intent.machine.ts"
import type { hostedAuthMachine } from "../../machines/hosted-auth.machine.ts"
import { catalogueOf } from "./catalogue-of.ts"
import type { HostedAuthVocabulary } from "./hosted-auth/hosted-auth-vocabulary.ts"
import { generateScenarios, type Strategy } from "./model/generate-scenarios.ts"
import type { Scenario, Vocabulary } from "./scenario.ts"

export interface ScenarioOptions<Machine = typeof authIntentMachine> {
  strategy: Strategy
  /** How many moves a scenario takes at most. Default 4 for `simple`, 10 for `transitions`; `shortest` has no limit. */
  maxDepth?: number
  /** `hostedAuthMachine`, or a machine that differs in its chart. Default `authIntentMachine`. */
  machine?: Machine
}

type Hosted = typeof hostedAuthMachine

/** Generates the scenarios of `authIntentMachine`, or of the machine that is given, by walking its graph. */
export function getScenarios(options: ScenarioOptions): Scenario[]
export function getScenarios(options: ScenarioOptions<Hosted> & { machine: Hosted }): Scenario<HostedAuthVocabulary>[]
export function getScenarios({
  strategy,
  maxDepth,
  machine = authIntentMachine,
}: ScenarioOptions<typeof authIntentMachine | Hosted>): Scenario<Vocabulary>[] {
  return generateScenarios(machine, catalogueOf(machine), strategy, maxDepth)
}
