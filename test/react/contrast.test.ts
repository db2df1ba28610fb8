import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { openStage, type Stage } from "./stage.ts"
import { steps } from "./steps.ts"
import { type Visitor, visit } from "./visitor.ts"

let stage: Stage
beforeAll(async () => {
  stage = await openStage()
})
afterAll(() => stage.close())

/** The contrast of two colours, as WCAG has it. */
function contrast(one: string, other: string): number {
  const light = (colour: string) => {
    const [r = 0, g = 0, b = 0] = (colour.match(/[\d.]+/g) ?? []).slice(0, 3).map((part) => {
      const value = Number(part) / 255
      return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
    })
    return 0.2126 * r + 0.7152 * g + 0.0722 * b
  }
  const [high = 0, low = 0] = [light(one), light(other)].sort((a, b) => b - a)
  return (high + 0.05) / (low + 0.05)
}

/** What is drawn without text: a part, which of its colours, and whether it lies on the part itself or around it. */
type Drawn = [selector: string, property: string, on: "inside" | "around", pseudo?: "::after"]

/** Returns each drawn part that has less than 3:1 to what is under it, with its contrast. */
async function findFaint({ connect }: Visitor, drawn: Drawn[]): Promise<string[]> {
  const faint: string[] = []
  for (const [selector, property, on, pseudo] of drawn) {
    const [colour, ground] = await connect
      .locator(selector)
      .first()
      .evaluate(
        (part, [name = "", where, after]) => {
          const backgroundOf = (each: Element) => getComputedStyle(each).backgroundColor
          let under = where === "inside" ? part : (part.parentElement ?? part)
          while (backgroundOf(under) === "rgba(0, 0, 0, 0)" && under.parentElement) under = under.parentElement
          return [getComputedStyle(part, after).getPropertyValue(name), backgroundOf(under)]
        },
        [property, on, pseudo],
      )
    const ratio = contrast(colour ?? "", ground ?? "")
    if (ratio < 3) faint.push(`${selector} ${property}: ${ratio.toFixed(2)}, ${colour} on ${ground}`)
  }
  return faint
}

/** What each step draws besides its text. */
const drawn: Record<string, Drawn[]> = {
  credentials: [
    [".ai-input", "border-top-color", "around"],
    [".ai-provider", "border-top-color", "around"],
    [".ai-provider:has(:checked)", "border-top-color", "around"],
    [".ai-provider:has(:checked)", "border-top-color", "inside"],
    [".ai-mark", "stroke", "inside"],
    [".ai-show svg", "stroke", "around"],
    [".ai-button", "background-color", "around"],
  ],
  "credentials not right": [["[name=username]", "border-top-color", "around"]],
  "credentials on their way": [[".ai-button", "border-top-color", "inside", "::after"]],
  approval: [
    [".ai-phone", "border-top-color", "around"],
    [".ai-phone .ai-mark", "stroke", "inside"],
    [".ai-bar > div", "background-color", "around"],
  ],
  phone: [["select", "border-top-color", "around"]],
  "last minute, offline": [[".ai-bar > div", "background-color", "around"]],
  connected: [
    [".ai-sign", "stroke", "inside"],
    [".ai-quiet", "border-top-color", "around"],
  ],
  canceled: [[".ai-sign", "stroke", "inside"]],
  "failed for good": [[".ai-sign", "stroke", "inside"]],
}

describe.each(["light", "dark"] as const)("In %s, what axe does not see has a contrast of 3:1:", (colorScheme) => {
  it.each(Object.entries(drawn))("edges and signs at %s", (name, parts) =>
    visit(
      stage,
      async (visitor) => {
        await steps[name]?.(visitor)
        expect(await findFaint(visitor, parts)).toEqual([])
      },
      { colorScheme, reducedMotion: "reduce" },
    ),
  )

  it.each(["credentials", "code or approval", "phone", "connected"])("the ring around the focus, at %s", (name) =>
    visit(
      stage,
      async (visitor) => {
        const { page } = visitor
        await steps[name]?.(visitor)
        await page.locator("h1").click()
        const rings = new Set<string>()
        for (;;) {
          await page.keyboard.press("Tab")
          const ring = await page.evaluate(() => {
            const part = document.activeElement
            const form = part?.closest(".ai-connect")
            if (!part || !form) return undefined
            const { outlineColor, outlineStyle, outlineWidth } = getComputedStyle(part.closest(".ai-provider") ?? part)
            const isSeen = outlineStyle === "solid" && Number.parseFloat(outlineWidth) >= 2
            return { part: part.outerHTML, isSeen, colours: [outlineColor, getComputedStyle(form).backgroundColor] }
          })
          if (ring === undefined) break
          const [colour = "", ground = ""] = ring.colours
          expect(ring.isSeen && contrast(colour, ground) > 3, ring.part).toBe(true)
          rings.add(ring.part)
        }
        expect(rings.size).toBeGreaterThan(name === "connected" ? 0 : 2)
      },
      { colorScheme },
    ),
  )
})

describe("Where the system chooses the colours,", () => {
  const style = ({ connect }: Visitor, selector: string, property: string) =>
    connect
      .locator(selector)
      .first()
      .evaluate((part, name) => getComputedStyle(part).getPropertyValue(name), property)

  it("what is chosen, wrong, out of use, or has the focus can still be told apart", () =>
    visit(
      stage,
      async (visitor) => {
        const { page } = visitor
        const chosen = await style(visitor, ".ai-provider:has(:checked)", "background-color")
        expect(chosen).not.toBe(await style(visitor, ".ai-provider:not(:has(:checked))", "background-color"))
        await page.keyboard.press("Tab")
        expect(await style(visitor, ".ai-provider:has(:focus-visible)", "outline-style")).toBe("solid")
        await steps["credentials empty"]?.(visitor)
        await visitor.field("Username or email").fill("ada")
        await visitor.submit()
        const edge = (name: string) => style(visitor, `[name=${name}]`, "border-top-width")
        await visitor.connect.locator("[name=password][aria-invalid=true]").waitFor()
        expect(await edge("password")).not.toBe(await edge("username"))
        const inUse = await style(visitor, ".ai-button", "color")
        await steps["credentials on their way"]?.(visitor)
        expect(await style(visitor, ".ai-button", "color")).not.toBe(inUse)
        expect(contrast(await style(visitor, ".ai-provider:has(:checked)", "color"), chosen)).toBeGreaterThan(4.5)
      },
      { forcedColors: "active" },
    ))

  it("the bar shows what remains, and each sign and message has an edge", () =>
    visit(
      stage,
      async (visitor) => {
        await steps["code not right"]?.(visitor)
        const card = await visitor.connect.evaluate((form) => getComputedStyle(form).backgroundColor)
        expect(contrast(await style(visitor, ".ai-bar > div", "background-color"), card)).toBeGreaterThan(3)
        for (const part of [".ai-help", ".ai-mark", ".ai-bar"]) {
          expect(await style(visitor, part, "border-top-style"), part).toBe("solid")
        }
      },
      { forcedColors: "active" },
    ))
})
