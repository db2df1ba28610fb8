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

/** Returns what a page shows of its step. */
function readStep() {
  const root = document.querySelector(".ai-connect")
  const read = (selector) => root.querySelector(selector)?.textContent?.trim()
  const offers = (id) => root.querySelector(`#${id}:not([hidden], [aria-disabled=true])`) !== null
  const kind = root.getAttribute("aria-busy") === "true" ? "wait" : root.dataset.step
  if (kind === "done") {
    const title = read(".ai-title")
    if (title === "Not sure yet") return { kind, mayBeConnected: true }
    return { kind, status: { Connected: "connected", "Time is up": "expired" }[title] ?? "failed" }
  }
  if (kind === "credentials" || kind === "wait") return { kind, canCancel: offers("cancel") }
  return {
    kind,
    canCancel: offers("cancel"),
    canSwitchMethod: offers("switch"),
    canApproveInApp: offers(kind === "approval" ? "submit" : "approve"),
  }
}

/** Drives a page. */
function toDriver(page, name) {
  const part = (selector) => page.locator(selector)
  const submit = part("#submit")
  return createPageDriver(page, {
    url: ({ resume, ...options }) => `http://localhost/${name}?options=${encodeURIComponent(JSON.stringify(options))}`,
    username: part("[name=username]"),
    password: part("[name=password]"),
    connect: submit,
    code: part("[name=code]"),
    // A code that was just sent is sent at its last digit, and may have led on already.
    sendCode: { evaluate: async (...press) => (await part("[name=code]").isVisible()) && submit.evaluate(...press) },
    countryCode: part("[name=countryCode]"),
    number: part("[name=number]"),
    sendPhone: submit,
    // A code may be approved in the provider's app too; an approval has one button.
    approve: part("#approve:not([hidden]), [data-step=approval] #submit"),
    switchMethod: part("#switch"),
    cancel: part("#cancel"),
    observe: () => page.evaluate(readStep),
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
