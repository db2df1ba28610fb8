import type { BrowserContext, Page } from "playwright-core"
import { describe, expect, it } from "vitest"
import { apiKey } from "../../docs/playground/back-end.ts"
import { authIntentMachine } from "../../machines/auth-intent.machine.ts"
import { Canaries } from "../secrets/canaries.ts"
import { openStage } from "./stage.ts"
import { createVisit, type Play, password, toVisitor } from "./visitor.ts"

const stage = await openStage()
const visit = createVisit(stage)

it("the page is served at the address that is printed on a terminal", async () => {
  const page = await fetch(stage.origin)
  expect(await page.text()).toContain("<title>auth-intent playground</title>")
  expect(page.headers.get("content-security-policy")).toContain("default-src 'self'")
  expect(page.headers.get("set-cookie")).toMatch(/^session=[\w-]{36}; HttpOnly; SameSite=Lax; Path=\/$/)
})

describe("the sandbox's panel", () => {
  it("fills in the form for a scenario, wherever the login is", () =>
    visit(async ({ page, connect, login }) => {
      await login("2fa", "Enter your code")
      await page.getByLabel("Username", { exact: true }).selectOption("403 account_restricted")
      await page.getByRole("button", { name: "Fill in" }).click()
      expect(await connect.locator("[name=username]").inputValue()).toBe("error:403:errors/account_restricted")
      await page.keyboard.press("Enter")
      await connect.getByText("The provider has restricted this account.").first().waitFor()
    }))

  it("moves the clock of the page, the relay and the sandbox, and of other tabs", () =>
    visit(async ({ reach, pass, login }, context) => {
      await login("2fa", "Enter your code")
      const page = await context.newPage()
      await page.goto(stage.origin)
      const other = toVisitor(page)
      await other.login("otp", "Enter your code")
      await pass(300)
      await reach("Time is up")
      await other.reach("Time is up")
    }))

  it("leaves the clock where it is when the sandbox does not respond", () =>
    visit(async ({ page }) => {
      await page.route("**/sandbox/advance", (route) => route.abort())
      await page.getByRole("button", { name: "Move the clock" }).click()
      await page.getByText("The sandbox does not respond").waitFor()
    }))
})

describe.concurrent("beside the form", () => {
  it("the machine shows where the login is, how it came there and what can happen", () =>
    visit(async ({ page, connect, send, login }) => {
      const machine = page.getByRole("region", { name: "The machine" })
      const chart = machine.locator(".chart.wide")
      await login("otp", "Enter your code")
      expect(await machine.locator(".now").innerText()).toBe("checkpoint.otp")
      await machine.getByText("xstate.done.actor.submitCredentials").waitFor()
      expect(await chart.locator(".state.active").getAttribute("data-state")).toBe("checkpoint")
      expect(await chart.locator(".here").textContent()).toBe("otp")
      expect(await chart.locator(".label.last").textContent()).toBe("is checkpoint")
      expect(await machine.locator(".event").allTextContents()).toEqual([
        "code.submit",
        "method.switch",
        "intent.cancel",
      ])
      expect((await chart.locator(".label.next").allTextContents()).sort()).toEqual([
        expect.stringContaining("code.submit"),
        "intent.cancel",
      ])
      expect((await chart.locator("tspan.next").allTextContents()).sort()).toEqual([
        "code.submit",
        "intent.cancel",
        "method.switch",
      ])
      await send({ code: "000000" })
      await connect.getByRole("alert").waitFor()
      const marked = await chart.locator("tspan.last").allTextContents()
      expect(marked).toContain("is wrong entry")
      expect(marked).not.toContain("error")
    }))

  it("the chart has the current state in sight on a small screen, also from right to left", () =>
    visit({ viewport: { width: 375, height: 812 } }, async ({ page, login }) => {
      const isInSight = () =>
        page.evaluate(() => {
          const [box, here] = [".scroll", ".chart.narrow .active"].map((selector) =>
            document.querySelector(selector)?.getBoundingClientRect(),
          )
          return box !== undefined && here !== undefined && here.left >= box.left && here.right <= box.right
        })
      expect(await isInSight()).toBe(true)
      await page.evaluate(() => {
        document.documentElement.dir = "rtl"
      })
      await login("ok", "Connected")
      expect(await isInSight()).toBe(true)
    }))

  it("the chart has every state and an arrow with a label for all that leads from one to another", () =>
    visit(async ({ page }) => {
      const top = Object.keys(authIntentMachine.root.states).filter((name) => name !== "resuming")
      for (const [width, chart] of [
        [1280, ".chart.wide"],
        [375, ".chart.narrow"],
      ] as const) {
        await page.setViewportSize({ width, height: 800 })
        const states = await page
          .locator(`${chart} .state`)
          .evaluateAll((all) => all.map((each) => each.dataset["state"]))
        expect(states.sort()).toEqual(top.sort())
        const lines = await page.locator(`${chart} > path`).count()
        expect(lines).toBe(await page.locator(`${chart} .label`).count())
        expect(lines).toBeGreaterThan(10)
        expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBe(0)
      }
    }))

  it("the log boxes what is secret", () =>
    visit(async ({ page, login }) => {
      const log = page.getByRole("region", { name: "Log of events" })
      await login("2fa", "Enter your code")
      await log.getByText("credentials.submit").waitFor()
      expect(await log.locator(".boxed").allTextContents()).toEqual(["secret"])
      expect(await log.innerText()).not.toContain(password)
    }))
})

const open = (page: Page) => page.getByRole("button", { name: "Use the hosted page" }).click()
const isNoted = (page: Page, state: string) => page.locator(`.note[data-state=${state}]`).waitFor()

it("a link to the hosted page is opened once for each link: who goes back to the playground stays there", () =>
  visit(async ({ page, pass }) => {
    let opened = 0
    // The page keeps its document, as after Back.
    await page.route("**/v1/hosted/auth/**", (route) => {
      opened += 1
      return route.fulfill({ status: 204 })
    })
    await open(page)
    await isNoted(page, "redirected")
    for (let times = 0; times < 2; times++) {
      const asked = page.waitForResponse("**/hosted/connection")
      await pass(5)
      await asked
    }
    await pass(3600)
    await isNoted(page, "expired")
    expect(opened).toBe(1)
  }))

it("a link that expires while its person is away may have connected the account, where they come back", () =>
  visit(async ({ page }, context) => {
    const opened = page.waitForRequest((request) => request.isNavigationRequest())
    await open(page)
    const url = (await opened).url()
    await page.getByRole("button", { name: "Instagram" }).click()
    await page.getByLabel("Username").waitFor()
    const form = { step: "1", action: "continue", username: "ok", password }
    const done = await page.request.post(url, { form, maxRedirects: 0 })
    const back = await page.request.get(done.headers()["location"] ?? "", { maxRedirects: 0 })
    const other = await context.newPage()
    await other.goto(stage.origin)
    await toVisitor(other).pass(3600)
    await page.goto(back.headers()["location"] ?? "")
    await isNoted(page, "mayBeConnected")
  }))

describe.concurrent("the hosted page", () => {
  /** Signs in at the wizard. */
  async function signIn(page: Page) {
    await page.getByRole("button", { name: "Instagram" }).click()
    await page.getByLabel("Username").fill("ok")
    await page.getByLabel("Password").fill(password)
    await page.getByRole("button", { name: "Continue" }).click()
  }

  it("ends with a connected account on this one, by whichever name of this machine", () =>
    visit(async ({ page }) => {
      await open(page)
      await page.getByRole("button", { name: "Instagram" }).waitFor()
      await page.goto(stage.origin.replace("127.0.0.1", "localhost"))
      await open(page)
      await signIn(page)
      const note = page.getByText("Your account is connected, by the hosted page.")
      await note.waitFor()
      expect(await note.evaluate((part) => part.getBoundingClientRect().bottom <= innerHeight)).toBe(true)
      expect(new URL(page.url()).hash).toBe("")
    }))

  it("says where to look, where a link of another tab is followed to its end", () =>
    visit(async ({ page }, context) => {
      const other = await context.newPage()
      async function follow() {
        await page.goto(stage.origin)
        const opened = page.waitForRequest("**/v1/hosted/auth/**")
        await open(page)
        await other.goto((await opened).url())
      }
      await follow()
      await other.getByRole("button", { name: "Cancel" }).click()
      await isNoted(other, "failed")
      await follow()
      await signIn(other)
      await isNoted(other, "mayBeConnected")
    }))

  it("connects nothing where it is canceled or there is no link, and the playground shows that", () =>
    visit(async ({ page }) => {
      await page.route("**/hosted/link", (route) => route.abort())
      await open(page)
      await isNoted(page, "failed")
      await page.unroute("**/hosted/link")
      await open(page)
      // The playground's own form also has a Cancel.
      await page.getByRole("button", { name: "Instagram" }).waitFor()
      await page.getByRole("button", { name: "Cancel" }).click()
      await isNoted(page, "failed")
    }))

  it("connects the account though the return was lost, once the playground is reloaded", () =>
    visit(async ({ page }) => {
      await page.route("**/hosted/returned", (route) => route.abort())
      await open(page)
      const lost = page.waitForEvent("requestfailed")
      await signIn(page)
      await lost
      await isNoted(page, "success")
      await page.unroute("**/hosted/returned")
      await page.reload()
      await isNoted(page, "connected")
    }))
})

it.concurrent.each<[string, () => void]>([
  [
    "storage holds what it cannot read",
    () => {
      sessionStorage.setItem("hosted", "{")
      sessionStorage.setItem("auth-intent", "null")
      localStorage.setItem("auth-intent-clock", "tomorrow")
    },
  ],
  [
    "storage is refused",
    () => {
      for (const name of ["sessionStorage", "localStorage"]) {
        Object.defineProperty(window, name, {
          get() {
            throw new DOMException("denied", "SecurityError")
          },
        })
      }
    },
  ],
  [
    "storage is full",
    () => {
      Storage.prototype.setItem = () => {
        throw new DOMException("full", "QuotaExceededError")
      }
    },
  ],
])("the page works where the browser's %s", (_, prepare) =>
  // The page keeps the prepared script.
  visit({ isNew: true }, async ({ page, reach, login }, context) => {
    await context.addInitScript(prepare)
    await page.reload()
    await page.getByRole("button", { name: "Fill in" }).click()
    await login("2fa", "Enter your code")
    await page.getByRole("button", { name: "Fill in" }).click()
    await reach("Connect your account")
    await login("ok", "Connected")
    await page.getByRole("button", { name: "Connect another" }).click()
    await page.getByRole("button", { name: "Use the hosted page" }).click()
    await page.getByRole("button", { name: "Instagram" }).waitFor()
  }),
)

describe("a generated scenario", () => {
  const atOnce = (play: Play) => visit({ query: "?pace=0" }, play)
  const toPlayer = (page: Page) => ({
    choose: (name: string) => page.locator("#scenario").selectOption(name),
    press: (name: "Play" | "Stop") => page.getByRole("button", { name, exact: true }).click(),
    result: page.locator(".result"),
  })

  it("is played by one press, on the form, with each step in words, and ends as expected", () =>
    atOnce(async ({ page, reach }) => {
      const { press, result } = toPlayer(page)
      const log = page.getByRole("region", { name: "Log of events" })
      await press("Play")
      await result.getByText("Ended as expected: connected.").waitFor()
      await reach("Connected")
      const words = (await log.locator(".words").allTextContents()).reverse()
      expect(words[0]).toContain("Plays credentials")
      expect(words[1]).toContain("The person enters Ada and a password")
      expect(words[2]).toContain("The API responds with 202: an approval in the app is wanted")
      expect(words.at(-1)).toContain("The API responds with 201: connected")
      expect(await log.innerText()).not.toContain(password)
    }))

  it(
    "ends as expected, whichever of them it is",
    () =>
      atOnce(async ({ page }) => {
        const groups = await page.locator("#scenario optgroup").evaluateAll((all) =>
          all.map((group) => ({
            label: (group as HTMLOptGroupElement).label,
            names: [...group.children].map((option) => (option as HTMLOptionElement).value),
          })),
        )
        const expected = groups.flatMap(({ label, names }) =>
          names.map((name) => [name, `${label.replace("Ends", "Ended as expected:")}.`]),
        )
        expect(expected.length).toBeGreaterThan(20)
        const ends: [string, string][] = []
        const rest = expected.map(([name = ""]) => name)
        const playRest = () =>
          atOnce(async ({ page }) => {
            const { choose, press, result } = toPlayer(page)
            for (let name = rest.pop(); name !== undefined; name = rest.pop()) {
              await choose(name)
              await press("Play")
              await result.getByText(/^(Ended|Not)/).waitFor()
              ends.push([name, await result.innerText()])
            }
          })
        await Promise.all(Array.from({ length: 4 }, playRest))
        expect(Object.fromEntries(ends)).toEqual(Object.fromEntries(expected))
      }),
    60_000,
  )

  it("shows where it went otherwise", () =>
    atOnce(async ({ page }) => {
      const { press, result } = toPlayer(page)
      await page.route("**/sandbox/advance", (route) => route.abort())
      await page
        .locator("#scenario")
        .selectOption(await page.locator("#scenario option", { hasText: "time is up" }).first().innerText())
      await press("Play")
      await result.getByText("Not as expected: The sandbox does not respond").waitFor()
    }))

  it("can be stopped, and the form is the person's again", () =>
    visit(async ({ page, login }) => {
      const { press, result } = toPlayer(page)
      await press("Play")
      await page.locator(".words").getByText("The person enters ada").waitFor()
      await press("Stop")
      await result.getByText("Stopped.").waitFor()
      await login("ok", "Connected")
    }))
})

/** Replaces the inspector's page on the internet, and records the messages to it. */
const inspector = `<script>
  addEventListener("message", ({ data }) => { document.body.append(JSON.stringify(data) + "\\n") })
  addEventListener("load", () => opener.postMessage({ type: "@statelyai.connected" }, "*"))
</script>`

const inspect = ({ page }: { page: Page }, context: BrowserContext) => {
  const opened = context.waitForEvent("page")
  return page
    .getByRole("button", { name: "Open the Stately inspector" })
    .click()
    .then(() => opened)
}

describe.concurrent("the inspector", () => {
  it("sees the actor of this page from its start, and no secret", () =>
    visit(async (visitor, context) => {
      const { page, connect, reach, send } = visitor
      const canaries = new Canaries()
      await context.route("https://stately.ai/**", (route) =>
        route.fulfill({ contentType: "text/html", body: inspector }),
      )
      await send({ username: "phone", password: canaries.credentials.password })
      await reach("Phone number")
      const window = await inspect(visitor, context)
      await page.getByText("The inspector is open").waitFor()
      await send({ number: `+33${canaries.phone.number.slice(1)}` })
      await reach("Enter your code")
      await send({ code: canaries.code })
      await connect.getByRole("alert").waitFor()
      await window.getByText("invalid_checkpoint_solution").waitFor()
      const seen = (await window.locator("body").textContent()) ?? ""
      for (const type of ["credentials", "phone", "code"]) {
        expect(seen).toContain(`"${type}.submit","${type}":"[secret]"`)
      }
      const lines = seen.split("\n")
      expect(lines.length).toBeGreaterThan(10)
      const found = lines.flatMap((line) => canaries.find(line))
      expect(found).toEqual([])
      expect(canaries.find(`${lines[0]}${canaries.code}`)).not.toEqual([])
      expect(seen).not.toContain(apiKey)
      expect(seen).not.toMatch(/acc_[\w-]{36}/)
    }))

  it("is named as missing where there is no internet, and all else goes on", () =>
    visit(async (visitor, context) => {
      await context.route("https://stately.ai/**", (route) => route.abort("internetdisconnected"))
      await inspect(visitor, context)
      await visitor.page.getByText("The inspector is on the internet, and there is none here.").waitFor()
      await visitor.login("ok", "Connected")
    }))
})
