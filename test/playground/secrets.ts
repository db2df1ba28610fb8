import type { BrowserContext } from "playwright-core"
import { expect, it } from "vitest"
import { apiKey } from "../../docs/playground/back-end.ts"
import { Canaries } from "../secrets/canaries.ts"
import type { Stage } from "./stage.ts"
import { type Visitor, visit } from "./visit.ts"
import { PageWatch } from "./watch-page.ts"

/** Enters every secret there is, wrong and right, and looks at the page wherever that leads. */
async function enterAll(visitor: Visitor, canaries: Canaries, watch: PageWatch): Promise<void> {
  const { page } = visitor
  const { password } = canaries.credentials
  await visitor.field("Password").fill(password)
  await watch.look(page)
  await visitor.login("nobody", password)
  await visitor.connect.getByRole("alert").waitFor()
  await watch.look(page)
  await visitor.login("phone", password)
  await visitor.reach("Your phone number")
  await watch.look(page)
  await visitor.enterPhone(canaries.phone.countryCode, canaries.phone.number)
  await visitor.reach("Enter your code")
  await watch.look(page)
  await visitor.enterCode(canaries.code)
  await visitor.connect.getByRole("alert").waitFor()
  await watch.look(page)
  await page.reload()
  await visitor.reach("Enter your code")
  await watch.look(page)
  await visitor.enterCode("123456")
  await visitor.reach("Connected")
  await watch.look(page)
}

/** The host's own secrets: its key, and the account ids of the API. */
const hosts = (text: string) =>
  Object.entries({ "API key": text.includes(apiKey), "account id": /acc_[\w-]{36}/.test(text) }).flatMap(
    ([name, is]) => (is ? [name] : []),
  )

/** Searches all that a page shows, stores, prints and sends for secrets. */
export function testSecrets(stage: Stage): void {
  it("No secret is anywhere in the page, or sent to anybody but the relay", () =>
    visit(stage, async (visitor, context) => {
      const canaries = new Canaries()
      const watch = new PageWatch(context)
      await visitor.page.reload()
      await enterAll(visitor, canaries, watch)
      expect(watch.find((text) => [...canaries.find(text), ...hosts(text)])).toEqual([])
      expect(watch.surfaces).toEqual([
        "address",
        "address of a request",
        "answer",
        "console",
        "cookies",
        "document",
        "headers of a request",
        "headers of an answer",
        "storage",
        "text",
      ])
    }))

  it("A secret that leaks is found, wherever it is", () =>
    visit(stage, async ({ page }, context) => {
      const canaries = new Canaries()
      const watch = new PageWatch(context)
      const { password } = canaries.credentials
      await page.evaluate((secret) => {
        document.body.title = secret
        document.body.append(secret)
        console.log(secret)
        sessionStorage.setItem("leak", secret)
        history.replaceState(null, "", `?leak=${encodeURIComponent(secret)}`)
        return fetch("/sandbox/advance", { method: "POST", body: secret }).catch(() => {})
      }, password)
      await watch.look(page)
      expect(watch.find((text) => canaries.find(text)).sort()).toEqual(
        ["address", "console", "document", "request", "storage", "text"].map((surface) => `password in ${surface}`),
      )
    }))

  /** The inspector's page, in place of the one on the internet: it writes down what it is told. */
  const inspector = `<script>
    addEventListener("message", ({ data }) => { document.body.append(JSON.stringify(data) + "\\n") })
    addEventListener("load", () => opener.postMessage({ type: "@statelyai.connected" }, "*"))
  </script>`

  async function openInspector(visitor: Visitor, context: BrowserContext) {
    const opened = context.waitForEvent("page")
    await visitor.page.getByRole("button", { name: "Open the Stately inspector" }).click()
    return opened
  }

  it("The inspector is told of the same actor, from its start, with no secret", () =>
    visit(stage, async (visitor, context) => {
      const canaries = new Canaries()
      await context.route("https://stately.ai/**", (route) =>
        route.fulfill({ contentType: "text/html", body: inspector }),
      )
      await visitor.login("phone", canaries.credentials.password)
      await visitor.reach("Your phone number")
      const window = await openInspector(visitor, context)
      await visitor.page.getByText("The inspector is open").waitFor()
      await visitor.enterPhone(canaries.phone.countryCode, canaries.phone.number)
      await visitor.enterCode(canaries.code)
      await visitor.connect.getByRole("alert").waitFor()
      await window.getByText("invalid_checkpoint_solution").waitFor()
      const told = await window.locator("body").innerText()
      for (const type of ["credentials", "phone", "code"])
        expect(told).toContain(`"${type}.submit","${type}":"[secret]"`)
      expect([...canaries.find(told), ...hosts(told)]).toEqual([])
    }))

  it("With no internet the page says that there is no inspector, and goes on", () =>
    visit(stage, async (visitor, context) => {
      await context.route("https://stately.ai/**", (route) => route.abort("internetdisconnected"))
      const closed = context.waitForEvent("page").then((window) => window.waitForEvent("close"))
      await openInspector(visitor, context)
      await visitor.page.getByText("The inspector is on the internet, and there is none here.").waitFor()
      expect((await closed).isClosed()).toBe(true)
      await visitor.login("ok")
      await visitor.reach("Connected")
    }))
}
