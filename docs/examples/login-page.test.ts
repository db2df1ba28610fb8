import chromium from "@sparticuz/chromium"
import { createPageDriver, getScenarios, runScenario } from "auth-intent/testing"
import { chromium as playwright } from "playwright-core"
import { build, preview } from "vite"
import { afterAll, test, vi } from "vitest"

const root = `${import.meta.dirname}/login-page`
// The page as people get it: in a test environment, React would be built for development.
vi.stubEnv("NODE_ENV", "production")
const server = await build({ root, logLevel: "error" }).then(() => preview({ root }))
// The driver reads the document alone: frames that are not drawn save time.
const args = ["--no-sandbox", "--disable-threaded-compositing"]
const browser = await playwright.launch({ args, executablePath: await chromium.executablePath() })
afterAll(() => Promise.all([browser.close(), server.close(), vi.unstubAllEnvs()]))

const createDriver = async () =>
  createPageDriver(await browser.newPage({ viewport: { width: 400, height: 300 }, reducedMotion: "reduce" }), {
    url: ({ resume, ...options }) => `${server.resolvedUrls?.local[0]}?options=${JSON.stringify(options)}`,
    buttons: { approve: /approve/i, switchMethod: /^Try another way$/, cancel: /^Cancel$/ },
    failure: "[role=alert]",
    ended: { connected: /^Connected/, expired: /^Time is up$/, mayBeConnected: /^Not sure yet$/ },
  })
const free = await Promise.all(Array.from({ length: 4 }, createDriver))
test.concurrent.each(getScenarios({ strategy: "transitions" }))("$name", async (scenario) => {
  const driver = free.pop() ?? (await createDriver())
  await runScenario(scenario, driver).finally(() => free.push(driver))
})
