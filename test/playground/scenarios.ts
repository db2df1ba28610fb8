import { describe, it } from "vitest"
import { getScenarios } from "../../src/testing/get-scenarios.ts"
import { runScenario } from "../../src/testing/run-scenario.ts"
import { createPageDriver } from "./create-page-driver.ts"
import type { Stage } from "./stage.ts"

/** Plays every scenario of `auth-intent/testing` on the page. */
export function testScenarios(stage: Stage): void {
  describe("The page goes through", () => {
    it.each(getScenarios({ strategy: "transitions" }).map((scenario) => [scenario.name, scenario] as const))(
      "%s",
      (_, scenario) => runScenario(scenario, createPageDriver(stage)),
    )
  })
}
