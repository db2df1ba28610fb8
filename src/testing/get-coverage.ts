import type { AnyStateMachine } from "xstate"
import { authIntentMachine } from "../../machines/auth-intent.machine.ts"
import { attempt } from "../attempt.ts"
import { parse } from "../values.schema.ts"
import { findBoundaries } from "./model/boundaries.ts"
import type { Catalogue } from "./model/catalogue.ts"
import { readDefinition } from "./model/definition.ts"
import { fail } from "./model/fail.ts"
import { createTracker, findConditions, findRoutes, nameCell } from "./model/targets.ts"
import type { Scenario, Vocabulary } from "./scenario.ts"
import { getStudy } from "./study.ts"
import { getCoverageArguments } from "./testing.schema.ts"

/** How much of one kind is covered. */
export interface CoverageCount {
  covered: number
  total: number
  /** The names of the uncovered parts. */
  missing: string[]
}

/** How much scenarios cover, by kind. */
export type Coverage = ReturnType<typeof getCoverage>

/** A kind of part that coverage counts. */
export type CoverageKind = keyof Coverage

/** The options of `getCoverage`. */
export interface CoverageOptions<V extends Vocabulary> {
  /** @default authIntentMachine */
  machine?: AnyStateMachine
  /** @default the library's, for its own machines */
  catalogue?: Catalogue<V>
  /** Moves that do not count, as for `getScenarios`. Parts of the chart always count. @default none */
  without?: readonly string[]
}

/**
 * Counts the parts of `authIntentMachine`, or of another machine, that scenarios cover. Its definition has states,
 * transitions, delays and both ends of each invoke. Its graph has conditions (both sides of each guard, and each fact
 * that decides), pairs of transitions, events in states and boundaries of time. Failures count too.
 * @throws AuthIntentError `unknown_machine`, `endless_walk`, or `invalid_option` for an invalid scenario, and for an
 * unknown word in `without`.
 * @example
 * const { transitions } = getCoverage(getScenarios({ strategy: "shortest" }))
 * console.log(transitions.missing)
 */
export function getCoverage<V extends Vocabulary>(scenarios: readonly Scenario<V>[], options: CoverageOptions<V> = {}) {
  parse(getCoverageArguments, { scenarios, options }, "invalid_option", "getCoverage")
  const { machine = authIntentMachine, catalogue: given, without = [] } = options
  const { catalogue, write, startsWithout, graphFrom, checkWords } = getStudy(machine, given)
  const definition = readDefinition(machine)
  const begun = scenarios.map(({ input, steps }) => {
    const what = `${machine.id} does not start with their input: pass the machine that they are of, and its catalogue`
    const draft = attempt(() => write(input)) ?? fail("invalid_option", `getCoverage: scenarios: ${what}`)
    return { draft, steps }
  })
  const graphs = startsWithout(without).map((start) => {
    const graph = graphFrom(start, without)
    return { start, graph, byMove: findConditions(graph) }
  })
  checkWords({ without })
  const seen = new Set<string>()

  for (const { draft, steps } of begun) {
    const track = createTracker(draft.start, draft.place.state.armed)
    const { trace, snapshot } = draft.place.state
    for (const name of definition.partsOf(trace, snapshot.status)) seen.add(name)
    for (const step of steps) {
      const { situation } = draft.place
      const edge = draft.make(step.do)
      const conditions = graphs.flatMap(({ graph, byMove }) => {
        const same = graph.nodes.get(edge.from)?.edges.find(({ label }) => label === edge.label)
        return (same && byMove.get(same)) ?? []
      })
      const names = [...edge.parts, ...conditions, ...track(edge), nameCell(situation, edge.label)]
      for (const name of names) seen.add(name)
    }
  }

  const count = (all: readonly string[]): CoverageCount => {
    const names = [...new Set(all)]
    const missing = names.filter((name) => !seen.has(name))
    return { covered: names.length - missing.length, total: names.length, missing }
  }
  const countRoutes = (strategy: "pairs" | "grid") =>
    count(graphs.flatMap(({ graph, start }) => findRoutes(graph, start, strategy).flatMap(({ names }) => names)))
  return {
    states: count(definition.states),
    transitions: count(definition.transitions),
    conditions: count([...definition.guards, ...graphs.flatMap(({ byMove }) => [...byMove.values()].flat())]),
    pairs: countRoutes("pairs"),
    eventsInStates: countRoutes("grid"),
    delays: count(definition.delays),
    invokes: count(definition.invokes),
    failures: count(catalogue.failures),
    boundaries: count(graphs.flatMap(({ graph, start }) => findBoundaries(graph, start).flatMap(({ names }) => names))),
  }
}
