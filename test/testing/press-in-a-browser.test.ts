import chromium from "@sparticuz/chromium"
import { type Browser, chromium as playwright } from "playwright-core"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { press } from "../../src/testing/in-page.ts"

let browser: Browser
beforeAll(async () => {
  browser = await playwright.launch({ args: ["--no-sandbox"], executablePath: await chromium.executablePath() })
})
afterAll(() => browser.close())

/** Presses the button of a page, and returns how often the page noticed. */
async function pressOn(body: string): Promise<string | null> {
  const page = await browser.newPage()
  await page.setContent(`<style>.over { position: fixed; inset: 0 }</style>${body}`)
  await page.locator("button").evaluate((button) => {
    button.addEventListener("click", () => button.setAttribute("data-pressed", "1"))
  })
  await page.locator("button").evaluate(press)
  return page.locator("button").getAttribute("data-pressed")
}

describe("A button of a driven page", () => {
  it.each([
    ["with another element in it", "<button><b>Connect</b></button>"],
    ["below the window", '<div style="block-size: 3000px"></div><button>Connect</button>'],
    ["under what lets a pointer through", '<button>Connect</button><p class="over" style="pointer-events: none"></p>'],
  ])("is pressed %s", async (_, body) => expect(await pressOn(body)).toBe("1"))

  it("is not pressed under what covers it", () =>
    expect(pressOn('<button>Connect</button><aside class="over"></aside>')).rejects.toThrow("lies under <aside>"))
})
