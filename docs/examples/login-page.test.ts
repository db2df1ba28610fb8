import chromium from "@sparticuz/chromium"
import { authIntentCatalogue, createPageDriver, getScenarios, runScenario } from "auth-intent/testing"
import { chromium as playwright } from "playwright-core"
import { afterAll, test } from "vitest"
import { body } from "./build-page.ts"
import { readStep } from "./read-step.ts"

const browser = await playwright.launch({ args: ["--no-sandbox"], executablePath: await chromium.executablePath() })
afterAll(() => browser.close())
async function createDriver() {
  const page = await browser.newPage()
  await page.route("http://localhost/**", (route) => route.fulfill({ contentType: "text/html", body }))
  const [field, submit] = [(name: string) => page.locator(`[name=${name}]`), page.locator("[type=submit]")]
  const button = (text: string | RegExp) => page.getByRole("button", { name: text })
  return createPageDriver(page, {
    url: ({ resume, ...options }) => `http://localhost/?options=${JSON.stringify(options)}`,
    ...{ username: field("username"), password: field("password"), connect: submit },
    ...{ code: field("code"), sendCode: submit, approve: button(/I have approved it/) },
    ...{ countryCode: field("countryCode"), number: field("number"), sendPhone: submit },
    ...{ switchMethod: button("Try another way"), cancel: button("Cancel") },
    observe: () => page.evaluate(readStep),
  })
}
// After a 429 this page sends nothing until the pause is over.
const without = [...authIntentCatalogue.rare, "429 too_many_requests"]
const free = await Promise.all(Array.from({ length: 5 }, createDriver))
test.concurrent.each(getScenarios({ strategy: "transitions", without }))("$name", async (scenario) => {
  const driver = free.pop() ?? (await createDriver())
  await runScenario(scenario, driver).finally(() => free.push(driver))
})
