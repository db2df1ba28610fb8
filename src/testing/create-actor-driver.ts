import { type AuthIntentActor, createAuthIntent } from "../intent/create-auth-intent.ts"
import { getStep } from "../intent/get-step.ts"
import { saveIntent } from "../intent/save-intent.ts"
import type { AuthTransport } from "../transports/auth-transport.ts"
import { createPostpressTransport, type PostpressCredentials } from "../transports/postpress.ts"
import { toEvent } from "./auth-intent/to-event.ts"
import type { ScriptedFetch } from "./create-scripted-fetch.ts"
import { createTestClock } from "./create-test-clock.ts"
import type { Driver } from "./driver.ts"
import { statePath } from "./model/state-path.ts"
import { tick } from "./tick.ts"

/** How long a busy actor is waited for before it counts as stuck, in ms of real time. */
const patience = 5_000

/** A transport that throws where the scenario says so, as no good one does. */
function breakable(
  { submit, solve }: AuthTransport<PostpressCredentials>,
  server: ScriptedFetch,
): AuthTransport<PostpressCredentials> {
  const orThrow = async <Answer>(answering: Promise<Answer>): Promise<Answer> => {
    const answer = await answering
    if (server.fault === "transport throws") throw new Error("The transport throws, as the scenario has it")
    return answer
  }
  return {
    submit: (...args) => orThrow(submit(...args)),
    solve: (...args) => orThrow(solve(...args)),
  }
}

/** Drives the actor itself, with a clock that is moved by hand and a server that answers as the scenario has it. */
export function createActorDriver(
  server: ScriptedFetch,
  transport = createPostpressTransport({ apiKey: "test", fetch: server.fetch }),
): Driver {
  const clock = createTestClock()
  const options = { transport: breakable(transport, server), clock }
  let actor: AuthIntentActor | undefined
  let input: Parameters<Driver["start"]>[0] = { provider: "INSTAGRAM" }

  function current(): AuthIntentActor {
    if (actor === undefined) throw new Error("The driver has not been started")
    return actor
  }

  /** Waits until the actor has what it needs, or its request has come to the server. */
  async function settle(): Promise<void> {
    const until = performance.now() + patience
    while (current().getSnapshot().hasTag("busy") && !server.waiting) {
      if (performance.now() > until) throw new Error("The actor is busy, but no request has come to the server")
      await tick()
    }
  }

  return {
    start(first) {
      input = first
      actor = createAuthIntent({ ...options, ...input }).start()
    },
    async person(move) {
      if (move.person === "reload") {
        const resume: unknown = JSON.parse(JSON.stringify(saveIntent(current().getSnapshot())))
        current().stop()
        actor = createAuthIntent({ ...options, ...input, resume }).start()
      } else current().send(toEvent(move))
      await settle()
    },
    async server() {
      server.answer()
      await settle()
    },
    async clock(ms, asleep) {
      if (asleep) clock.jump(ms)
      else clock.advance(ms)
      await settle()
    },
    observe() {
      const snapshot = current().getSnapshot()
      const { tags, output } = snapshot
      const [state, step] = [statePath(snapshot), getStep(snapshot)]
      return { state, tags: [...tags].sort(), step, requests: server.requests, output }
    },
    stop() {
      actor?.stop()
    },
  }
}
