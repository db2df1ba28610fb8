import { mkdir } from "node:fs/promises"
import { fileURLToPath } from "node:url"
import { afterAll, describe, expect, it } from "vitest"
import { openStage } from "./stage.ts"
import { steps } from "./steps.ts"
import { type VisitOptions, visit } from "./visitor.ts"

const folder = fileURLToPath(new URL("screenshots", import.meta.url))

const looks: Record<string, VisitOptions> = {
  light: { colorScheme: "light" },
  dark: { colorScheme: "dark" },
  forced: { forcedColors: "active" },
  rtl: { query: "dir=rtl" },
}

await mkdir(folder, { recursive: true })
const stage = await openStage()
afterAll(() => stage.close())

describe.each(Object.entries(looks))("a screenshot in %s", (look, options) => {
  it.each(Object.entries(steps))("of %s fits its window", (name, reach) =>
    visit(stage, { viewport: { width: 375, height: 760 }, ...options }, async (visitor) => {
      await reach(visitor)
      for (const width of [320, 375, 1280]) {
        await visitor.page.setViewportSize({ width, height: 760 })
        expect(await visitor.page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBe(0)
        await visitor.page.screenshot({ path: `${folder}/${look}.${name.replaceAll(/\W+/g, "-")}.${width}.png` })
      }
    }),
  )
})
