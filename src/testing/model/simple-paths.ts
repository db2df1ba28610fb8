import { distinctEdges } from "./distinct-edges.ts"
import type { Graph, Path } from "./graph.ts"

/** Every way that meets no state twice and takes at most so many moves; ways that others continue are left out. */
export function simplePaths(graph: Graph, maxDepth: number): Path[] {
  const paths: Path[] = []
  function follow(path: Path, state: string, visited: readonly string[]) {
    const open = distinctEdges(graph.nodes.get(state)?.edges ?? []).filter(({ to }) => !visited.includes(to))
    if (open.length === 0 || path.length === maxDepth) paths.push(path)
    else for (const edge of open) follow([...path, edge], edge.to, [...visited, edge.to])
  }
  follow([], graph.start, [graph.start])
  return paths
}
