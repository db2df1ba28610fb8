import { describe, expect, it } from "vitest"
import { findFaults } from "../harness/axe.ts"
import { findFaint } from "../harness/contrast.ts"
import { openStage } from "./stage.ts"
import { createVisit } from "./visitor.ts"

const stage = await openStage()
const visit = createVisit(stage)

// Visits that move no clock are concurrent: all pages of this server share one clock.
describe.concurrent("the first screen", () => {
  it.each([
    [1280, 720],
    [375, 812],
  ])("at %i by %i px has what to enter, the form and the sandbox", (width, height) =>
    visit({ viewport: { width, height } }, async ({ page }) => {
      const inSight = (selector: string) =>
        page.locator(selector).evaluate((part) => part.getBoundingClientRect().bottom <= innerHeight)
      for (const selector of [".ai-help", ".ai-button", "#scenario", "#username", "#seconds"]) {
        expect([selector, await inSight(selector)]).toEqual([selector, true])
      }
      expect(await page.locator(".ai-help").innerText()).toMatch(/2fa.*any password.*123456/s)
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBe(0)
      expect(await inSight(width === 1280 ? ".log" : ".last-event")).toBe(true)
    }),
  )

  it.each(["light", "dark"] as const)("has nothing that axe finds, in %s, also at a checkpoint", (colorScheme) =>
    visit(async ({ page, login }) => {
      await page.emulateMedia({ colorScheme })
      expect(await findFaults(page)).toEqual([])
      await login("2fa", "Enter your code")
      expect(await findFaults(page)).toEqual([])
    }),
  )

  it.each(["light", "dark"] as const)("is told from its ground, 3:1 for lines, 4.5:1 for text, in %s", (colorScheme) =>
    visit(async ({ page, login }) => {
      await page.emulateMedia({ colorScheme })
      await login("2fa", "Enter your code")
      await page.locator("#username").focus()
      const faint = await findFaint(page, [
        { selector: ".chart.wide > path:not(.next, .last)", of: "stroke" },
        { selector: ".chart.wide > path.next", of: "stroke" },
        { selector: ".chart.wide > path.last", of: "stroke" },
        { selector: ".chart.wide .label tspan:not(.next, .last)", of: "fill", least: 4.5 },
        { selector: ".chart.wide tspan.last", of: "fill", least: 4.5 },
        { selector: ".chart.wide .state:not(.active) rect", of: "stroke" },
        { selector: ".chart.wide .active rect", of: "stroke" },
        { selector: ".chart.wide .here", of: "fill", on: ".chart.wide .active rect", least: 4.5 },
        {
          selector: ".chart.wide .active text:not(.here, .name)",
          of: "fill",
          on: ".chart.wide .active rect",
          least: 4.5,
        },
        { selector: "#username", of: "outline-color" },
        { selector: "#seconds", of: "border-top-color" },
        { selector: ".sandbox button", of: "border-top-color" },
        { selector: ".boxed", of: "color", on: "itself", least: 4.5 },
        { selector: ".log time", of: "color", least: 4.5 },
      ])
      expect(faint).toEqual([])
    }),
  )
})
