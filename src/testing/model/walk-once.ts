import type { AnyStateMachine } from "xstate"
import type { Vocabulary } from "../scenario.ts"
import type { Catalogue } from "./catalogue.ts"
import type { Graph } from "./graph.ts"
import { walkGraph } from "./walk-graph.ts"

const walked = new WeakMap<AnyStateMachine, WeakMap<object, Map<string, Graph>>>()

/** Walks from one of the catalogue's starts, the first time that it is asked to. */
export function walkOnce<V extends Vocabulary>(
  machine: AnyStateMachine,
  catalogue: Catalogue<V>,
  start: string,
): Graph {
  const byCatalogue = walked.get(machine) ?? new WeakMap<object, Map<string, Graph>>()
  const byStart = byCatalogue.get(catalogue) ?? new Map<string, Graph>()
  const graph = byStart.get(start) ?? walkGraph(machine, catalogue, catalogue.starts[start] as V["input"])
  walked.set(machine, byCatalogue)
  byCatalogue.set(catalogue, byStart)
  byStart.set(start, graph)
  return graph
}
