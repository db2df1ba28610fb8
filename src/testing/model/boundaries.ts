import { momentAfter } from "./create-model.ts"
import { type Edge, edgesOf, type Graph, type Route } from "./graph.ts"

/** Finds the moves to just before and at each timer's time, for each way to arm the timer (also by the start). */
export function findBoundaries(graph: Graph, start: string): Route[] {
  const atOnce: Route[] = []
  // The boundaries of timers with a sooner timer: other moves have to come first.
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

/** Returns a node's moves to just before and at a timer's time, if it has them. */
function standAt({ nodes }: Graph, key: string, timer: string): Edge[] | undefined {
  for (const before of nodes.get(key)?.edges ?? []) {
    const label = momentAfter(before.label)
    if (label === undefined) continue
    const fire = nodes.get(before.to)?.edges.find((next) => next.label === label && next.fired.includes(timer))
    if (fire) return [before, fire]
  }
  return undefined
}

/** Returns a shortest path from the arming of a timer to its firing, by breadth-first search. The queue grows. */
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

/** Names a boundary. The first start shows each way to arm a timer; other starts show their delays, also resumed. */
export const nameBoundary = (start: string, timer: string, by: Edge | undefined) =>
  start
    ? `${start}: ${timer}${by?.label === "reloaded" ? ", resumed" : ""}`
    : `${timer} armed by ${by?.taken.join(", ") || "the start"}`
