/** What a property makes of one arrival: whether its scope opens or ends there, whether it is violated, and whether the move counts. */
export interface Marks {
  opens: boolean
  ends: boolean
  wrong: boolean
  counts: boolean
}

/** A place and what is remembered there, with every move from it and the way on which it was met first: one of the shortest. */
export interface TemporalNode {
  start: string
  first?: Arrival
  moves: Arrival[]
}

/** One move to a node; the start has come from none. */
export interface Arrival {
  label: string
  from: TemporalNode | undefined
  to: TemporalNode
  /** By the number of each property that needs more than this one moment. */
  marks: Marks[]
}

interface Trail {
  arrival: Arrival
  before?: Trail
  isOpen: boolean
}

/** Returns the way to an arrival by the first ways to the nodes on it. */
export function wayTo(arrival: Arrival): Arrival[] {
  return arrival.from?.first ? [...wayTo(arrival.from.first), arrival] : [arrival]
}

/** Returns a shortest way on which a property does not hold: its scope may stay open, and it may be of what has to come. */
export function findCounterexample(
  nodes: readonly TemporalNode[],
  number: number,
  { stays, isLive }: { stays: boolean; isLive: boolean },
): Arrival[] | undefined {
  const good = isLive ? leadingTo(nodes, number) : undefined
  const trails: Trail[] = []
  const seen = { open: new Set<TemporalNode>(), shut: new Set<TemporalNode>() }
  const follow = (arrival: Arrival, before?: Trail) => {
    const { opens, ends } = arrival.marks[number] as Marks
    trails.push({ arrival, ...(before && { before }), isOpen: (opens || (stays && before?.isOpen === true)) && !ends })
  }
  for (const { first } of nodes) if (first && !first.from) follow(first)
  for (const trail of trails) {
    const { arrival, isOpen } = trail
    const isWrong = good ? !good.has(arrival.to) : arrival.marks[number]?.wrong
    if (isOpen && isWrong) {
      const way: Arrival[] = []
      for (let at: Trail | undefined = trail; at; at = at.before) way.unshift(at.arrival)
      return way
    }
    const known = isOpen ? seen.open : seen.shut
    if (known.has(arrival.to)) continue
    known.add(arrival.to)
    for (const next of arrival.to.moves) follow(next, trail)
  }
  return undefined
}

/** Returns the nodes from which some way that counts leads to the end of the property's scope. */
function leadingTo(nodes: readonly TemporalNode[], number: number): Set<TemporalNode> {
  const into = new Map<TemporalNode, TemporalNode[]>()
  const good = new Set<TemporalNode>()
  for (const node of nodes) {
    for (const { to, marks } of node.moves) {
      const { ends, counts } = marks[number] as Marks
      if (ends && counts) good.add(node)
      else if (counts && into.get(to)?.push(node) === undefined) into.set(to, [node])
    }
  }
  // What is added is visited too.
  for (const node of good) for (const before of into.get(node) ?? []) good.add(before)
  return good
}
