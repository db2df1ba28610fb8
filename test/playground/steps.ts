import type { Visitor } from "./visit.ts"

/** Every step that the form can show, and how a person gets there. */
export const steps: Record<string, (visitor: Visitor) => Promise<void>> = {
  async credentials(visitor) {
    await visitor.reach("Connect an account")
  },
  async "credentials not right"(visitor) {
    await visitor.login("nobody")
    await visitor.connect.getByRole("alert").waitFor()
  },
  async "too many tries"(visitor) {
    await visitor.login("error:429:errors/too_many_requests")
    await visitor.connect.getByText("Next try").waitFor()
  },
  async "on its way"(visitor) {
    await visitor.page.route("**/api/auth/accounts", () => {})
    await visitor.login("2fa")
    await visitor.page.locator("[aria-busy=true]").waitFor()
  },
  async code(visitor) {
    await visitor.login("2fa")
    await visitor.reach("Enter your code")
  },
  async "code not right"(visitor) {
    await steps["code"]?.(visitor)
    await visitor.enterCode("000000")
    await visitor.connect.getByRole("alert").waitFor()
  },
  async "code on its way"(visitor) {
    await steps["code"]?.(visitor)
    await visitor.page.route("**/api/auth/**", () => {})
    await visitor.enterCode("123456")
    await visitor.page.locator("[aria-busy=true]").waitFor()
  },
  async "code or approval"(visitor) {
    await visitor.choose("Messenger")
    await visitor.login("2fa")
    await visitor.button("Approved in the app").waitFor()
  },
  async "code by text message"(visitor) {
    await visitor.login("otp")
    await visitor.reach("Enter your code")
  },
  async "unknown checkpoint"(visitor) {
    await visitor.login("unknown-checkpoint")
    await visitor.reach("Enter your code")
  },
  async approval(visitor) {
    await visitor.login("in-app-pending-9")
    await visitor.reach("Approve the login")
  },
  async phone(visitor) {
    await visitor.login("phone")
    await visitor.reach("Your phone number")
  },
  async "phone not right"(visitor) {
    await steps["phone"]?.(visitor)
    await visitor.enterPhone("33", "none")
    await visitor.connect.getByRole("alert").waitFor()
  },
  async "last minute, offline, another tab"(visitor) {
    const { page } = visitor
    await steps["code"]?.(visitor)
    await visitor.pass(255)
    const other = await page.context().newPage()
    await other.goto(page.url())
    await other.evaluate(() => localStorage.setItem("auth-intent:elsewhere", "9999999999999"))
    await page.context().setOffline(true)
    await visitor.connect.getByText("another tab").waitFor()
    await visitor.connect.getByText("You are offline").waitFor()
    await other.close()
  },
  async connected(visitor) {
    await visitor.login("ok")
    await visitor.reach("Connected")
  },
  async expired(visitor) {
    await steps["code"]?.(visitor)
    await visitor.pass(300)
    await visitor.reach("Time is up")
  },
  async "failed for good"(visitor) {
    await visitor.login("error:403:errors/account_restricted")
    await visitor.reach("Not connected")
  },
  async canceled(visitor) {
    await steps["code"]?.(visitor)
    await visitor.button("Cancel").click()
    await visitor.reach("Not connected")
  },
}
