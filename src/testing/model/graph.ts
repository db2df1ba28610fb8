import type { AnyMachineSnapshot, AnyStateMachine } from "xstate"
import { getState } from "../../intent/get-step.ts"
import type { Move, Vocabulary } from "../scenario.ts"
import type { Catalogue, Fact, ModelState } from "./catalogue.ts"
import { createModel, isReload } from "./create-model.ts"
import { readDefinition, toNodePath } from "./definition.ts"

/** One move from one node of the graph to another. */
export interface Edge {
  label: string
  from: string
  to: string
  /** The parts of the machine that the edge goes through, and the failures that it meets. */
  parts: readonly string[]
  /** The transitions that the edge takes. */
  taken: readonly string[]
  /** The facts that the edge changes. */
  changes: Readonly<Record<string, Fact>>
  /** Whether the machine takes no transition for the person's move. */
  ignored: boolean
  /** The timers that the edge arms, and the timers that fire. */
  armed: readonly string[]
  fired: readonly string[]
}

/** A model state in the graph. Model states with the same state, facts, timers and invokes are one node. */
export interface Place<V extends Vocabulary> {
  state: ModelState<V>
  key: string
  /** The state of the machine, as a path. */
  path: string
  situation: string
  facts: Readonly<Record<string, Fact>>
  isFinal: boolean
}

export interface GraphNode extends Omit<Place<Vocabulary>, "state" | "key"> {
  /** Empty where the walk stopped. */
  edges: Edge[]
}

/** The graph from one input. The nodes are in the order of their discovery, and the first is the start. */
export interface Graph {
  start: string
  /** The timers that the start arms. */
  armed: readonly string[]
  /** The name of the root in the names of transitions. */
  root: string
  nodes: Map<string, GraphNode>
}

/** Edges to take in a row, and the names that they cover. */
export interface Route {
  edges: readonly Edge[]
  names: readonly string[]
}

export const edgesOf = ({ nodes }: Graph): Edge[] => [...nodes.values()].flatMap(({ edges }) => edges)

/** Returns the target of each history state: earlier states distinguish model states too. */
const pastOf = ({ historyValue }: AnyMachineSnapshot): Record<string, Fact> =>
  Object.fromEntries(Object.entries(historyValue).map(([id, nodes]) => [id, nodes.map(toNodePath).join()]))

export type GraphReader<V extends Vocabulary> = ReturnType<typeof createGraphReader<V>>

/** Creates a reader that plays a machine's model, and reads its states as nodes and its moves as edges. */
export function createGraphReader<V extends Vocabulary>(machine: AnyStateMachine, catalogue: Catalogue<V>) {
  const model = createModel(machine, catalogue)
  const definition = readDefinition(machine)
  const keys = new Map<string, string>()
  const edges = new WeakMap<Place<V>, Edge>()

  function toPlace(state: ModelState<V>): Place<V> {
    const path = getState(state.snapshot)
    const facts = { ...catalogue.facts(state), ...pastOf(state.snapshot) }
    const timers = state.timers.map(({ id, cancelId, isForgotten }) => [id, cancelId, isForgotten])
    const text = JSON.stringify([path, facts, timers, state.requests.map(({ id }) => id)])
    // Many moves lead to one place: its long key is in memory once.
    const key = keys.get(text) ?? text
    keys.set(key, key)
    const situation = catalogue.situation?.(state) ?? path
    return { state, key, path, facts, situation, isFinal: state.snapshot.status === "done" }
  }

  function toEdge(label: string, move: Move<V>, before: Place<V>, after: Place<V>): Edge {
    const { trace, sent, armed, fired, snapshot } = after.state
    const taken = definition.taken(trace)
    const changed = Object.entries(after.facts).filter(
      ([name, value]) => name in before.facts && before.facts[name] !== value,
    )
    const count = sent.length - before.state.sent.length
    return {
      label,
      from: before.key,
      to: after.key,
      parts: [...definition.partsOf(trace, snapshot.status), ...catalogue.failuresIn(after.state)],
      taken,
      changes: { ...Object.fromEntries(changed), ...(count > 0 && { sent: count }) },
      ignored: "person" in move && !isReload(catalogue, move) && taken.length === 0,
      armed,
      fired,
    }
  }

  return {
    start: (input: V["input"]) => toPlace(model.start(input)),
    step: (from: Place<V>, move: Move<V>) => toPlace(model.step(from.state, move)),
    /** Returns the edge to a place. Only one move has led to this object. */
    edge(label: string, move: Move<V>, before: Place<V>, after: Place<V>): Edge {
      const edge = edges.get(after) ?? toEdge(label, move, before, after)
      edges.set(after, edge)
      return edge
    },
  }
}
