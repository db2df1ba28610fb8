import { SimulatedClock, waitFor } from "xstate"
import { type AuthIntentActor, createAuthIntent } from "../intent/create-auth-intent.ts"
import { saveIntent } from "../intent/save-intent.ts"
import { startSandbox } from "../sandbox/start-sandbox.ts"
import { createPostpressTransport } from "../transports/postpress.ts"
import { stateName } from "./state-name.ts"
import { type TourCase, tourCases } from "./tour-cases.ts"

const apiKey = "sandbox"

/** Plays one case over HTTP and gives the states that it went through. */
async function play({ provider, moves }: TourCase): Promise<string[]> {
  const clock = new SimulatedClock()
  const sandbox = await startSandbox({ apiKey, now: () => clock.now() })
  const transport = createPostpressTransport({ apiKey, baseUrl: sandbox.url })
  const states: string[] = []

  const start = (resume?: unknown): AuthIntentActor => {
    const actor = createAuthIntent({ transport, provider, resume, clock })
    actor.subscribe((snapshot) => states.push(stateName(snapshot)))
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
      else clock.increment(move.pass)
      await waitFor(actor, (snapshot) => !snapshot.hasTag("busy"))
    }
    actor.stop()
    return states
  } finally {
    await sandbox.close()
  }
}

/** Plays the telling cases against the sandbox and prints each as a line of states; gives whether each went as it should. */
export async function tour(cases: readonly TourCase[] = tourCases): Promise<boolean> {
  const width = Math.max(...cases.map(({ title }) => title.length))
  let passed = 0
  for (const each of cases) {
    const states = (await play(each)).join(" ")
    const right = states === each.states
    if (right) passed += 1
    console.log(`${right ? "✓" : "✗"} ${each.title.padEnd(width)}  ${states.replaceAll(" ", " → ")}`)
    if (!right) console.log(`  expected ${each.states.replaceAll(" ", " → ")}`)
  }
  console.log(`${passed} of ${cases.length} as they should be`)
  return passed === cases.length
}
