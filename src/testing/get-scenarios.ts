import type { AnyStateMachine } from "xstate"
import { authIntentMachine } from "../../machines/auth-intent.machine.ts"
import type { hostedAuthMachine } from "../../machines/hosted-auth.machine.ts"
import { parse } from "../values.schema.ts"
import type { AuthIntentVocabulary } from "./auth-intent/vocabulary.ts"
import type { HostedAuthVocabulary } from "./hosted-auth/catalogue.ts"
import type { Catalogue } from "./model/catalogue.ts"
import { readDefinition } from "./model/definition.ts"
import { fail } from "./model/fail.ts"
import type { Edge, Graph } from "./model/graph.ts"
import { findRoutes } from "./model/targets.ts"
import { coverByTours, createSearcher } from "./model/tours.ts"
import { type RandomOptions, writeRandomScenarios } from "./random-scenarios.ts"
import type { Scenario, Vocabulary } from "./scenario.ts"
import { getStudy } from "./study.ts"
import { scenarioOptions, type strategies } from "./testing.schema.ts"

/**
 * `shortest`: every state. `transitions`: every transition, condition, boundary of time and failure. `grid`: every
 * event in every state, ignored events too. `pairs`: every pair of transitions that can follow each other. `simple`:
 * every path that meets no state twice, up to `maxDepth` moves. `random`: random moves, always the same for a seed.
 */
export type Strategy = (typeof strategies)[number]

/** The options of `getScenarios`. */
export interface ScenarioOptions<V extends Vocabulary = AuthIntentVocabulary> extends RandomOptions<V> {
  strategy: Strategy
  /**
   * Moves to leave out: a start (`other times`), a label, a person's move (`reload`), a fault (`no connection`), or what
   * is `true` in a move, such as `asleep` in jumps of the clock. @default the catalogue's `rare`: for `authIntentMachine`,
   * what HTTP cannot do, what is sent before a `retryAt`, and secrets that were sent before
   */
  without?: readonly string[]
  /**
   * How many moves a scenario has at most. With `transitions`, `grid` and `pairs` a scenario reaches its first target
   * even if that takes more moves, and may then go as far again. @default 4 for `simple`, 24 for the others
   */
  maxDepth?: number
}

/**
 * Generates scenarios for `authIntentMachine`, or for another machine and its catalogue, by walking its graph.
 * @throws AuthIntentError `unknown_machine`, `nothing_generated`, `endless_walk`, `invalid_event` for a payload that no
 * event has, or `invalid_option` for an option of another strategy, an unknown word, and a payload that is no object or
 * does not repeat with its seed.
 * @example
 * for (const scenario of getScenarios({ strategy: "transitions" })) test(scenario.name, () => runScenario(scenario, driver))
 */
export function getScenarios(
  options: ScenarioOptions & { machine?: typeof authIntentMachine },
): Scenario<AuthIntentVocabulary>[]
export function getScenarios(
  options: ScenarioOptions<HostedAuthVocabulary> & { machine: typeof hostedAuthMachine },
): Scenario<HostedAuthVocabulary>[]
export function getScenarios<V extends Vocabulary>(
  options: ScenarioOptions<V> & { machine: AnyStateMachine; catalogue: Catalogue<V> },
): Scenario<V>[]
export function getScenarios<V extends Vocabulary>(
  options: ScenarioOptions<V> & { machine?: AnyStateMachine; catalogue?: Catalogue<V> },
): Scenario[] {
  parse(scenarioOptions, options, "invalid_option", "getScenarios")
  const { strategy, machine = authIntentMachine } = options
  const studied = getStudy(machine, options.catalogue as object as Catalogue | undefined)
  const { catalogue, write, writePath, startsWithout, graphFrom, checkWords } = studied
  const { without = catalogue.rare, maxDepth = strategy === "simple" ? 4 : 24 } = options
  const { weights = {}, payloads = {} } = options
  const random = (["seed", "count", "weights", "payloads"] as const).find((name) => options[name] !== undefined)
  if (strategy !== "random" && random)
    fail("invalid_option", `getScenarios: ${random} is for the strategy random alone`)
  const { resting } = readDefinition(machine)
  const done = new Set<string>()

  const generate = (strategy: Exclude<Strategy, "random">) => (start: string) => {
    const until = strategy === "shortest" ? resting.filter((state) => !done.has(state)) : undefined
    const graph = graphFrom(start, without, until)
    if (strategy === "shortest" || strategy === "simple") {
      return choosePaths(graph, strategy, maxDepth, done).map((path) => writePath(start, path))
    }
    const routes = findRoutes(graph, start, strategy)
    const names = new Set(routes.flatMap((route) => route.names))
    const wanted = new Set([...names].filter((name) => !done.has(name)))
    for (const name of names) done.add(name)
    const begin = () => write(catalogue.starts[start])
    return coverByTours(graph, routes, wanted, begin, { maxDepth, goal: catalogue.goal })
  }
  const scenarios =
    strategy === "random"
      ? writeRandomScenarios(studied, options as ScenarioOptions<Vocabulary>, without, maxDepth)
      : startsWithout(without).flatMap(generate(strategy))
  checkWords({ without, weights: Object.keys(weights), payloads: Object.keys(payloads) })
  // These two strategies make ignored moves too. With another strategy, only ignored moves mean misspelled events.
  const mayIgnore = strategy === "grid" || strategy === "random"
  const isIgnored = scenarios.every(({ steps }) => steps.every(({ ignored }) => ignored))
  if (scenarios.length === 0 || (isIgnored && !mayIgnore)) {
    const hasTargets = scenarios.length === 0 && ["transitions", "grid", "pairs"].includes(strategy) && done.size > 0
    const what = hasTargets
      ? `${machine.id} computes other values each time, for example a date or a random number: leave them out of the catalogue's \`facts\` and \`describe\``
      : `no move of the catalogue brings anything for ${strategy} in ${machine.id}`
    fail("nothing_generated", `getScenarios: ${what}`)
  }
  return numberTwins(scenarios)
}

/** More paths of `simple` than this count as endless. */
const maxPaths = 10_000

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
      if (done.size > maxPaths) {
        const message = `${graph.root}: more than ${maxPaths} paths are simple: lower \`maxDepth\`, or leave moves out`
        fail("endless_walk", message)
      }
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
