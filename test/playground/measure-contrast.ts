/** A part of a page, and how well it is to be told from what it is drawn on. */
export interface Part {
  part: string
  selector: string
  of: "color" | "fill" | "stroke" | "outlineColor" | "borderTopColor"
  /** What it is drawn on, where that is not the panel that it is in. */
  on?: string
  least: number
}

/** Measures the contrast of parts of a page, as WCAG 2 has it. It runs in the page, so all that it needs is inside it. */
export function measureContrast(parts: Part[]): { part: string; ratio: number; least: number }[] {
  const paint = document.createElement("canvas").getContext("2d")

  function luminance(color: string): number {
    if (!paint) return Number.NaN
    paint.fillStyle = color
    paint.fillRect(0, 0, 1, 1)
    const [red = 0, green = 0, blue = 0] = [...paint.getImageData(0, 0, 1, 1).data].map((value) => {
      const share = value / 255
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
    })
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
  }

  function groundOf(part: Element, on: string | undefined): string {
    const ground = on === undefined ? part.closest(".panel") : document.querySelector(on)
    if (!ground) return ""
    const { fill, backgroundColor } = getComputedStyle(ground)
    return ground instanceof SVGElement ? fill : backgroundColor
  }

  return parts.map(({ part, selector, of, on, least }) => {
    const element = document.querySelector(selector)
    if (!element) return { part, ratio: Number.NaN, least }
    const [dark = 0, light = 0] = [getComputedStyle(element)[of], groundOf(element, on)]
      .map(luminance)
      .sort((a, b) => a - b)
    return { part, ratio: (light + 0.05) / (dark + 0.05), least }
  })
}
