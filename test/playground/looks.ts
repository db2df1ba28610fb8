import { mkdir } from "node:fs/promises"
import { createRequire } from "node:module"
import { fileURLToPath } from "node:url"
import type { AxeResults } from "axe-core"
import type { Page } from "playwright-core"
import { beforeAll, describe, expect, it } from "vitest"
import type { Stage } from "./stage.ts"
import { steps } from "./steps.ts"
import { visit } from "./visit.ts"

const folder = fileURLToPath(new URL("screenshots", import.meta.url))
const axe = createRequire(import.meta.url).resolve("axe-core/axe.min.js")

const looks = ["light", "dark"].flatMap((colorScheme) =>
  [320, 1440].map((width) => ({ colorScheme: colorScheme as "light" | "dark", width })),
)

/** What axe finds wrong, a line each. */
async function findFaults(page: Page): Promise<string[]> {
  const { violations } = await page.evaluate(() =>
    (window as unknown as { axe: { run(options: object): Promise<AxeResults> } }).axe.run({
      resultTypes: ["violations"],
    }),
  )
  return violations.flatMap(({ id, help, nodes }) => nodes.map(({ html }) => `${id}: ${help}: ${html}`))
}

/** How much wider the page is than its window, in px. */
const overflow = (page: Page) => page.evaluate(() => document.documentElement.scrollWidth - innerWidth)

/** Looks at every step: screenshots, what axe finds, and whether it fits. */
export function testLooks(stage: Stage): void {
  beforeAll(async () => {
    await mkdir(folder, { recursive: true })
  })
  describe("Every step has nothing that axe finds, and fits its screen:", () => {
    it.each(Object.entries(steps))("%s", async (name, reach) => {
      await visit(
        stage,
        async (visitor) => {
          const { page } = visitor
          // The page's policy refuses a script that is put into it.
          await page.addInitScript({ path: axe })
          await page.reload()
          await reach(visitor)
          for (const { colorScheme, width } of looks) {
            await page.emulateMedia({ colorScheme })
            await page.setViewportSize({ width, height: 900 })
            expect(await overflow(page)).toBe(0)
            const path = `${folder}/${name.replaceAll(/\W+/g, "-")}.${width}.${colorScheme}.png`
            await page.screenshot({ path, fullPage: true })
            // What it finds depends on colours and on width, not on both at once.
            if ((width === 320) === (colorScheme === "light")) expect(await findFaults(page)).toEqual([])
          }
        },
        { reducedMotion: "reduce" },
      )
    })
  })

  it.each([480, 768, 1024, 1280, 1920])("The page fits a window of %i px", (width) =>
    visit(
      stage,
      async (visitor) => {
        await visitor.login("phone")
        await visitor.reach("Your phone number")
        expect(await overflow(visitor.page)).toBe(0)
      },
      { viewport: { width, height: 800 } },
    ),
  )
}
