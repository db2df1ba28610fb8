/** A property at one arrival: whether its scope opens or ends, whether it is violated, and whether the move counts. */
export interface Marks {
  isOpening: boolean
  isEnding: boolean
  isWrong: boolean
  isCounted: boolean
}

/** A place with its memory, and every move from it. `first` is the first arrival: its path is one of the shortest. */
export interface TemporalNode {
  start: string
  first?: Arrival
  moves: Arrival[]
}

/** One move to a node. The start comes from no node. */
export interface Arrival {
  label: string
  from: TemporalNode | undefined
  to: TemporalNode
  /** The marks of the properties that need more than one moment, by the property's number. */
  marks: Marks[]
}

interface Trail {
  arrival: Arrival
  before: Trail | undefined
  isOpen: boolean
}

/** Returns a shortest path to an arrival. */
export function pathTo(arrival: Arrival): Arrival[] {
  return arrival.from?.first ? [...pathTo(arrival.from.first), arrival] : [arrival]
}

/** Returns a shortest path where a property fails. `isStaying`: its scope stays open; `isLive`: it needs the future. */
export function findCounterexample(
  nodes: readonly TemporalNode[],
  number: number,
  { isStaying, isLive }: { isStaying: boolean; isLive: boolean },
): Arrival[] | undefined {
  const good = isLive ? leadingTo(nodes, number) : undefined
  const trails: Trail[] = []
  const seen = { open: new Set<TemporalNode>(), shut: new Set<TemporalNode>() }
  const follow = (arrival: Arrival, before?: Trail) => {
    const { isOpening, isEnding } = arrival.marks[number] as Marks
    const isOpen = (isOpening || (isStaying && before?.isOpen === true)) && !isEnding
    trails.push({ arrival, before, isOpen })
  }
  for (const { first } of nodes) if (first && !first.from) follow(first)
  for (const trail of trails) {
    const { arrival, isOpen } = trail
    const isWrong = good ? !good.has(arrival.to) : arrival.marks[number]?.isWrong
    if (isOpen && isWrong) {
      const path: Arrival[] = []
      for (let at: Trail | undefined = trail; at; at = at.before) path.unshift(at.arrival)
      return path
    }
    const known = isOpen ? seen.open : seen.shut
    if (known.has(arrival.to)) continue
    known.add(arrival.to)
    for (const next of arrival.to.moves) follow(next, trail)
  }
  return undefined
}

/** Returns the nodes from which a path of counted moves leads to the end of the property's scope. */
function leadingTo(nodes: readonly TemporalNode[], number: number): Set<TemporalNode> {
  const into = new Map<TemporalNode, TemporalNode[]>()
  const good = new Set<TemporalNode>()
  for (const node of nodes) {
    for (const { to, marks } of node.moves) {
      const { isEnding, isCounted } = marks[number] as Marks
      if (isEnding && isCounted) good.add(node)
      else if (isCounted && into.get(to)?.push(node) === undefined) into.set(to, [node])
    }
  }
  // The loop visits added nodes too.
  for (const node of good) for (const before of into.get(node) ?? []) good.add(before)
  return good
}
