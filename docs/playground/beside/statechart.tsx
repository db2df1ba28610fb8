import type { Chart, ChartArrow, ChartState } from "../chart-layout.ts"
import type { Entry } from "./create-recorder.ts"

interface StatechartProps {
  chart: Chart
  className: string
  /** The last event that changed something. */
  last: Entry | undefined
  /** The types of the possible events. */
  possible: readonly string[]
}

const topOf = (state: string) => state.split(".")[0] ?? ""

/** Draws the machine. The current state, the last transition and the possible events are marked. */
export function Statechart({ chart, className, last, possible }: StatechartProps) {
  const current = topOf(last?.state ?? "")
  const kindOf = ({ from, to, lines }: ChartArrow) => {
    const has = (types: readonly string[]) => lines.some(({ event }) => types.includes(event))
    if (last && from === topOf(last.from) && to === current && has([last.type])) return "last"
    return from === current && has(possible) ? "next" : ""
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

/** Draws a curve through every point without turning back in between. One point carries the label. */
function curve(points: ChartArrow["points"]): string {
  const at = (x: number, y: number) => `${x.toFixed(1)} ${y.toFixed(1)}`
  /** Returns a point's handle toward a neighbor: the shorter of its two distances if both have one direction. */
  function handle(index: number, toward: -1 | 1): string {
    const [before, here, after] = [-1, 0, 1].map((step) => points[index + step] ?? points[index])
    if (!before || !here || !after) return ""
    const along = (axis: "x" | "y") => {
      const [way, next] = [here[axis] - before[axis], after[axis] - here[axis]]
      return way * next > 0 ? (toward * Math.sign(way) * Math.min(Math.abs(way), Math.abs(next))) / 3 : 0
    }
    return at(here.x + along("x"), here.y + along("y"))
  }
  return points
    .map(({ x, y }, index) =>
      index === 0 ? `M${at(x, y)}` : `C${handle(index - 1, 1)} ${handle(index, -1)} ${at(x, y)}`,
    )
    .join("")
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

/** Marks only the lines of an arrow whose event is possible or was the last. */
function Label({ arrow: { lines, label }, kind, last, possible }: LabelProps) {
  const isMarked = (event: string) => (kind === "next" ? possible.includes(event) : event === last?.type)
  const first = label.y - ((lines.length - 1) * 16) / 2
  return (
    <g className={`label ${kind}`}>
      <rect x={label.x - label.width / 2} y={label.y - label.height / 2} width={label.width} height={label.height} />
      <text>
        {lines.map(({ event, text }, index) => (
          <tspan key={text} className={isMarked(event) ? kind : undefined} x={label.x} y={first + index * 16}>
            {text}
          </tspan>
        ))}
      </text>
    </g>
  )
}
