import type { Page, Request } from "playwright-core"
import { createElement } from "react"
import { renderToString } from "react-dom/server"
import { afterAll, expect, it, vi } from "vitest"
import { ConnectAccount } from "../../src/react/connect-account.tsx"
import { createDeferred } from "../harness/deferred.ts"
import { openStage } from "./stage.ts"

const contents = `import { ConnectAccount } from "auth-intent/react"
  import { hydrateRoot } from "react-dom/client"
  hydrateRoot(document.getElementById("root")!, <ConnectAccount relay="/api/auth" />)`

const rendered = renderToString(createElement(ConnectAccount, { relay: "/api/auth" }))
const stage = await openStage({ contents, body: `<div id="root">${rendered}</div>` })
afterAll(() => stage.close())

/** Opens a page, fills in its first step and sends it. */
async function login(prepare: (page: Page) => Promise<unknown> = async () => {}): Promise<Page> {
  const page = await stage.browser.newPage()
  page.setDefaultTimeout(8_000)
  await prepare(page)
  await page.goto(`${stage.origin}/`)
  for (const [name, value] of Object.entries({ username: "2fa", password: "correct horse" })) {
    await page.locator(`[name=${name}]`).fill(value)
  }
  await page.locator("[type=submit]").click()
  return page
}

it("what a server has rendered is taken over as it is, also where a login was saved", async () => {
  const complaints: string[] = []
  const page = await login(async (opened) => {
    opened.on("console", (message) => message.type() === "error" && complaints.push(message.text()))
    opened.on("pageerror", (error) => complaints.push(error.message))
  })
  await page.locator("[name=code]").waitFor()
  await page.reload()
  await page.locator("[name=code]").waitFor()
  // The saved step replaces the rendered one, which nobody has used yet.
  expect(await page.locator(":focus").count()).toBe(0)
  await page.locator("[name=code]").fill("123456")
  await page.locator("[type=submit]").click()
  await page.getByText("The account is connected.").first().waitFor()
  expect(complaints.filter((text) => !text.startsWith("Failed to load resource"))).toEqual([])
})

/** Opens the page, and holds its script until it is released. */
async function openBeforeHydration() {
  const page = await stage.browser.newPage()
  page.setDefaultTimeout(8_000)
  const run = createDeferred()
  await page.route("**/main.js", (route) => run.promise.then(() => route.continue()))
  await page.goto(`${stage.origin}/`, { waitUntil: "commit" })
  return { page, hydrate: run.resolve }
}

it("a provider that is chosen before hydration is kept, and so is the failure of the last try after going back", async () => {
  const { page, hydrate } = await openBeforeHydration()
  await page.getByRole("radio", { name: "LinkedIn" }).check({ force: true })
  await page.locator("[name=username]").fill("nobody")
  await page.locator("[name=password]").fill("correct horse")
  hydrate()
  await page.locator(".ai-identity").getByText("LinkedIn").waitFor()
  const sent = page.waitForRequest("**/api/auth/**")
  await page.locator("[type=submit]").click()
  expect((await sent).postDataJSON()).toMatchObject({ provider: "LINKEDIN", credentials: { username: "nobody" } })
  const alert = page.getByText("The username or password is not right.")
  await alert.waitFor()
  // The browser itself restores the chosen options.
  await page.goto(`${stage.origin}/nothing`)
  await page.goBack()
  await alert.waitFor()
  await page.locator(".ai-identity").getByText("LinkedIn").waitFor()
})

it("a form that was filled in before hydration and is sent by the Enter key has the focus in its next step", async () => {
  const { page, hydrate } = await openBeforeHydration()
  await page.locator("[name=username]").fill("2fa")
  await page.locator("[name=password]").fill("correct horse")
  hydrate()
  await page.waitForLoadState()
  await page.keyboard.press("Enter")
  await page.locator("[name=code]:focus").waitFor()
})

it("what is sent before the page runs puts no password into an address", async () => {
  const sent: Request[] = []
  await login(async (opened) => {
    await opened.route("**/main.js", (route) => route.abort())
    opened.on("request", (request) => request.isNavigationRequest() && sent.push(request))
  })
  await expect
    .poll(() => sent.map((request) => [request.method(), new URL(request.url()).search]))
    .toEqual([
      ["GET", ""],
      ["POST", ""],
    ])
})

it("what a server renders reads neither the clock nor chance, so that Next.js can prerender it, and has no inline style", () => {
  const reads = [vi.spyOn(Date, "now"), vi.spyOn(Math, "random")]
  const html = renderToString(createElement(ConnectAccount, { relay: "/api/auth" }))
  expect(reads.map(({ mock }) => mock.calls.length)).toEqual([0, 0])
  expect(html).toContain("Connect your account")
  expect(html).not.toMatch(/style=|<script/)
})
