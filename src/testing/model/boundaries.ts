import { momentAfter } from "./create-model.ts"
import { type Edge, edgesOf, type Graph, type Route } from "./graph.ts"

/** Finds, for each timer and each way to arm it, the start among them, the moves that stand just before it and at it. */
export function findBoundaries(graph: Graph, start: string): Route[] {
  const atOnce: Route[] = []
  // Those beside a timer that is sooner: other moves have to come first.
  const later = new Map<string, { timer: string; queue: Reached[] }>()

  function add(timer: string, reached: Reached) {
    const name = nameBoundary(start, timer, reached.path[0])
    const stand = standAt(graph, reached.key, timer)
    const known = later.get(name)
    if (stand) atOnce.push({ names: [name], edges: [...reached.path, ...stand] })
    else if (known) known.queue.push(reached)
    else later.set(name, { timer, queue: [reached] })
  }
  for (const timer of graph.armed) add(timer, { key: graph.start, path: [] })
  for (const edge of edgesOf(graph)) for (const timer of edge.armed) add(timer, { key: edge.to, path: [edge] })
  for (const { names } of atOnce) for (const name of names) later.delete(name)
  const found = [...later].flatMap(([name, { timer, queue }]) => {
    const edges = waitFor(graph, timer, queue)
    return edges ? [{ names: [name], edges }] : []
  })
  return [...atOnce, ...found]
}

/** A node, and the moves that have led to it. */
interface Reached {
  key: string
  path: readonly Edge[]
}

/** Returns the moves that stand just before a timer and at it, where a node has them. */
function standAt({ nodes }: Graph, key: string, timer: string): Edge[] | undefined {
  for (const before of nodes.get(key)?.edges ?? []) {
    const label = momentAfter(before.label)
    if (label === undefined) continue
    const fire = nodes.get(before.to)?.edges.find((next) => next.label === label && next.fired.includes(timer))
    if (fire) return [before, fire]
  }
  return undefined
}

/** Returns the fewest moves until a timer fires, from where it was armed: a search breadth first, which the queue grows by. */
function waitFor(graph: Graph, timer: string, queue: Reached[]): Edge[] | undefined {
  const seen = new Set(queue.map(({ key }) => key))
  for (const { key, path } of queue) {
    const stand = standAt(graph, key, timer)
    if (stand) return [...path, ...stand]
    for (const edge of graph.nodes.get(key)?.edges ?? []) {
      if (seen.has(edge.to) || edge.armed.includes(timer) || edge.fired.includes(timer)) continue
      seen.add(edge.to)
      queue.push({ key: edge.to, path: [...path, edge] })
    }
  }
  return undefined
}

/** The catalogue's first start shows each way to arm a timer, and the others that their options count, also once resumed. */
export const nameBoundary = (start: string, timer: string, by: Edge | undefined) =>
  start
    ? `${start}: ${timer}${by?.label === "reloaded" ? ", resumed" : ""}`
    : `${timer} armed by ${by?.taken.join(", ") || "the start"}`
