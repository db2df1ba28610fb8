import { afterAll, expect, it } from "vitest"
import { startSandbox } from "../../src/sandbox/start-sandbox.ts"
import { launchBrowser } from "../harness/browser.ts"
import { findFaint } from "../harness/contrast.ts"
import { createLink } from "./hosted-link.ts"

const sandbox = await startSandbox()
const browser = await launchBrowser()
afterAll(async () => {
  await browser.close()
  await sandbox.close()
})

const newLink = (more: object) =>
  createLink(sandbox, { expiresOn: new Date(Date.now() + 60_000).toISOString(), ...more })

it.each(["light", "dark"] as const)(
  "a %s page has edges of 3:1 and text of 4.5:1",
  async (colorScheme) => {
    const context = await browser.newContext({ colorScheme, viewport: { width: 320, height: 700 } })
    const page = await context.newPage()
    await page.goto(await newLink({ providers: "*" }))
    const choices = await findFaint(page, [
      { selector: "[name=provider]", of: "color", on: "itself", least: 4.5 },
      { selector: "[name=provider]", of: "border-top-color" },
      { selector: ".quiet", of: "color", least: 4.5 },
    ])
    expect(choices).toEqual([])
    const edge = (selector: string) =>
      page
        .locator(selector)
        .first()
        .evaluate((of) => getComputedStyle(of).borderColor)
    expect(await edge(".quiet")).not.toBe(await edge("[name=provider]"))

    await page.getByRole("button", { name: "Google" }).click()
    await page.getByLabel("Username").fill("nobody")
    await page.getByLabel("Password").fill("correct horse")
    await page.getByRole("button", { name: "Continue" }).click()
    await page.getByRole("alert").waitFor()
    await page.getByLabel("Username").focus()
    const texts = ["h1", "p:not([role])", "[role=alert]", "label", "[name=username]", ".quiet"]
    const faint = await findFaint(page, [
      ...texts.map((selector) => ({ selector, of: "color", least: 4.5 })),
      { selector: ".main", of: "color", on: "itself", least: 4.5 },
      { selector: ".main", of: "background-color" },
      { selector: "main", of: "border-top-color" },
      { selector: "[name=username]", of: "border-top-color" },
      { selector: "[name=username]:focus", of: "outline-color" },
      { selector: "[role=alert]", of: "border-inline-start-color" },
    ])
    expect(faint).toEqual([])
    const heights = await page
      .locator("input:not([type=hidden]), button")
      .evaluateAll((all) => all.map((each) => each.getBoundingClientRect().height))
    expect(Math.min(...heights)).toBeGreaterThanOrEqual(44)
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320)
    await context.close()
  },
  30_000,
)

it("a page wants every field to be filled in, but for a button that leads away", async () => {
  const page = await browser.newPage()
  page.setDefaultTimeout(8_000)
  await page.goto(await newLink({ providers: "*" }))
  await page.getByRole("button", { name: "Google" }).click()
  expect(await page.locator("input:invalid").count()).toBe(2)
  await page.getByRole("button", { name: "Choose another" }).click()
  await page.getByRole("button", { name: "Google" }).waitFor()
  await page.close()
})
