import type { Visitor } from "./visitor.ts"

const code = (visitor: Visitor) => visitor.login("2fa", "code")

/** Every step of the form, and a person's way there, without a text of the page. */
export const steps: Record<string, (visitor: Visitor) => Promise<void>> = {
  credentials: (visitor) => visitor.at("credentials"),
  async "credentials empty"(visitor) {
    await visitor.submit()
    await visitor.alert.waitFor()
  },
  async "credentials not right"(visitor) {
    await visitor.login("nobody")
    await visitor.alert.waitFor()
  },
  async "too many tries"(visitor) {
    await visitor.page.route("**/api/auth/**", (route) =>
      route.fulfill({
        status: 429,
        headers: { "retry-after": "30" },
        json: { object: "Error", type: "errors/too_many_requests", title: "Too many", status: 429 },
      }),
    )
    await visitor.login("2fa")
    await visitor.alert.waitFor()
  },
  "credentials on their way": (visitor) => visitor.sendUnanswered({ username: "2fa", password: "correct horse" }),
  code,
  async "code not right"(visitor) {
    await code(visitor)
    await visitor.send({ code: "000000" })
    await visitor.alert.waitFor()
  },
  async "code on its way"(visitor) {
    await code(visitor)
    await visitor.sendUnanswered({ code: "123456" })
  },
  async "code or approval"(visitor) {
    await visitor.connect.locator("[type=radio]").nth(2).check({ force: true })
    await visitor.login("2fa", "code")
  },
  "code that was sent": (visitor) => visitor.login("otp", "code"),
  "unknown checkpoint": (visitor) => visitor.login("unknown-checkpoint", "code"),
  approval: (visitor) => visitor.login("in-app-pending-9", "approval"),
  async "approval not yet"(visitor) {
    await visitor.login("in-app-pending-9", "approval")
    await visitor.submit()
    await visitor.alert.waitFor()
  },
  phone: (visitor) => visitor.login("phone", "phone"),
  async "phone not right"(visitor) {
    await visitor.login("phone", "phone")
    await visitor.send({ number: "none" })
    await visitor.alert.waitFor()
  },
  async "last minute"(visitor) {
    await code(visitor)
    await visitor.pass(255)
  },
  connected: (visitor) => visitor.login("ok", "done"),
  async expired(visitor) {
    await code(visitor)
    await visitor.pass(300)
    await visitor.at("done")
  },
  "failed for good": (visitor) => visitor.login("error:403:errors/account_restricted", "done"),
  async "may be connected"(visitor) {
    await visitor.login("2fa-lost", "code")
    await visitor.send({ code: "123456" })
    await visitor.alert.waitFor()
    await visitor.pass(300)
    await visitor.at("done")
  },
  async canceled(visitor) {
    await code(visitor)
    await visitor.connect.locator(".ai-link").last().click()
    await visitor.at("done")
  },
}
