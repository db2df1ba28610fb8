import { adjacencyMapToArray, getAdjacencyMap } from "@xstate/graph"
import { type AnyStateMachine, fromTransition } from "xstate"
import type { Move, Vocabulary } from "../scenario.ts"
import type { Catalogue } from "./catalogue.ts"
import { createWorlds } from "./create-worlds.ts"
import type { Graph, GraphNode } from "./graph.ts"
import { readCoverage } from "./read-coverage.ts"
import { readDefinition } from "./read-definition.ts"
import { stateKey } from "./state-key.ts"
import { statePath } from "./state-path.ts"
import type { World } from "./world.ts"

/** Far more moves than a bounded machine has: a catalogue whose abstraction leaves a number free ends with an error. */
const limit = 100_000

/** A move as one of XState's events. */
interface Happening<V extends Vocabulary> {
  type: string
  move: Move<V>
}

/** Walks all that can happen to a machine from one input, to its fixed point. */
export function walkGraph<V extends Vocabulary>(
  machine: AnyStateMachine,
  catalogue: Catalogue<V>,
  input: V["input"],
): Graph {
  const worlds = createWorlds(machine, catalogue)
  const definition = readDefinition(machine)
  const place = (world: World<V>) => ({ world, key: stateKey(catalogue, world) })
  const first = place(worlds.start(input))
  const logic = fromTransition(
    ({ world }: typeof first, { move }: Happening<V>) => place(worlds.step(world, move)),
    first,
  )

  const adjacency = getAdjacencyMap(logic, {
    limit,
    events: ({ context: { world } }) => Object.entries(catalogue.moves(world)).map(([type, move]) => ({ type, move })),
    serializeState: ({ context: { key } }) => key,
    serializeEvent: ({ type }) => type,
  })

  const nodes = new Map<string, GraphNode>()
  function reach({ world: { snapshot }, key }: typeof first): GraphNode {
    const node = nodes.get(key) ?? { state: statePath(snapshot), final: snapshot.status === "done", edges: [] }
    nodes.set(key, node)
    return node
  }

  reach(first)
  for (const { state, event, nextState } of adjacencyMapToArray(adjacency)) {
    const { world, key: to } = nextState.context
    const parts = [...new Set(readCoverage(definition, world.trace))]
    const covers = [...parts, ...catalogue.failuresIn(world)]
    reach(state.context).edges.push({ phrase: event.type, from: state.context.key, to, parts, covers })
    reach(nextState.context)
  }
  return { start: first.key, nodes }
}
