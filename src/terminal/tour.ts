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

/** What happens next: an event, time that passes, or a reload that keeps the record alone. */
type Move = (() => AuthIntentEvent<PostpressCredentials>) | { seconds: number } | "reload"

/** One case of the tour, and what it proves. */
interface TourCase {
  title: string
  provider: Provider
  moves: Move[]
  /** The states that it goes through. */
  states: string
  /** How many requests are sent. */
  requests: number
  /** Whether its output has `mayBeConnected`. */
  mayBeConnected?: true
}

const login = (username: string) => () => submitCredentials({ username, password: "correct horse" })
const code = (digits: string) => () => submitCode(digits)

const wrong = code("000000")
const right = code("123456")

/** The cases that are worth seeing, as the sandbox's usernames bring them about. */
// biome-ignore format: a table
export const tourCases: TourCase[] = [
  { title: "Two-factor code, wrong once", provider: "INSTAGRAM", moves: [login("2fa"), wrong, right],
    requests: 3, states: "idle submitting checkpoint.twoFactor solving checkpoint.twoFactor solving connected" },
  { title: "A second code after the first", provider: "LINKEDIN", moves: [login("2fa-then-otp"), right, right],
    requests: 3, states: "idle submitting checkpoint.twoFactor solving checkpoint.otp solving connected" },
  { title: "Approval in the Messenger app", provider: "MESSENGER", moves: [login("2fa"), approveInApp],
    requests: 2, states: "idle submitting checkpoint.twoFactor solving connected" },
  { title: "Approval, polled every 5 seconds", provider: "TWITTER", moves: [login("in-app-pending-2"), { seconds: 5 }, { seconds: 5 }],
    requests: 3, states: "idle submitting checkpoint.inApp solving checkpoint.inApp solving connected" },
  { title: "Another way", provider: "INSTAGRAM", moves: [login("in-app-pending-9"), switchMethod, right],
    requests: 3, states: "idle submitting checkpoint.inApp solving checkpoint.twoFactor solving connected" },
  { title: "Five minutes without a code", provider: "INSTAGRAM", moves: [login("otp"), { seconds: 299 }, { seconds: 1 }],
    requests: 1, states: "idle submitting checkpoint.otp expired" },
  { title: "A restricted account", provider: "INSTAGRAM", moves: [login("error:403:errors/account_restricted")],
    requests: 1, states: "idle submitting failed" },
  { title: "Reload after four minutes", provider: "INSTAGRAM", moves: [login("2fa"), { seconds: 240 }, "reload", right],
    requests: 2, states: "idle submitting checkpoint.twoFactor checkpoint.twoFactor solving connected" },
  { title: "The response that connects is lost", provider: "INSTAGRAM", moves: [login("2fa-lost"), right, right],
    requests: 3, states: "idle submitting checkpoint.twoFactor solving checkpoint.twoFactor solving failed", mayBeConnected: true },
]

/** What a case has shown. */
type Proof = Pick<TourCase, "states" | "requests" | "mayBeConnected"> & { seconds: number }

/** Plays one case over HTTP, on a clock that moves only where the case moves it. */
async function play({ provider, moves }: TourCase): Promise<Proof> {
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
    return { states: states.join(" "), requests, seconds: clock.now() / 1000, ...(isLost && { mayBeConnected: true }) }
  } finally {
    await sandbox.close()
  }
}

function describe({ states, requests, mayBeConnected }: Omit<Proof, "seconds">, seconds?: number): string {
  const time = seconds === undefined ? "" : ` in ${formatTime(seconds * 1000)}`
  const end = mayBeConnected ? " (may be connected)" : ""
  return `${requests} request${requests === 1 ? "" : "s"}${time}: ${states.replaceAll(" ", " → ")}${end}`
}

/** Plays the cases against the sandbox and prints what each has shown; returns whether all went as expected. */
export async function tour(cases: readonly TourCase[] = tourCases): Promise<boolean> {
  let passed = 0
  for (const each of cases) {
    const { seconds, ...shown } = await play(each)
    const isExpected = describe(shown) === describe(each)
    if (isExpected) passed += 1
    console.log(`${isExpected ? "✓" : "✗"} ${each.title}\n    ${describe(shown, seconds)}`)
    if (!isExpected) console.log(`    expected ${describe(each)}`)
  }
  console.log(`${passed} of ${cases.length} as expected, over HTTP, on a clock that was moved`)
  return passed === cases.length
}
