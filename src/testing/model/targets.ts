import { findBoundaries, nameBoundary } from "./boundaries.ts"
import { momentAfter } from "./create-model.ts"
import { type Edge, edgesOf, type Graph, type GraphNode, type Route } from "./graph.ts"

/**
 * Names the conditions that each move helps to show. Two moves with the same label, from nodes that differ in one fact
 * alone, show by different effects that this fact decides. Of numbers, the two closest show the boundary. Each effect
 * of a transition is a condition too, and so is each innermost state in which an outer state's transition is taken.
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

/** Names the innermost states that take an outer state's transition. A transition's name begins with its state. */
function inheritedIn({ taken: [first = ""] }: Edge, { path }: GraphNode, root: string): string[] {
  const [source] = first.split(":")
  return path
    .split(",")
    .flatMap((leaf) => (source === root || leaf.startsWith(`${source}.`) ? [`${first}, in ${leaf}`] : []))
}

/** Returns the transition that a move takes, and the final state that it reaches. */
function whatHappens({ taken, to }: Edge, { nodes }: Graph): string {
  const end = nodes.get(to)
  return `${taken[0] ?? "nothing"}${end?.isFinal ? `, ${end.path}` : ""}`
}

/** Names the changes that a transition makes to facts, except to the given fact. */
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

/** Finds the routes that a strategy has to cover in a graph: single moves, and several moves in a row. */
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

/** Creates a tracker, which names the covered pairs and boundaries edge by edge. `atStart`: the start's timers. */
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
