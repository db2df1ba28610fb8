import { layout } from "dagre-d3-es/src/dagre/index.js"
import { Graph } from "dagre-d3-es/src/graphlib/index.js"
import type { Plugin } from "vite"
import type { AnyStateNode } from "xstate"
import { authIntentMachine } from "../../machines/auth-intent.machine.ts"

/** A place in the chart, in px; `x` and `y` are its center. */
export interface ChartState {
  name: string
  /** The states inside it. */
  inside: string[]
  isFinal: boolean
  x: number
  y: number
  width: number
  height: number
}

/** All transitions from one state to another, as one arrow. */
export interface ChartArrow {
  from: string
  to: string
  /** The lines of the label, each with the type of its event. */
  lines: { event: string; text: string }[]
  points: { x: number; y: number }[]
  label: { x: number; y: number; width: number; height: number }
}

export interface Chart {
  width: number
  height: number
  states: ChartState[]
  arrows: ChartArrow[]
}

/** States that a snapshot is never in. */
const transient = ["resuming", "recognizing"]

/** The height of a line, and the width of a letter, in px. */
const line = 16
const letter = 7.3

const words = (name: string) => name.replace(/[A-Z]/g, (capital) => ` ${capital.toLowerCase()}`)

/** Returns the readable name of a transition's trigger. */
function toLine(event: string, guard: unknown): string {
  const [, kind, name = ""] = /^xstate\.(after|done|error)\.([^.]+)/.exec(event) ?? []
  if (kind === "after") return `after ${words(name)}`
  if (kind === "error") return "error"
  if (kind === "done") return guard ? words(String(guard)) : "otherwise"
  return event || (guard ? words(String(guard)) : "always")
}

/** Returns a state and every state inside it. */
const withInside = (state: AnyStateNode): AnyStateNode[] => [
  state,
  ...Object.values(state.states).flatMap((each: AnyStateNode) => withInside(each)),
]

function findArrows(top: AnyStateNode[]): Pick<ChartArrow, "from" | "to" | "lines">[] {
  const arrows = new Map<string, Pick<ChartArrow, "from" | "to" | "lines">>()
  for (const from of top) {
    for (const state of withInside(from)) {
      const transitions = [["", state.always ?? []] as const, ...state.transitions]
      for (const [event, branches] of transitions) {
        for (const { guard, target } of branches) {
          const to = target?.[0] && top.find((each) => withInside(each).includes(target[0] as AnyStateNode))
          if (!to || (event === "" && to === from)) continue
          const key = `${from.key} ${to.key}`
          const arrow = arrows.get(key) ?? { from: from.key, to: to.key, lines: [] }
          arrows.set(key, arrow)
          const line = { event, text: toLine(event, guard) }
          if (!arrow.lines.some(({ text }) => text === line.text)) arrow.lines.push(line)
        }
      }
    }
  }
  return [...arrows.values()]
}

/** Lays the machine out, from left to right or from top to bottom. */
function layOut(direction: "LR" | "TB"): Chart {
  const top = Object.values(authIntentMachine.root.states).filter(({ key }) => !transient.includes(key))
  const graph = new Graph({ multigraph: false })
  graph.setGraph({ rankdir: direction, nodesep: 18, edgesep: 24, ranksep: 26, marginx: 8, marginy: 8 })
  const insideOf = (state: AnyStateNode) => Object.keys(state.states).filter((key) => !transient.includes(key))
  for (const state of top) {
    const names = [state.key, ...insideOf(state)]
    const width = Math.max(...names.map((name) => name.length)) * letter * 1.1 + 32
    graph.setNode(state.key, { width, height: names.length * (line + 6) + 12 })
  }
  const arrows = findArrows(top)
  for (const { from, to, lines } of arrows) {
    const width = Math.max(...lines.map(({ text }) => text.length)) * letter + 8
    graph.setEdge(from, to, { width, height: lines.length * line + 4, labelpos: "c" })
  }
  layout(graph, {})
  const { width, height } = graph.graph() as { width: number; height: number }
  return {
    width,
    height,
    states: top.map((state) => {
      const { x, y, width, height } = graph.node(state.key)
      return { name: state.key, inside: insideOf(state), isFinal: state.type === "final", x, y, width, height }
    }),
    arrows: arrows.map((arrow) => {
      const { points, x, y, width, height } = graph.edge(arrow.from, arrow.to)
      return { ...arrow, points, label: { x, y, width, height } }
    }),
  }
}

/** Provides the chart as data, laid out during the build, so that the page loads no layout engine. */
export function chartLayout(): Plugin {
  const name = "virtual:chart"
  return {
    name: "chart-layout",
    resolveId: (id) => (id === name ? `\0${name}` : undefined),
    load: (id) =>
      id === `\0${name}`
        ? `export const wide = ${JSON.stringify(layOut("LR"))}\nexport const narrow = ${JSON.stringify(layOut("TB"))}`
        : undefined,
  }
}
