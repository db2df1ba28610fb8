import { createElement } from "react"
import { renderToString } from "react-dom/server"
import { expect, it, vi } from "vitest"
import { ConnectAccount } from "../../src/react/connect-account.tsx"
import { openStage } from "./stage.ts"

const contents = `import { ConnectAccount } from "auth-intent/react"
  import { hydrateRoot } from "react-dom/client"
  hydrateRoot(document.getElementById("root")!, <ConnectAccount relay="/api/auth" />)`

it("What a server has rendered is taken over as it is, also where a login was saved", async () => {
  const html = renderToString(createElement(ConnectAccount, { relay: "/api/auth" }))
  const stage = await openStage({ contents, body: `<div id="root">${html}</div>` })
  try {
    const page = await stage.browser.newPage()
    page.setDefaultTimeout(8_000)
    const complaints: string[] = []
    page.on("console", (message) => message.type() === "error" && complaints.push(message.text()))
    page.on("pageerror", (error) => complaints.push(error.message))
    await page.goto(`${stage.origin}/`)
    for (const [name, value] of Object.entries({ username: "2fa", password: "correct horse" })) {
      await page.locator(`[name=${name}]`).fill(value)
    }
    await page.locator("[type=submit]").click()
    await page.locator("[name=code]").waitFor()
    await page.reload()
    await page.locator("[name=code]").fill("123456")
    await page.locator("[type=submit]").click()
    await page.getByText("The account is connected.").waitFor()
    expect(complaints.filter((text) => !text.startsWith("Failed to load resource"))).toEqual([])
  } finally {
    await stage.close()
  }
})

it("What a server renders reads neither the clock nor chance, so that Next.js can prerender it", () => {
  const reads = [vi.spyOn(Date, "now"), vi.spyOn(Math, "random")]
  const html = renderToString(createElement(ConnectAccount, { relay: "/api/auth" }))
  const calls = reads.map(({ mock }) => mock.calls.length)
  for (const read of reads) read.mockRestore()
  expect(html).toContain("Connect your account")
  expect(calls).toEqual([0, 0])
})
