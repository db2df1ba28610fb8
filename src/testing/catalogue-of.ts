import type { AnyStateMachine } from "xstate"
import { authIntentMachine } from "../../machines/auth-intent.machine.ts"
import { hostedAuthMachine } from "../../machines/hosted-auth.machine.ts"
import { AuthIntentError } from "../auth-intent-error.ts"
import { authIntentCatalogue } from "./auth-intent/catalogue.ts"
import { hostedAuthCatalogue } from "./hosted-auth/catalogue.ts"
import type { Catalogue } from "./model/catalogue.ts"
import type { Graph } from "./model/graph.ts"
import { walk } from "./model/walk.ts"
import type { Move } from "./scenario.ts"

const ours = new Map<string, object>([
  [authIntentMachine.id, authIntentCatalogue],
  [hostedAuthMachine.id, hostedAuthCatalogue],
])

/**
 * Returns a machine's catalogue: the one that is given, or ours by the machine's id, so that a changed chart keeps it.
 * @throws AuthIntentError `unknown_machine`.
 */
export function catalogueOf({ id }: AnyStateMachine, given?: object): Catalogue {
  const found = given ?? ours.get(id)
  if (found === undefined) {
    throw new AuthIntentError("unknown_machine", `${id}: describe what can happen to it, with defineCatalogue`)
  }
  return found as Catalogue
}

const graphs = new WeakMap<AnyStateMachine, WeakMap<object, Map<string, Graph>>>()

/** Returns the graph from one of the catalogue's starts, walked once. */
export function graphOf(
  machine: AnyStateMachine,
  catalogue: Catalogue,
  start: string,
  without: readonly string[],
): Graph {
  const byCatalogue = graphs.get(machine) ?? new WeakMap<object, Map<string, Graph>>()
  const byStart = byCatalogue.get(catalogue) ?? new Map<string, Graph>()
  graphs.set(machine, byCatalogue.set(catalogue, byStart))
  const key = JSON.stringify([start, without])
  const isLeftOut = (label: string, move: Move) => without.some((word) => isCalled(word, label, move))
  const graph = byStart.get(key) ?? walk(machine, catalogue, catalogue.starts[start], { isLeftOut })
  byStart.set(key, graph)
  return graph
}

function isCalled(word: string, label: string, move: Move): boolean {
  if (label === word) return true
  if ("clock" in move) return word === "asleep" && move.asleep === true
  if ("person" in move) return move.person === word
  return (move.server as { fault?: string } | undefined)?.fault === word
}
