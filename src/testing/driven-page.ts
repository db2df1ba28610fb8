import type { IntentStep } from "../intent/get-step.ts"
import type { AuthIntentVocabulary } from "./auth-intent/vocabulary.ts"
import type { DriverSetup, Locations, Look } from "./in-page.ts"

/** What is used of Playwright's `Request` and `Route`. */
export interface PageRoute {
  request(): { method(): string; postData(): string | null; url(): string }
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
  on(event: "console", listener: (message: { text(): string }) => void): unknown
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
  page.on("console", (message) => report("the console", message.text()))
  page.on("request", (request) => {
    report("the address of a request", request.url())
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

type ShownStep = { kind: IntentStep["kind"] | "blank" } & Record<string, unknown>

/**
 * Returns the step as a page shows it: its kind by the field that is visible, `wait` where nothing but cancel can be
 * pressed, `done` where neither a field nor cancel is left, and `blank` where no text is. The text of a failure is not read,
 * and at an end a failure is not reported: its text belongs to the end.
 */
export function readPageStep(shown: Look["shown"]): ShownStep {
  const step = readKind(shown)
  const { failure } = shown
  if (failure === undefined || step.kind === "done" || step.kind === "blank") return step
  return { ...step, failure: failure === "absent" ? undefined : "shown" }
}

function readKind(shown: Look["shown"]): ShownStep {
  const isThere = (part: PagePart) => (shown[part] ?? "absent") !== "absent"
  const isUsable = (part: PagePart) => shown[part] === "usable"
  const canCancel = isUsable("cancel")
  if (isThere("username")) return { kind: isUsable("submit") ? "credentials" : "wait", canCancel }
  const field = isThere("code") ? "code" : isThere("number") ? "phone" : undefined
  if (!isThere("cancel") && !field) return readEnd(shown)

  const canApproveInApp = isUsable("approve")
  const canSwitchMethod = isUsable("switchMethod")
  const kind = field ?? "approval"
  // Without another way nothing but an approval has that button, which is disabled while it is sent.
  const isApproval = !field && isThere("approve") && !("switchMethod" in shown)
  const canGoOn = canApproveInApp || canSwitchMethod || isApproval || (field && isUsable("submit"))
  if (!canGoOn) return { kind: "wait", canCancel }
  return {
    kind,
    canCancel,
    ...("switchMethod" in shown && { canSwitchMethod }),
    ...("approve" in shown && { canApproveInApp }),
  }
}

/** Returns how an intent has ended, as far as the page was said to show it. */
function readEnd({ connected, expired, mayBeConnected, text }: Look["shown"]): ShownStep {
  if (text === "absent") return { kind: "blank" }
  if (connected === undefined) return { kind: "done" }
  if (mayBeConnected !== "absent") return { kind: "done", mayBeConnected: true }
  const status = connected !== "absent" ? "connected" : expired !== "absent" ? "expired" : "failed"
  // A doubt that is not shown is none: left out, it would not be compared.
  return { kind: "done", status, mayBeConnected: undefined }
}
