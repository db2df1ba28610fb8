/** One move from one state of the graph; states are worlds that no future tells apart. */
export interface Edge {
  phrase: string
  from: string
  to: string
  /** The names of the parts of the machine that it goes through. */
  parts: readonly string[]
  /** The same, and those of the failures that it meets. */
  covers: readonly string[]
}

/** A way through a graph, from its start. */
export type Path = readonly Edge[]

export interface GraphNode {
  /** The state of the machine, as a path. */
  state: string
  /** Whether the machine has ended. */
  final: boolean
  edges: Edge[]
}

/** All that can happen from one input. */
export interface Graph {
  start: string
  nodes: Map<string, GraphNode>
}
