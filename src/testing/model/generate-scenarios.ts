import type { AnyStateMachine } from "xstate"
import type { Scenario, Vocabulary } from "../scenario.ts"
import type { Catalogue } from "./catalogue.ts"
import { coveringPaths } from "./covering-paths.ts"
import { createScenarioWriter } from "./create-scenario-writer.ts"
import type { Graph, Path } from "./graph.ts"
import { type Definition, readDefinition } from "./read-definition.ts"
import { shortestPaths } from "./shortest-paths.ts"
import { simplePaths } from "./simple-paths.ts"
import { walkOnce } from "./walk-once.ts"

/** Every state by its shortest way; every way that meets no state twice; or every transition, guard and failure. */
export type Strategy = "shortest" | "simple" | "transitions"

/** Chooses ways through one graph after the other, as long as it still wants something. */
interface Plan {
  wants(): boolean
  choose(graph: Graph, maxDepth: number): Path[]
}

const isPrefix = (path: Path, other: Path) =>
  path.length < other.length && path.every((edge, index) => edge === other[index])

function planShortest({ parts }: Definition): Plan {
  const isInner = (state: string) => !parts.states.some((other) => other.startsWith(`${state}.`))
  const missing = new Set(parts.states.filter(isInner))
  return {
    wants: () => missing.size > 0,
    choose(graph, maxDepth) {
      const paths = [...shortestPaths(graph)].flatMap(([key, path]) => {
        const isNew = path.length <= maxDepth && missing.delete(graph.nodes.get(key)?.state ?? "")
        return isNew ? [path] : []
      })
      return paths.filter((path) => !paths.some((other) => isPrefix(path, other)))
    },
  }
}

function planSimple(): Plan {
  const seen = new Set<string>()
  return {
    wants: () => true,
    choose(graph, maxDepth) {
      const fresh = new Set([...graph.nodes.keys()].filter((key) => !seen.has(key)))
      for (const key of fresh) seen.add(key)
      return simplePaths(graph, maxDepth).filter((path) => path.some(({ to }) => fresh.has(to)))
    },
  }
}

function planTransitions({ parts }: Definition, failures: readonly string[], goal: string): Plan {
  const missing = new Set([...Object.values(parts).flat(), ...failures])
  return {
    wants: () => missing.size > 0,
    choose: (graph, maxDepth) => coveringPaths(graph, missing, maxDepth, goal),
  }
}

const defaultDepth: Record<Strategy, number> = { shortest: Number.POSITIVE_INFINITY, simple: 4, transitions: 10 }

/** Generates the scenarios of any machine that has a catalogue. */
export function generateScenarios<V extends Vocabulary>(
  machine: AnyStateMachine,
  catalogue: Catalogue<V>,
  strategy: Strategy,
  maxDepth = defaultDepth[strategy],
): Scenario<V>[] {
  const { starts, failures, goal } = catalogue
  const definition = readDefinition(machine)
  const plans: Record<Strategy, () => Plan> = {
    shortest: () => planShortest(definition),
    simple: () => planSimple(),
    transitions: () => planTransitions(definition, failures, goal),
  }
  const plan = plans[strategy]()
  const write = createScenarioWriter(machine, catalogue)
  const scenarios = Object.keys(starts).flatMap((start) => {
    if (!plan.wants()) return []
    const paths = plan.choose(walkOnce(machine, catalogue, start), maxDepth)
    return paths.map((path) => write(start, path))
  })
  return numberTwins(scenarios)
}

/** Tells apart the scenarios whose names say the same. */
function numberTwins<V extends Vocabulary>(scenarios: Scenario<V>[]): Scenario<V>[] {
  const count = new Map<string, number>()
  return scenarios.map((scenario) => {
    const number = (count.get(scenario.name) ?? 0) + 1
    count.set(scenario.name, number)
    return number > 1 ? { ...scenario, name: `${scenario.name} (${number})` } : scenario
  })
}
