import type { Page } from "playwright-core"
import { afterAll, describe, expect, it } from "vitest"
import { findFaults } from "../harness/axe.ts"
import { findFaint, type Part } from "../harness/contrast.ts"
import { openStage } from "./stage.ts"
import { steps } from "./steps.ts"
import { visit } from "./visitor.ts"

const stage = await openStage()
afterAll(() => stage.close())

/** How much wider the page is than its window, in px. */
const overflow = (page: Page) => page.evaluate(() => document.documentElement.scrollWidth - innerWidth)

/** The parts that each step draws besides its text. */
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
  ],
  phone: [{ selector: "select", of: "border-top-color" }],
  connected: [
    { selector: ".ai-sign", of: "stroke", on: "itself" },
    { selector: ".ai-quiet", of: "border-top-color" },
  ],
  canceled: [{ selector: ".ai-sign", of: "stroke", on: "itself" }],
  "failed for good": [{ selector: ".ai-sign", of: "stroke", on: "itself" }],
}

/** Fails if the page is wider than its window, or if a part is invisible or unusable. */
async function expectFit(page: Page, parts: Part[]) {
  expect(await overflow(page)).toBe(0)
  expect(await findFaults(page)).toEqual([])
  expect(await findFaint(page, parts)).toEqual([])
}

describe("every step fits its window, names its account, has nothing that axe finds, draws nothing below a contrast of 3:1, and has no English where other texts are:", () => {
  it("every step that draws something is one of them", () => {
    expect(Object.keys(drawn).filter((name) => steps[name] === undefined)).toEqual([])
  })

  it.each(Object.entries(steps))("%s", (name, reach) =>
    visit(stage, { colorScheme: "light", viewport: { width: 320, height: 800 } }, async (visitor) => {
      const { page, connect } = visitor
      await reach(visitor)
      const account = await connect.locator(".ai-identity").innerText()
      const isFirst = (await connect.getAttribute("data-step")) === "credentials"
      expect(account).toMatch(isFirst ? /^Instagram$/ : /^(Instagram|Messenger)\s+[\w:/-]+/)
      await page.clock.resume()
      await expectFit(page, drawn[name] ?? [])

      await page.setViewportSize({ width: 1280, height: 800 })
      await page.emulateMedia({ colorScheme: "dark" })
      await page.evaluate(() => dispatchEvent(new Event("translate")))
      await page.locator(".ai-connect[dir=rtl]").waitFor()
      await expectFit(page, drawn[name] ?? [])
      const texts = await connect.evaluate((form: HTMLElement) => {
        const labels = [...form.querySelectorAll("[aria-label]")].map((each) => each.getAttribute("aria-label") ?? "")
        const names = [...form.querySelectorAll<HTMLElement>(".ai-account")].map(({ innerText }) => innerText)
        return [names.reduce((text, name) => text.replace(name, ""), form.innerText), ...labels].join("\n")
      })
      expect(texts).toMatch(/[\u0600-\u06ff]/)
      expect(texts.match(/\{?[a-z]{2,}\}?/gi) ?? []).toEqual([])
    }),
  )
})

/** Steps, and a person's wrong input there. */
const wrong: Record<string, Record<string, string> | undefined> = {
  credentials: { username: "nobody", password: "correct horse" },
  code: { code: "000000" },
  phone: { number: "none" },
  approval: {},
  connected: undefined,
}

it.each([
  ["with a choice of providers", "", [320, 375, 1280]],
  ["with one provider", "provider", [375]],
])("nothing jumps from step to step %s: the card stays as high, and its button where it is", (_, query, widths) =>
  visit(stage, async (visitor) => {
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
    /** The places of the first field and of the other ways. A message does not move them. */
    const inner = () =>
      visitor.connect
        .locator(".ai-input, .ai-phone, .ai-others")
        .evaluateAll((parts) => parts.map((part) => Math.round(part.getBoundingClientRect().y)).join())
    const cards = new Map<number, Set<string>>()
    const within = new Map<string, Set<string>>()
    async function measure(step: string) {
      for (const width of widths) {
        await page.setViewportSize({ width, height: 800 })
        const at = `${step} at ${width} px`
        cards.set(width, (cards.get(width) ?? new Set()).add(String(await card())))
        within.set(at, (within.get(at) ?? new Set()).add(await inner()))
      }
    }
    for (const [step, fields] of Object.entries(wrong)) {
      await page.goto(`${stage.origin}/?session=heights${query}&key=${step}&${query}`)
      await steps[step]?.(visitor)
      await measure(step)
      if (fields === undefined) continue
      await visitor.send(fields)
      await visitor.alert.waitFor()
      await measure(step)
    }
    expect([...cards].map(([width, places]) => [width, [...places]])).toEqual(
      widths.map((width) => [width, [expect.any(String)]]),
    )
    expect([...within].filter(([, places]) => places.size > 1)).toEqual([])
  }),
)

describe("twice the size", () => {
  it.each([
    ["", ""],
    [", with words as long as an address", "&long"],
  ])("of text, at 375 px, and of all, at 640 px: nothing is cut off and nothing lies over another%s", (_, query) =>
    visit(stage, async (visitor) => {
      const { page } = visitor
      const browser = await page.context().newCDPSession(page)
      for (const name of [
        "credentials not right",
        "code or approval",
        "phone not right",
        "approval not yet",
        "connected",
      ]) {
        await page.goto(`${stage.origin}/?session=zoom&key=${name}${query}`)
        await steps[name]?.(visitor)
        for (const [width, size] of [
          [375, 32],
          [320, 16],
        ] as const) {
          await page.setViewportSize({ width, height: 700 })
          // A person can set this size in the browser.
          await browser.send("Page.setFontSizes", { fontSizes: { standard: size } })
          expect(await overflow(page)).toBe(0)
          const outside = await visitor.connect.evaluate((form) => {
            const { left, right } = form.getBoundingClientRect()
            // Typed text scrolls in its field. A list cuts a country's long name: its code stands beside the number.
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
          expect([width, name, outside]).toEqual([width, name, []])
        }
      }
      await browser.detach()
    }),
  )

  it("on a phone on its side the field and the time are in sight together", () =>
    visit(stage, { viewport: { width: 740, height: 360 } }, async (visitor) => {
      await visitor.login("2fa", "code")
      const inSight = (selector: string) =>
        visitor.connect.locator(selector).evaluate((part) => {
          const { top, bottom } = part.getBoundingClientRect()
          return top >= 0 && bottom <= innerHeight
        })
      expect(await inSight("[name=code]")).toBe(true)
      expect(await inSight("[role=timer]")).toBe(true)
    }))
})

describe("the stylesheet", () => {
  it("changes nothing outside the form, and is in a layer of its own", () =>
    visit(stage, async ({ page }) => {
      const rules = await page.evaluate(() => {
        const all = [...document.styleSheets].flatMap(({ cssRules }) => [...cssRules])
        const layers = all.filter((rule) => rule instanceof CSSLayerBlockRule)
        const layer = layers.find(({ name }) => name !== "base") as CSSLayerBlockRule
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
      expect(rules.selectors.filter((selector) => !selector.includes(".ai-"))).toEqual([])
    }))

  it("leaves what a host has put into the form as the host has it", () =>
    visit(stage, { query: "hosted" }, async ({ connect }) => {
      const style = await connect.locator(".ai-hosted strong").evaluate((part) => getComputedStyle(part).color)
      expect(style).toBe("rgb(51, 51, 51)")
    }))

  it.each([
    ["a person who prefers dark", "dark", "", "rgb(23, 27, 36)"],
    ["a person who prefers light", "light", "", "rgb(255, 255, 255)"],
    ["a host that chooses dark", "light", "theme=dark", "rgb(23, 27, 36)"],
    ["a host that chooses light", "dark", "theme=light", "rgb(255, 255, 255)"],
  ] as const)("follows %s", (_, colorScheme, query, colour) =>
    visit(stage, { colorScheme, query }, async ({ connect }) => {
      expect(await connect.evaluate((form) => getComputedStyle(form).backgroundColor)).toBe(colour)
    }),
  )

  it("follows the nearest part of the page that has a theme", () =>
    visit(stage, async ({ connect, page }) => {
      for (const [outer, inner, colour] of [
        ["dark", "light", "rgb(255, 255, 255)"],
        ["light", "dark", "rgb(23, 27, 36)"],
      ] as const) {
        await page.evaluate(
          (themes) => {
            document.documentElement.dataset["theme"] = themes.outer
            document.body.dataset["theme"] = themes.inner
          },
          { outer, inner },
        )
        expect(await connect.evaluate((form) => getComputedStyle(form).backgroundColor)).toBe(colour)
      }
    }))

  it("takes the host's own colours from its properties", () =>
    visit(stage, async (visitor) => {
      await visitor.page.evaluate(() => document.documentElement.style.setProperty("--ai-accent", "rgb(1, 2, 3)"))
      const button = visitor.connect.locator(".ai-button")
      expect(await button.evaluate((part) => getComputedStyle(part).backgroundColor)).toBe("rgb(1, 2, 3)")
    }))

  it("is as wide where what is around it is as wide as its content, as a dialog, a flex box or a grid is", () =>
    visit(stage, async ({ connect, page }) => {
      for (const [width, wide] of [
        [900, 416],
        [320, 288],
      ] as const) {
        await page.setViewportSize({ width, height: 480 })
        for (const layout of ["block", "flex", "grid"]) {
          const widths = await connect.evaluate((form, display) => {
            const { body } = document
            Object.assign(body.style, { display, justifyContent: "center", justifyItems: "center" })
            return [form.getBoundingClientRect().width, document.documentElement.scrollWidth]
          }, layout)
          expect([layout, ...widths]).toEqual([layout, wide, width])
        }
      }
    }))

  it("stands still for who wants no motion", () =>
    visit(stage, async (visitor) => {
      const moving = () => visitor.page.evaluate(() => document.getAnimations().length)
      await steps["credentials on their way"]?.(visitor)
      expect(await moving()).toBe(0)
      await visitor.page.emulateMedia({ reducedMotion: "no-preference" })
      expect(await moving()).toBeGreaterThan(0)
    }))
})
