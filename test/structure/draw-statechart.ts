import type { AnyStateMachine, AnyStateNode } from "xstate"

interface Way {
  from: AnyStateNode
  to: AnyStateNode
  label: string
}

/** Returns a name such as `canTypeCode` in readable words. */
const words = (name: string) => name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)

/** Returns a transition's trigger in readable words. */
function trigger(event: string): string {
  const [, kind, name = ""] = /^xstate\.(after|done|error)\.([^.]+)/.exec(event) ?? []
  if (kind === "after") return `after ${words(name)}`
  return kind === "done" ? "outcome" : (kind ?? event)
}

function waysFrom(from: AnyStateNode): Way[] {
  const byEvent = [["", from.always ?? []] as const, ...from.transitions]
  return byEvent.flatMap(([event, branches]) =>
    branches.flatMap(({ guard, target = [] }) => {
      const condition = guard ? `[${words(String(guard))}]` : branches.length > 1 ? "[otherwise]" : ""
      return target.map((to) => ({ from, to, label: `${trigger(event)} ${condition}`.trim() }))
    }),
  )
}

/** One arrow between two states, with a line for each way to take it. */
function arrows(ways: Way[]): string[] {
  const labels = new Map<string, string[]>()
  for (const { from, to, label } of ways) {
    const arrow = `${from.key} --> ${to.key}`
    labels.set(arrow, [...(labels.get(arrow) ?? []), label])
  }
  return [...labels].map(([arrow, lines]) => `${arrow}: ${lines.join("<br/>")}`)
}

/** Draws the states inside one state. */
function inside(parent: AnyStateNode): string[] {
  const states = Object.values(parent.states)
  // Mermaid draws loops, and arrows across the border of a state, on top of each other. The box lists them instead.
  const isDrawn = ({ from, to }: Way) => from !== to && to.parent === parent

  const boxes = states.flatMap((state) => {
    const nested = inside(state).map((line) => `  ${line}`)
    const written = waysFrom(state).filter((way) => !isDrawn(way))
    const lines = written.map(({ to, label }) => `${state.key}: ${label} → ${to.key}`)
    return [
      ...(nested.length > 0 ? [`state ${state.key} {`, ...nested, "}"] : []),
      ...(lines.length > 0 ? [`${state.key}: ${state.key}`, ...lines] : []),
    ]
  })
  return [
    ...boxes,
    ...(states.length > 0 ? parent.initial.target.map(({ key }) => `[*] --> ${key}`) : []),
    ...arrows(states.flatMap(waysFrom).filter(isDrawn)),
    ...states.filter(({ type }) => type === "final").map(({ key }) => `${key} --> [*]`),
  ]
}

/** Returns a machine as a Mermaid state diagram, with every transition once. */
export const drawStatechart = ({ root }: AnyStateMachine) =>
  ["stateDiagram-v2", ...inside(root).map((line) => `  ${line}`), ""].join("\n")
