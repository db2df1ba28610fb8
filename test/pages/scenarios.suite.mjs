import { afterAll, beforeAll, describe, it } from "vitest"
import { authIntentCatalogue } from "../../src/testing/auth-intent/catalogue.ts"
import { firstReplies } from "../../src/testing/auth-intent/moves.ts"
import { createPageDriver } from "../../src/testing/create-page-driver.ts"
import { getScenarios } from "../../src/testing/get-scenarios.ts"
import { runScenario } from "../../src/testing/run-scenario.ts"
import { names, openStage } from "./stage.mjs"

/** How many pages play at the same time. */
const parallel = 5

/** One reply for each thing that a page does; what the machine does with all others, the scenarios of React's form play. */
const replies = [
  ...["connected", "2FA", "OTP", "approval in the app", "phone number wanted", "unknown checkpoint"],
  ...["401 invalid_checkpoint_solution", "401 invalid_credentials", "403 account_restricted"],
  ...["408 request_timeout", "425 too_early", "no connection"],
]

// A person cannot choose a country that has no code.
const without = [
  ...[...authIntentCatalogue.rare, "no polling", "other times", "a minute passes", "empty phone number"],
  ...Object.keys(firstReplies).filter((reply) => !replies.includes(reply)),
]
const scenarios = getScenarios({ strategy: "pairs", without })

let stage
beforeAll(async () => {
  stage = await openStage()
})
afterAll(() => stage?.close())

/** Drives a page. */
function toDriver(page, name) {
  const part = (selector) => page.locator(selector)
  const title = (text) => page.locator(".ai-title", { hasText: text })
  return createPageDriver(page, {
    url: ({ resume, ...options }) => `http://localhost/${name}?options=${encodeURIComponent(JSON.stringify(options))}`,
    buttons: {
      submit: part("#submit"),
      // A code may be approved in the provider's app too; an approval has one button.
      approve: part("#approve:not([hidden]), [data-step=approval] #submit"),
      switchMethod: part("#switch"),
      cancel: part("#cancel"),
    },
    ended: { connected: title(/^Connected/), expired: title("Time is up"), mayBeConnected: title("Not sure yet") },
  })
}

describe.each(names)("The page in %s goes through", (name) => {
  const free = []
  const waiting = []

  beforeAll(async () => {
    for (let index = 0; index < parallel; index += 1) {
      free.push(toDriver(await (await stage.openContext()).newPage(), name))
    }
  })

  /** Plays with a page that is free, or waits for one. */
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
