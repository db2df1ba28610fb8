import { adjacencyMapToArray, getAdjacencyMap } from "@xstate/graph"
import { type AnyStateMachine, fromTransition } from "xstate"
import { attempt } from "../../attempt.ts"
import type { Move, Vocabulary } from "../scenario.ts"
import type { Catalogue, Fact, ModelState } from "./catalogue.ts"
import { fail } from "./fail.ts"
import type { Graph, GraphNode, GraphReader, Place } from "./graph.ts"

/** A move as an event of XState. Its type is the move's label. */
export interface MoveEvent<V extends Vocabulary> {
  type: string
  move: Move<V>
  /** The words that name the move. */
  words: string[]
}

/** Returns the possible moves, without the moves that are left out. */
export type MovesOf<V extends Vocabulary> = (state: ModelState<V>) => MoveEvent<V>[]

/** How many moves are tried before a walk counts as endless. */
const limit = 50_000

/** A machine with no more moves than this is walked whole. */
const fewMoves = 1_000

/**
 * Creates a function that walks from one start, and remembers the results of moves in earlier walks. A small machine is
 * walked whole. In a larger machine the walk goes on from a node if two of its facts are new together in its state
 * (width 2 of the planners' "iterated width" search): the graph stays small where many facts vary. With `until`, the
 * walk ends when each of these states was met.
 * @throws AuthIntentError `endless_walk`.
 */
export function createWalk<V extends Vocabulary>(
  machine: AnyStateMachine,
  catalogue: Catalogue<V>,
  reader: GraphReader<V>,
) {
  // The key `undefined` has the starts, by their names.
  const steps = new Map<Place<V> | undefined, Map<string, Place<V>>>()

  function recall(from: Place<V> | undefined, label: string, compute: () => Place<V>): Place<V> {
    const known = steps.get(from) ?? new Map<string, Place<V>>()
    const place = known.get(label) ?? compute()
    steps.set(from, known.set(label, place))
    return place
  }

  return (start: string, movesOf: MovesOf<V>, until?: readonly string[]): Graph => {
    const first = recall(undefined, start, () => reader.start(catalogue.starts[start]))
    const logic = fromTransition(
      (from: Place<V>, { type, move }: MoveEvent<V>) => recall(from, type, () => reader.step(from, move)),
      first,
    )

    function explore(isNovel: (place: Place<V>) => boolean, maxMoves: number): Graph {
      const sought = until && new Set(until)
      const isLast = ({ path }: Place<V>): boolean => {
        for (const region of path.split(",")) sought?.delete(region)
        return sought?.size === 0
      }
      const eventsFrom = createEvents(catalogue, movesOf)
      const adjacency = getAdjacencyMap(logic, {
        limit: maxMoves,
        events: ({ context }) => eventsFrom(context),
        serializeState: ({ context }) => context.key,
        serializeEvent: ({ type }) => type,
        stopWhen: ({ context }) => isLast(context) || !isNovel(context),
      })
      const nodes = new Map<string, GraphNode>()
      const reach = ({ key, state, ...shown }: Place<V>): GraphNode => {
        const node = nodes.get(key) ?? { ...shown, edges: [] }
        nodes.set(key, node)
        return node
      }
      reach(first)
      for (const { state, event, nextState } of adjacencyMapToArray(adjacency)) {
        const [before, after] = [state.context, nextState.context]
        reach(before).edges.push(reader.edge(event.type, event.move, before, after))
        reach(after)
      }
      return { start: first.key, armed: first.state.armed, root: machine.id, nodes }
    }

    const small = attempt(() => explore(() => true, fewMoves))
    if (small) return small
    try {
      return explore(createNovelty(machine.id), limit)
    } catch (error) {
      if (!String(error).includes("limit exceeded")) throw error
      const hint = "name a few values with the catalogue's `facts`, and clip what counts"
      return fail("endless_walk", `${machine.id}: ${limit} moves lead to ever new states; ${hint}`)
    }
  }
}

/** Creates a function that lists a place's moves. A situation's first place tries all moves, others one of a kind. */
export function createEvents<V extends Vocabulary>(catalogue: Catalogue<V>, movesOf: MovesOf<V>) {
  const tried = new Map<string, string>()
  return ({ state, key, situation }: Place<V>): MoveEvent<V>[] => {
    const kinds = new Set<string>()
    return movesOf(state).filter(({ type, move }) => {
      const kind = catalogue.alike(move)
      if (kind === undefined) return true
      const where = `${situation} ${type}`
      const first = tried.get(where) ?? key
      tried.set(where, first)
      if (first !== key && kinds.has(kind)) return false
      kinds.add(kind)
      return true
    })
  }
}

/** A fact with more values than this counts as endless. */
const maxValues = 500

/** More different numbers of facts than this count as endless: a list grows. */
const maxSizes = 200

/** Creates a function that throws for endless facts. */
export function createFactCheck(id: string): (facts: Readonly<Record<string, Fact>>) => void {
  const values = new Map<string, Set<Fact>>()
  const sizes = new Set<number>()
  return (facts) => {
    const names = Object.keys(facts)
    const fresh = names.find((name) => !values.has(name))
    sizes.add(names.length)
    for (const name of names) values.set(name, (values.get(name) ?? new Set()).add(facts[name]))
    const growing = sizes.size > maxSizes ? fresh : undefined
    const endless = growing ?? names.find((name) => (values.get(name)?.size ?? 0) > maxValues)
    if (endless === undefined) return
    const what = growing === undefined ? "takes ever new values" : "is one of ever more"
    const hint = "limit it in the catalogue's `facts`, or leave it out"
    fail("endless_walk", `${id}: the fact "${endless}" ${what}; ${hint}`)
  }
}

/** Creates a function that returns whether two facts of a place are new together in its state. A region is a fact. */
function createNovelty<V extends Vocabulary>(id: string): (place: Place<V>) => boolean {
  const seen = new Set<string>()
  const checkFacts = createFactCheck(id)
  return ({ path, facts }) => {
    const before = seen.size
    checkFacts(facts)
    const regions = path.split(",")
    const values = Object.entries(facts).map(([name, value]) => `${name}=${value}`)
    regions.forEach((region, index) => {
      for (const other of regions.slice(index)) seen.add(`${region} ${other}`)
      values.forEach((one, place) => {
        for (const other of values.slice(place)) seen.add(`${region} ${one} ${other}`)
      })
    })
    return seen.size > before
  }
}
