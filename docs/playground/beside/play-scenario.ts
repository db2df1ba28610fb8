import { type AuthTransport, createRelayTransport, getState, type PostpressCredentials } from "auth-intent"
import { createScriptedFetch } from "../../../src/testing/create-scripted-fetch.ts"
import type { PlayableScenario } from "../offered-scenarios.ts"
import type { MovableClock } from "./create-movable-clock.ts"
import type { Recorder } from "./create-recorder.ts"
import { describeMove } from "./describe-move.ts"
import { createFormHand, sleep } from "./form-hand.ts"

/** The longest time until a step reaches its state, in ms. */
const maxWait = 3000

/** A scenario being played: the login begins anew with this transport, which returns the scenario's responses. */
export interface Play {
  transport: AuthTransport<PostpressCredentials>
  /** Stops the scenario; the hand types nothing more. */
  stop(): void
}

interface PlayerOptions {
  clock: MovableClock
  /** Moves the sandbox's clock and the page's. */
  advance: (ms: number) => Promise<void>
  recorder: Recorder
  /** How long each step stays in sight, in ms. */
  pace: number
  /** Called with the scenario being played, and with nothing at its end or stop. */
  onChange: (play?: Play, wasStopped?: boolean) => void
}

class Stopped extends Error {}

/** Returns an output as text, with its times relative to `from`. */
const toText = (output: unknown, from: number) =>
  JSON.stringify(output, (key, value) => (key === "expiresAt" || key === "retryAt" ? value - from : value))

/** Plays a scenario on the form, step by step, and returns its result in a sentence. */
export async function playScenario(scenario: PlayableScenario, options: PlayerOptions): Promise<string> {
  const { clock, advance, recorder, pace, onChange } = options
  const server = createScriptedFetch()
  const use = createFormHand(pace)
  const changes = new Set<() => void>()
  const unsubscribe = recorder.subscribe(() => changed())
  let isStopped = false
  let sent: unknown[] = []

  function changed() {
    for (const look of changes) look()
  }

  const read = () => {
    const { actor } = recorder.getRecording()
    const snapshot = actor?.getSnapshot()
    return { state: snapshot ? getState(snapshot) : "nowhere", output: snapshot?.output }
  }

  /** Waits until the machine is in the expected state and has sent the expected requests. */
  async function reach(state: string): Promise<void> {
    const isThere = () => isStopped || (read().state === state && server.sent.length >= sent.length)
    if (isThere()) return
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`the machine is in ${read().state}, not in ${state}`)), maxWait)
      const look = () => {
        if (!isThere()) return
        clearTimeout(timer)
        changes.delete(look)
        resolve()
      }
      changes.add(look)
    })
  }

  async function take({ do: move, expect }: PlayableScenario["steps"][number]): Promise<void> {
    recorder.note(describeMove(move))
    await sleep(pace)
    if (isStopped) throw new Stopped()
    if ("clock" in move) await advance(move.clock)
    else if ("server" in move) server.respond(move.server)
    else {
      server.note(move)
      await use(move)
    }
    sent = [...sent, ...expect.sent]
    await reach(expect.state)
    if (JSON.stringify(server.sent) !== JSON.stringify(sent)) throw new Error("something else was sent")
  }

  function compareEnd(start: number): string {
    const expected = scenario.steps.at(-1)?.expect
    const { output } = read()
    if (toText(output, start) !== toText(expected?.output, 0)) throw new Error("the output is another one")
    return `Ended as expected: ${expected?.state}.`
  }

  const transport = createRelayTransport({
    baseUrl: "/played",
    fetch: (url, init) => {
      const response = server.fetch(url, init)
      changed()
      return response
    },
  })
  const release = clock.hold()
  const start = clock.now()
  onChange({
    transport,
    stop() {
      isStopped = true
      changed()
    },
  })
  recorder.note(`Plays ${scenario.name}`)
  try {
    await reach("idle")
    for (const step of scenario.steps) await take(step)
    return compareEnd(start)
  } catch (error) {
    return isStopped ? "Stopped." : `Not as expected: ${error instanceof Error ? error.message : error}.`
  } finally {
    unsubscribe()
    release()
    onChange(undefined, isStopped)
  }
}
