import chromium from "@sparticuz/chromium"
import type { PersonMove } from "auth-intent/testing"
import { build } from "esbuild"
import { type Page, chromium as playwright } from "playwright-core"
import { afterAll } from "vitest"

const browser = await playwright.launch({ args: ["--no-sandbox"], executablePath: await chromium.executablePath() })
afterAll(() => browser.close())

const bundle = { bundle: true, format: "esm", write: false } as const
const { outputFiles } = await build({ entryPoints: [`${import.meta.dirname}/login-page.ts`], ...bundle })
const html = `<!doctype html><title>Log in</title><body><script type="module">${outputFiles[0]?.text}</script>`

/** Opens the login page with a clock that stands still and a server that is a `fetch`. */
export async function openLoginPage(provider: string, fetch: typeof globalThis.fetch): Promise<Page> {
  const context = await browser.newContext()
  const page = await context.newPage()
  await page.clock.install({ time: 0 })
  await page.clock.pauseAt(1)
  await page.route("**/*", (route) => route.fulfill({ contentType: "text/html", body: html }))
  await page.route("**/api/auth/**", async (route) => {
    const answer = await fetch(route.request().url())
    await route.fulfill({ status: answer.status, body: await answer.text() })
  })
  await page.goto(`http://localhost/?provider=${provider}`)
  return page
}

/** Does on the page what a person does. */
export async function fill(page: Page, move: PersonMove): Promise<void> {
  const submit = async (form: string, fields: object) => {
    for (const [name, value] of Object.entries(fields)) await page.fill(`#${form} [name=${name}]`, value)
    await page.click(`#${form} button`)
  }
  switch (move.person) {
    case "credentials.submit":
      return submit("credentials", move.credentials)
    case "code.submit":
      return submit("code", { code: move.code })
    case "phone.submit":
      return submit("phone", move.phone)
    case "inApp.approve":
      return page.click("#approve")
    case "method.switch":
      return page.click("#switch")
    case "intent.cancel":
      return page.click("#cancel")
    case "reload":
      throw new Error("This page keeps nothing")
  }
}
