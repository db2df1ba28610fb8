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
  /** The names of those that no scenario goes through. */
  missing: string[]
}

/** What scenarios go through, of what there is. */
export type Coverage = ReturnType<typeof getCoverage>

/** What coverage counts. */
export type CoverageKind = keyof Coverage

/** The options of `getCoverage`. */
export interface CoverageOptions<V extends Vocabulary> {
  /** @default authIntentMachine */
  machine?: AnyStateMachine
  /** @default ours, for our machines */
  catalogue?: Catalogue<V>
  /** Moves that do not count, as for `getScenarios`. Parts of the chart count whatever is left out. @default none */
  without?: readonly string[]
}

/**
 * Counts what scenarios go through of `authIntentMachine`, or of another machine: states, transitions, delays and both
 * ends of each invoke, as the definition has them; conditions (both sides of each guard, and each fact that decides),
 * pairs of transitions, events in states and boundaries of time, as its graph has them; and failures.
 * @throws AuthIntentError `unknown_machine`, `endless_walk`, or `invalid_option` for what is no scenario, and for a word in `without` that names nothing.
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
