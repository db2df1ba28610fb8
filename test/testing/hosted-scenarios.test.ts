import { describe, expect, it } from "vitest"
import { hostedAuthMachine as machine } from "../../machines/hosted-auth.machine.ts"
import { createHostedAuthDriver } from "../../src/testing/create-hosted-auth-driver.ts"
import { getCoverage } from "../../src/testing/get-coverage.ts"
import { getScenarios } from "../../src/testing/get-scenarios.ts"
import { hostedAuthCatalogue as catalogue } from "../../src/testing/hosted-auth/hosted-auth-catalogue.ts"
import { hostedAuthTitle } from "../../src/testing/hosted-auth/hosted-auth-title.ts"
import { createScenarioWriter } from "../../src/testing/model/create-scenario-writer.ts"
import type { Graph } from "../../src/testing/model/graph.ts"
import type { CoverageKind } from "../../src/testing/model/read-definition.ts"
import { shortestPaths } from "../../src/testing/model/shortest-paths.ts"
import { walkOnce } from "../../src/testing/model/walk-once.ts"
import { runScenario } from "../../src/testing/run-scenario.ts"

const strategies = ["shortest", "transitions"] as const

const scenarios = {
  shortest: getScenarios({ strategy: "shortest", machine }),
  transitions: getScenarios({ strategy: "transitions", machine }),
}

describe.each(strategies)("%s", (strategy) => {
  it.each(scenarios[strategy].map((scenario) => [scenario.name, scenario] as const))("%s", async (_, scenario) => {
    await expect(runScenario(scenario, createHostedAuthDriver())).resolves.toBeUndefined()
  })

  it("gives plain JSON, under names of its own", () => {
    expect(JSON.parse(JSON.stringify(scenarios[strategy]))).toStrictEqual(scenarios[strategy])
    expect(new Set(scenarios[strategy].map(({ name }) => name)).size).toBe(scenarios[strategy].length)
  })

  it("meets every state", () => {
    expect(getCoverage(scenarios[strategy], machine).states.missing).toEqual([])
  })
})

describe("the gate", () => {
  const coverage = getCoverage(scenarios.transitions, machine)

  it.each<[CoverageKind, number]>([
    ["states", 6],
    ["transitions", 20],
    ["guards", 20],
    ["delays", 1],
    ["invokes", 2],
    ["failures", 8],
  ])("every one of the %s, %i in all", (kind, total) => {
    expect(coverage[kind]).toEqual({ covered: total, total, missing: [] })
  })

  it("counts nothing that no scenario went through", () => {
    const { states, transitions, failures } = getCoverage([], machine)
    expect([states.covered, transitions.covered, failures.covered]).toEqual([0, 0, 0])
    expect(transitions.missing).toContain("linking: createLink done [hasLink] → redirected")
  })
})

const edgesOf = ({ nodes }: Graph) => [...nodes.values()].flatMap(({ edges }) => edges)

const walked = Object.keys(catalogue.starts).map((start) => {
  const graph = walkOnce(machine, catalogue, start)
  return { start, graph, name: start || "one user", states: graph.nodes.size, moves: edgesOf(graph).length }
})

describe.each(walked)("$name: $states states and $moves moves", ({ start, graph }) => {
  it("go the same way with the actor", async () => {
    const write = createScenarioWriter(machine, catalogue)
    const played = [...shortestPaths(graph)].flatMap(([key, path]) =>
      (graph.nodes.get(key)?.edges ?? []).map((edge) => write(start, [...path, edge])),
    )
    expect(played).toHaveLength(edgesOf(graph).length)
    for (const scenario of played) await runScenario(scenario, createHostedAuthDriver())
  })

  it("connect by nothing but the login's own callback", () => {
    const isConnected = (key: string) => graph.nodes.get(key)?.state === "connected"
    const connecting = edgesOf(graph).filter(({ from, to }) => isConnected(to) && !isConnected(from))
    expect([...new Set(connecting.map(({ phrase }) => phrase))]).toEqual(["callback"])
  })

  it("let everybody cancel, and nobody after the end", () => {
    for (const { final, edges } of graph.nodes.values()) {
      expect(edges.some(({ phrase }) => phrase === "canceled")).toBe(!final)
    }
  })
})

const always = () => true
const never = () => false
const nothing = () => {}

/** The machine with one part of it replaced. */
const broken: Record<string, typeof machine> = {
  "a callback of anybody": machine.provide({ guards: { isOurCallback: always } }),
  "a callback of nobody": machine.provide({ guards: { isOurCallback: never } }),
  "an answer that is never late": machine.provide({ guards: { isLate: never } }),
  "a failure that never ends it": machine.provide({ guards: { isFatal: never } }),
  "a link that is forgotten": machine.provide({ guards: { hasLink: never } }),
  "a resume of a link that is lost": machine.provide({ guards: { wasRedirected: never } }),
  "a link that is not remembered": machine.provide({ actions: { rememberLink: nothing } }),
  "an account that is not remembered": machine.provide({ actions: { rememberAccount: nothing } }),
  "a failure that stays": machine.provide({ actions: { startLinking: nothing } }),
  "a return that is not told": machine.provide({ actions: { returnAsSuccess: nothing } }),
  "a cancel that is not told": machine.provide({ actions: { failAsCanceled: nothing } }),
  "a deadline that comes late": machine.provide({ delays: { linkTimeout: 600_001 } }),
}

it.each(Object.entries(broken))("%s shows", async (_, wrong) => {
  const runs = scenarios.transitions.map((scenario) => runScenario(scenario, createHostedAuthDriver(wrong)))
  const failed = (await Promise.allSettled(runs)).filter(({ status }) => status === "rejected")
  expect(failed).not.toEqual([])
  for (const each of failed) expect(each).toMatchObject({ reason: { name: "ScenarioError" } })
})

it("says what happens as a person would", () => {
  const names = Object.values(scenarios).flatMap((each) => each.map(({ name }) => name))
  expect(names).toEqual(
    expect.arrayContaining([
      "linked, callback: connected",
      "an expired link: expired",
      "refused (restart): failed",
      "link requested, canceled: failed",
      "linked, link requested, then callback: connected",
    ]),
  )
  const phrases = ["link requested", "linked", "another account's callback", "callback"]
  expect(hostedAuthTitle("reconnect", phrases, "connected")).toBe(
    "reconnect: linked, another account's callback, then callback: connected",
  )
})
