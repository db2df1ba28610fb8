import type { Edge } from "./graph.ts"
import { nameBoundary, namePair } from "./targets.ts"

/** Creates what names the pairs and boundaries that a path covers, edge by edge. */
export function createTracker(start: string): (edge: Edge) => string[] {
  const armed = new Map<string, Edge>()
  let last: Edge | undefined
  let staged = ""
  return (edge) => {
    const pair = last && namePair(last, edge)
    const boundaries = edge.fired.flatMap((timer) => {
      const by = armed.get(timer)
      armed.delete(timer)
      return by && staged === edge.label ? [nameBoundary(start, timer, by)] : []
    })
    for (const timer of edge.armed) armed.set(timer, edge)
    if (edge.label.startsWith("just before ")) staged = edge.label.slice("just before ".length)
    else if (edge.armed.length > 0) staged = ""
    last = edge
    return [...(pair ? [pair] : []), ...boundaries]
  }
}
