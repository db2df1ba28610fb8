import type { Scenario, Vocabulary } from "../scenario.ts"
import type { Draft } from "./create-writer.ts"
import type { Edge, Graph, Route } from "./graph.ts"
import { createTracker } from "./targets.ts"

interface TourOptions {
  maxDepth: number
  /** The state to end in. @default any final state */
  goal?: string | undefined
}

/**
 * Covers the wanted names in few scenarios. A scenario takes the shortest path to the nearest route that covers
 * something new, again and again up to `maxDepth` moves, and then the path to the goal. Each move is made on the model
 * at once: where the model leaves the graph's path, the model counts. Removes the covered names from `wanted`.
 */
export function coverByTours<V extends Vocabulary>(
  graph: Graph,
  all: readonly Route[],
  wanted: Set<string>,
  begin: () => Draft<V>,
  { maxDepth, goal }: TourOptions,
): Scenario<V>[] {
  const names = new Map(all.flatMap(({ edges, names }) => (edges.length === 1 ? [[edges[0], names] as const] : [])))
  const routes = new Map<string, Route[]>()
  for (const route of all) {
    const from = route.edges[0]?.from ?? ""
    routes.set(from, [...(routes.get(from) ?? []), { ...route }])
  }
  const searcher = createSearcher(graph)
  const isFinal = (key: string) => graph.nodes.get(key)?.isFinal === true
  const isGoal = (key: string) => isFinal(key) && graph.nodes.get(key)?.path === goal
  // Where there is no end, a search for it would visit each node.
  const ends = [isGoal, isFinal].filter((end) => [...graph.nodes.keys()].some(end))
  const isEnd = (key = "") => (graph.nodes.get(key)?.edges.length ?? 0) === 0 || isFinal(key)

  /** Returns the routes of a node that still cover something, and forgets the others. */
  function open(key: string): Route[] {
    const kept = (routes.get(key) ?? []).filter((route) => {
      if (route.names.some((name) => !wanted.has(name))) route.names = route.names.filter((name) => wanted.has(name))
      return route.names.length > 0
    })
    routes.set(key, kept)
    return kept
  }

  /** Returns the nearest route that covers something new. Prefers a route after which a tour can go on. */
  function nextRoute(from: string, maxMoves: number): Route | undefined {
    let best: Route | undefined
    let last: { key: string; route: Route } | undefined
    const path = searcher.find(from, maxMoves, (key, depth) => {
      for (const route of open(key)) {
        const { edges, names } = route
        if (depth + edges.length > maxMoves) continue
        if (isEnd(edges.at(-1)?.to)) last ??= { key, route }
        else if (!best || best.names.length < names.length) best = route
      }
      return best !== undefined
    })
    if (best && path) return { edges: [...path, ...best.edges], names: best.names }
    return last && { edges: [...searcher.pathTo(last.key), ...last.route.edges], names: last.route.names }
  }

  function writeTour(): { scenario: Scenario<V>; covered: number } {
    const draft = begin()
    const track = createTracker(draft.start, draft.place.state.armed)
    const before = wanted.size

    /** Makes the moves of a path. Returns false where the model leaves the path. */
    const follow = (path: readonly Edge[]): boolean =>
      path.every((edge) => {
        const made = draft.play(edge.label)
        if (made === undefined) return false
        const isSame = made.from === edge.from && made.to === edge.to && made.taken.join() === edge.taken.join()
        for (const name of [...((isSame && names.get(edge)) || made.parts), ...track(made)]) wanted.delete(name)
        return isSame
      })

    let strayed = 0
    let limit = Infinity
    while (strayed < 3) {
      const route = nextRoute(draft.place.key, limit - draft.steps.length)
      if (route === undefined) break
      // Far targets lie beside each other: after a long way to the first, a scenario may go as far again.
      if (limit === Infinity) limit = route.edges.length > maxDepth ? 2 * route.edges.length : maxDepth
      if (!follow(route.edges)) strayed += 1
    }
    const { key } = draft.place
    let path: Edge[] | undefined
    for (const end of ends) path ??= searcher.find(key, Infinity, end)
    follow(path ?? [])
    return { scenario: draft.finish(), covered: before - wanted.size }
  }

  const scenarios: Scenario<V>[] = []
  for (;;) {
    const first = nextRoute(graph.start, Infinity)
    if (first === undefined) return scenarios
    const { scenario, covered } = writeTour()
    if (covered > 0) scenarios.push(scenario)
    else for (const name of first.names) wanted.delete(name)
  }
}

/** Creates a search over the edges of a graph, breadth first. */
export function createSearcher({ nodes }: Graph) {
  // One edge between two nodes is enough. This makes a search several times as fast.
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
     * Calls `visit` with the nodes from `from` on, the nearest first, until `visit` returns true.
     * @returns the path to that node
     */
    find(from: string, maxMoves: number, visit: (key: string, depth: number) => boolean): Edge[] | undefined {
      if (!steps.has(from)) return undefined
      via = new Map([[from, undefined]])
      let level = [from]
      for (let depth = 0; level.length > 0; depth += 1) {
        const next: string[] = []
        for (const key of level) {
          if (visit(key, depth)) return pathTo(key)
          if (depth >= maxMoves) continue
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
