import { describe, expect, it } from "vitest"
import type { AnyStateMachine } from "xstate"
import { creditCheckCatalogue, creditCheckMachine } from "../../docs/examples/credit-check.ts"
import { meetingCatalogue, meetingMachine } from "../../docs/examples/meeting.ts"
import { createMachineDriver } from "../../src/testing/create-machine-driver.ts"
import { getCoverage } from "../../src/testing/get-coverage.ts"
import { getScenarios } from "../../src/testing/get-scenarios.ts"
import type { Catalogue } from "../../src/testing/model/catalogue.ts"
import { runScenario } from "../../src/testing/run-scenario.ts"

const examples: Record<string, { machine: AnyStateMachine; catalogue: Catalogue; requests: number }> = {
  "a credit check": {
    machine: creditCheckMachine,
    catalogue: creditCheckCatalogue as object as Catalogue,
    requests: 3,
  },
  "a meeting": { machine: meetingMachine, catalogue: meetingCatalogue as object as Catalogue, requests: 2 },
}

describe.each(Object.entries(examples))("the example of %s", (_, { machine, catalogue, requests }) => {
  const transitions = getScenarios({ strategy: "transitions", machine, catalogue })

  it.each(["shortest", "transitions", "grid", "pairs", "simple"] as const)(
    "has %s that play on its actor",
    async (strategy) => {
      const driver = createMachineDriver(machine, catalogue)
      const scenarios = getScenarios({ strategy, machine, catalogue })
      for (const scenario of scenarios) await runScenario(scenario, driver, { machine, catalogue })
      expect(scenarios.length).toBeGreaterThan(0)
    },
  )

  it("is covered whole by transitions: states, both sides of each guard, invokes, delays and boundaries", () => {
    const { pairs, eventsInStates, ...parts } = getCoverage(transitions, { machine, catalogue })
    expect(Object.values(parts).flatMap(({ missing }) => missing)).toEqual([])
  })

  it("has several requests in flight at a time", () => {
    const replies = transitions.flatMap(({ steps }) => steps.flatMap(({ do: move }) => ("to" in move ? [move.to] : [])))
    expect(new Set(replies).size).toBeGreaterThanOrEqual(requests)
  })
})

it("a bug in an example is found, and shrunk to moves of which none can be left out", async () => {
  const machine = creditCheckMachine as AnyStateMachine
  const catalogue = creditCheckCatalogue as object as Catalogue
  const broken = creditCheckMachine.provide({ guards: { hasAllScores: () => true } }) as AnyStateMachine
  const driver = createMachineDriver(broken, catalogue)
  const failures: unknown[] = []
  for (const scenario of getScenarios({ strategy: "transitions", machine, catalogue })) {
    await runScenario(scenario, driver, { machine, catalogue, shrinkFor: 20_000 }).catch((error: unknown) =>
      failures.push(error),
    )
  }
  const [first] = failures as { scenario: { steps: { expect: { state: string } }[] } }[]
  expect(first?.scenario.steps.at(-1)?.expect.state).toBe("entering")
  expect(first?.scenario.steps).toHaveLength(7)
})
