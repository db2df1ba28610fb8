import { readFile } from "node:fs/promises"
import type { Page } from "playwright-core"
import { expect, it } from "vitest"
import { openStage } from "./stage.ts"

const read = (name: string) => readFile(new URL(`../../docs/${name}`, import.meta.url), "utf8")
const guide = await read("front-end.md")
const start = await read("start.md")

/** Opens a page printed in the guide, plays there and closes it. */
async function open(source: Parameters<typeof openStage>[0], play: (page: Page) => Promise<void>) {
  const stage = await openStage(source)
  try {
    const page = await stage.browser.newPage()
    page.setDefaultTimeout(8_000)
    await page.goto(`${stage.origin}/`)
    await play(page)
  } finally {
    await stage.close()
  }
}

const find = (text: string, page: string) => {
  const block = [...page.matchAll(/```tsx\n(.*?)```/gs)].find(([, code]) => code?.includes(text))
  return block?.[1] ?? ""
}

async function send(page: Page, fields: Record<string, string>) {
  for (const [name, value] of Object.entries(fields)) await page.locator(`[name=${name}]`).fill(value)
  await page.getByText("Continue").click()
}

it("the first page of the start connects an account", () =>
  open({ contents: find("createRoot", start) }, async (page) => {
    for (const [name, value] of Object.entries({ username: "2fa", password: "correct horse" })) {
      await page.locator(`[name=${name}]`).fill(value)
    }
    await page.getByRole("button", { name: "Connect", exact: true }).click()
    await page.locator("[name=code]").fill("123456")
    await page.getByRole("button", { name: "Continue" }).click()
    await page.getByText("The account is connected.").first().waitFor()
  }))

it("the printed form on the hook connects an account", () =>
  open(
    {
      contents: `${find("export function Login", guide).replace(", onConnected: () => location.reload()", "")}
        import { createRoot } from "react-dom/client"
        createRoot(document.getElementById("root")!).render(<Login />)`,
    },
    async (page) => {
      await send(page, { username: "phone", password: "correct horse" })
      await page.locator("[name=countryCode]").waitFor()
      await send(page, { countryCode: "33", number: "+33 6 12 34 56 78" })
      await page.locator("[name=code]").waitFor()
      await send(page, { code: "000000" })
      await page.getByText("That code is not right.").waitFor()
      await page.getByText("Try another way").click()
      await expect.poll(() => page.locator("[name=code]").inputValue()).toBe("")
      await send(page, { code: "123456" })
      await page.getByText("The account is connected.").waitFor()
    },
  ))
