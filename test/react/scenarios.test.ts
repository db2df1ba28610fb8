import type { Page } from "playwright-core"
import { afterAll, beforeAll, describe, it } from "vitest"
import { authIntentCatalogue } from "../../src/testing/auth-intent/catalogue.ts"
import type { Reply } from "../../src/testing/auth-intent/vocabulary.ts"
import { createPageDriver } from "../../src/testing/create-page-driver.ts"
import type { PageLocator } from "../../src/testing/driven-page.ts"
import type { Driver } from "../../src/testing/driver.ts"
import { getScenarios } from "../../src/testing/get-scenarios.ts"
import { runScenario } from "../../src/testing/run-scenario.ts"
import { openStage, type Stage } from "./stage.ts"

/** How many pages play at the same time. */
const parallel = 3

// A person cannot choose a country that has no code, and a form that counts down after a 429 sends nothing meanwhile.
const without = [...authIntentCatalogue.rare, "empty phone number", "429 too_many_requests"]

/** What the page shows of its step: its kind, and what can be done. */
function readStep() {
  const form = document.querySelector(".ai-connect")
  const busy = form?.getAttribute("aria-busy") === "true"
  const shown = form?.getAttribute("data-step") ?? ""
  const kind = busy ? "wait" : shown
  const tone = form?.querySelector(".ai-outcome")?.getAttribute("data-tone")
  const buttons = [...(form?.querySelectorAll<HTMLElement>("button:not([aria-disabled=true])") ?? [])]
  const offers = (text: string) => buttons.some(({ textContent }) => textContent === text)
  if (kind === "done") return { kind, ...(tone === "bad" && { status: "failed" }) }
  if (kind === "credentials" || kind === "wait") return { kind, canCancel: offers("Cancel") }
  return {
    kind,
    canCancel: offers("Cancel"),
    canSwitchMethod: offers("Try another way"),
    canApproveInApp: offers("I have approved it") || offers("I have approved it in the app"),
  }
}

/** Drives the form: a button that is out of use is pressed all the same. */
function toDriver(page: Page, origin: string): Driver {
  const connect = page.locator(".ai-connect")
  const field = (name: string): PageLocator => connect.locator(`[name=${name}]`)
  const press = (selector: string): PageLocator => {
    const button = connect.locator(selector)
    return {
      fill: () => Promise.resolve(),
      click: () => button.click({ force: true }),
      isVisible: () => button.isVisible(),
    }
  }
  const submit = press("[type=submit]")
  const byText = (...texts: string[]) =>
    press(texts.map((text) => `button:text-is(${JSON.stringify(text)})`).join(", "))
  const country = connect.locator("[name=countryCode]")
  const driver = createPageDriver(page, {
    url: ({ provider, inAppPollInterval, intentLifetime, solveGrace }) =>
      `${origin}/?options=${encodeURIComponent(JSON.stringify({ provider, inAppPollInterval, intentLifetime, solveGrace }))}`,
    username: field("username"),
    password: field("password"),
    connect: submit,
    code: field("code"),
    sendCode: submit,
    countryCode: {
      fill: async (code) => void (await country.selectOption({ value: code })),
      click: () => country.click(),
      isVisible: () => country.isVisible(),
    },
    number: field("number"),
    sendPhone: submit,
    approve: byText("I have approved it", "I have approved it in the app"),
    switchMethod: byText("Try another way"),
    cancel: byText("Cancel"),
    observe: () => page.evaluate(readStep) as ReturnType<Parameters<typeof createPageDriver>[1]["observe"]>,
  })
  let provider: string | undefined
  return {
    ...driver,
    start(input) {
      provider = input.provider
      return driver.start(input)
    },
    async server(reply, to) {
      await driver.server(provider === "MESSENGER" ? asRelay(reply) : reply, to)
      // The response has had its effect when nothing is in flight any more.
      await page.locator(".ai-connect[aria-busy=false]").waitFor()
    },
  }
}

/** Returns a reply of the API as the relay passes it on: what can be done in Messenger's app stands in it. */
function asRelay(reply: Reply): Reply {
  if (!("body" in reply) || typeof reply.body === "string") return reply
  const { checkpoint } = reply.body as { checkpoint?: { type: string } }
  if (checkpoint?.type !== "2FA") return reply
  return { ...reply, body: { ...reply.body, checkpoint: { ...checkpoint, canApproveInApp: true } } }
}

let stage: Stage
const free: Driver[] = []
const waiting: ((driver: Driver) => void)[] = []

/** Plays with a page that is free, or waits for one. */
async function withDriver(play: (driver: Driver) => Promise<void>): Promise<void> {
  const driver = free.pop() ?? (await new Promise<Driver>((resolve) => waiting.push(resolve)))
  try {
    await play(driver)
  } finally {
    const next = waiting.shift()
    if (next) next(driver)
    else free.push(driver)
  }
}

beforeAll(async () => {
  stage = await openStage()
  for (let index = 0; index < parallel; index += 1) {
    const context = await stage.browser.newContext({ locale: "en-US" })
    context.setDefaultTimeout(15_000)
    free.push(toDriver(await context.newPage(), stage.origin))
  }
})
afterAll(() => stage.close())

describe("The form goes through", () => {
  it.concurrent.each(
    getScenarios({ strategy: "transitions", without }).map((scenario) => [scenario.name, scenario] as const),
  )("%s", (_, scenario) => withDriver((driver) => runScenario(scenario, driver)), 60_000)
})
