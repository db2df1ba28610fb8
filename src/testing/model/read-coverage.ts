import type { AnyStateNode, AnyTransitionDefinition } from "xstate"
import { type Definition, whenFalse, whenTrue } from "./read-definition.ts"
import { nodePath } from "./state-path.ts"
import type { Microstep } from "./world.ts"

/** A state and those around it, the innermost first. */
function lineage(node: AnyStateNode): AnyStateNode[] {
  return node.parent ? [node, ...lineage(node.parent)] : [node]
}

const isInnermost = ({ type }: AnyStateNode) => type === "atomic" || type === "final"

const isEventless = (transition: AnyTransitionDefinition | undefined) => transition?.eventType === ""

/** Reads the names of the parts that a machine went through out of its microsteps. */
export function readCoverage({ transitions, signals }: Definition, trace: readonly Microstep[]): string[] {
  const seen: string[] = []

  /** Guards are asked from the inside out and from first to last, until one lets its transition through. */
  function readGuards(nodes: readonly AnyStateNode[], event: string, taken: readonly AnyTransitionDefinition[]) {
    for (const node of nodes.filter(isInnermost)) {
      const asked = lineage(node).flatMap((each) => (event ? (each.transitions.get(event) ?? []) : (each.always ?? [])))
      const chosen = asked.findIndex((candidate) => taken.includes(candidate))
      asked.slice(0, chosen + 1 || undefined).forEach((candidate, index) => {
        const name = transitions.get(candidate) ?? ""
        if (index === chosen) seen.push(name)
        if (candidate.guard) seen.push(index === chosen ? whenTrue(name) : whenFalse(name))
      })
    }
  }

  trace.forEach(({ before, event, taken, after }, index) => {
    const eventless = isEventless(taken[0])
    const signal = signals.get(event.type)
    if (signal) seen.push(signal)
    // Before another event is looked at, no eventless transition was open.
    if (!eventless && index > 0) readGuards(before, "", [])
    readGuards(before, eventless ? "" : event.type, taken)
    seen.push(...after.filter(({ parent }) => parent).map(nodePath))
  })
  const end = trace.at(-1)?.after ?? []
  if (!end.some(({ type, parent }) => type === "final" && !parent?.parent)) readGuards(end, "", [])
  return seen
}
