import type { Graph, Path } from "./graph.ts"

/** The shortest ways from a state to every other, in the order of their length. */
export function shortestPaths(graph: Graph, from = graph.start): Map<string, Path> {
  const paths = new Map<string, Path>([[from, []]])
  for (const [state, path] of paths) {
    for (const edge of graph.nodes.get(state)?.edges ?? []) if (!paths.has(edge.to)) paths.set(edge.to, [...path, edge])
  }
  return paths
}
