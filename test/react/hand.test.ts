import { afterAll, describe, expect, it } from "vitest"
import { createDeferred } from "../harness/deferred.ts"
import { openStage } from "./stage.ts"
import { steps } from "./steps.ts"
import { type Visitor, visit } from "./visitor.ts"

const stage = await openStage()
afterAll(() => stage.close())

const lastSent = ({ relay }: Visitor) => relay.sent.at(-1)?.body["solution"]

/** Pastes a text into the focused field. */
async function paste({ page }: Visitor, text: string): Promise<void> {
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"])
  await page.evaluate((copied) => navigator.clipboard.writeText(copied), text)
  await page.keyboard.press("Control+v")
}

describe.concurrent("the account", () => {
  it("is named with its provider on every step, also after a reload", () =>
    visit(stage, async (visitor) => {
      const account = /LinkedIn\s+2fa-then-otp/
      const readAccount = () => visitor.connect.locator(".ai-identity > p").innerText()
      await visitor.field("LinkedIn").check({ force: true })
      await visitor.login("2fa-then-otp")
      for (const help of ["Enter the code for LinkedIn", "LinkedIn has sent you a code"]) {
        await visitor.read(help)
        expect(await readAccount()).toMatch(account)
        await visitor.page.reload()
        await visitor.read(help)
        expect(await readAccount()).toMatch(account)
        await visitor.field("Code").fill("123456")
        // The second code is sent at its last digit.
        if (help.startsWith("Enter")) await visitor.field("Code").press("Enter")
      }
      await visitor.reach("Connected")
      expect(await readAccount()).toMatch(account)
    }))

  it("that is too long loses its end, where the form runs from right to left too", () =>
    visit(stage, { query: "dir=rtl" }, async (visitor) => {
      await visitor.login("in-app-pending-9", "approval")
      const place = await visitor.connect.locator(".ai-account").evaluate((account) => {
        const rightOf = (part: Element | null) => part?.getBoundingClientRect().right
        return {
          direction: getComputedStyle(account).direction,
          right: rightOf(account),
          of: rightOf(account.previousElementSibling),
        }
      })
      expect(place).toEqual({ direction: "ltr", right: place.of, of: expect.any(Number) })
    }))

  it("is kept in its field after a wrong password and after a login that failed", () =>
    visit(stage, async (visitor) => {
      await visitor.login("nobody")
      await visitor.read("The username or password is not right.")
      expect(await visitor.field("Username or email").inputValue()).toBe("nobody")
      expect(await visitor.connect.locator(".ai-account").count()).toBe(0)
      await visitor.button("Cancel").click()
      await visitor.button("Start again").click()
      expect(await visitor.field("Username or email").inputValue()).toBe("nobody")
      expect(await visitor.field("Password").inputValue()).toBe("")
    }))
})

describe.concurrent("a code", () => {
  it("is sent at its last digit where it was just sent, once", () =>
    visit(stage, async (visitor) => {
      await visitor.login("otp", "code")
      expect(await visitor.field("Code").getAttribute("inputmode")).toBe("numeric")
      await visitor.field("Code").pressSequentially("12345")
      expect(visitor.relay.sent).toHaveLength(1)
      await visitor.page.keyboard.press("6")
      await visitor.reach("Connected")
      expect(visitor.relay.sent).toHaveLength(2)
    }))

  it("is not sent by itself where it may be a longer one", () =>
    visit(stage, async (visitor) => {
      await visitor.login("2fa", "code")
      // A backup code has letters, so a phone must show letters too.
      expect(await visitor.field("Code").getAttribute("inputmode")).toBe("text")
      await visitor.field("Code").pressSequentially("123456")
      // A held key types again.
      for (const key of ["7", "7"]) await visitor.page.keyboard.down(key)
      expect(await visitor.field("Code").inputValue()).toBe("12345677")
      expect(visitor.relay.sent).toHaveLength(1)
      await visitor.page.keyboard.press("Enter")
      await visitor.read("That code is not right.")
      expect(lastSent(visitor)).toMatchObject({ kind: "code", value: "12345677" })
    }))

  it("is sent at its last digit, where codeLength is given", () =>
    visit(stage, { query: `options=${JSON.stringify({ codeLength: 6 })}` }, async (visitor) => {
      await visitor.login("2fa", "code")
      await visitor.field("Code").pressSequentially("123456")
      await visitor.reach("Connected")
    }))

  // All pages share one clipboard.
  it.sequential.each(["Your code is 123456", "１２３４５６", "123456\n"])("that is pasted as %j is sent", (pasted) =>
    visit(stage, async (visitor) => {
      await visitor.login("otp", "code")
      await visitor.field("Code").focus()
      await paste(visitor, pasted)
      await visitor.reach("Connected")
      expect(lastSent(visitor)).toEqual({ kind: "code", value: "123456" })
    }),
  )

  it("is left alone while an input method composes it", () =>
    visit(stage, async (visitor) => {
      await visitor.login("2fa", "code")
      await visitor.field("Code").focus()
      const keyboard = await visitor.page.context().newCDPSession(visitor.page)
      for (const text of ["１", "１２", "１２３", "１２３４", "１２３４５", "１２３４５６"]) {
        await keyboard.send("Input.imeSetComposition", { text, selectionStart: text.length, selectionEnd: text.length })
      }
      expect(await visitor.field("Code").inputValue()).toBe("１２３４５６")
      await visitor.submit()
      await visitor.reach("Connected")
      expect(lastSent(visitor)).toEqual({ kind: "code", value: "123456" })
      await keyboard.detach()
    }))

  it("is not sent as a digit too many is deleted", () =>
    visit(stage, async (visitor) => {
      await visitor.login("otp", "code")
      const field = visitor.field("Code")
      await field.fill("1234567")
      await field.press("Backspace")
      expect(await field.inputValue()).toBe("123456")
      expect(visitor.relay.sent).toHaveLength(1)
      await field.press("Enter")
      await visitor.reach("Connected")
    }))

  it("that was refused is not sent again as the Enter key is held, nor as what was typed since is undone", () =>
    visit(stage, async (visitor) => {
      const { page, relay } = visitor
      await visitor.login("otp")
      await visitor.field("Code").pressSequentially("000000")
      for (let times = 0; times < 3; times += 1) {
        await visitor.alert.waitFor()
        await page.keyboard.down("Enter")
      }
      await visitor.alert.waitFor()
      await page.keyboard.up("Enter")
      expect(relay.sent).toHaveLength(3)
      await page.route("**/api/auth/**", () => {})
      await page.keyboard.type("1")
      await page.keyboard.press("Control+z")
      expect(await visitor.field("Code").inputValue()).toBe("000000")
      expect(await visitor.connect.locator("[aria-busy=true]").count()).toBe(0)
    }))

  it("keeps its field and what is in it while the time runs and a request is on its way", () =>
    visit(stage, async (visitor) => {
      await visitor.login("2fa", "code")
      const field = await visitor.field("Code").elementHandle()
      await visitor.field("Code").pressSequentially("000000")
      await visitor.pass(3)
      await visitor.read(/4:5\d left/)
      await visitor.page.keyboard.press("Enter")
      await visitor.alert.waitFor()
      expect(await field?.evaluate((input: HTMLInputElement) => [input.isConnected, input.value])).toEqual([
        true,
        "000000",
      ])
      expect(await field?.evaluate((input) => input.outerHTML.includes("000"))).toBe(false)
    }))

  it("of the next checkpoint has an empty field with the focus in it, where that one is of the same type", () =>
    visit(stage, async (visitor) => {
      const { page } = visitor
      let sent = 0
      await page.route("**/api/auth/**", (route) => {
        sent += 1
        const json = { object: "Checkpoint", account_id: `t${sent}`, expiresIn: 300_000, checkpoint: { type: "OTP" } }
        return route.fulfill({ status: 202, json })
      })
      await visitor.login("otp", "code")
      const emptied = () =>
        page.waitForFunction(() => document.querySelector<HTMLInputElement>("[name=code]")?.value === "")
      await visitor.field("Code").fill("12345")
      await visitor.submit()
      await emptied()
      await visitor.field("Code").fill("12345")
      await visitor.button("Try another way").click()
      await emptied()
      expect(await page.locator(":focus").getAttribute("name")).toBe("code")
      expect(sent).toBe(3)
    }))

  it("that was wrong is replaced by typing the next one", () =>
    visit(stage, async (visitor) => {
      await visitor.login("2fa")
      await visitor.send({ code: "000000" })
      await visitor.read("That code is not right.")
      await visitor.page.keyboard.type("123456")
      await visitor.page.keyboard.press("Enter")
      await visitor.reach("Connected")
      expect(visitor.relay.sent.map(({ body }) => body["solution"])).toEqual([
        undefined,
        expect.objectContaining({ value: "000000" }),
        expect.objectContaining({ value: "123456" }),
      ])
    }))
})

describe.concurrent("a phone number", () => {
  it("with a plus chooses its country, and goes out without it", () =>
    visit(stage, async (visitor) => {
      await visitor.login("phone", "phone")
      expect(await visitor.connect.locator(".ai-dial").innerText()).toBe("+1")
      const help = await visitor.field("Number").getAttribute("aria-describedby")
      expect(await visitor.connect.locator(".ai-help").getAttribute("id")).toBe(help)
      await visitor.field("Number").pressSequentially("+33 6 12 34 56 78")
      expect(await visitor.connect.locator(".ai-dial").innerText()).toBe("+33")
      await visitor.submit()
      await visitor.at("code")
      expect(lastSent(visitor)).toEqual({ kind: "phone", value: { countryCode: "33", number: "612345678" } })
    }))

  it("with a plus leaves a country of the same code as it is, and else takes the largest, named in the form's language", () =>
    visit(stage, { query: `options=${JSON.stringify({ lang: "fr" })}` }, async (visitor) => {
      await visitor.login("phone", "phone")
      const country = () => visitor.field("Country").locator("option:checked").innerText()
      await visitor.field("Country").selectOption({ label: "Canada (+1)" })
      await visitor.field("Number").fill("+1 416 555 0100")
      expect(await country()).toBe("Canada (+1)")
      await visitor.field("Number").fill("0044 20 7946 0000")
      expect(await country()).toBe("Royaume-Uni (+44)")
    }))
})

it.concurrent("an approval goes on by itself, and takes no focus from elsewhere on the page", () =>
  visit(stage, async (visitor) => {
    await visitor.login("in-app-pending-2", "approval")
    await visitor.page.getByLabel("Search").focus()
    // A poll follows 5 s after the previous response, whenever that arrives.
    const connected = visitor.connect.getByRole("heading", { name: "Connected" })
    for (let polls = 0; polls < 20 && !(await connected.isVisible()); polls += 1) await visitor.pass(5)
    expect(await connected.isVisible()).toBe(true)
    expect(await visitor.page.locator(":focus").getAttribute("aria-label")).toBe("Search")
  }))

it.concurrent("too many tries count down on the button, send nothing meanwhile, and then let go", () =>
  visit(stage, async (visitor) => {
    let requests = 0
    await visitor.page.clock.pauseAt(Date.now() + 3_600_000)
    await visitor.page.route("**/api/auth/**", (route) => {
      requests += 1
      return route.fulfill({ status: 429, headers: { "retry-after": "30" }, json: {} })
    })
    await visitor.login("2fa")
    await visitor.button("Try again in 0:30").waitFor()
    expect(await visitor.connect.locator("[type=submit]").getAttribute("aria-disabled")).toBe("true")
    expect(await visitor.alert.innerText()).toBe("There were too many tries. Wait, then try again yourself.")
    await visitor.connect.locator("[type=submit]").click({ force: true })
    await visitor.field("Password").press("Enter")
    await visitor.page.clock.runFor(12_000)
    await visitor.button("Try again in 0:18").waitFor()
    await visitor.page.clock.runFor(18_000)
    await visitor.read("You can try again now.")
    expect(await visitor.connect.locator("[type=submit]").getAttribute("aria-disabled")).toBe("false")
    expect(requests).toBe(1)
    await visitor.page.unroute("**/api/auth/**")
    await visitor.button("Connect").click()
    await visitor.at("code")
  }))

it.concurrent("an approval in place of a code keeps its button while it is checked, in its place and with the focus", () =>
  visit(stage, async (visitor) => {
    const { page, relay } = visitor
    const held = createDeferred()
    await visitor.field("Messenger").check({ force: true })
    await visitor.login("2fa", "code")
    await page.route("**/api/auth/**", async (route) => {
      await held.promise
      await route.continue()
    })
    const approve = visitor.button("Approve in the app")
    const place = await approve.boundingBox()
    await approve.focus()
    await page.keyboard.press("Enter")
    await visitor.connect.getByRole("status").getByText("One moment…").waitFor()
    expect(await approve.getAttribute("aria-disabled")).toBe("true")
    expect(await approve.boundingBox()).toEqual(place)
    await approve.click({ force: true })
    expect(await approve.evaluate((button) => button === document.activeElement)).toBe(true)
    expect(await visitor.connect.locator("[type=submit]").getAttribute("aria-disabled")).toBe("false")
    held.resolve()
    await visitor.reach("Connected")
    expect(relay.sent).toHaveLength(2)
  }))

it.concurrent("the time that remains is announced in its last minute and its last seconds, and not before", () =>
  visit(stage, async (visitor) => {
    await visitor.login("2fa", "code")
    const announced = () => visitor.connect.locator(".ai-time [role=status]").innerText()
    await visitor.pass(230)
    expect(await announced()).toBe("")
    await visitor.pass(20)
    expect(await announced()).toBe("Less than one minute left")
    await visitor.pass(35)
    expect(await announced()).toBe("Less than 20 seconds left")
  }))

describe.concurrent("an ending", () => {
  it("is reported to the callbacks that the host gave last", () =>
    visit(stage, async (visitor) => {
      await visitor.login("2fa", "code")
      await visitor.page.getByLabel("Search").fill("else")
      await visitor.connectBy("123456")
      expect(await visitor.reports()).toEqual([
        expect.stringContaining('connected else {"status":"connected","provider":"INSTAGRAM"'),
        expect.stringContaining('end else {"status":"connected"'),
      ])
    }))

  it("for good offers no other start, nor the host's own page", () =>
    visit(stage, { query: "hosted" }, async (visitor) => {
      await visitor.read("The hosted page")
      await visitor.login("error:403:errors/account_restricted")
      await visitor.reach("Not connected")
      expect(await visitor.connect.getByRole("button").count()).toBe(0)
      expect(await visitor.connect.getByText("The hosted page").count()).toBe(0)
    }))
})

it.concurrent("a double click on the last button of a login sends no empty form of the next", () =>
  visit(stage, { viewport: { width: 1280, height: 800 } }, async (visitor) => {
    await visitor.login("2fa", "code")
    await visitor.button("Cancel").click()
    await visitor.button("Start again").dblclick({ delay: 30 })
    await visitor.at("credentials")
    expect(await visitor.alert.count()).toBe(0)
    await visitor.login("ok")
    await visitor.reach("Connected")
    expect(visitor.relay.sent).toHaveLength(2)
    expect(await visitor.reports()).toHaveLength(3)
  }))

it.concurrent("a double click on 'Try another way' requests one other way, however soon the response is there", () =>
  visit(stage, async (visitor) => {
    await visitor.login("2fa", "code")
    await visitor.button("Try another way").dblclick({ delay: 100 })
    await visitor.read("Instagram has sent you a code")
    expect(visitor.relay.sent).toHaveLength(2)
    expect(await visitor.alert.count()).toBe(0)
  }))

describe.concurrent("the password", () => {
  it("can be shown, and is hidden while it is on its way", () =>
    visit(stage, async (visitor) => {
      const field = visitor.connect.locator("[name=password]")
      await field.fill("correct horse")
      await visitor.button("Show password").click()
      expect(await field.getAttribute("type")).toBe("text")
      await visitor.button("Hide password").click()
      expect(await field.getAttribute("type")).toBe("password")
      await visitor.button("Show password").click()
      expect(await visitor.alert.count()).toBe(0)
      await visitor.sendUnanswered({ username: "2fa" })
      expect(await field.getAttribute("type")).toBe("password")
    }))

  it("is filled in by a password manager: its fields stay the same elements, named as managers know them", () =>
    visit(stage, async (visitor) => {
      const names = () =>
        visitor.connect
          .locator("input:not([type=radio])")
          .evaluateAll((all) => all.map((each) => each.getAttribute("autocomplete")))
      expect(await names()).toEqual(["username", "current-password"])
      const field = await visitor.connect.locator("[name=password]").elementHandle()
      await visitor.login("nobody")
      await visitor.alert.waitFor()
      expect(await field?.evaluate((input: HTMLInputElement) => [input.isConnected, input.value])).toEqual([
        true,
        "correct horse",
      ])
      await visitor.login("otp", "code")
      expect(await names()).toEqual(["one-time-code"])
    }))
})

it.concurrent("a form whose request is on its way accepts a cancel alone, and hides what the last try met", () =>
  visit(stage, async (visitor) => {
    await visitor.connect.locator("[type=radio]").nth(2).check({ force: true })
    await steps["code not right"]?.(visitor)
    await visitor.sendUnanswered({ code: "123456" })
    const buttons = await visitor.connect.locator("button").evaluateAll((all) => all.map((each) => each.ariaDisabled))
    expect(buttons).toEqual(["true", "true", "true", "false"])
    expect(await visitor.field("Code").getAttribute("readonly")).not.toBeNull()
    expect(await visitor.alert.count()).toBe(0)
    expect(await visitor.connect.locator("[aria-invalid=true]").count()).toBe(0)
  }))

it.concurrent.each([
  ["", "nested"],
  [" by a portal", "portal"],
])("a form that stands in a form of the host's%s sends itself alone", (_, query) =>
  visit(stage, { query }, async (visitor) => {
    await visitor.login("2fa", "code")
    await visitor.submit()
    await visitor.alert.waitFor()
    await visitor.sendUnanswered({ code: "123456" })
    await visitor.field("Code").press("Enter")
    expect(await visitor.reports()).toEqual([])
  }),
)

it.concurrent("a form that is sent empty announces what is missing, and marks that alone", () =>
  visit(stage, async (visitor) => {
    await visitor.field("Username or email").fill("ada")
    await visitor.submit()
    await visitor.read("Enter your username and password.")
    const invalid = visitor.connect.locator("[aria-invalid=true]")
    expect(await invalid.evaluateAll((all) => all.map((each) => each.getAttribute("name")))).toEqual(["password"])
    expect(await visitor.page.locator(":focus").getAttribute("name")).toBe("password")
    expect(visitor.relay.sent).toEqual([])
  }))

it.concurrent("a keyboard alone is enough, and the focus is where the work is", () =>
  visit(stage, async (visitor) => {
    const { page } = visitor
    const focused = () =>
      page.evaluate(() => document.activeElement?.getAttribute("name") ?? document.activeElement?.tagName)
    const press = async (...keys: string[]) => {
      for (const key of keys) await page.keyboard.press(key)
    }
    expect(await focused()).toBe("BODY")
    await press("Tab")
    expect(await focused()).toBe("provider")
    await press("ArrowRight", "Tab")
    await page.keyboard.type("2fa")
    await press("Tab")
    await page.keyboard.type("correct horse")
    await press("Enter")
    await visitor.at("code")
    expect(await focused()).toBe("code")
    await page.keyboard.type("123456")
    await press("Enter")
    await visitor.reach("Connected")
    expect(await focused()).toBe("H2")
    await press("Tab", "Enter")
    await visitor.at("credentials")
    expect(await focused()).toBe("username")
    expect(visitor.relay.sent[0]?.body["provider"]).toBe("LINKEDIN")
  }))
