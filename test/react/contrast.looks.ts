import { afterAll, describe, expect, it } from "vitest"
import { contrast } from "../harness/contrast.ts"
import { openStage } from "./stage.ts"
import { steps } from "./steps.ts"
import { type Visitor, visit } from "./visitor.ts"

const stage = await openStage()
afterAll(() => stage.close())

it.each(["credentials", "code or approval", "phone", "connected"])(
  "in light and in dark, the ring around the focus has a contrast of 3:1 at %s",
  (name) =>
    visit(stage, async (visitor) => {
      const { page } = visitor
      await steps[name]?.(visitor)
      for (const colorScheme of ["light", "dark"] as const) {
        await page.emulateMedia({ colorScheme })
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
          expect(ring.isSeen && contrast(colour, ground) > 3, `${ring.part} in ${colorScheme}`).toBe(true)
          rings.add(ring.part)
        }
        expect(rings.size).toBeGreaterThan(name === "connected" ? 0 : 2)
      }
    }),
)

describe("where the system chooses the colours,", () => {
  const style = ({ connect }: Visitor, selector: string, property: string) =>
    connect
      .locator(selector)
      .first()
      .evaluate((part, name) => getComputedStyle(part).getPropertyValue(name), property)

  it("what is chosen, wrong, out of use, or has the focus can still be told apart", () =>
    visit(stage, { forcedColors: "active" }, async (visitor) => {
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
      const ground = (selector: string) => style(visitor, selector, "background-color")
      expect(await ground(".ai-button")).not.toBe(await ground(".ai-link"))
      const inUse = await style(visitor, ".ai-button", "color")
      await steps["credentials on their way"]?.(visitor)
      expect(await style(visitor, ".ai-button", "color")).not.toBe(inUse)
      expect(contrast(await style(visitor, ".ai-provider:has(:checked)", "color"), chosen)).toBeGreaterThan(4.5)
    }))

  it("each sign and message has an edge", () =>
    visit(stage, { forcedColors: "active" }, async (visitor) => {
      await steps["code not right"]?.(visitor)
      for (const part of [".ai-help", ".ai-mark"]) {
        expect(await style(visitor, part, "border-top-style"), part).toBe("solid")
      }
    }))
})
