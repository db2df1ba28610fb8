import chromium from "@sparticuz/chromium"
import { createPageDriver, getScenarios, runScenario } from "auth-intent/testing"
import { build } from "esbuild"
import { chromium as playwright } from "playwright-core"
import { afterAll, test } from "vitest"

const browser = await playwright.launch({ args: ["--no-sandbox"], executablePath: await chromium.executablePath() })
afterAll(() => browser.close())
const { outputFiles } = await build({
  entryPoints: [`${import.meta.dirname}/login-page.ts`],
  bundle: true,
  format: "esm",
  write: false,
})
const body = `<!doctype html><title>Log in</title><body><script type="module">${outputFiles[0]?.text}</script>`
test.each(getScenarios({ strategy: "transitions" }))("$name", { timeout: 60_000 }, async (scenario) => {
  const page = await browser.newPage()
  await page.route("http://localhost/**", (route) => route.fulfill({ contentType: "text/html", body }))
  const [field, button] = [(name: string) => page.locator(`[name=${name}]`), (id: string) => page.locator(`#${id}`)]
  const driver = createPageDriver(page, {
    url: ({ resume, ...options }) => `http://localhost/?options=${JSON.stringify(options)}`,
    ...{ username: field("username"), password: field("password"), connect: button("connect") },
    ...{ code: field("code"), sendCode: button("send-code"), approve: button("approve") },
    ...{ countryCode: field("countryCode"), number: field("number"), sendPhone: button("send-phone") },
    ...{ switchMethod: button("switch"), cancel: button("cancel") },
    observe: async () => JSON.parse((await page.locator("body").getAttribute("data-step")) ?? "{}"),
  })
  await runScenario(scenario, driver).finally(() => page.close())
})
