import { findBoundaries, nameBoundary } from "./boundaries.ts"
import { momentAfter } from "./create-model.ts"
import { type Edge, edgesOf, type Graph, type GraphNode, type Route } from "./graph.ts"

/**
 * Names, for each move, the conditions that it helps to show: two moves of the same label from nodes that differ in one
 * fact alone, and that do different things, show that this fact matters by itself; of numbers, the two that are closest
 * show where the boundary is. Each different thing that a transition does is a condition too, and so is each innermost state
 * in which the transition of an outer one is taken.
 * @see "A Practical Tutorial on Modified Condition/Decision Coverage", NASA/TM-2001-210876: unique-cause MC/DC.
 */
export function findConditions(graph: Graph): Map<Edge, string[]> {
  const names = new Map<Edge, string[]>(edgesOf(graph).map((edge) => [edge, []]))
  const add = (edge: Edge, name: string) => names.get(edge)?.push(name)
  const pairs = new Map<string, { distance: number; sides: [Edge, string][] }>()

  function compare(fact: string, one: GraphNode, other: GraphNode) {
    const [x, y] = [one.facts[fact], other.facts[fact]]
    const distance = typeof x === "number" && typeof y === "number" ? Math.abs(x - y) : 1
    for (const edge of one.edges) {
      const twin = other.edges.find(({ label }) => label === edge.label)
      if (twin === undefined) continue
      const happen = [whatHappens(edge, graph), whatHappens(twin, graph)]
      const isSame = happen[0] === happen[1]
      const decided = isSame ? differing(changesOf(edge, fact), changesOf(twin, fact)) : [happen.sort().join(" or ")]
      for (const what of decided) {
        const name = `${fact} decides: ${what}`
        if ((pairs.get(name)?.distance ?? Infinity) <= distance) continue
        pairs.set(name, {
          distance,
          sides: [
            [edge, `${name} (${x ?? "unset"})`],
            [twin, `${name} (${y ?? "unset"})`],
          ],
        })
      }
    }
  }

  const groups = new Map<string, GraphNode[]>()
  for (const node of graph.nodes.values()) {
    for (const edge of node.edges) {
      if (edge.taken.length === 0) continue
      for (const name of [edge.taken.join(", "), ...inheritedIn(edge, node, graph.root), ...changesOf(edge)])
        add(edge, name)
    }
    if (node.edges.length === 0) continue
    for (const fact of Object.keys(node.facts)) {
      const { [fact]: _, ...others } = node.facts
      const group = JSON.stringify([node.path, fact, others])
      const twins = groups.get(group) ?? []
      if (twins.some((twin) => twin.facts[fact] === node.facts[fact])) continue
      for (const twin of twins) compare(fact, twin, node)
      groups.set(group, [...twins, node])
    }
  }
  for (const { sides } of pairs.values()) for (const [edge, name] of sides) add(edge, name)
  return names
}

/** Names the innermost states that have a transition from an outer one; its name begins with the state that it is of. */
function inheritedIn({ taken: [first = ""] }: Edge, { path }: GraphNode, root: string): string[] {
  const [source] = first.split(":")
  return path
    .split(",")
    .flatMap((leaf) => (source === root || leaf.startsWith(`${source}.`) ? [`${first}, in ${leaf}`] : []))
}

/** Returns the transition that a move takes, and where that ends for good. */
function whatHappens({ taken, to }: Edge, { nodes }: Graph): string {
  const end = nodes.get(to)
  return `${taken[0] ?? "nothing"}${end?.isFinal ? `, ${end.path}` : ""}`
}

/** Returns what a transition does to facts, other than the one that is given. */
function changesOf({ taken: [first], changes }: Edge, but?: string): string[] {
  if (first === undefined) return []
  const changed = Object.entries(changes).filter(([name]) => name !== but)
  return changed.map(([name, value]) => `${first}: ${name} ${value ?? "gone"}`)
}

const differing = (one: string[], other: string[]) => [
  ...one.filter((each) => !other.includes(each)),
  ...other.filter((each) => !one.includes(each)),
]

/** Finds every pair of transitions that can follow each other. */
function findPairs(graph: Graph): Route[] {
  const pairs = new Map<string, Route>()
  for (const edge of edgesOf(graph)) {
    for (const next of graph.nodes.get(edge.to)?.edges ?? []) {
      const name = namePair(edge, next)
      if (name && !pairs.has(name)) pairs.set(name, { names: [name], edges: [edge, next] })
    }
  }
  return [...pairs.values()]
}

const namePair = (one: Pick<Edge, "taken">, other: Pick<Edge, "taken">): string | undefined =>
  one.taken.length > 0 && other.taken.length > 0 ? `${one.taken.at(-1)}, then ${other.taken[0]}` : undefined

export const nameCell = (situation: string, label: string) => `${label} in ${situation}`

/** Collects what a strategy is to cover in a graph, by single moves and by several in a row. */
export function findRoutes(graph: Graph, start: string, strategy: "transitions" | "grid" | "pairs"): Route[] {
  if (strategy === "pairs") return findPairs(graph)
  const conditions = strategy === "transitions" ? findConditions(graph) : undefined
  const moves = [...graph.nodes.values()].flatMap(({ situation, edges }) =>
    edges.map((edge) => ({
      edges: [edge],
      names: conditions ? [...edge.parts, ...(conditions.get(edge) ?? [])] : [nameCell(situation, edge.label)],
    })),
  )
  return conditions ? [...moves, ...findBoundaries(graph, start)] : moves
}

/** Creates what names, edge by edge, the pairs and boundaries that a path covers; `atStart`: the timers that its start arms. */
export function createTracker(start: string, atStart: readonly string[]): (edge: Edge) => string[] {
  const armed = new Map<string, Edge | undefined>(atStart.map((timer) => [timer, undefined]))
  let last: Edge | undefined
  let staged = ""
  return (edge) => {
    const pair = last && namePair(last, edge)
    const boundaries = edge.fired.flatMap((timer) => {
      const isOurs = armed.has(timer) && staged === edge.label
      const name = nameBoundary(start, timer, armed.get(timer))
      armed.delete(timer)
      return isOurs ? [name] : []
    })
    for (const timer of edge.armed) armed.set(timer, edge)
    staged = momentAfter(edge.label) ?? (edge.armed.length > 0 ? "" : staged)
    last = edge
    return [...(pair ? [pair] : []), ...boundaries]
  }
}
