import type { AnyStateMachine } from "xstate"
import { authIntentMachine } from "../../machines/auth-intent.machine.ts"
import { hostedAuthMachine } from "../../machines/hosted-auth.machine.ts"
import { AuthIntentError } from "../auth-intent-error.ts"
import { authIntentCatalogue } from "./auth-intent/catalogue.ts"
import { hostedAuthCatalogue } from "./hosted-auth/catalogue.ts"
import { type Catalogue, noReplies } from "./model/catalogue.ts"
import { readDefinition } from "./model/definition.ts"
import type { Graph } from "./model/graph.ts"
import { type Steps, walk } from "./model/walk.ts"
import type { Move, Vocabulary } from "./scenario.ts"

const ours = new Map<string, object>([
  [authIntentMachine.id, authIntentCatalogue],
  [hostedAuthMachine.id, hostedAuthCatalogue],
])

/**
 * Returns a machine's catalogue: the one that is given, or ours by the machine's id, so that a changed chart keeps it.
 * @throws AuthIntentError `unknown_machine`, or `invalid_option` for what `defineCatalogue` has not returned, and for one without
 * replies where the machine goes on by them.
 */
export function catalogueOf<V extends Vocabulary>(machine: AnyStateMachine, given?: Catalogue<V>): Catalogue<V> {
  if (machine?.root === undefined) {
    throw new AuthIntentError("unknown_machine", "machine: it is no machine of XState 5")
  }
  const { id } = machine
  const found = given ?? ours.get(id)
  if (found === undefined) {
    throw new AuthIntentError("unknown_machine", `${id}: describe what can happen to it, with defineCatalogue`)
  }
  if (typeof (found as Partial<Catalogue<V>>).person !== "function") {
    throw new AuthIntentError("invalid_option", "catalogue: describe it with defineCatalogue")
  }
  const { replies } = found as Catalogue<V>
  const ends = replies === noReplies ? [...readDefinition(machine).names] : []
  const end = ends.find(([{ eventType }]) => /^xstate\.(done|error)\.actor\./.test(eventType))
  if (end) {
    const what = `"${end[1]}" of ${machine.id} takes one; where none comes, it is () => ({})`
    throw new AuthIntentError("invalid_option", `catalogue: replies is missing: ${what}`)
  }
  return found as Catalogue<V>
}

/** Returns the names of a catalogue's starts that are not left out. */
export function startsOf<V extends Vocabulary>({ starts }: Catalogue<V>, without: readonly string[]): string[] {
  return Object.keys(starts).filter((start) => !without.includes(start))
}

/** What was walked of a machine by one catalogue: graphs, what every move led to, and the words of every move that was met. */
interface Explored {
  graphs: Map<string, Graph>
  steps: Steps
  words: Set<string>
}
const explored = new WeakMap<AnyStateMachine, WeakMap<object, Explored>>()

function exploredBy(machine: AnyStateMachine, catalogue: Catalogue): Explored {
  const byCatalogue = explored.get(machine) ?? new WeakMap<object, Explored>()
  const words = new Set([...Object.keys(catalogue.starts), ...catalogue.rare])
  const found = byCatalogue.get(catalogue) ?? { graphs: new Map(), steps: new Map(), words }
  explored.set(machine, byCatalogue.set(catalogue, found))
  return found
}

/** Returns the words that name a move, `undefined` where one of them leaves it out. */
type WordsOf = (label: string, move: Move) => string[] | undefined

/** Creates what names moves, and notes each word, so that one that names nothing is found. */
export function createNamer(machine: AnyStateMachine, catalogue: Catalogue, without: readonly string[]): WordsOf {
  const { words } = exploredBy(machine, catalogue)
  return (label, move) => {
    const names = wordsFor(label, move)
    for (const name of names) words.add(name)
    return names.some((name) => without.includes(name)) ? undefined : names
  }
}

/**
 * Returns the graph from one of the catalogue's starts; no move is made twice, whatever is left out. It ends where each
 * state of `until` has been met.
 */
export function graphOf(
  machine: AnyStateMachine,
  catalogue: Catalogue,
  start: string,
  without: readonly string[],
  until?: readonly string[],
): Graph {
  const { graphs, steps } = exploredBy(machine, catalogue)
  const key = JSON.stringify([start, without])
  const graph =
    graphs.get(key) ?? walk(machine, catalogue, start, createNamer(machine, catalogue, without), steps, until)
  if (until === undefined) graphs.set(key, graph)
  return graph
}

/**
 * Finds a word of an option that names nothing: the walks for `without` met no such move, nor do those that leave out nothing.
 * @throws AuthIntentError `invalid_option`.
 */
export function checkWords(
  machine: AnyStateMachine,
  catalogue: Catalogue,
  options: Readonly<Record<string, readonly string[]>>,
): void {
  const { words } = exploredBy(machine, catalogue)
  const findUnknown = () =>
    Object.entries(options).flatMap(([option, names]) =>
      names.flatMap((name, index) => (words.has(name) ? [] : [`${option}[${index}]`])),
    )[0]
  // A move that only another one leads to is not met where both are left out.
  if (findUnknown()) for (const start of Object.keys(catalogue.starts)) graphOf(machine, catalogue, start, [])
  const unknown = findUnknown()
  if (unknown) throw new AuthIntentError("invalid_option", `${unknown}: no start, move or fault has this name`)
}

/** Returns the words by which `without` names a move. */
function wordsFor(label: string, move: Move): string[] {
  if ("clock" in move) return move.asleep ? [label, "asleep"] : [label]
  if ("person" in move) return [label, move.person]
  const { fault } = (move.server ?? {}) as { fault?: string }
  // Where several requests are in flight, the label begins with the one that it is for.
  const labels = move.to === undefined ? [label] : [label, label.slice(move.to.length + 1)]
  return fault === undefined ? labels : [...labels, fault]
}
