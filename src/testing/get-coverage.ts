import { authIntentMachine } from "../../machines/auth-intent.machine.ts"
import type { hostedAuthMachine } from "../../machines/hosted-auth.machine.ts"
import { catalogueOf } from "./catalogue-of.ts"
import type { HostedAuthVocabulary } from "./hosted-auth/hosted-auth-vocabulary.ts"
import { type Coverage, measureCoverage } from "./model/measure-coverage.ts"
import type { Scenario, Vocabulary } from "./scenario.ts"

/**
 * Counts what scenarios go through of `authIntentMachine`, or of the machine that is given: its states, transitions,
 * both sides of each guard, delays, both ends of each invoke, and the failures that there are. What is missing is named.
 */
export function getCoverage(scenarios: readonly Scenario[], machine?: typeof authIntentMachine): Coverage
export function getCoverage(
  scenarios: readonly Scenario<HostedAuthVocabulary>[],
  machine: typeof hostedAuthMachine,
): Coverage
export function getCoverage(
  scenarios: readonly Scenario<Vocabulary>[],
  machine: typeof authIntentMachine | typeof hostedAuthMachine = authIntentMachine,
): Coverage {
  return measureCoverage(machine, catalogueOf(machine), scenarios)
}
