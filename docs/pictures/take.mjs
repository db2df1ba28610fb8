// Takes the pictures of the README from the playground, light and dark: npm run build && node docs/pictures/take.mjs
import { fileURLToPath } from "node:url"
import chromium from "@sparticuz/chromium"
import { chromium as playwright } from "playwright-core"
import { build, preview } from "vite"

const root = fileURLToPath(new URL("../playground", import.meta.url))
process.env.NODE_ENV = "production"
await build({ root, logLevel: "error" })
// The form and the statechart side by side, and nothing else, so that the picture is low and its text large.
const content = `
  .top, .sandbox, .log-panel, .machine details, .machine .inspector button { display: none !important }
  main { grid-template: "form machine" auto / 22rem minmax(0, 1fr); padding: 1rem }
  .machine { height: 100% }
  .chart.wide { display: none }
  .chart.narrow { display: block }
`
const server = await preview({ root, logLevel: "error", preview: { port: 0 } })
const browser = await playwright.launch({
  executablePath: await chromium.executablePath(),
  args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
})
try {
  for (const colorScheme of ["light", "dark"]) {
    const page = await browser.newPage({ bypassCSP: true, colorScheme, viewport: { width: 1200, height: 500 } })
    await page.goto(server.resolvedUrls.local[0])
    await page.locator("[name=username]").fill("2fa")
    await page.locator("[name=password]").fill("correct horse")
    await page.getByRole("button", { name: "Connect", exact: true }).click()
    await page.locator("[name=code]").waitFor()
    await page.addStyleTag({ content })
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
