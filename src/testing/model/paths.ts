import type { Edge, Graph } from "./graph.ts"

/**
 * Creates a search over the edges of a graph, breadth first. It is fast: nodes are numbers, and nothing is allocated per
 * search.
 */
export function createSearcher({ nodes }: Graph) {
  const keys = [...nodes.keys()]
  const numbers = new Map(keys.map((key, index) => [key, index]))
  const numberOf = (key: string) => numbers.get(key) ?? 0
  const steps = [...nodes.values()].map(({ edges }) => {
    const byTarget = new Map<number, Edge>()
    for (const edge of edges) {
      const to = numberOf(edge.to)
      if (edge.to !== edge.from && !byTarget.has(to)) byTarget.set(to, edge)
    }
    return { targets: Int32Array.from(byTarget.keys()), edges: [...byTarget.values()] }
  })
  const mark = new Int32Array(keys.length)
  const depths = new Int32Array(keys.length)
  const via: (Edge | undefined)[] = new Array(keys.length)
  const queue = new Int32Array(keys.length)
  let round = 0

  /** Returns the path to a node of the last search. */
  function pathTo(key: string): Edge[] {
    const path: Edge[] = []
    for (let edge = via[numberOf(key)]; edge; edge = via[numberOf(edge.from)]) path.push(edge)
    return path.reverse()
  }

  return {
    pathTo,
    /**
     * Calls `visit` with the nodes from one on, the nearest first, until it returns true.
     * @returns the path to the node at which it did
     */
    find(from: string, room: number, visit: (key: string, depth: number) => boolean): Edge[] | undefined {
      const start = numbers.get(from)
      if (start === undefined) return undefined
      round += 1
      let length = 1
      queue[0] = start
      mark[start] = round
      depths[start] = 0
      via[start] = undefined
      for (let index = 0; index < length; index += 1) {
        const node = queue[index] ?? 0
        const depth = depths[node] ?? 0
        const key = keys[node] ?? ""
        if (visit(key, depth)) return pathTo(key)
        const next = steps[node]
        if (depth >= room || next === undefined) continue
        for (let place = 0; place < next.targets.length; place += 1) {
          const target = next.targets[place] ?? 0
          if (mark[target] === round) continue
          mark[target] = round
          depths[target] = depth + 1
          via[target] = next.edges[place]
          queue[length] = target
          length += 1
        }
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
