import { attempt } from "../attempt.ts"
import type { AuthIntentVocabulary } from "./auth-intent/vocabulary.ts"
import type { DriverSetup, Locations } from "./in-page.ts"

/** What is used of Playwright's `Request` and `Route`. */
export interface PageRoute {
  request(): { headers(): Record<string, string>; method(): string; postData(): string | null; url(): string }
  fallback(): Promise<void>
  fulfill(response: { status: number; headers: Record<string, string>; body: string }): Promise<void>
  abort(code: string): Promise<void>
}

/** What is used of Playwright's `Page`. */
export interface DrivenPage {
  clock: {
    install(options: { time: number }): Promise<void>
    pauseAt(time: number): Promise<void>
    runFor(ms: number): Promise<void>
    fastForward(ms: number): Promise<void>
    setSystemTime(time: number): Promise<void>
  }
  addInitScript(script: (setup: DriverSetup) => void, setup?: DriverSetup): Promise<unknown>
  on(
    event: "console",
    listener: (said: { args(): { jsonValue(): Promise<unknown> }[]; text(): string }) => void,
  ): unknown
  on(event: "pageerror", listener: (error: Error) => void): unknown
  on(event: "request", listener: (request: ReturnType<PageRoute["request"]>) => void): unknown
  route(url: string, handler: (route: PageRoute) => Promise<void>): Promise<unknown>
  goto(url: string): Promise<unknown>
  reload(): Promise<unknown>
  evaluate<Result>(run: (args: string[]) => Result | Promise<Result>, args: string[]): Promise<Result>
}

/**
 * How a part of the page is found: by a CSS selector, or by a pattern that the text or the `aria-label` of a button, or of
 * a heading where it is an end, matches; of an `<input>` that is a button, its `value`. Open shadow roots are searched too.
 */
export type PageLocator = string | RegExp

/** What a person types into: CSS selectors. */
export interface PageFields {
  /** @default `[autocomplete=username]` */
  username: string
  /** @default `[autocomplete=current-password]` */
  password: string
  /** @default `[autocomplete=one-time-code]` */
  code: string
  /** @default `[autocomplete=tel-country-code]` */
  countryCode: string
  /** @default `[autocomplete=tel-national]` */
  number: string
}

/** What a person presses. */
export interface PageButtons {
  /** Sends what was typed. @default `[type=submit]` */
  submit: PageLocator
  /** Reports that the login is approved in the provider's app. @default whether it can be pressed is not compared */
  approve: PageLocator
  /** Requests another checkpoint. @default whether it can be pressed is not compared */
  switchMethod: PageLocator
  /** Cancels the login. */
  cancel: PageLocator
}

/** What shows at an end. A login has failed where none of these shows, and any text does. */
export interface PageEnds {
  connected: PageLocator
  expired: PageLocator
  mayBeConnected: PageLocator
}

/** Where things are on the page. */
export interface PageLocators {
  /** The address of the page; a function is called with the scenario's input. */
  url: string | ((input: AuthIntentVocabulary["input"]) => string)
  /** The requests of the transport, as a pattern of Playwright's. @default "**\/api/auth/**" */
  requests?: string
  /** @default each by its `autocomplete` */
  fields?: Partial<PageFields>
  buttons: Pick<PageButtons, "cancel"> & Partial<PageButtons>
  /** @default how it ended is not compared */
  ended?: PageEnds
  /** A CSS selector of what shows that the last try failed, for example `[role=alert]`. @default whether it shows is not compared */
  failure?: string
  /**
   * Waits until the page has what it loads by itself before it shows a step, for example a route that is imported then. It is
   * called before each look, while the page's clock stands still: `page.waitForFunction(isReady, undefined, { polling: 20 })`.
   */
  ready?(): Promise<unknown>
}

/** The parts of a page, by their names. */
export type PagePart = keyof (PageFields & PageButtons & PageEnds) | "failure"

const headings = "h1, h2, h3, h4, h5, h6, [role=heading]"

/** Returns where every part of a page is, as plain data. */
export function toLocations({ fields, buttons, ended, failure }: PageLocators): Locations {
  const parts = {
    username: "[autocomplete=username]",
    password: "[autocomplete=current-password]",
    code: "[autocomplete=one-time-code]",
    countryCode: "[autocomplete=tel-country-code]",
    number: "[autocomplete=tel-national]",
    submit: "[type=submit]",
    ...fields,
    ...buttons,
    ...(failure !== undefined && { failure }),
  }
  const toLocation =
    (texts: string) =>
    ([name, locator]: [string, PageLocator]) => {
      if (typeof locator === "string") return [name, { selector: locator }] as const
      const { source, flags } = locator
      return [name, { selector: texts, text: { source, flags } }] as const
    }
  return Object.fromEntries([
    ...Object.entries(parts).map(toLocation("button, [role=button], a[href], input[type=button], input[type=submit]")),
    ...Object.entries(ended ?? {}).map(toLocation(headings)),
  ])
}

/** Returns a pattern of Playwright's as a regular expression, so that the page can tell its own requests from others. */
export function toPattern(glob: string): string {
  const parts: Record<string, string> = { "**": ".*", "*": "[^/]*", "{": "(?:", "}": ")", ",": "|" }
  return `${glob.replaceAll(/\*\*|\W/g, (part) => parts[part] ?? `\\${part}`)}$`
}

/** Reports each text that leaves a page, and where to; `pattern` is that of the requests whose body holds the login. */
export function listen(page: DrivenPage, pattern: string, report: (place: string, text: string) => void): void {
  const login = new RegExp(pattern)
  page.on("console", async (message) => {
    report("the console", message.text())
    // That text leaves out nested objects. A page that has gone returns none.
    const values = await Promise.allSettled(message.args().map((each) => each.jsonValue()))
    report("the console", `${attempt(() => JSON.stringify(values))}`)
  })
  page.on("pageerror", ({ message }) => report("an error that it throws", message))
  page.on("request", (request) => {
    report("the address of a request", request.url())
    report("a header of a request", `${Object.values(request.headers())}`)
    const isLogin = request.method() === "POST" && login.test(request.url())
    if (!isLogin) report("the body of a request", request.postData() ?? "")
  })
}

/** How much of a long time is played timer by timer, in ms. */
const lastSeconds = 5_000

/** Lets time pass. Minutes of a page that shows each second take long to play: they pass in one jump, but for the last seconds. */
export async function pass(clock: DrivenPage["clock"], ms: number): Promise<void> {
  if (ms > 2 * lastSeconds) await clock.fastForward(ms - lastSeconds)
  await clock.runFor(ms > 2 * lastSeconds ? lastSeconds : ms)
}
