import { type ReactNode, useLayoutEffect, useRef, useState } from "react"
import { flushSync } from "react-dom"
import { type Box, drawArrow } from "./draw-arrow.ts"
import type { Way } from "./transitions-from.ts"

interface ArrowsProps {
  ways: readonly Way[]
  /** Those that were taken last. */
  last: readonly Way[]
  /** Those that may be taken now. */
  next: readonly Way[]
  children: ReactNode
}

/** Draws the transitions between the states that are inside it, wherever the page has put them. */
export function Arrows({ ways, last, next, children }: ArrowsProps) {
  const chart = useRef<HTMLDivElement>(null)
  const [boxes, setBoxes] = useState<Record<string, Box>>({})

  useLayoutEffect(() => {
    const { current } = chart
    if (current === null) return
    const observer = new ResizeObserver(() => {
      const { x, y } = current.getBoundingClientRect()
      const states = [...current.querySelectorAll<HTMLElement>("[data-state]")].map((state) => {
        const { left, top, right, bottom } = state.getBoundingClientRect()
        return [state.dataset["state"], { left: left - x, top: top - y, right: right - x, bottom: bottom - y }]
      })
      // Within the same frame: what was drawn for another width is never seen.
      flushSync(() => setBoxes(Object.fromEntries(states)))
    })
    observer.observe(current)
    return () => observer.disconnect()
  }, [])

  const sides = (side: keyof Box) => Object.values(boxes).map((box) => box[side])
  const all = {
    left: Math.min(...sides("left")),
    top: Math.min(...sides("top")),
    right: Math.max(...sides("right")),
    bottom: Math.max(...sides("bottom")),
  }
  const kindOf = (way: Way) => (last.includes(way) ? "last" : next.includes(way) ? "next" : "")
  const inOrder = ["", "next", "last"].flatMap((kind) => ways.filter((way) => kindOf(way) === kind))
  return (
    <div className="chart" ref={chart}>
      {children}
      <svg aria-hidden="true">
        <defs>
          {["", "next", "last"].map((kind) => (
            <marker key={kind} id={`tip${kind}`} className={kind} viewBox="0 0 8 8" refX="7" refY="4" orient="auto">
              <path d="M0 0 8 4 0 8z" />
            </marker>
          ))}
        </defs>
        {inOrder.map((way) => {
          const [from, to] = [boxes[way.from.path.join(".")], boxes[way.to?.path.join(".") ?? ""]]
          if (from === undefined || to === undefined) return null
          const kind = kindOf(way)
          const id = `${way.from.id} ${way.label}`
          return <path key={id} className={kind} d={drawArrow(from, to, all)} markerEnd={`url(#tip${kind})`} />
        })}
      </svg>
    </div>
  )
}
