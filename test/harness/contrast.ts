import type { Page } from "playwright-core"

/** A drawn part of a page. */
export interface Part {
  selector: string
  /** The CSS property of its colour. */
  of: string
  /** Its background: the part itself, or the first match of a selector. @default the surrounding background */
  on?: string
  pseudo?: "::after"
  /** @default 3 */
  least?: number
}

/** Returns the contrast of two colours by WCAG 2. */
export function contrast(one: string, other: string): number {
  const [high = 0, low = 0] = [one, other].map(getLuminance).sort((a, b) => b - a)
  return (high + 0.05) / (low + 0.05)
}

function getLuminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = (colour.match(/[\d.]+/g) ?? []).slice(0, 3).map((part) => {
    const share = Number(part) / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

/** Returns the parts of a page with too little contrast to their background, each with its contrast. */
export async function findFaint(page: Page, parts: Part[]): Promise<string[]> {
  const faint: string[] = []
  for (const { selector, of, on = "around", pseudo, least = 3 } of parts) {
    const [colour = "", ground = ""] = await page
      .locator(selector)
      .first()
      .evaluate(
        (part, { of, on, pseudo }) => {
          const groundOf = (each: Element) => {
            const { fill, backgroundColor } = getComputedStyle(each)
            return each instanceof SVGRectElement ? fill : backgroundColor
          }
          let under = on === "around" ? part.parentElement : on === "itself" ? part : document.querySelector(on)
          while (under?.parentElement && groundOf(under) === "rgba(0, 0, 0, 0)") under = under.parentElement
          return [getComputedStyle(part, pseudo).getPropertyValue(of), under ? groundOf(under) : ""]
        },
        { of, on, pseudo },
      )
    const ratio = contrast(colour, ground)
    if (!(ratio >= least)) faint.push(`${selector} ${of}: ${ratio.toFixed(2)}, ${colour} on ${ground}`)
  }
  return faint
}
