import { createScriptedFetch, getScenarios, runScenario } from "auth-intent/testing"
import { test, vi } from "vitest"
import { fill, openLoginPage } from "./open-login-page.ts"

test.each(getScenarios({ strategy: "shortest" }))("$name", async (scenario) => {
  const server = createScriptedFetch(scenario)
  const page = await openLoginPage(scenario.input.provider, server.fetch)
  const isBusy = async () => (await page.getAttribute("body", "aria-busy")) === "true"
  const settled = async () => void (await vi.waitUntil(async () => server.waiting || !(await isBusy())))

  await runScenario(scenario, {
    start: settled,
    async person(move) {
      await fill(page, move)
      await settled()
    },
    async server() {
      server.answer()
      await settled()
    },
    async clock(ms) {
      await page.clock.runFor(ms)
      await settled()
    },
    observe: async () => ({
      step: JSON.parse(await page.evaluate(() => JSON.stringify({ ...document.body.dataset }))),
    }),
    stop: () => page.context().close(),
  })
})
