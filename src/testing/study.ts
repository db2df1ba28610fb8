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
 * Returns the given catalogue, or else the library's by the machine's id: a changed chart keeps its catalogue.
 * @throws AuthIntentError `unknown_machine`, or `invalid_option` for a catalogue that `defineCatalogue` did not return,
 * and for one without replies if the machine needs replies.
 */
export function catalogueOf<V extends Vocabulary>(machine: AnyStateMachine, given?: Catalogue<V>): Catalogue<V> {
  if (machine?.root === undefined) fail("unknown_machine", "machine: it is no machine of XState 5")
  const { id } = machine
  const found = (given ?? ours.get(id)) as Catalogue<V> | undefined
  if (found === undefined) fail("unknown_machine", `${id}: describe what can happen to it, with defineCatalogue`)
  // A definition may have a function as `person` too, and seldom has one as `alike`.
  const isDefined = [found.person, found.alike].every((part) => typeof part === "function")
  if (!isDefined) fail("invalid_option", "catalogue: describe it with defineCatalogue")
  const ends = found.replies === noReplies ? [...readDefinition(machine).names] : []
  const end = ends.find(([{ eventType }]) => /^xstate\.(done|error)\.actor\./.test(eventType))
  const what = end && `"${end[1]}" of ${id} needs a reply; where none comes, let replies return {}`
  if (what) fail("invalid_option", `catalogue: replies is missing: ${what}`)
  return found
}

/** A machine with its catalogue, and its walks so far. */
export type Study<V extends Vocabulary> = ReturnType<typeof createStudy<V>>

const studies = new WeakMap<AnyStateMachine, WeakMap<object, object>>()

/** Returns the only study of a machine with a catalogue, so that no move is made twice. */
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

  /** Creates a function that lists moves with their words, and notes each word to find unknown ones later. */
  function createMoves(without: readonly string[]): MovesOf<V> {
    return (state) =>
      Object.entries(movesFrom(catalogue, state)).flatMap(([type, move]) => {
        const names = wordsFor(type, move)
        for (const name of names) words.add(name)
        return names.some((name) => without.includes(name)) ? [] : [{ type, move, words: names }]
      })
  }

  /** Returns the graph from one of the catalogue's starts. The walk ends when each state of `until` was met. */
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
     * Throws for an unknown word of an option: neither earlier walks nor walks with all moves met such a move.
     * @throws AuthIntentError `invalid_option`.
     */
    checkWords(options: Readonly<Record<string, readonly string[]>>): void {
      const findUnknown = () =>
        Object.entries(options).flatMap(([option, names]) =>
          names.flatMap((name, index) => (words.has(name) ? [] : [`${option}[${index}]`])),
        )[0]
      // A walk does not meet a move behind another move if both are left out.
      if (findUnknown()) for (const start of Object.keys(catalogue.starts)) graphFrom(start, [])
      const unknown = findUnknown()
      const known = [...words].filter(Boolean).join(", ")
      if (unknown) fail("invalid_option", `${unknown}: no start, move or fault has this name. There are: ${known}`)
    },
  }
}

/** Returns the words by which `without` names a move. A property of the move that is true is one, too. */
function wordsFor(label: string, move: Move): string[] {
  const flags = Object.entries(move).flatMap(([name, value]) => (value === true ? [name] : []))
  if ("clock" in move) return [label, ...flags]
  if ("person" in move) return [label, move.person, ...flags]
  const { fault } = (move.server ?? {}) as { fault?: string }
  // If several requests are in flight, the label begins with the request's id.
  const labels = move.to === undefined ? [label] : [label, label.slice(move.to.length + 1)]
  return fault === undefined ? labels : [...labels, fault]
}
