import { describe, expect, it } from "vitest"
import type { AnyStateNode } from "xstate"
import { authIntentMachine } from "../../machines/auth-intent.machine.ts"
import type { Stage } from "./stage.ts"
import { type Visitor, visit } from "./visit.ts"

const statesIn = ({ states }: AnyStateNode): AnyStateNode[] =>
  Object.values(states).flatMap((state: AnyStateNode) => [state, ...statesIn(state)])

const panel = ({ page }: Visitor, name: string) => page.getByRole("region", { name, exact: true })

/** What stands beside the form. */
export function testBeside(stage: Stage): void {
  describe("The sandbox's panel", () => {
    it("fills in the form for a scenario, wherever the login is", () =>
      visit(stage, async (visitor) => {
        const sandbox = panel(visitor, "The sandbox")
        await visitor.login("2fa")
        await visitor.reach("Enter your code")
        await sandbox.getByLabel("Scenario").selectOption("403 account_restricted")
        await sandbox.getByRole("button", { name: "Fill in the form" }).click()
        expect(await visitor.field("Username or email").inputValue()).toBe("error:403:errors/account_restricted")
        await visitor.page.keyboard.press("Enter")
        await visitor.connect.getByText("The provider has restricted this account.").waitFor()
      }))

    it("leaves the clock where it is when the sandbox does not answer", () =>
      visit(stage, async (visitor) => {
        const { page } = visitor
        await page.route("**/sandbox/advance", (route) => route.abort())
        await page.getByRole("button", { name: "Move the clock" }).click()
        await page.getByText("The sandbox did not answer").waitFor()
        await page.getByText("Its clock is this computer's.").waitFor()
      }))

    it("lets an approval be asked about, or not", () =>
      visit(stage, async (visitor) => {
        await visitor.login("in-app-pending-2")
        await visitor.reach("Approve the login")
        await visitor.page.getByLabel("Ask by itself").uncheck()
        await visitor.pass(60)
        await visitor.reach("Approve the login")
        await visitor.page.getByLabel("Ask by itself").check()
        await visitor.pass(5)
        await visitor.pass(5)
        await visitor.reach("Connected")
      }))
  })

  describe("The machine", () => {
    it("is drawn as it is defined, the current state lit and the last transition marked", () =>
      visit(stage, async (visitor) => {
        const { page } = visitor
        const drawn = () => page.locator("[data-state]").evaluateAll((all) => all.map((each) => each.dataset["state"]))
        const defined = statesIn(authIntentMachine.root).map(({ path }) => path.join("."))
        expect((await drawn()).sort()).toEqual(defined.sort())

        await visitor.login("otp")
        await visitor.reach("Enter your code")
        expect(await page.locator("[aria-current=step] > span").allTextContents()).toEqual(["checkpoint", "otp"])
        expect(await page.locator(".ways > :first-child li").allTextContents()).toEqual([
          "answer [is checkpoint] checkpoint",
          "always [is otp] otp",
        ])
        expect(await page.locator("path.last").count()).toBe(2)
      }))

    it("has a line for every transition, on a phone and on a desk", () =>
      visit(stage, async ({ page }) => {
        const lines = page.locator(".chart svg > path")
        const ways = statesIn(authIntentMachine.root).flatMap(({ transitions, always = [] }) => [
          ...[...transitions.values()].flat(),
          ...always,
        ])
        for (const width of [320, 1440]) {
          await page.setViewportSize({ width, height: 900 })
          const drawn = await lines.evaluateAll((all) => all.map((path) => path.getAttribute("d") ?? ""))
          expect(drawn.filter((line) => /^M[-\d.,]+ C[-\d., ]+$/.test(line))).toHaveLength(ways.length)
        }
      }))
  })

  it("The log boxes what is secret and tells what changed nothing", () =>
    visit(stage, async (visitor) => {
      const log = visitor.page.getByRole("region", { name: "Log of events" })
      await visitor.page.route("**/api/auth/**", () => {})
      await visitor.login("2fa")
      await visitor.button("Connect").click({ force: true })
      await log.locator(".unheard").waitFor()
      expect(await log.locator("li").first().innerText()).toMatch(
        /credentials\.submit.*submitting\s*{"credentials":secret}/s,
      )
      expect(await log.locator(".boxed").allTextContents()).toEqual(["secret", "secret"])
    }))

  describe("The hosted page", () => {
    it("is one button away, and leads back", () =>
      visit(stage, async ({ page }) => {
        await page.getByRole("button", { name: "Use the hosted page" }).click()
        await page.getByRole("button", { name: "Instagram" }).click()
        await page.getByLabel("Username").fill("ok")
        await page.getByLabel("Password").fill("correct horse")
        await page.getByRole("button", { name: "Continue" }).click()
        await page.getByText("You are back from the hosted page. Your account shows").waitFor()
      }))

    it("says when there is none", () =>
      visit(stage, async ({ page }) => {
        await page.route("**/hosted/accounts/link", (route) => route.fulfill({ status: 503 }))
        await page.getByRole("button", { name: "Use the hosted page" }).click()
        await page.getByText("The hosted page cannot be reached right now.").waitFor()
      }))
  })
}
