import { waitFor } from "xstate"
import type { AuthIntentEvent } from "../../machines/auth-intent.types.ts"
import type { Provider } from "../../machines/providers.ts"
import { formatTime, getMessage } from "../failures/messages.ts"
import { createAuthIntent, type IntentClock } from "../intent/create-auth-intent.ts"
import * as events from "../intent/events.ts"
import { getStep, type IntentSnapshot, type IntentStep } from "../intent/get-step.ts"
import { fill, helpOf, type PageMessages, pageMessages } from "../page/page-messages.ts"
import type { AuthTransport } from "../transports/auth-transport.ts"
import { normalizePhone } from "../transports/normalize.ts"
import type { PostpressCredentials } from "../transports/postpress.ts"
import type { Prompt, Terminal } from "./prompt.ts"

/** The texts of a login page. The terminal replaces texts about a page, or about an app that somebody else sets up. */
export const texts: PageMessages = {
  ...pageMessages,
  "help.approval": "Approve the login in {provider}'s app. It goes on by itself once you have.",
  "errors/invalid_api_key": "The API refused the key in POSTPRESS_API_KEY.",
}

interface ConnectOptions {
  transport: AuthTransport<PostpressCredentials>
  provider: Provider
  clock: IntentClock
  terminal: Terminal
  /** What the terminal's own keys do. */
  hint?: string | undefined
}

/** Leads a person through one login; returns whether it ended connected. Rejects with an `Interrupted`. */
export async function connect({ transport, provider, clock, terminal, hint }: ConnectOptions): Promise<boolean> {
  const actor = createAuthIntent({ transport, provider, clock }).start()
  const time = { now: () => clock.now() }
  const typed: Typed = {}
  let lastTitle = ""
  try {
    for (;;) {
      const isShown = (state: IntentSnapshot) => getStep(state).kind !== "wait"
      const clear = isShown(actor.getSnapshot()) ? undefined : terminal.showMeanwhile("One moment… Ctrl-C cancels.")
      const arrived = waitFor(actor, isShown, { signal: terminal.interrupted })
      const step = getStep(await arrived.finally(clear))
      if (step.kind === "done" || step.kind === "wait") break
      const title = fill(helpOf(step, texts), { provider: texts[`provider.${provider}`] })
      const keys = keysOf(step)
      const hints = [...keys.map(({ label }) => label), ...("expiresAt" in step && hint ? [hint] : [])]
      // During the check of an approval, the step before it stays.
      const isChecking = actor.getSnapshot().context.request === "inApp"
      if (isChecking) console.log("  One moment…")
      else if (title !== lastTitle) console.log(`\n${title}\n  ${hints.join("  ·  ")}`)
      if (!isChecking) lastTitle = title
      if (step.failure) console.log(`  ! ${getMessage(step.failure, texts, time)}`)

      // The prompt ends as soon as the machine shows another step.
      const left = new AbortController()
      const shown = JSON.stringify(step)
      const subscription = actor.subscribe((state) => JSON.stringify(getStep(state)) !== shown && left.abort())
      const note =
        "expiresAt" in step
          ? () => fill(texts["status.timeLeft"], { time: formatTime(step.expiresAt - clock.now()) })
          : undefined
      const readLine: ReadLine = async (prompt) => {
        const names = keys.map(({ name }) => name)
        const line = await terminal.prompt({ ...prompt, note, keys: names, signal: left.signal })
        return line?.key === "return" ? line.text : keys.find(({ name }) => name === line?.key)?.event()
      }
      const event = await readEvent(step, typed, readLine).finally(() => subscription.unsubscribe())
      if (event) actor.send(event)
    }
  } finally {
    if (actor.getSnapshot().status === "active") actor.send(events.cancelIntent())
    const { output } = actor.getSnapshot()
    // The account id could hold a terminal's control characters.
    if (output?.status === "connected") console.log(`Connected: account ${output.accountId.replace(/[^ -~]/g, "?")}`)
    else if (output) console.log(`Not connected. ${getMessage(output, texts, time)}`)
  }
  return actor.getSnapshot().output?.status === "connected"
}

type TypedEvent = AuthIntentEvent<PostpressCredentials>

/** The keys that stand for an event at a step. */
const keysOf = (step: IntentStep): { name: string; label: string; event: () => TypedEvent }[] => [
  ...(step.kind === "code" && step.canApproveInApp
    ? [{ name: "up", label: "up: approve in the app", event: events.approveInApp }]
    : []),
  ...("canSwitchMethod" in step && step.canSwitchMethod
    ? [{ name: "tab", label: "tab: another way", event: events.switchMethod }]
    : []),
  { name: "escape", label: "esc: cancel", event: events.cancelIntent },
]

/** What a person has typed, so that it need not be typed again. */
interface Typed {
  username?: string
  countryCode?: string
}

/** Prompts for one line: a text, the event of a key, or `undefined` where the step has ended meanwhile. */
type ReadLine = (prompt: Prompt) => Promise<string | TypedEvent | undefined>

/** Prompts for what a step wants, and builds the event. */
async function readEvent(step: IntentStep, typed: Typed, readLine: ReadLine): Promise<TypedEvent | undefined> {
  if (step.kind === "credentials") {
    const username = await readLine({ label: "Username", initial: typed.username })
    if (typeof username !== "string") return username
    typed.username = username
    const password = await readLine({ label: "Password", isSecret: true })
    return typeof password === "string" ? events.submitCredentials({ username, password }) : password
  }
  if (step.kind === "phone") {
    const countryCode = await readLine({ label: "Country code, for example +33", initial: typed.countryCode })
    if (typeof countryCode !== "string") return countryCode
    // An impossible country code is refused at once, and not offered again.
    const isPossible = normalizePhone({ countryCode, number: "1234" }) !== undefined
    if (!isPossible) return events.submitPhone({ countryCode, number: "" })
    typed.countryCode = countryCode
    const number = await readLine({ label: "Phone number" })
    return typeof number === "string" ? events.submitPhone({ countryCode, number }) : number
  }
  const isApproval = step.kind === "approval"
  const line = await readLine({ label: isApproval ? "Press enter to check at once" : "Code" })
  if (typeof line !== "string") return line
  return isApproval ? events.approveInApp() : events.submitCode(line)
}
