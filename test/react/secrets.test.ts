import type { BrowserContext, Page } from "playwright-core"
import { afterAll, expect, it } from "vitest"
import { Canaries } from "../secrets/canaries.ts"
import { openStage } from "./stage.ts"
import { visit } from "./visitor.ts"

const stage = await openStage()
afterAll(() => stage.close())

/** Records everything that a page prints and requests, as text by surface. */
function watch(context: BrowserContext) {
  const seen: [surface: string, text: string][] = []
  context.on("console", (message) => seen.push(["console", message.text()]))
  context.on("request", (request) => {
    seen.push(["address of a request", request.url()])
    if (!new URL(request.url()).pathname.startsWith("/api/auth/")) seen.push(["request", request.postData() ?? ""])
  })
  return {
    /** Adds the current content of the page and its storage. */
    async look(page: Page) {
      const now = await page.evaluate(() => ({
        document: document.documentElement.outerHTML,
        text: document.body.innerText + document.title,
        storage: JSON.stringify([{ ...localStorage }, { ...sessionStorage }, history.state, document.cookie]),
      }))
      seen.push(...Object.entries(now), ["address", page.url()])
    },
    find: (canaries: Canaries) => [
      ...new Set(seen.flatMap(([surface, text]) => canaries.find(text).map((name) => `${name} in ${surface}`))),
    ],
  }
}

it("no secret is anywhere in the page, or sent to anybody but the relay, wherever the login leads", () =>
  visit(stage, async (visitor) => {
    const { page } = visitor
    const canaries = new Canaries()
    const { password } = canaries.credentials
    const { look, find } = watch(page.context())
    await visitor.field("Password").fill(password)
    await look(page)
    await visitor.send({ username: "nobody", password })
    await visitor.alert.waitFor()
    await look(page)
    await visitor.send({ username: "phone", password })
    await visitor.at("phone")
    await visitor.enterPhone(canaries.phone.countryCode, canaries.phone.number)
    await visitor.at("code")
    await look(page)
    await visitor.enterCode(canaries.code)
    await visitor.alert.waitFor()
    await look(page)
    await page.reload()
    await visitor.at("code")
    await look(page)
    await visitor.connectBy("123456")
    await look(page)
    expect(find(canaries)).toEqual([])
    expect(new Canaries().find(JSON.stringify(visitor.relay.sent))).toEqual([])
    expect(canaries.find(JSON.stringify(visitor.relay.sent)).sort()).toEqual(["code", "password", "phone"])
  }))

it("a secret that leaks is found, wherever it is", () =>
  visit(stage, async ({ page }) => {
    const canaries = new Canaries()
    const { look, find } = watch(page.context())
    await page.evaluate((secret) => {
      document.body.append(secret)
      console.log(secret)
      sessionStorage.setItem("leak", secret)
      history.replaceState(null, "", `?leak=${encodeURIComponent(secret)}`)
      return fetch("/elsewhere", { method: "POST", body: secret })
    }, canaries.credentials.password)
    await look(page)
    expect(find(canaries).sort()).toEqual(
      ["address", "console", "document", "request", "storage", "text"].map((surface) => `password in ${surface}`),
    )
  }))
