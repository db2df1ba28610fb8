import { authIntentMachine } from "../../machines/auth-intent.machine.ts"
import { authIntentCatalogue } from "./auth-intent/auth-intent-catalogue.ts"
import { type Coverage, measureCoverage } from "./model/measure-coverage.ts"
import type { Scenario } from "./scenario.ts"

/**
 * Counts what scenarios go through of `authIntentMachine`: its states, transitions, both sides of each guard, delays,
 * both ends of each invoke, and the failures that there are. What is missing is named.
 */
export function getCoverage(scenarios: readonly Scenario[], machine = authIntentMachine): Coverage {
  return measureCoverage(machine, authIntentCatalogue, scenarios)
}
