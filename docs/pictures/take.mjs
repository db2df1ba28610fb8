// Takes the pictures of the README from the playground, light and dark: node docs/pictures/take.mjs
import { fileURLToPath } from "node:url"
import chromium from "@sparticuz/chromium"
import { chromium as playwright } from "playwright-core"
import { build, preview } from "vite"

const root = fileURLToPath(new URL("../playground", import.meta.url))
process.env.NODE_ENV = "production"
await build({ root, logLevel: "error" })
const server = await preview({ root, logLevel: "error", preview: { port: 0 } })
const browser = await playwright.launch({
  executablePath: await chromium.executablePath(),
  args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
})
try {
  for (const colorScheme of ["light", "dark"]) {
    const page = await browser.newPage({ colorScheme, viewport: { width: 1280, height: 720 } })
    await page.goto(server.resolvedUrls.local[0])
    await page.locator("[name=username]").fill("2fa")
    await page.locator("[name=password]").fill("correct horse")
    await page.getByRole("button", { name: "Connect", exact: true }).click()
    await page.locator("[name=code]").waitFor()
    await page.screenshot({
      path: `${import.meta.dirname}/playground-${colorScheme}.png`,
      animations: "disabled",
      fullPage: true,
    })
    await page.close()
  }
} finally {
  await browser.close()
  await server.close()
}
