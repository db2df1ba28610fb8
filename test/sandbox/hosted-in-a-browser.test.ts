import chromium from "@sparticuz/chromium"
import { type Browser, chromium as playwright } from "playwright-core"
import { afterAll, beforeAll, expect, test } from "vitest"
import { type SandboxServer, startSandbox } from "../../src/sandbox/start-sandbox.ts"
import { createHostedAuth } from "../../src/server/create-hosted-auth.ts"

let browser: Browser
let sandbox: SandboxServer

beforeAll(async () => {
  sandbox = await startSandbox()
  browser = await playwright.launch({ args: ["--no-sandbox"], executablePath: await chromium.executablePath() })
}, 60_000)

afterAll(async () => {
  await browser.close()
  await sandbox.close()
})

test("a person goes from the link through a checkpoint to the host's page, without JavaScript", async () => {
  const secret = "the signing secret, of 32 characters or more"
  const hosted = createHostedAuth({ apiKey: "sandbox", secret, baseUrl: sandbox.url })
  const done = new URL("/connected", sandbox.url).href
  const { url } = await hosted.createLink({
    type: "create",
    userId: "ada",
    providers: ["INSTAGRAM", "LINKEDIN"],
    expiresOn: new Date(Date.now() + 60_000).toISOString(),
    success_redirect_url: done,
  })
  const context = await browser.newContext({ javaScriptEnabled: false })
  const page = await context.newPage()

  await page.goto(url)
  await page.getByRole("button", { name: "LinkedIn" }).click()
  await page.getByLabel("Username").fill("2fa")
  await page.getByLabel("Password").fill("correct horse")
  await page.getByRole("button", { name: "Continue" }).click()
  await page.getByLabel("Code").fill("000000")
  await page.getByRole("button", { name: "Continue" }).click()
  expect(await page.getByRole("alert").textContent()).toContain("not right")
  await page.getByLabel("Code").fill("123456")
  await page.getByRole("button", { name: "Continue" }).click()

  await page.waitForURL(done)
  await page.goto(url)
  expect(await page.getByLabel("Username").count()).toBe(0)
  await context.close()
}, 30_000)
