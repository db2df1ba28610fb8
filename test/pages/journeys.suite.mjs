import { afterAll, describe, expect, it } from "vitest"
import { findFaults } from "../harness/axe.ts"
import { createDeferred } from "../harness/deferred.ts"
import { createBackEnd } from "../react/back-end.ts"
import { steps } from "../react/steps.ts"
import { Visitor } from "../react/visitor.ts"
import { names, openStage, rendered } from "./stage.mjs"

const stage = await openStage()
afterAll(() => stage.close())

/** A person at one of these pages. */
class PageVisitor extends Visitor {
  help = this.connect.locator(".ai-help")
  submitButton = this.page.locator(".ai-submit")

  /** Finds a field by its name, as each page has its own texts. */
  named(name) {
    return this.page.locator(`[name=${name}]`)
  }

  /** Waits until the page shows a step of this kind with no request in flight. */
  async at(kind) {
    await this.page.locator(`.ai-connect[data-step=${kind}] .ai-form[aria-busy=false]`).waitFor()
  }

  async submit() {
    await this.submitButton.click()
  }

  isFocused(name) {
    return this.page.waitForFunction((wanted) => document.activeElement?.getAttribute("name") === wanted, name)
  }
}

/** Opens a page, plays there and closes it. An error in the page fails the test. */
async function visit(name, play) {
  const context = await stage.openContext()
  const backEnd = createBackEnd()
  const errors = []
  context.on("weberror", (error) => errors.push(String(error.error())))
  context.on("console", (message) => /hydration/i.test(message.text()) && errors.push(message.text()))
  await context.route("**/api/auth/**", async (route) => {
    const request = route.request()
    const headers = { "content-type": "application/json", origin: "http://localhost" }
    const asked = new Request(request.url(), { method: "POST", headers, body: request.postData() })
    const response = await backEnd.respond(asked)
    const body = await response.text()
    await route.fulfill({ status: response.status, headers: Object.fromEntries(response.headers), body })
  })
  const open = async () => {
    const page = await context.newPage()
    await page.clock.install()
    await page.goto(`http://localhost/${name}`)
    return new PageVisitor(page, backEnd)
  }
  try {
    await play(await open(), open)
    expect(errors).toEqual([])
  } finally {
    await context.close()
  }
}

/** Fails if the page is wider than its window, or if axe finds a mistake. */
async function expectFit(page) {
  await page.clock.resume()
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0)
  expect(await findFaults(page)).toEqual([])
}

const stepsOfAll = ["credentials", "credentials not right", "code", "phone", "approval", "connected"]

describe.each(names)("the page in %s", (name) => {
  it.each(stepsOfAll)("has no fault that axe finds, and fits 320 px, at %s", (step) =>
    visit(name, async (visitor) => {
      await visitor.page.setViewportSize({ width: 320, height: 800 })
      await steps[step](visitor)
      await expectFit(visitor.page)
    }),
  )

  it("goes on where the browser translates it, and leaves the translation", () =>
    visit(name, async (visitor) => {
      await visitor.page.evaluate(() => {
        /** Replaces texts by elements, as Google Translate does. */
        function translate() {
          const texts = document.createTreeWalker(document.querySelector(".ai-connect"), NodeFilter.SHOW_TEXT)
          const found = []
          while (texts.nextNode()) if (texts.currentNode.data.trim()) found.push(texts.currentNode)
          for (const text of found.filter(({ parentElement }) => !parentElement.closest("font, option"))) {
            const font = document.createElement("font")
            font.append(document.createElement("font"))
            font.firstChild.textContent = `« ${text.data.trim()} »`
            text.replaceWith(font)
          }
        }
        translate()
        new MutationObserver(translate).observe(document.body, { childList: true, characterData: true, subtree: true })
      })
      await visitor.login("2fa-then-otp")
      await visitor.reach("« Enter your code »")
      await visitor.send({ code: "000000" })
      await visitor.read("« That code is not right. Check it and try again. »")
      await visitor.page.evaluate(() => {
        document.querySelector(".ai-title").firstChild.same = true
      })
      await visitor.pass(5)
      expect(await visitor.page.evaluate(() => document.querySelector(".ai-title").firstChild.same)).toBe(true)
      await visitor.send({ code: "123456" })
      await visitor.read("« Instagram has sent you a code, by text message or email. »")
      expect(await visitor.named("code").getAttribute("inputmode")).toBe("numeric")
      await visitor.named("code").fill("123456")
      await visitor.reach("« Connected »")
    }))

  it("can be on a page twice: each label and each help is that of its own field", () =>
    visit(`${name}?twice`, async ({ page }) => {
      for (const index of [0, 1]) {
        const root = page.locator(".ai-connect").nth(index)
        for (const field of await root.locator("input:not([type=radio])").all()) {
          const own = await field.evaluate((input) => {
            const form = input.closest("form")
            const help = form.ownerDocument.getElementById(input.getAttribute("aria-describedby"))
            return [input.labels.length === 1 && form.contains(input.labels[0]), form.contains(help)]
          })
          expect(own).toEqual([true, true])
        }
      }
      await expectFit(page)
    }))

  it("says that it takes a moment, in a part that is not busy itself, and keeps whom it is for", () =>
    visit(name, async (visitor) => {
      const held = createDeferred()
      await visitor.page.route("**/api/auth/**", (route) => held.promise.then(() => route.fallback()))
      await visitor.login("2fa")
      const status = visitor.connect.getByRole("status").getByText("One moment…")
      await visitor.connect.locator("[aria-busy=true]").waitFor()
      expect(await status.evaluate((part) => part.closest("[aria-busy=true]"))).toBe(null)
      await visitor.page.getByLabel("LinkedIn").click({ force: true })
      await visitor.page.keyboard.press("ArrowDown")
      await visitor.pass(1)
      expect(await visitor.page.getByLabel("Instagram").isChecked()).toBe(true)
      held.resolve()
      await visitor.at("code")
    }))

  it("shows whom it is for at every step, and chooses the country of a number that begins with +", () =>
    visit(name, async (visitor) => {
      await visitor.login("phone", "phone")
      await visitor.read("Instagram")
      await visitor.read(/^phone$/)
      await visitor.named("number").fill("+33 6 12 34 56 78")
      expect(await visitor.named("countryCode").inputValue()).toBe("33")
      await visitor.submit()
      await visitor.at("code")
      await visitor.isFocused("code")
      await visitor.read(/^phone$/)
      expect(await visitor.named("code").getAttribute("autocomplete")).toBe("one-time-code")
      expect(await visitor.named("code").getAttribute("inputmode")).toBe("text")
      await visitor.send({ code: "123456" })
      await visitor.reach("Connected")
      await visitor.read(/^phone$/)
      expect(visitor.relay.sent.map(({ path }) => path)).toEqual([
        "/accounts",
        "/accounts/checkpoint",
        "/accounts/checkpoint",
      ])
    }))

  it("sends a double click once, however soon the response is there, and a code that was just sent at its last digit", () =>
    visit(name, async (visitor) => {
      await visitor.login("2fa", "code")
      await visitor.page.locator(".ai-switch").dblclick({ delay: 100 })
      await visitor.read("Instagram has sent you a code, by text message or email.")
      await visitor.named("code").pressSequentially("123456")
      await visitor.reach("Connected")
      expect(visitor.relay.sent).toHaveLength(3)
    }))

  it("marks what was refused, keeps it, moves the focus there, and sends it again for no key that is held", () =>
    visit(name, async (visitor) => {
      expect(await visitor.named("password").getAttribute("aria-invalid")).toBe("false")
      await visitor.login("nobody")
      await visitor.read("The username or password is not right. Check them and try again.")
      await visitor.isFocused("password")
      expect(await visitor.named("username").inputValue()).toBe("nobody")
      expect(await visitor.named("password").getAttribute("aria-invalid")).toBe("true")
      await visitor.send({ username: "nobody", password: "" })
      await visitor.read("Enter your username and password.")
      await visitor.page.locator("[name=username][aria-invalid=false]").waitFor()
      expect(visitor.relay.sent).toHaveLength(1)
      // A held key repeats.
      await visitor.named("password").fill("correct horse")
      for (const refusal of [2, 2]) {
        await visitor.page.keyboard.down("Enter")
        await visitor.read("The username or password is not right. Check them and try again.")
        expect(visitor.relay.sent).toHaveLength(refusal)
      }
    }))

  it("counts down after a 429, sends nothing meanwhile, and then can", () =>
    visit(name, async (visitor) => {
      const { page } = visitor
      let requests = 0
      await page.route("**/api/auth/**", (route) => {
        requests += 1
        if (requests > 1) return route.fallback()
        const json = { object: "Error", type: "errors/too_many_requests", title: "Too many", status: 429 }
        return route.fulfill({ status: 429, headers: { "retry-after": "30" }, json })
      })
      await page.clock.pauseAt(Date.now() + 60_000)
      await visitor.login("2fa")
      await visitor.read("Try again in 0:30")
      await page.clock.runFor(10_000)
      await visitor.read("Try again in 0:20")
      await visitor.submitButton.click({ force: true })
      await page.clock.runFor(20_000)
      await visitor.read("You can try again now.")
      expect(requests).toBe(1)
      await visitor.submit()
      await visitor.at("code")
    }))

  it("shows all the time of an intent that lives longer", () =>
    visit(`${name}?options=${encodeURIComponent(JSON.stringify({ intentLifetime: 600_000 }))}`, async (visitor) => {
      await visitor.login("2fa", "code")
      expect(await visitor.page.getByRole("timer").innerText()).toMatch(/^(10:00|9:\d\d) left$/)
    }))

  it("says that a login is under way in another tab, until it is not", () =>
    visit(name, async (first, open) => {
      const underWay = "A login is under way in another tab. This one is separate."
      await first.login("2fa", "code")
      const second = await open()
      await second.read(underWay)
      expect(await first.connect.getByText(underWay).count()).toBe(0)
      await first.send({ code: "123456" })
      await first.reach("Connected")
      await second.connect.getByText(underWay).waitFor({ state: "detached" })
    }))

  it("can be canceled, and begins anew with the name that is known", () =>
    visit(name, async (visitor) => {
      await visitor.login("2fa", "code")
      await visitor.page.locator(".ai-cancel").click()
      await visitor.reach("Canceled")
      expect(await visitor.help.getAttribute("data-tone")).toBe("calm")
      await visitor.submit()
      await visitor.at("credentials")
      expect(await visitor.named("username").inputValue()).toBe("2fa")
      expect(await visitor.named("password").inputValue()).toBe("")
    }))

  it("offers no other start where there is no use in one", () =>
    visit(name, async (visitor) => {
      await visitor.login("error:403:errors/account_restricted")
      await visitor.reach("Not connected")
      expect(await visitor.submitButton.isVisible()).toBe(false)
    }))
})

it("a page that its server has rendered goes on with what the tab has saved", () =>
  visit(rendered, async (visitor) => {
    await visitor.login("phone", "phone")
    await visitor.page.reload()
    await visitor.at("phone")
    expect(await visitor.page.getByLabel("Number").getAttribute("type")).toBe("tel")
    await visitor.send({ number: "+33 6 12 34 56 78" })
    await visitor.at("code")
  }))

it("a page that its server has rendered keeps the provider that was chosen before its script ran", () =>
  visit(rendered, async ({ page, backEnd }) => {
    const loaded = createDeferred()
    await page.route(`**/${rendered}.js`, (route) => loaded.promise.then(() => route.fallback()))
    await page.reload({ waitUntil: "commit" })
    const choice = page.getByLabel("LinkedIn")
    await choice.check({ force: true })
    loaded.resolve()
    await page.locator("strong", { hasText: "LinkedIn" }).waitFor({ state: "attached" })
    const visitor = new PageVisitor(page, backEnd)
    await visitor.login("nobody")
    await visitor.page.getByText("The username or password is not right").first().waitFor()
    await page.reload()
    await visitor.page.getByText("The username or password is not right").first().waitFor()
    expect(await choice.isChecked()).toBe(true)
    await visitor.login("2fa")
    await visitor.at("code")
    expect(await visitor.help.textContent()).toContain("LinkedIn")
  }))
