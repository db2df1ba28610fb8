import type { Edge, Graph, Path } from "./graph.ts"
import { shortestPaths } from "./shortest-paths.ts"

/**
 * Ways that go through everything not yet covered, which they take out of `missing`, in few and long tours:
 * from where a tour stands to the nearest move that covers something new, while it can still end within `maxDepth`,
 * in the state that is the goal if it can.
 */
export function coveringPaths(graph: Graph, missing: Set<string>, maxDepth: number, goal: string): Path[] {
  const tours: Path[] = []
  const ends = new Map([...graph.nodes.keys()].map((state) => [state, wayToEnd(graph, state, goal)]))

  const news = ({ covers }: Edge) => covers.filter((name) => missing.has(name)).length
  const cover = (path: Path) => {
    for (const { covers } of path) for (const name of covers) missing.delete(name)
  }

  /** The nearest way on that covers something new; of equally near ones that which covers most, or ends last. */
  function wayOn(from: string, room: number): Path | undefined {
    let best: { path: Path; rank: readonly number[] } | undefined
    for (const [state, path] of shortestPaths(graph, from)) {
      for (const edge of graph.nodes.get(state)?.edges ?? []) {
        const length = path.length + 1 + (ends.get(edge.to)?.length ?? 0)
        if (news(edge) === 0 || length > room) continue
        const rank = [graph.nodes.get(edge.to)?.final ? 1 : 0, path.length, -news(edge)]
        if (!best || isLess(rank, best.rank)) best = { path: [...path, edge], rank }
      }
    }
    return best?.path
  }

  for (;;) {
    const tour: Edge[] = []
    for (;;) {
      const path = wayOn(tour.at(-1)?.to ?? graph.start, maxDepth - tour.length)
      if (!path) break
      cover(path)
      tour.push(...path)
    }
    if (tour.length === 0) return tours
    const end = ends.get(tour.at(-1)?.to ?? "") ?? []
    cover(end)
    tours.push([...tour, ...end])
  }
}

/** The shortest way to the goal, or else to any final state, if there is one. */
function wayToEnd(graph: Graph, from: string, goal: string): Path | undefined {
  const ways = [...shortestPaths(graph, from)].filter(([state]) => graph.nodes.get(state)?.final)
  const [, path] = ways.find(([state]) => graph.nodes.get(state)?.state === goal) ?? ways[0] ?? []
  return path
}

function isLess(one: readonly number[], other: readonly number[]): boolean {
  const index = one.findIndex((value, place) => value !== other[place])
  return index >= 0 && (one[index] ?? 0) < (other[index] ?? 0)
}
