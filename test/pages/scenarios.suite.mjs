import { afterAll, beforeAll, describe, it } from "vitest"
import { authIntentCatalogue } from "../../src/testing/auth-intent/catalogue.ts"
import { createPageDriver } from "../../src/testing/create-page-driver.ts"
import { getScenarios } from "../../src/testing/get-scenarios.ts"
import { runScenario } from "../../src/testing/run-scenario.ts"
import { names, openStage } from "./stage.mjs"

/** How many pages play at the same time. */
const parallel = 5

// A person cannot choose a country without a code.
const without = [...authIntentCatalogue.rare, "empty phone number"]
const scenarios = getScenarios({ strategy: "transitions", without })

const stage = await openStage()
afterAll(() => stage.close())

/** Drives a page. */
function toDriver(page, name) {
  return createPageDriver(page, {
    url: ({ resume, ...options }) => `http://localhost/${name}?options=${encodeURIComponent(JSON.stringify(options))}`,
    buttons: {
      submit: ".ai-submit",
      // A code may be approved in the provider's app too; an approval has one button.
      approve: ".ai-approve:not([hidden]), [data-step=approval] .ai-submit",
      switchMethod: ".ai-switch",
      cancel: ".ai-cancel",
    },
    failure: "[role=alert]",
    ended: { connected: /^Connected/, expired: /^Time is up/, mayBeConnected: /^Not sure yet/ },
  })
}

describe.each(names)("the page in %s goes through", (name) => {
  const free = []
  const waiting = []

  beforeAll(async () => {
    for (let index = 0; index < parallel; index += 1) {
      free.push(toDriver(await (await stage.openContext()).newPage(), name))
    }
  })

  /** Plays on a free page, or waits for one. */
  async function play(scenario) {
    const driver = free.pop() ?? (await new Promise((resolve) => waiting.push(resolve)))
    try {
      await runScenario(scenario, driver)
    } finally {
      const next = waiting.shift()
      if (next) next(driver)
      else free.push(driver)
    }
  }

  it.concurrent.each(scenarios.map((scenario) => [scenario.name, scenario]))("%s", (_, scenario) => play(scenario))
})
