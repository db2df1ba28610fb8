import type { AnyStateMachine } from "xstate"
import { authIntentMachine } from "../../machines/auth-intent.machine.ts"
import { hostedAuthMachine } from "../../machines/hosted-auth.machine.ts"
import { AuthIntentError } from "../auth-intent-error.ts"
import { authIntentCatalogue } from "./auth-intent/catalogue.ts"
import { hostedAuthCatalogue } from "./hosted-auth/catalogue.ts"
import type { Catalogue } from "./model/catalogue.ts"
import type { Graph } from "./model/graph.ts"
import { type Steps, walk } from "./model/walk.ts"
import type { Move, Vocabulary } from "./scenario.ts"

const ours = new Map<string, object>([
  [authIntentMachine.id, authIntentCatalogue],
  [hostedAuthMachine.id, hostedAuthCatalogue],
])

/**
 * Returns a machine's catalogue: the one that is given, or ours by the machine's id, so that a changed chart keeps it.
 * @throws AuthIntentError `unknown_machine`.
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
  return found as Catalogue<V>
}

/** What was walked from one start: its graphs by what they leave out, and what every move that was made led to. */
interface Walked {
  graphs: Map<string, Graph>
  steps: Steps
}
const walked = new WeakMap<AnyStateMachine, WeakMap<object, Map<string, Walked>>>()

/** Returns the graph from one of the catalogue's starts; no move is made twice, whatever is left out. */
export function graphOf(
  machine: AnyStateMachine,
  catalogue: Catalogue,
  start: string,
  without: readonly string[],
): Graph {
  const byCatalogue = walked.get(machine) ?? new WeakMap<object, Map<string, Walked>>()
  const byStart = byCatalogue.get(catalogue) ?? new Map<string, Walked>()
  walked.set(machine, byCatalogue.set(catalogue, byStart))
  const { graphs, steps } = byStart.get(start) ?? { graphs: new Map<string, Graph>(), steps: new Map() }
  byStart.set(start, { graphs, steps })
  const key = JSON.stringify(without)
  const isLeftOut = (label: string, move: Move) => without.some((word) => isCalled(word, label, move))
  const graph = graphs.get(key) ?? walk(machine, catalogue, catalogue.starts[start], isLeftOut, steps)
  graphs.set(key, graph)
  return graph
}

function isCalled(word: string, label: string, move: Move): boolean {
  if (label === word) return true
  if ("clock" in move) return word === "asleep" && move.asleep === true
  if ("person" in move) return move.person === word
  return (move.server as { fault?: string } | undefined)?.fault === word
}
