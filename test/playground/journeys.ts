import { describe, expect, it } from "vitest"
import type { Stage } from "./stage.ts"
import { openTab, type Visitor, visit } from "./visit.ts"

/** Every checkpoint: the username that leads to it, its title, and how a person gets past it. */
const checkpoints: [username: string, title: string, solve: (visitor: Visitor) => Promise<void>][] = [
  ["2fa", "Enter your code", (visitor) => visitor.enterCode("123456")],
  ["otp", "Enter your code", (visitor) => visitor.enterCode("123456")],
  ["unknown-checkpoint", "Enter your code", (visitor) => visitor.enterCode("123456")],
  ["in-app", "Approve the login", (visitor) => visitor.button("I have approved it").click()],
  [
    "phone",
    "Your phone number",
    async (visitor) => {
      await visitor.enterPhone("33", "06 12 34 56 78")
      await visitor.enterCode("123456")
    },
  ],
]

const seconds = (clock: string | null) => {
  const [minutes = "", rest = ""] = (clock ?? "").split(":")
  return Number(minutes) * 60 + Number(rest)
}

/** What can happen to a login in a browser. */
export function testJourneys(stage: Stage): void {
  describe("A reload goes on with what is left, at", () => {
    it.each(checkpoints)("%s", (username, title, solve) =>
      visit(stage, async (visitor) => {
        const { page } = visitor
        await page.getByLabel("Ask by itself").uncheck()
        await visitor.login(username)
        await visitor.reach(title)
        const { expiresAt } = await visitor.step()
        await visitor.pass(100)
        await page.reload()
        await page.getByLabel("Ask by itself").uncheck()
        await visitor.reach(title)
        expect((await visitor.step()).expiresAt).toBe(expiresAt)
        const left = seconds(await visitor.connect.locator(".time-left .clock").textContent())
        expect(left).toBeGreaterThan(150)
        expect(left).toBeLessThanOrEqual(200)
        await solve(visitor)
        await visitor.reach("Connected")
      }),
    )
  })

  describe("A person who leaves and comes back", () => {
    it("goes on where they were, back and forward", () =>
      visit(stage, async (visitor) => {
        const { page } = visitor
        await visitor.login("2fa")
        await visitor.reach("Enter your code")
        const { expiresAt } = await visitor.step()
        await page.goto("about:blank")
        await page.goBack()
        await visitor.reach("Enter your code")
        await page.goForward()
        await page.goBack()
        await visitor.reach("Enter your code")
        expect((await visitor.step()).expiresAt).toBe(expiresAt)
        await visitor.enterCode("123456")
        await visitor.reach("Connected")
      }))

    it("goes on where a browser had frozen the page, with its timers armed", () =>
      visit(stage, async (visitor) => {
        const { page } = visitor
        await visitor.login("2fa")
        await visitor.reach("Enter your code")
        await page.route("**/api/auth/**", () => {})
        await visitor.enterCode("123456")
        await page.locator("[aria-busy=true]").waitFor()
        await page.evaluate(() => {
          for (const type of ["pagehide", "pageshow"]) dispatchEvent(new PageTransitionEvent(type, { persisted: true }))
        })
        await visitor.connect.getByText("This login was interrupted. Enter that once more.").waitFor()
        await visitor.pass(300)
        await visitor.reach("Time is up")
      }))

    it("reads how it ended, until they start again", () =>
      visit(stage, async (visitor) => {
        await visitor.login("ok")
        await visitor.reach("Connected")
        await visitor.page.reload()
        await visitor.reach("Connected")
        await visitor.button("Connect another").click()
        await visitor.reach("Connect an account")
        await visitor.page.reload()
        await visitor.reach("Connect an account")
      }))

    it("finds the login over when its time is", () =>
      visit(stage, async (visitor) => {
        await visitor.login("otp")
        await visitor.reach("Enter your code")
        await visitor.page.goto("about:blank")
        const other = await openTab(visitor.page.context(), stage)
        await other.pass(300)
        await visitor.page.goBack()
        await visitor.reach("Time is up")
        await visitor.button("Start again").click()
        await visitor.login("ok")
        await visitor.reach("Connected")
      }))
  })

  describe("Two tabs", () => {
    const underWay = /under way in another tab/

    it("have an intent each, and each says that another is under way", () =>
      visit(stage, async (first, context) => {
        await first.login("2fa")
        await first.reach("Enter your code")
        const second = await openTab(context, stage)
        await second.connect.getByText(underWay).waitFor()
        expect(await first.connect.getByText(underWay).count()).toBe(0)
        await second.login("in-app-pending-9")
        await second.reach("Approve the login")
        await first.connect.getByText(underWay).waitFor()

        await first.enterCode("123456")
        await first.reach("Connected")
        await second.connect.getByText(underWay).waitFor({ state: "detached" })
        await second.button("Try another way").click()
        await second.enterCode("123456")
        await second.reach("Connected")
      }))

    it("have an intent each where one is a copy of the other", () =>
      visit(stage, async (first, context) => {
        await first.login("2fa")
        await first.reach("Enter your code")
        const opened = context.waitForEvent("page")
        // What a tab opens, or a browser duplicates, begins with a copy of what the tab has saved.
        await first.page.evaluate(() => void window.open(location.href))
        const copy = await opened
        await copy.getByText(underWay).waitFor()
        expect(await copy.locator("#connect-title").textContent()).toBe("Connect an account")
        await first.enterCode("123456")
        await first.reach("Connected")
      }))

    it("move the sandbox's clock for both", () =>
      visit(stage, async (first, context) => {
        await first.login("2fa")
        await first.reach("Enter your code")
        const second = await openTab(context, stage)
        await second.pass(300)
        await first.reach("Time is up")
      }))
  })

  describe("The network", () => {
    it("goes in the middle of a request and comes back", () =>
      visit(stage, async (visitor, context) => {
        const { page } = visitor
        await visitor.login("2fa")
        await visitor.reach("Enter your code")
        await page.route("**/api/auth/**", async (route) => {
          await context.setOffline(true)
          await route.abort("internetdisconnected")
        })
        await visitor.enterCode("123456")
        await visitor.connect.getByText("There is no connection. Check it and try again.").waitFor()
        await visitor.connect.getByText("You are offline").waitFor()
        expect(await visitor.field("Code").inputValue()).toBe("123 456")

        await page.unroute("**/api/auth/**")
        await context.setOffline(false)
        await visitor.connect.getByText("You are offline").waitFor({ state: "detached" })
        await visitor.button("Continue").click()
        await visitor.reach("Connected")
      }))

    it("may be gone before the first request", () =>
      visit(stage, async (visitor, context) => {
        await context.setOffline(true)
        await visitor.login("2fa")
        await visitor.connect.getByText("There is no connection. Check it and try again.").waitFor()
        await context.setOffline(false)
        await visitor.button("Connect").click()
        await visitor.reach("Enter your code")
      }))

    it("may be slow: nothing is sent twice, and a person can cancel", () =>
      visit(stage, async (visitor) => {
        const { page } = visitor
        let requests = 0
        await page.route("**/api/auth/**", (route) => {
          requests += 1
          return route.continue()
        })
        const network = await page.context().newCDPSession(page)
        const slow = { offline: false, latency: 400, downloadThroughput: 20_000, uploadThroughput: 20_000 }
        await network.send("Network.emulateNetworkConditions", slow)
        await visitor.login("2fa")
        await visitor.button("Connect").click({ force: true, clickCount: 3 })
        await visitor.reach("Enter your code")
        await visitor.enterCode("123456")
        await visitor.button("Continue").click({ force: true, clickCount: 3 })
        await visitor.reach("Connected")
        expect(requests).toBe(2)

        await visitor.button("Connect another").click()
        await visitor.login("2fa")
        await visitor.button("Cancel").click()
        await visitor.reach("Not connected")
      }))

    it.each([320, 1440])("moves nothing on a screen of %i px while a request is on its way", (width) =>
      visit(
        stage,
        async (visitor) => {
          const { page, connect } = visitor
          const places = () =>
            connect.evaluate((form) =>
              [...form.querySelectorAll("h2, input, select, button")].map((each) => {
                const { x, y, width, height } = each.getBoundingClientRect()
                return [x, y, width, height].map(Math.round).join()
              }),
            )
          /** Sends what is entered, and compares where everything is while it is on its way, and once it was refused. */
          async function send(send: () => Promise<void>) {
            const before = await places()
            let answer = () => {}
            await page.route("**/api/auth/**", async (route) => {
              await new Promise<void>((resolve) => {
                answer = resolve
              })
              await route.continue()
            })
            await send()
            await page.locator("[aria-busy=true]").waitFor()
            expect(await places()).toEqual(before)
            answer()
            await connect.getByRole("alert").waitFor()
            expect(await places()).toEqual(before)
            await page.unroute("**/api/auth/**")
          }
          await send(() => visitor.login("nobody"))
          await visitor.login("2fa")
          await visitor.reach("Enter your code")
          await send(() => visitor.enterCode("000000"))
        },
        { viewport: { width, height: 900 } },
      ),
    )
  })

  describe("The form", () => {
    it("takes a keyboard alone, and leads the focus to where the work is", () =>
      visit(stage, async ({ page, connect }) => {
        const focused = () =>
          page.evaluate(() => document.activeElement?.getAttribute("name") ?? document.activeElement?.id)
        const press = async (...keys: string[]) => {
          for (const key of keys) await page.keyboard.press(key)
        }
        expect(await focused()).toBe("")
        await press("Tab")
        expect(await focused()).toBe("provider")
        await press("ArrowRight", "Tab")
        await page.keyboard.type("2fa-then-otp")
        await press("Tab")
        await page.keyboard.type("correct horse")
        await press("Enter")
        await connect.getByText("authenticator").waitFor()
        expect(await focused()).toBe("code")
        await page.keyboard.type("000000")
        await press("Enter")
        await connect.getByRole("alert").waitFor()
        expect(await focused()).toBe("code")
        // What was wrong is marked: to type is to replace it.
        await page.keyboard.type("123456")
        await press("Enter")
        await connect.getByText("LinkedIn has sent you a code").waitFor()
        expect(await focused()).toBe("code")
        await page.keyboard.type("123456")
        await press("Enter")
        await page.getByText("Your LinkedIn account is connected").waitFor()
        expect(await focused()).toBe("connect-title")
        await press("Tab", "Enter")
        await connect.getByText("Username or email").waitFor()
        expect(await focused()).toBe("username")
      }))

    it("announces what changes, and nothing else takes the focus", () =>
      visit(stage, async (visitor) => {
        const { page, connect } = visitor
        const said = () => connect.locator(":scope > [role=status]").last().textContent()
        expect(await said()).toBe("Connect an account")
        await visitor.login("in-app-pending-3")
        await visitor.reach("Approve the login")
        expect(await said()).toBe("Approve the login")
        await visitor.pass(5)
        await page.locator(".log").getByText("xstate.done.actor.solveCheckpoint").waitFor()
        expect(await page.locator(":focus").textContent()).toBe("Move the clock")
        await visitor.pass(236)
        await connect.getByText("Less than one minute left").waitFor()
      }))

    it("shows a code in groups, however it is entered", () =>
      visit(stage, async (visitor, context) => {
        await context.grantPermissions(["clipboard-read", "clipboard-write"])
        const { page } = visitor
        await visitor.login("unknown-checkpoint")
        await visitor.reach("Enter your code")
        const field = visitor.field("Code")
        const caret = () => field.evaluate((input: HTMLInputElement) => input.selectionStart)
        await field.pressSequentially("1234")
        expect([await field.inputValue(), await caret()]).toEqual(["123 4", 5])
        for (const key of ["ArrowLeft", "ArrowLeft", "ArrowLeft", "9"]) await page.keyboard.press(key)
        expect([await field.inputValue(), await caret()]).toEqual(["129 34", 3])
        for (const key of ["Backspace", "End", "Backspace"]) await page.keyboard.press(key)
        expect(await field.inputValue()).toBe("123")
        await page.evaluate(() => navigator.clipboard.writeText(" 1234-5678 "))
        await field.fill("")
        await page.keyboard.press("Control+v")
        expect(await field.inputValue()).toBe(" 1234-5678 ")
        await field.fill("12345678")
        expect(await field.inputValue()).toBe("1234 5678")
        expect(await field.getAttribute("autocomplete")).toBe("one-time-code")
      }))

    it("goes on where the browser keeps nothing", () =>
      visit(stage, async (visitor) => {
        await visitor.page.addInitScript(() => {
          const denied = {
            get: () => {
              throw new DOMException("denied", "SecurityError")
            },
          }
          Object.defineProperties(window, { localStorage: denied, sessionStorage: denied })
        })
        await visitor.page.reload()
        await visitor.login("2fa")
        await visitor.enterCode("123456")
        await visitor.reach("Connected")
      }))

    it("stands still for who wants no motion", () =>
      visit(
        stage,
        async (visitor) => {
          const moving = () => visitor.page.evaluate(() => document.getAnimations().length)
          await visitor.login("in-app-pending-9")
          await visitor.reach("Approve the login")
          expect(await moving()).toBe(0)
          await visitor.page.emulateMedia({ reducedMotion: "no-preference" })
          expect(await moving()).toBeGreaterThan(0)
        },
        { reducedMotion: "reduce" },
      ))
  })
}
