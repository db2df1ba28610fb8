import type { Edge, Graph } from "./graph.ts"

/** Creates a search over the edges of a graph, breadth first. */
export function createSearcher({ nodes }: Graph) {
  // Of edges between the same two nodes the first is enough, which makes a search several times as fast.
  const steps = new Map(
    [...nodes].map(([key, { edges }]) => [
      key,
      edges.filter(({ to }, index) => edges.findIndex((edge) => edge.to === to) === index),
    ]),
  )
  let via = new Map<string, Edge | undefined>()

  /** Returns the path to a node of the last search. */
  function pathTo(key: string): Edge[] {
    const path: Edge[] = []
    for (let edge = via.get(key); edge; edge = via.get(edge.from)) path.push(edge)
    return path.reverse()
  }

  return {
    pathTo,
    /**
     * Calls `visit` with the nodes from one on, the nearest first, until it returns true.
     * @returns the path to the node at which it did
     */
    find(from: string, room: number, visit: (key: string, depth: number) => boolean): Edge[] | undefined {
      if (!steps.has(from)) return undefined
      via = new Map([[from, undefined]])
      let level = [from]
      for (let depth = 0; level.length > 0; depth += 1) {
        const next: string[] = []
        for (const key of level) {
          if (visit(key, depth)) return pathTo(key)
          if (depth >= room) continue
          for (const edge of steps.get(key) ?? []) {
            if (via.has(edge.to)) continue
            via.set(edge.to, edge)
            next.push(edge.to)
          }
        }
        level = next
      }
      return undefined
    },
  }
}

/** Returns the shortest path from each node to the goal, or else to any final one. */
export function pathsToEnd(graph: Graph, goal?: string): Map<string, Edge[]> {
  const paths = new Map<string, Edge[]>()
  const into = new Map<string, Edge[]>()
  for (const { edges } of graph.nodes.values()) {
    for (const edge of edges) {
      const known = into.get(edge.to)
      if (known) known.push(edge)
      else into.set(edge.to, [edge])
    }
  }
  for (const isEnd of [(path: string) => path === goal, () => true]) {
    const queue: string[] = []
    for (const [key, { final, path }] of graph.nodes) {
      if (!final || !isEnd(path) || paths.has(key)) continue
      paths.set(key, [])
      queue.push(key)
    }
    for (const key of queue) {
      for (const edge of into.get(key) ?? []) {
        if (paths.has(edge.from)) continue
        paths.set(edge.from, [edge, ...(paths.get(key) ?? [])])
        queue.push(edge.from)
      }
    }
  }
  return paths
}
