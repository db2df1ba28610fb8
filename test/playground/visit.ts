import type { BrowserContext, BrowserContextOptions, Locator, Page } from "playwright-core"
import type { IntentStep } from "../../src/intent/get-step.ts"
import type { Stage } from "./stage.ts"

/** A person at the playground, with the sandbox behind it. */
export class Visitor {
  readonly page: Page
  readonly connect: Locator

  constructor(page: Page) {
    this.page = page
    this.connect = page.locator(".connect")
  }

  button(name: string): Locator {
    return this.connect.getByRole("button", { name, exact: true })
  }

  field(name: string): Locator {
    return this.connect.getByLabel(name, { exact: true })
  }

  /** Waits until the form says this as its title. */
  async reach(title: string): Promise<void> {
    await this.connect.getByRole("heading", { name: title, exact: true }).waitFor()
  }

  async choose(provider: string): Promise<void> {
    await this.field(provider).check()
  }

  async login(username: string, password = "correct horse"): Promise<void> {
    await this.field("Username or email").fill(username)
    await this.field("Password").fill(password)
    await this.button("Connect").click()
  }

  async enterCode(code: string): Promise<void> {
    await this.field("Code").fill(code)
    await this.button("Continue").click()
  }

  async enterPhone(countryCode: string, number: string): Promise<void> {
    await this.field("Country").selectOption({ value: countryCode })
    await this.field("Number").fill(number)
    await this.button("Continue").click()
  }

  /** Moves the sandbox's clock and the page's. */
  async pass(seconds: number): Promise<void> {
    const moved = this.page.waitForResponse("**/sandbox/advance")
    await this.page.getByLabel("Seconds", { exact: true }).fill(String(seconds))
    await this.page.getByRole("button", { name: "Move the clock" }).click()
    if (!(await moved).ok()) throw new Error("The sandbox did not move its clock")
  }

  /** What the form is told. */
  async step(): Promise<IntentStep> {
    return JSON.parse((await this.page.locator("pre").textContent()) ?? "")
  }
}

/** Opens the playground in a tab. */
export async function openTab(context: BrowserContext, { origin }: Pick<Stage, "origin">): Promise<Visitor> {
  const page = await context.newPage()
  await page.goto(origin)
  return new Visitor(page)
}

/** Opens the playground in a browser of its own, plays there and closes it. */
export async function visit(
  stage: Stage,
  play: (visitor: Visitor, context: BrowserContext) => Promise<void>,
  options: BrowserContextOptions = {},
): Promise<void> {
  const context = await stage.browser.newContext({ locale: "en-US", ...options })
  context.setDefaultTimeout(10_000)
  try {
    await play(await openTab(context, stage), context)
  } finally {
    await context.close()
  }
}
