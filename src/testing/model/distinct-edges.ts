import type { Edge } from "./graph.ts"

/** One edge of all those that lead from a state to another through the same parts. */
export function distinctEdges(edges: readonly Edge[]): Edge[] {
  const distinct = new Map<string, Edge>()
  for (const edge of edges) {
    const effect = JSON.stringify([edge.to, edge.parts])
    if (!distinct.has(effect)) distinct.set(effect, edge)
  }
  return [...distinct.values()]
}
