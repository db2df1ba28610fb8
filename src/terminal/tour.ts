import { SimulatedClock, waitFor } from "xstate"
import type { AuthIntentEvent } from "../../machines/auth-intent.types.ts"
import type { Provider } from "../../machines/providers.ts"
import { formatTime } from "../failures/messages.ts"
import { createAuthIntent } from "../intent/create-auth-intent.ts"
import { approveInApp, submitCode, submitCredentials, switchMethod } from "../intent/events.ts"
import { getState } from "../intent/get-step.ts"
import { saveIntent } from "../intent/saved-intent.ts"
import { startSandbox } from "../sandbox/start-sandbox.ts"
import { createPostpressTransport, type PostpressCredentials } from "../transports/postpress.ts"

/** The next move: an event, time that passes, or a reload that keeps only the record. */
type Move = (() => AuthIntentEvent<PostpressCredentials>) | { seconds: number } | "reload"

/** One case of the tour, and what it proves. */
interface TourCase {
  title: string
  provider: Provider
  moves: Move[]
  /** How many requests are sent in which time, and the states of the machine. */
  shows: string
}

const login = (username: string) => () => submitCredentials({ username, password: "correct horse" })
const code = (digits: string) => () => submitCode(digits)

const wrong = code("000000")
const right = code("123456")

/** The cases that are worth seeing. The sandbox's usernames choose them. */
// biome-ignore format: a table
export const tourCases: TourCase[] = [
  { title: "Two-factor code, wrong once", provider: "INSTAGRAM", moves: [login("2fa"), wrong, right],
    shows: "3 requests in 0:00: idle → submitting → checkpoint.twoFactor → solving → checkpoint.twoFactor → solving → connected" },
  { title: "A second code after the first", provider: "LINKEDIN", moves: [login("2fa-then-otp"), right, right],
    shows: "3 requests in 0:00: idle → submitting → checkpoint.twoFactor → solving → checkpoint.otp → solving → connected" },
  { title: "Approval in the Messenger app", provider: "MESSENGER", moves: [login("2fa"), approveInApp],
    shows: "2 requests in 0:00: idle → submitting → checkpoint.twoFactor → solving → connected" },
  { title: "Approval, polled every 5 seconds", provider: "TWITTER", moves: [login("in-app-pending-2"), { seconds: 5 }, { seconds: 5 }],
    shows: "3 requests in 0:10: idle → submitting → checkpoint.inApp → solving → checkpoint.inApp → solving → connected" },
  { title: "Another way", provider: "INSTAGRAM", moves: [login("in-app-pending-9"), switchMethod, right],
    shows: "3 requests in 0:00: idle → submitting → checkpoint.inApp → solving → checkpoint.twoFactor → solving → connected" },
  { title: "Five minutes without a code", provider: "INSTAGRAM", moves: [login("otp"), { seconds: 299 }, { seconds: 1 }],
    shows: "1 request in 5:00: idle → submitting → checkpoint.otp → expired" },
  { title: "A restricted account", provider: "INSTAGRAM", moves: [login("error:403:errors/account_restricted")],
    shows: "1 request in 0:00: idle → submitting → failed" },
  { title: "Reload after four minutes", provider: "INSTAGRAM", moves: [login("2fa"), { seconds: 240 }, "reload", right],
    shows: "2 requests in 4:00: idle → submitting → checkpoint.twoFactor → checkpoint.twoFactor → solving → connected" },
  { title: "The response that connects is lost", provider: "INSTAGRAM", moves: [login("2fa-lost"), right, right],
    shows: "3 requests in 0:00: idle → submitting → checkpoint.twoFactor → solving → checkpoint.twoFactor → solving → failed (may be connected)" },
]

/** Plays one case over HTTP, on a clock that only the case moves; returns what the case has shown. */
async function play({ provider, moves }: TourCase): Promise<string> {
  const clock = new SimulatedClock()
  const sandbox = await startSandbox({ clock })
  const states: string[] = []
  let requests = 0
  const transport = createPostpressTransport({
    apiKey: "sandbox",
    baseUrl: sandbox.url,
    fetch(url, init) {
      requests += 1
      return globalThis.fetch(url, init)
    },
  })
  const start = (resume?: ReturnType<typeof saveIntent>) => {
    const actor = createAuthIntent({ transport, provider, resume, clock })
    actor.subscribe((snapshot) => states.push(getState(snapshot)))
    return actor.start()
  }

  try {
    let actor = start()
    for (const move of moves) {
      if (move === "reload") {
        const saved = JSON.stringify(saveIntent(actor.getSnapshot()))
        actor.stop()
        actor = start(JSON.parse(saved))
      } else if (typeof move === "function") actor.send(move())
      else clock.increment(move.seconds * 1000)
      await waitFor(actor, (snapshot) => !snapshot.hasTag("busy"))
    }
    const { output } = actor.getSnapshot()
    actor.stop()
    const isLost = output !== undefined && output.status !== "connected" && output.mayBeConnected
    const sent = `${requests} request${requests === 1 ? "" : "s"} in ${formatTime(clock.now())}`
    return `${sent}: ${states.join(" → ")}${isLost ? " (may be connected)" : ""}`
  } finally {
    await sandbox.close()
  }
}

/** Plays the cases against the sandbox and prints what each has shown; returns whether all went as expected. */
export async function tour(cases: readonly TourCase[] = tourCases): Promise<boolean> {
  let passed = 0
  for (const each of cases) {
    const shown = await play(each)
    const isExpected = shown === each.shows
    if (isExpected) passed += 1
    console.log(`${isExpected ? "✓" : "✗"} ${each.title}\n    ${shown}`)
    if (!isExpected) console.log(`    expected ${each.shows}`)
  }
  console.log(`${passed} of ${cases.length} as expected, over HTTP, on a clock that was moved`)
  return passed === cases.length
}
