import { clientFailure } from "../../src/failures/client-failure.ts"
import type { Scenario, ScenarioStep } from "../../src/testing/scenario.ts"

/** The platform's fetch takes a 407 for a failed connection (Fetch standard, HTTP-network-or-cache fetch). */
function fetched(step: ScenarioStep): ScenarioStep {
  if (!("server" in step.do && "status" in step.do.server && step.do.server.status === 407)) return step
  const failure = clientFailure("client/network")
  return { ...step, expect: { ...step.expect, step: { ...step.expect.step, failure } } }
}

/** A scenario as it goes over HTTP, through the platform's fetch. */
export const asFetched = (scenario: Scenario): Scenario => ({ ...scenario, steps: scenario.steps.map(fetched) })
