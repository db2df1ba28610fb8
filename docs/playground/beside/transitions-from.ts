import type { AnyStateNode, AnyTransitionDefinition } from "xstate"

export interface Way {
  transition: AnyTransitionDefinition
  from: AnyStateNode
  to: AnyStateNode | undefined
  /** What makes it happen and on what condition, as a person reads it. */
  label: string
}

/** `canTypeInstead` as a person reads it. */
const words = (name: string) => name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)

function trigger(event: string): string {
  const [, kind, name = ""] = /^xstate\.(after|done|error)\.([^.]+)/.exec(event) ?? []
  if (kind === "after") return `after ${words(name)}`
  if (kind === "done") return "answer"
  return kind ?? (event || "always")
}

/** Every transition that a state has by itself, in the order in which they are tried. */
export function transitionsFrom(from: AnyStateNode): Way[] {
  const byEvent = [["", from.always ?? []] as const, ...from.transitions]
  return byEvent.flatMap(([event, branches]) =>
    branches.map((transition) => {
      const { guard, target } = transition
      const condition = guard ? ` [${words(String(guard))}]` : branches.length > 1 ? " [otherwise]" : ""
      return { transition, from, to: target?.[0], label: trigger(event) + condition }
    }),
  )
}
