/** Where a state is drawn, in px. */
export interface Box {
  left: number
  top: number
  right: number
  bottom: number
}

/** Boxes that are as near as this, side by side or one above the other, have nothing between them. */
const near = { x: 160, y: 28 }

const middle = ({ left, right }: Box) => (left + right) / 2
const half = ({ top, bottom }: Box) => (top + bottom) / 2

const curve = (...[from, bend, back, to]: [x: number, y: number][]) => `M${from} C${bend} ${back} ${to}`

/** A line that leaves on one side and comes back on it, as far out as the way is long. */
function around(from: Box, to: Box, side: "left" | "right"): string {
  const out = Math.min(12 + Math.abs(half(to) - half(from)) / 6, 34) * (side === "left" ? -1 : 1)
  const start = from[side]
  const end = to[side]
  return curve([start, half(from)], [start + out, half(from)], [end + out, half(to)], [end, half(to)])
}

/** Draws the line of an arrow as an SVG path: straight on to what is next, over all there is to what is not, back underneath. */
export function drawArrow(from: Box, to: Box, all: Box): string {
  const [x, y] = [middle(from), middle(to)]
  if (from === to) return curve([x - 8, from.top], [x - 22, from.top - 26], [x + 22, from.top - 26], [x + 8, from.top])
  if (to.left >= from.right) {
    const end: [number, number] = [to.left, half(to)]
    if (to.left - from.right < near.x) {
      const bend = (to.left - from.right) / 2
      return curve([from.right, half(from)], [from.right + bend, half(from)], [to.left - bend, half(to)], end)
    }
    // A curve comes three quarters as far as it bends.
    const height = from.top - ((from.top - all.top + 8) * 4) / 3 - (to.left - from.right) / 24
    return curve([x, from.top], [x + 40, height], [to.left - 80, height], end)
  }
  if (to.right <= from.left) {
    const depth = Math.max(from.bottom, to.bottom) + 18 + (from.left - to.right) / 10
    return curve([x, from.bottom], [x, depth], [y, depth], [y, to.bottom])
  }
  if (to.top < from.bottom) return around(from, to, "right")
  if (to.top - from.bottom > near.y) return around(from, to, "left")
  const bend = (to.top - from.bottom) / 2
  return curve([x, from.bottom], [x, from.bottom + bend], [y, to.top - bend], [y, to.top])
}
