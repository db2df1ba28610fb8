import { createRequire } from "node:module"
import type { AxeResults } from "axe-core"
import type { Page } from "playwright-core"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { openStage, type Stage } from "./stage.ts"
import { steps } from "./steps.ts"
import { visit } from "./visitor.ts"

let stage: Stage
beforeAll(async () => {
  stage = await openStage()
})
afterAll(() => stage.close())

const axe = createRequire(import.meta.url).resolve("axe-core/axe.min.js")

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

describe("axe finds nothing, every step fits 320 px and names its account, at", () => {
  it.each(Object.entries(steps))("%s", (_, reach) =>
    visit(
      stage,
      async (visitor) => {
        const { page } = visitor
        // The page's policy refuses a script that is put into it later.
        await page.addInitScript({ path: axe })
        await page.reload()
        await reach(visitor)
        const account = await visitor.connect.locator(".ai-identity").innerText()
        const isFirst = (await visitor.connect.getAttribute("data-step")) === "credentials"
        expect(account).toMatch(isFirst ? /^Instagram$/ : /^(Instagram|Messenger)\s+[\w:/-]+/)
        for (const [colorScheme, width] of [
          ["light", 320],
          ["dark", 1280],
        ] as const) {
          await page.emulateMedia({ colorScheme })
          await page.setViewportSize({ width, height: 800 })
          expect(await overflow(page)).toBe(0)
          await page.clock.resume()
          expect(await findFaults(page)).toEqual([])
        }
      },
      { reducedMotion: "reduce" },
    ),
  )
})

describe.each([
  [320, ""],
  [375, ""],
  [1280, ""],
  [375, "provider"],
])("At %i px nothing jumps from step to step %s:", (width, query) => {
  it("the card stays as high, and its button where it is", () =>
    visit(
      stage,
      async (visitor) => {
        const { page } = visitor
        const card = () =>
          visitor.connect.evaluate((form) => {
            const place = (part: Element | null) => {
              const box = part?.getBoundingClientRect()
              return box && [box.x, box.y, box.width, box.height].map(Math.round).join()
            }
            return [
              place(form),
              place(form.querySelector(".ai-title"))?.split(",")[1],
              place(form.querySelector(".ai-button")),
            ]
          })
        /** Where the first field and the other ways are, which a message does not move either. */
        const inner = () =>
          visitor.connect
            .locator(".ai-input, .ai-phone, .ai-others")
            .evaluateAll((parts) => parts.map((part) => Math.round(part.getBoundingClientRect().y)).join())
        const seen = new Map<string, string[]>()
        const within = new Map<string, Set<string>>()
        for (const name of [
          "credentials",
          "credentials not right",
          "code",
          "code not right",
          "phone",
          "phone not right",
          "approval",
          "approval not yet",
          "connected",
        ]) {
          await page.goto(`${stage.origin}/?session=heights${width}&key=${name}&${query}`)
          await steps[name]?.(visitor)
          const places = String(await card())
          const kind = name.replace(/ not (right|yet)/, "")
          within.set(kind, (within.get(kind) ?? new Set()).add(await inner()))
          seen.set(places, [...(seen.get(places) ?? []), name])
        }
        expect([...seen.values()]).toHaveLength(1)
        expect([...within].filter(([, places]) => places.size > 1)).toEqual([])
      },
      { viewport: { width, height: 800 }, reducedMotion: "reduce" },
    ))
})

describe("Twice the size", () => {
  it.each([
    ["of text, at 375 px", 375, "200%"],
    ["of all, at 640 px", 320, "100%"],
  ])("%s: nothing is cut off and nothing lies over another", (_, width, fontSize) =>
    visit(
      stage,
      async (visitor) => {
        const { page } = visitor
        for (const name of [
          "credentials not right",
          "code or approval",
          "phone not right",
          "approval not yet",
          "connected",
        ]) {
          await page.goto(`${stage.origin}/?session=zoom&key=${name}`)
          await page.evaluate((size) => {
            document.documentElement.style.fontSize = size
          }, fontSize)
          await steps[name]?.(visitor)
          expect(await overflow(page)).toBe(0)
          const outside = await visitor.connect.evaluate((form) => {
            const { left, right } = form.getBoundingClientRect()
            // What is typed scrolls in its field, and a country's long name is cut in its list: its code stands beside the number.
            const scrolls = (part: Element) => part.matches("input, select")
            const isCut = (part: Element) => !scrolls(part) && part.scrollWidth > part.clientWidth + 1
            return [...form.querySelectorAll("p, label, button, strong, input, select, h2")]
              .filter((part) => !part.closest(".ai-hidden") && part.checkVisibility())
              .filter((part) => {
                const box = part.getBoundingClientRect()
                return box.left < left || box.right > right + 1 || isCut(part)
              })
              .map((part) => part.outerHTML)
          })
          expect(outside).toEqual([])
        }
      },
      { viewport: { width, height: 700 } },
    ),
  )

  it("on a phone on its side the field and the time are in sight together", () =>
    visit(
      stage,
      async (visitor) => {
        await visitor.login("2fa")
        await visitor.at("code")
        const inSight = (selector: string) =>
          visitor.connect.locator(selector).evaluate((part) => {
            const { top, bottom } = part.getBoundingClientRect()
            return top >= 0 && bottom <= innerHeight
          })
        expect(await inSight("[name=code]")).toBe(true)
        expect(await inSight("[role=timer]")).toBe(true)
      },
      { viewport: { width: 740, height: 360 } },
    ))
})

it("Nothing is left in English where other texts were given, in any step", () =>
  visit(
    stage,
    async (visitor) => {
      const { page } = visitor
      const seen: string[] = []
      for (const [name, reach] of Object.entries(steps)) {
        await page.context().setOffline(false)
        await page.unroute("**/api/auth/**")
        await page.goto(`${stage.origin}/?session=rtl&dir=rtl&key=${name}`)
        await reach(visitor)
        const texts = await visitor.connect.evaluate((form: HTMLElement) => {
          const labels = [...form.querySelectorAll("[aria-label]")].map((each) => each.getAttribute("aria-label") ?? "")
          for (const part of form.querySelectorAll(".ai-account")) part.remove()
          return [form.innerText, ...labels].join("\n")
        })
        seen.push(...(texts.match(/\{?[a-z]{2,}\}?/gi) ?? []).map((word) => `${word} at ${name}`))
      }
      expect(seen).toEqual([])
    },
    { query: "dir=rtl" },
  ))

describe("The stylesheet", () => {
  it("changes nothing outside the form, and is in a layer of its own", () =>
    visit(stage, async ({ page }) => {
      const rules = await page.evaluate(() => {
        const all = [...document.styleSheets].flatMap(({ cssRules }) => [...cssRules])
        const layer = all.find((rule) => rule instanceof CSSLayerBlockRule) as CSSLayerBlockRule
        const selectors: string[] = []
        const collect = (list: CSSRuleList) => {
          for (const rule of list) {
            if (rule instanceof CSSStyleRule) selectors.push(...rule.selectorText.split(/,(?![^(]*\))/))
            else if ("cssRules" in rule && !(rule instanceof CSSKeyframesRule)) collect(rule.cssRules as CSSRuleList)
          }
        }
        collect(layer.cssRules)
        return { name: layer.name, selectors }
      })
      expect(rules.name).toBe("auth-intent")
      expect(rules.selectors.length).toBeGreaterThan(50)
      expect(
        rules.selectors.filter(
          (selector) => !/\.ai-/.test(selector.split(/[\s>]+/).at(-1) ?? "") && !/\.ai-/.test(selector),
        ),
      ).toEqual([])
    }))

  it.each([
    ["prefers dark", "dark", "", "rgb(23, 27, 36)"],
    ["prefers light", "light", "", "rgb(255, 255, 255)"],
    ["is told dark", "light", "theme=dark", "rgb(23, 27, 36)"],
    ["is told light", "dark", "theme=light", "rgb(255, 255, 255)"],
  ] as const)("follows whoever %s", (_, colorScheme, query, colour) =>
    visit(
      stage,
      async ({ connect }) => {
        expect(await connect.evaluate((form) => getComputedStyle(form).backgroundColor)).toBe(colour)
      },
      { colorScheme, query },
    ),
  )

  it("takes the host's own colours from its properties", () =>
    visit(stage, async (visitor) => {
      await visitor.page.evaluate(() => document.documentElement.style.setProperty("--ai-accent", "rgb(1, 2, 3)"))
      const button = visitor.connect.locator(".ai-button")
      expect(await button.evaluate((part) => getComputedStyle(part).backgroundColor)).toBe("rgb(1, 2, 3)")
    }))

  it("stands still for who wants no motion", () =>
    visit(
      stage,
      async (visitor) => {
        const moving = () => visitor.page.evaluate(() => document.getAnimations().length)
        await visitor.login("in-app-pending-9")
        await visitor.at("approval")
        expect(await moving()).toBe(0)
        await visitor.page.emulateMedia({ reducedMotion: "no-preference" })
        expect(await moving()).toBeGreaterThan(0)
      },
      { reducedMotion: "reduce" },
    ))
})
