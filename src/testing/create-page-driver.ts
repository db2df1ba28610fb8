import { parse } from "../values.schema.ts"
import { tick } from "./auth-intent/moves.ts"
import { type AuthIntentVocabulary, type PersonMove, type Reply, toRelayed } from "./auth-intent/vocabulary.ts"
import { createScriptedFetch } from "./create-scripted-fetch.ts"
import {
  type DrivenPage,
  listen,
  type PageLocators,
  type PagePart,
  type PageRoute,
  pass,
  toLocations,
  toPattern,
} from "./driven-page.ts"
import { act, forget, installDriver, type Look, look } from "./in-page.ts"
import { trackFields } from "./kept-in-page.ts"
import { createPasswordWatch } from "./password-watch.ts"
import { readPageStep } from "./read-page-step.ts"
import type { Driver, Observation } from "./scenario.ts"
import { runTasks } from "./tasks-in-page.ts"
import { createPageDriverArguments } from "./testing.schema.ts"

/** When scenarios start, by the page's clock. */
const start = Date.UTC(2030, 0, 1)

/** How many looks at a busy page are made before it counts as stuck. */
const maxLooks = 500

/**
 * Creates a driver of a login page in a browser. The driver fills and clicks, plays the scenario's responses to the
 * page's requests, moves the page's clock, and reloads. The page comes from Playwright, fresh for each driver. Its
 * transport is `createRelayTransport`, or one with the same bodies.
 * @throws AuthIntentError `invalid_option`.
 * @example
 * const buttons = { approve: /approved/, switchMethod: /another way/, cancel: /cancel/i }
 * const driver = createPageDriver(page, { url: "http://localhost:5173/login", buttons })
 * for (const scenario of getScenarios({ strategy: "transitions" })) await runScenario(scenario, driver)
 * @see playwright.dev, "Clock" and "Network".
 */
export function createPageDriver(page: DrivenPage, locators: PageLocators): Driver<AuthIntentVocabulary> {
  parse(createPageDriverArguments, { page, locators }, "invalid_option", "createPageDriver")
  const server = createScriptedFetch()
  const { requests = "**/api/auth/**" } = locators
  let isOpen = false
  let seen: Look = { before: { sent: 0, open: 0 }, shown: {}, sent: 0, open: 0 }
  let provider = ""
  // How many requests of the open document have arrived.
  let arrived = 0
  let compared = 0
  let now = start
  // When the pause that a response wants is over on every page. The person's next move ends the pause, too.
  let pauseEnd = 0
  const passwords = createPasswordWatch(page)

  async function onRequest(route: PageRoute): Promise<void> {
    const request = route.request()
    if (request.method() !== "POST") return route.fallback()
    const body = request.postData() ?? "{}"
    arrived += 1
    try {
      const response = await server.fetch("", { body })
      const retryAfter = response.headers.get("retry-after")
      if (retryAfter !== null) pauseEnd = now + Number(retryAfter) * 1_000 + tick
      // The relay sends this header too, for a page of another origin.
      const headers = { ...Object.fromEntries(response.headers), "access-control-expose-headers": "retry-after" }
      await route.fulfill({ status: response.status, headers, body: await response.text() })
    } catch {
      await route.abort("connectionfailed").catch(() => {})
    }
  }

  const press = (part: PagePart) => page.evaluate(act, [part])
  const type = (part: PagePart, text: string) => page.evaluate(act, [part, text])

  /** Waits until every request of the page has arrived, and everything but the open response has had its effect. */
  async function settle(): Promise<void> {
    let counts = { sent: 0, open: 0 }
    for (let looks = 0; looks < maxLooks; looks += 1) {
      const next = await page.evaluate(look, [])
      counts = next.before
      const hasArrived = counts.sent === arrived
      // No move sends twice: a second request fails the comparison.
      const isTwice = server.sent.length > compared + 1
      if (!hasArrived || (counts.open > (server.waiting ? 1 : 0) && !isTwice)) continue
      await locators.ready?.()
      seen = locators.ready ? await page.evaluate(look, []) : next
      compared = server.sent.length
      // A page may leave at an end. Before an end, its next step would be in another document.
      if (seen.leavesFor === undefined || readPageStep(seen.shown).kind === "done") return
      throw new Error(`The page wanted to go to ${seen.leavesFor}: the driver keeps it in one document`)
    }
    throw new Error(
      counts.sent === arrived
        ? `The page is stuck: it waits for ${counts.open} responses, and has not aborted the request that it left`
        : `The page is stuck: of ${counts.sent} requests by \`fetch\` to ${requests}, ${arrived} came`,
    )
  }

  async function fill(move: PersonMove): Promise<void> {
    switch (move.person) {
      case "credentials.submit": {
        const { username, password } = move.credentials
        await passwords.add({ username, password })
        await type("username", username)
        await type("password", password)
        return press("submit")
      }
      case "code.submit": {
        await type("code", move.code)
        const { sent, shown } = await page.evaluate(look, [])
        // A page may send a code by itself at the last digit, or end there if its time is over.
        if (sent === seen.sent && shown["code"] !== "absent") await press("submit")
        return
      }
      case "phone.submit":
        await type("countryCode", move.phone.countryCode)
        await type("number", move.phone.number)
        return press("submit")
      case "inApp.approve":
        return press("approve")
      case "method.switch":
        return press("switchMethod")
      case "intent.cancel":
        return press("cancel")
      case "reload":
        arrived = 0
        await page.reload()
    }
  }

  async function clock(ms: number, asleep = false): Promise<void> {
    now += ms
    const before = JSON.stringify(seen.shown)
    await page.evaluate(trackFields, [])
    if (asleep) await page.clock.setSystemTime(now)
    else await pass(page.clock, ms)
    await settle()
    if ((await page.evaluate(trackFields, [])) && JSON.stringify(seen.shown) === before)
      throw new Error("The page replaces a field as time passes: what is typed there is lost")
  }

  return {
    async start(input) {
      provider = input.provider
      server.reset()
      compared = 0
      if (isOpen) {
        await page.evaluate(forget, [])
        // An address that differs by its hash alone would load no document.
        await page.goto("about:blank")
      } else {
        // The clock runs until it is paused: an hour is enough on any slow machine.
        await page.clock.install({ time: start - 3_600_000 })
        await page.clock.pauseAt(start)
        await page.addInitScript(runTasks)
        await page.addInitScript(installDriver, { locations: toLocations(locators), requests: toPattern(requests) })
        await page.route(requests, onRequest)
        listen(page, toPattern(requests), passwords.note)
      }
      isOpen = true
      if (now !== start) await page.clock.setSystemTime(start)
      now = start
      pauseEnd = 0
      passwords.reset()
      arrived = 0
      await page.goto(typeof locators.url === "string" ? locators.url : locators.url(input))
      await settle()
    },
    async person(move, ignored) {
      server.note(move)
      if (ignored) return
      if (move.person !== "reload") pauseEnd = 0
      await fill(move)
      await settle()
    },
    async server(reply: Reply) {
      server.respond(toRelayed(reply, provider))
      await settle()
    },
    clock,
    async afterEnd() {
      // A late response to an abandoned request must change nothing.
      if (server.waiting) server.respond({ status: 201, body: { object: "AccountCreated", account_id: "late" } })
      // An hour is longer than any login takes.
      await clock(3_600_000)
    },
    async observe() {
      const step = readPageStep(seen.shown, now < pauseEnd)
      // Until the credentials are accepted or the login ends, the fields hold them.
      await passwords.check(step.kind === "credentials" || step.kind === "wait")
      return { step, sent: [...server.sent] } as object as Observation
    },
  }
}
