import type { AnyStateMachine } from "xstate"
import { authIntentMachine } from "../../machines/auth-intent.machine.ts"
import { hostedAuthMachine } from "../../machines/hosted-auth.machine.ts"
import { authIntentCatalogue } from "./auth-intent/catalogue.ts"
import { hostedAuthCatalogue } from "./hosted-auth/catalogue.ts"
import { type Catalogue, noReplies } from "./model/catalogue.ts"
import { movesFrom } from "./model/create-model.ts"
import { createWriter } from "./model/create-writer.ts"
import { readDefinition } from "./model/definition.ts"
import { fail } from "./model/fail.ts"
import { createGraphReader, type Graph } from "./model/graph.ts"
import { createWalk, type MovesOf } from "./model/walk.ts"
import type { Move, Scenario, Vocabulary } from "./scenario.ts"

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
  if (machine?.root === undefined) fail("unknown_machine", "machine: it is no machine of XState 5")
  const { id } = machine
  const found = (given ?? ours.get(id)) as Catalogue<V> | undefined
  if (found === undefined) fail("unknown_machine", `${id}: describe what can happen to it, with defineCatalogue`)
  // A definition has a function as its `person` as well, and seldom one as its `alike`.
  const isDefined = [found.person, found.alike].every((part) => typeof part === "function")
  if (!isDefined) fail("invalid_option", "catalogue: describe it with defineCatalogue")
  const ends = found.replies === noReplies ? [...readDefinition(machine).names] : []
  const end = ends.find(([{ eventType }]) => /^xstate\.(done|error)\.actor\./.test(eventType))
  const what = end && `"${end[1]}" of ${id} needs a reply; where none comes, let replies return {}`
  if (what) fail("invalid_option", `catalogue: replies is missing: ${what}`)
  return found
}

/** A machine with its catalogue, and all that was walked of it so far. */
export type Study<V extends Vocabulary> = ReturnType<typeof createStudy<V>>

const studies = new WeakMap<AnyStateMachine, WeakMap<object, object>>()

/** Returns the study of a machine by a catalogue: there is one, so that no move is made twice. */
export function getStudy<V extends Vocabulary>(machine: AnyStateMachine, given?: Catalogue<V>): Study<V> {
  const catalogue = catalogueOf(machine, given)
  const byCatalogue = studies.get(machine) ?? new WeakMap<object, object>()
  const found = (byCatalogue.get(catalogue) as Study<V> | undefined) ?? createStudy(machine, catalogue)
  studies.set(machine, byCatalogue.set(catalogue, found))
  return found
}

function createStudy<V extends Vocabulary>(machine: AnyStateMachine, catalogue: Catalogue<V>) {
  const reader = createGraphReader(machine, catalogue)
  const graphs = new Map<string, Graph>()
  const walk = createWalk(machine, catalogue, reader)
  const words = new Set([...Object.keys(catalogue.starts), ...catalogue.rare])

  /** Creates what lists moves with the words that name them. It notes each word, to find one that names nothing. */
  function createMoves(without: readonly string[]): MovesOf<V> {
    return (state) =>
      Object.entries(movesFrom(catalogue, state)).flatMap(([type, move]) => {
        const names = wordsFor(type, move)
        for (const name of names) words.add(name)
        return names.some((name) => without.includes(name)) ? [] : [{ type, move, words: names }]
      })
  }

  /** Returns the graph from one of the catalogue's starts. It ends where each state of `until` has been met. */
  function graphFrom(start: string, without: readonly string[], until?: readonly string[]): Graph {
    const key = JSON.stringify([start, without])
    const graph = graphs.get(key) ?? walk(start, createMoves(without), until)
    if (until === undefined) graphs.set(key, graph)
    return graph
  }

  const write = createWriter(catalogue, reader)
  return {
    catalogue,
    reader,
    write,
    /** Writes the scenario of a path from one of the catalogue's starts. */
    writePath(start: string, path: readonly { label: string }[]): Scenario<V> {
      const draft = write(catalogue.starts[start])
      for (const { label } of path) draft.play(label)
      return draft.finish()
    },
    createMoves,
    graphFrom,
    /** Returns the names of the starts that are not left out. */
    startsWithout: (without: readonly string[]) =>
      Object.keys(catalogue.starts).filter((start) => !without.includes(start)),
    /**
     * Finds a word of an option that names nothing: the walks before met no such move, nor do those that leave out nothing.
     * @throws AuthIntentError `invalid_option`.
     */
    checkWords(options: Readonly<Record<string, readonly string[]>>): void {
      const findUnknown = () =>
        Object.entries(options).flatMap(([option, names]) =>
          names.flatMap((name, index) => (words.has(name) ? [] : [`${option}[${index}]`])),
        )[0]
      // A move that only another one leads to is not met where both are left out.
      if (findUnknown()) for (const start of Object.keys(catalogue.starts)) graphFrom(start, [])
      const unknown = findUnknown()
      const known = [...words].filter(Boolean).join(", ")
      if (unknown) fail("invalid_option", `${unknown}: no start, move or fault has this name. There are: ${known}`)
    },
  }
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
