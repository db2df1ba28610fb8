import type { BrowserContext, Page } from "playwright-core"
import { expect } from "vitest"
import { type WithPageOptions, withPage } from "../harness/with-page.ts"
import type { Stage } from "./stage.ts"

export const password = "correct horse"

/** The playground in a tab, with its form. */
export function toVisitor(page: Page) {
  const connect = page.locator(".ai-connect")
  const reach = (title: string) => connect.getByRole("heading", { name: title, exact: true }).waitFor()
  async function send(fields: Record<string, string>) {
    for (const [name, value] of Object.entries(fields)) await connect.locator(`[name=${name}]`).fill(value)
    await connect.locator("[type=submit]").click()
  }
  /** Sends a username and the password, and waits for the next step. */
  async function login(username: string, title: string) {
    await send({ username, password })
    await reach(title)
  }
  async function pass(seconds: number) {
    const moved = page.waitForResponse("**/sandbox/advance")
    await page.getByLabel("Seconds", { exact: true }).fill(String(seconds))
    await page.getByRole("button", { name: "Move the clock" }).click()
    expect((await moved).ok()).toBe(true)
  }
  return { page, connect, reach, send, login, pass }
}

interface VisitOptions extends Partial<Pick<WithPageOptions, "viewport" | "isNew">> {
  query?: string
}

export type Play = (visitor: ReturnType<typeof toVisitor>, context: BrowserContext) => Promise<void>

/** Creates a function that opens a stage's playground as a first-time visitor, and plays there. */
export const createVisit =
  (stage: Stage) =>
  (...args: [play: Play] | [options: VisitOptions, play: Play]): Promise<void> => {
    const [options, play] = args.length === 1 ? [{}, args[0]] : args
    const { viewport = { width: 1280, height: 720 }, query = "", ...more } = options
    return withPage(stage, { viewport, ...more }, async (page) => {
      await page.goto(`${stage.origin}/${query}`)
      await play(toVisitor(page), page.context())
    })
  }
