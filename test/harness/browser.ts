import chromium from "@sparticuz/chromium"
import { type Browser, chromium as playwright } from "playwright-core"

/** Launches the browser of these tests. */
export const launchBrowser = async (...more: string[]): Promise<Browser> =>
  playwright.launch({
    args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", ...more],
    executablePath: await chromium.executablePath(),
  })
