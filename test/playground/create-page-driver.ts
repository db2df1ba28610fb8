import type { Page, Route } from "playwright-core"
import { getMessage } from "../../src/failures/messages.ts"
import type { IntentStep } from "../../src/intent/get-step.ts"
import type { Driver } from "../../src/testing/driver.ts"
import type { Reply } from "../../src/testing/scenario.ts"
import type { Stage } from "./stage.ts"

/** When scenarios start, by the page's clock. */
const start = Date.UTC(2030, 0, 1)

/** How often a busy page is looked at before it counts as stuck. */
const patience = 1000

const providers = { INSTAGRAM: "Instagram", LINKEDIN: "LinkedIn", MESSENGER: "Messenger", TWITTER: "Twitter" }

/** Notes which request to the relay the page waits for, and breaks its transport where an answer says so: nobody can read it. */
function watchFetch() {
  const { fetch } = window
  let count = 0
  window.fetch = async (input, init) => {
    if (!String(input).startsWith("/api/auth")) return fetch(input, init)
    count += 1
    const id = String(count)
    const { dataset } = document.documentElement
    const forget = () => dataset["request"] === id && delete dataset["request"]
    dataset["request"] = id
    init?.signal?.addEventListener("abort", forget)
    const headers = new Headers(init?.headers)
    headers.set("x-request", id)
    const response = await fetch(input, { ...init, headers }).finally(forget)
    if (!response.headers.has("x-broken")) return response
    return { status: Symbol("broken"), headers: response.headers, text: async () => "" } as unknown as Response
  }
}

async function answer(route: Route, reply: Reply): Promise<void> {
  if ("status" in reply) {
    const { status, headers, body } = reply
    await route.fulfill({ status, headers, body: typeof body === "string" ? body : JSON.stringify(body) })
  } else if (reply.fault === "no connection") await route.abort("connectionfailed")
  else await route.fulfill({ headers: { "x-broken": "yes" } })
}

/** What the page shows, read in the page. */
function readPage() {
  const connect = document.querySelector(".connect")
  const shown = (selector: string) => connect?.querySelector(selector) !== null
  const offers = (text: string) =>
    [...(connect?.querySelectorAll("button:not([aria-disabled=true])") ?? [])].some((each) => each.textContent === text)
  const active = [...document.querySelectorAll<HTMLElement>(".state.active")]
  const title = connect?.querySelector("h2")?.textContent
  return {
    request: document.documentElement.dataset["request"],
    state: active.at(-1)?.dataset["state"] ?? "",
    step: JSON.parse(document.querySelector("pre")?.textContent ?? "") as IntentStep,
    isBusy: connect?.getAttribute("aria-busy") === "true",
    isDone: shown(".outcome"),
    asks: {
      credentials: shown("[name=username]") && shown("[name=password]"),
      code: shown("[autocomplete=one-time-code]"),
      phone: shown("[name=countryCode]") && shown("[name=number]"),
      approval: title === "Approve the login",
    },
    says: connect?.querySelector("[role=alert], .outcome p")?.textContent ?? "",
    offers: {
      canCancel: offers("Cancel"),
      canSwitchMethod: offers("Try another way"),
      canApproveInApp: offers("Approved in the app") || offers("I have approved it"),
    },
  }
}

/** What the form tells of a step by itself; what it does not tell is the step's own. */
function tell({ step, isBusy, isDone, asks, says, offers }: ReturnType<typeof readPage>): Partial<IntentStep> {
  const [asked = "nothing"] = Object.entries(asks).flatMap(([kind, isAsked]) => (isAsked ? [kind] : []))
  const kind = isDone ? "done" : isBusy ? "wait" : asked
  const message = step.failure && step.status !== "expired" ? getMessage(step.failure) : undefined
  if (message !== undefined && says !== message) throw new Error(`The page should say "${message}", not "${says}"`)
  const since = (time?: number) => (time === undefined ? undefined : time - start)
  const { failure } = step
  return {
    ...step,
    ...offers,
    kind: kind as IntentStep["kind"],
    expiresAt: since(step.expiresAt),
    failure: failure && { ...failure, retryAt: since(failure.retryAt) },
  }
}

/** Drives the playground as a person does, in place of whom the clock stands still; the relay's answers are the scenario's. */
export function createPageDriver({ browser, origin }: Stage): Driver {
  let page: Page
  let waiting: { id: string | undefined; route: Route } | undefined
  let requests = 0
  let seconds = 0
  let slept = 0

  /** Waits until the page has what it needs, or its latest request has come. */
  async function settle() {
    for (let looks = 0; ; looks += 1) {
      const { state, request } = await page.evaluate(readPage)
      if (looks === patience) throw new Error(`The page is busy: ${state}, request ${request}`)
      const isBusy = state === "submitting" || state === "solving"
      if (!isBusy || (request !== undefined && request === waiting?.id)) return
    }
  }
  const button = (name: string) => page.locator(".connect").getByRole("button", { name, exact: true })

  return {
    async start({ provider, inAppPollInterval }) {
      const context = await browser.newContext()
      page = await context.newPage()
      await page.addInitScript(watchFetch)
      await page.clock.install({ time: start - 1000 })
      await page.clock.pauseAt(start)
      await page.route("**/api/auth/**", (route) => {
        requests += 1
        waiting = { id: route.request().headers()["x-request"], route }
      })
      await page.goto(origin)
      await page.getByLabel(providers[provider]).check()
      if (inAppPollInterval === 0) await page.getByLabel("Ask by itself").uncheck()
    },

    async person(move, ignored) {
      // A button that is out of use can be clicked all the same.
      switch (move.person) {
        case "credentials.submit":
          await page.getByLabel("Username or email").fill(move.credentials.username)
          await page.getByLabel("Password").fill(move.credentials.password)
          await button("Connect").click()
          break
        case "code.submit":
          if (!ignored) await page.getByLabel("Code", { exact: true }).fill(move.code)
          await button("Continue").click({ force: ignored })
          break
        case "phone.submit":
          await page.getByLabel("Country", { exact: true }).selectOption({ value: move.phone.countryCode })
          await page.getByLabel("Number", { exact: true }).fill(move.phone.number)
          await button("Continue").click()
          break
        case "inApp.approve":
          if (ignored) break
          await button("I have approved it").or(button("Approved in the app")).click()
          break
        case "method.switch":
          await button("Try another way").click({ force: ignored })
          break
        case "intent.cancel":
          await button("Cancel").click()
          break
        case "reload":
          await page.reload()
          await page.locator(".connect").waitFor()
      }
      await settle()
    },

    async server(reply) {
      if (waiting === undefined) throw new Error("No request waits for its answer")
      const { route } = waiting
      waiting = undefined
      await answer(route, reply)
      await settle()
    },

    async clock(ms, asleep) {
      if (asleep) {
        slept += ms
        await page.clock.setSystemTime(start + slept)
        return
      }
      seconds += ms / 1000
      await page.getByLabel("Seconds").fill(String(ms / 1000))
      await page.getByRole("button", { name: "Move the clock" }).click()
      await page.getByText(`Its clock is ${seconds} s ahead`).waitFor()
      await settle()
    },

    async observe() {
      const seen = await page.evaluate(readPage)
      return { state: seen.state, step: tell(seen), requests }
    },

    async stop() {
      await page.context().close()
    },
  }
}
