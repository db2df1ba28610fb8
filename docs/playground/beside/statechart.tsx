import type { Chart, ChartArrow, ChartState } from "../chart-layout.ts"
import type { Entry } from "./create-recorder.ts"

interface StatechartProps {
  chart: Chart
  className: string
  /** What happened last. */
  last: Entry | undefined
  /** The types of the events that can happen now. */
  possible: readonly string[]
}

const topOf = (state: string) => state.split(".")[0] ?? ""

/** Draws the machine: the current state is lit, the last transition is marked, and so is what can happen now. */
export function Statechart({ chart, className, last, possible }: StatechartProps) {
  const current = topOf(last?.state ?? "")
  const kindOf = ({ from, to, events }: ChartArrow) => {
    if (last && from === topOf(last.from) && to === current && events.includes(last.type)) return "last"
    return from === current && events.some((event) => possible.includes(event)) ? "next" : ""
  }
  const inOrder = ["", "next", "last"].flatMap((kind) => chart.arrows.filter((arrow) => kindOf(arrow) === kind))
  return (
    <svg
      className={`chart ${className}`}
      viewBox={`0 0 ${chart.width} ${chart.height}`}
      role="img"
      aria-label={`The states and their transitions. The current state is ${last?.state ?? "none"}.`}
    >
      <defs>
        {["", "next", "last"].map((kind) => (
          <marker
            key={kind}
            id={`${className}-${kind}`}
            className={kind}
            viewBox="0 0 10 10"
            refX="9"
            refY="5"
            markerWidth="10"
            markerHeight="10"
            markerUnits="userSpaceOnUse"
            orient="auto"
          >
            <path d="M0 0 10 5 0 10z" />
          </marker>
        ))}
      </defs>
      {inOrder.map((arrow) => (
        <path
          key={`${arrow.from} ${arrow.to}`}
          className={kindOf(arrow)}
          d={curve(arrow.points)}
          markerEnd={`url(#${className}-${kindOf(arrow)})`}
        />
      ))}
      {chart.states.map((state) => (
        <State key={state.name} state={state} active={last?.state ?? ""} />
      ))}
      {inOrder.map((arrow) => (
        <Label key={`${arrow.from} ${arrow.to}`} arrow={arrow} kind={kindOf(arrow)} {...{ last, possible }} />
      ))}
    </svg>
  )
}

/** Draws a curve through points: straight to the first middle, then from middle to middle. */
function curve([first, ...rest]: ChartArrow["points"]): string {
  const at = (point?: { x: number; y: number }) => `${point?.x.toFixed(1)} ${point?.y.toFixed(1)}`
  const pieces = rest.slice(0, -1).map((point, index) => {
    const next = rest[index + 1] ?? point
    return `Q${at(point)} ${at({ x: (point.x + next.x) / 2, y: (point.y + next.y) / 2 })}`
  })
  return `M${at(first)}${pieces.join("")}L${at(rest.at(-1))}`
}

function State({ state, active }: { state: ChartState; active: string }) {
  const { name, inside, isFinal, x, y, width, height } = state
  const row = height / (inside.length + 1)
  const isHere = topOf(active) === name
  return (
    <g className={isHere ? "state active" : "state"} data-state={name} aria-current={isHere ? "step" : undefined}>
      <rect x={x - width / 2} y={y - height / 2} width={width} height={height} rx="8" />
      {isFinal && <rect x={x - width / 2 + 3} y={y - height / 2 + 3} width={width - 6} height={height - 6} rx="6" />}
      {[name, ...inside].map((text, index) => (
        <text
          key={text}
          x={x}
          y={y - height / 2 + row * (index + 0.5)}
          className={active === `${name}.${text}` ? "here" : index === 0 ? "name" : undefined}
        >
          {text}
        </text>
      ))}
    </g>
  )
}

interface LabelProps extends Pick<StatechartProps, "last" | "possible"> {
  arrow: ChartArrow
  kind: string
}

/** Of an arrow's lines, only what can happen is marked, or what did. */
function Label({ arrow: { lines, label }, kind, last, possible }: LabelProps) {
  const isMarked = (line: string) =>
    kind === "next" ? possible.includes(line) : line === last?.type || !lines.includes(last?.type ?? "")
  const first = label.y - ((lines.length - 1) * 16) / 2
  return (
    <g className={`label ${kind}`}>
      <rect x={label.x - label.width / 2} y={label.y - label.height / 2} width={label.width} height={label.height} />
      <text>
        {lines.map((line, index) => (
          <tspan key={line} className={isMarked(line) ? kind : undefined} x={label.x} y={first + index * 16}>
            {line}
          </tspan>
        ))}
      </text>
    </g>
  )
}
