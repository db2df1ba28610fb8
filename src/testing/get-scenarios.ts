import type { AnyStateMachine } from "xstate"
import { authIntentMachine } from "../../machines/auth-intent.machine.ts"
import type { hostedAuthMachine } from "../../machines/hosted-auth.machine.ts"
import { AuthIntentError } from "../auth-intent-error.ts"
import type { AuthIntentVocabulary } from "./auth-intent/vocabulary.ts"
import { catalogueOf, checkWords, graphOf } from "./catalogue-of.ts"
import type { HostedAuthVocabulary } from "./hosted-auth/catalogue.ts"
import type { Catalogue } from "./model/catalogue.ts"
import { createWriter } from "./model/create-writer.ts"
import { readDefinition } from "./model/definition.ts"
import type { Edge, Graph } from "./model/graph.ts"
import { createSearcher } from "./model/paths.ts"
import { findTargets } from "./model/targets.ts"
import { coverByTours } from "./model/tours.ts"
import type { Scenario, Vocabulary } from "./scenario.ts"

/**
 * `shortest`: every state. `transitions`: every transition, condition, boundary of time and failure. `grid`: every event
 * in every state, also where it is ignored. `pairs`: every pair of transitions that can follow each other. `simple`:
 * every path that meets no state twice, up to `maxDepth` moves.
 */
export type Strategy = "shortest" | "transitions" | "grid" | "pairs" | "simple"

/** The options of `getScenarios`. */
export interface ScenarioOptions {
  strategy: Strategy
  /**
   * Moves to leave out: a start (`other times`), a label, what a person does (`reload`), a fault (`no connection`), or `asleep` for jumps of the
   * clock. @default what the catalogue calls rare: for `authIntentMachine`, what HTTP cannot do
   */
  without?: readonly string[]
  /** How many moves a scenario has at most. @default 4 for `simple`, 24 for the others */
  maxDepth?: number
}

/**
 * Generates scenarios for `authIntentMachine`, or for another machine and its catalogue, by walking its graph.
 * @throws AuthIntentError `unknown_machine`, `nothing_generated`, `endless_walk`, or `invalid_option` for a word in `without`
 * that names nothing.
 * @example
 * for (const scenario of getScenarios({ strategy: "transitions" })) test(scenario.name, () => runScenario(scenario, driver))
 */
export function getScenarios(
  options: ScenarioOptions & { machine?: typeof authIntentMachine },
): Scenario<AuthIntentVocabulary>[]
export function getScenarios(
  options: ScenarioOptions & { machine: typeof hostedAuthMachine },
): Scenario<HostedAuthVocabulary>[]
export function getScenarios<V extends Vocabulary>(
  options: ScenarioOptions & { machine: AnyStateMachine; catalogue: Catalogue<V> },
): Scenario<V>[]
export function getScenarios(
  options: ScenarioOptions & { machine?: AnyStateMachine; catalogue?: Catalogue },
): Scenario[] {
  const { strategy, machine = authIntentMachine } = options
  const catalogue = catalogueOf(machine, options.catalogue)
  const { without = catalogue.rare, maxDepth = strategy === "simple" ? 4 : 24 } = options
  const write = createWriter(machine, catalogue)
  const { resting } = readDefinition(machine)
  const done = new Set<string>()

  const starts = Object.keys(catalogue.starts).filter((start) => !without.includes(start))
  const scenarios = starts.flatMap((start) => {
    const until = strategy === "shortest" ? resting.filter((state) => !done.has(state)) : undefined
    const graph = graphOf(machine, catalogue, start, without, until)
    if (strategy === "shortest" || strategy === "simple") {
      return choosePaths(graph, strategy, maxDepth, done).map((path) => {
        const draft = write(catalogue.starts[start])
        for (const { label } of path) draft.play(label)
        return draft.finish()
      })
    }
    const targets = findTargets(graph, start, strategy)
    const all = [...graph.nodes.values()].flatMap(({ edges }) => edges.flatMap(targets.names))
    const names = new Set([...all, ...targets.segments.map(({ name }) => name)])
    const wanted = new Set([...names].filter((name) => !done.has(name)))
    for (const name of names) done.add(name)
    return coverByTours(graph, targets, wanted, () => write(catalogue.starts[start]), {
      maxDepth,
      goal: catalogue.goal,
    })
  })
  checkWords(machine, catalogue, without)
  if (scenarios.length === 0) {
    throw new AuthIntentError(
      "nothing_generated",
      `getScenarios: no move of the catalogue leads anywhere in ${machine.id}`,
    )
  }
  return numberTwins(scenarios)
}

/** Chooses the shortest path to each state, or every path that meets no state twice. */
function choosePaths(graph: Graph, strategy: Strategy, maxDepth: number, done: Set<string>): Edge[][] {
  const pathOf = (key: string) => graph.nodes.get(key)?.path ?? ""
  if (strategy === "shortest") {
    const searcher = createSearcher(graph)
    const paths: Edge[][] = []
    searcher.find(graph.start, maxDepth, (key, depth) => {
      const states = pathOf(key).split(",")
      if (depth > 0 && states.some((state) => !done.has(state))) paths.push(searcher.pathTo(key))
      for (const state of states) done.add(state)
      return false
    })
    const isPrefix = (one: Edge[], other: Edge[]) =>
      one.length < other.length && one.every((edge, i) => edge === other[i])
    return paths.filter((path) => !paths.some((other) => isPrefix(path, other)))
  }
  const found: Edge[][] = []
  function follow(path: Edge[], key: string, visited: readonly string[]) {
    const distinct = new Map<string, Edge>()
    for (const edge of graph.nodes.get(key)?.edges ?? []) {
      const what = JSON.stringify([pathOf(edge.to), edge.taken])
      if (!visited.includes(pathOf(edge.to)) && !distinct.has(what)) distinct.set(what, edge)
    }
    if (distinct.size === 0 || path.length === maxDepth) {
      const name = JSON.stringify(path.map(({ taken, to }) => [taken, pathOf(to)]))
      if (path.length > 0 && !done.has(name)) found.push(path)
      done.add(name)
    } else for (const edge of distinct.values()) follow([...path, edge], edge.to, [...visited, pathOf(edge.to)])
  }
  follow([], graph.start, [pathOf(graph.start)])
  return found
}

function numberTwins(scenarios: Scenario[]): Scenario[] {
  const count = new Map<string, number>()
  return scenarios.map((scenario) => {
    const number = (count.get(scenario.name) ?? 0) + 1
    count.set(scenario.name, number)
    return number > 1 ? { ...scenario, name: `${scenario.name} (${number})` } : scenario
  })
}
