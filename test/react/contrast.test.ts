import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { contrast, findFaint, type Part } from "../harness/contrast.ts"
import { openStage, type Stage } from "./stage.ts"
import { steps } from "./steps.ts"
import { type Visitor, visit } from "./visitor.ts"

let stage: Stage
beforeAll(async () => {
  stage = await openStage()
})
afterAll(() => stage.close())

/** What each step draws besides its text. */
const drawn: Record<string, Part[]> = {
  credentials: [
    { selector: ".ai-input", of: "border-top-color" },
    { selector: ".ai-provider", of: "border-top-color" },
    { selector: ".ai-provider:has(:checked)", of: "border-top-color" },
    { selector: ".ai-provider:has(:checked)", of: "border-top-color", on: "itself" },
    { selector: ".ai-mark", of: "stroke", on: "itself" },
    { selector: ".ai-show svg", of: "stroke" },
    { selector: ".ai-button", of: "background-color" },
  ],
  "credentials not right": [{ selector: "[name=username]", of: "border-top-color" }],
  "credentials on their way": [{ selector: ".ai-button", of: "border-top-color", on: "itself", pseudo: "::after" }],
  approval: [
    { selector: ".ai-phone", of: "border-top-color" },
    { selector: ".ai-phone .ai-mark", of: "stroke", on: "itself" },
    { selector: ".ai-bar > div", of: "background-color" },
  ],
  phone: [{ selector: "select", of: "border-top-color" }],
  "last minute, offline": [{ selector: ".ai-bar > div", of: "background-color" }],
  connected: [
    { selector: ".ai-sign", of: "stroke", on: "itself" },
    { selector: ".ai-quiet", of: "border-top-color" },
  ],
  canceled: [{ selector: ".ai-sign", of: "stroke", on: "itself" }],
  "failed for good": [{ selector: ".ai-sign", of: "stroke", on: "itself" }],
}

const schemes = ["light", "dark"] as const

describe("In light and in dark, what axe does not see has a contrast of 3:1:", () => {
  it.each(Object.entries(drawn))("edges and signs at %s", (name, parts) =>
    visit(
      stage,
      async (visitor) => {
        await steps[name]?.(visitor)
        for (const colorScheme of schemes) {
          await visitor.page.emulateMedia({ colorScheme })
          expect([colorScheme, await findFaint(visitor.page, parts)]).toEqual([colorScheme, []])
        }
      },
      { reducedMotion: "reduce" },
    ),
  )

  it.each(["credentials", "code or approval", "phone", "connected"])("the ring around the focus, at %s", (name) =>
    visit(stage, async (visitor) => {
      const { page } = visitor
      await steps[name]?.(visitor)
      for (const colorScheme of schemes) {
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
        const ground = (selector: string) => style(visitor, selector, "background-color")
        expect(await ground(".ai-button")).not.toBe(await ground(".ai-link"))
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
