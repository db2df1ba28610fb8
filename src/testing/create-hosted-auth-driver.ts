import { type Actor, createActor, fromPromise } from "xstate"
import { hostedAuthMachine } from "../../machines/hosted-auth.machine.ts"
import type { HostedAuthInput, LinkOutcome, LinkRequest } from "../../machines/hosted-auth.types.ts"
import { createTestClock } from "./create-test-clock.ts"
import type { Driver } from "./driver.ts"
import { hostedAuthStep } from "./hosted-auth/hosted-auth-step.ts"
import type { HostedAuthVocabulary } from "./hosted-auth/hosted-auth-vocabulary.ts"
import { judgeLinkReply } from "./hosted-auth/judge-link-reply.ts"
import { resumeHostedAuth } from "./hosted-auth/resume-hosted-auth.ts"
import { toHostedEvent } from "./hosted-auth/to-hosted-event.ts"
import { statePath } from "./model/state-path.ts"
import { tick } from "./tick.ts"

/** Drives an actor of `hostedAuthMachine`, with a clock that is moved by hand and a `createLink` that answers as the scenario has it. */
export function createHostedAuthDriver(machine = hostedAuthMachine): Driver<HostedAuthVocabulary> {
  const clock = createTestClock()
  let requests = 0
  let waiting: ((ending: ReturnType<typeof judgeLinkReply>) => void) | undefined
  let actor: Actor<typeof hostedAuthMachine> | undefined

  const createLink = fromPromise<LinkOutcome, LinkRequest>(({ signal }) => {
    requests += 1
    return new Promise((resolve, reject) => {
      const answer: typeof waiting = (ending) => ("error" in ending ? reject(ending.error) : resolve(ending.output))
      waiting = answer
      signal.addEventListener("abort", () => {
        if (waiting === answer) waiting = undefined
      })
    })
  })
  const logic = machine.provide({ actors: { createLink } })

  function current(): Actor<typeof hostedAuthMachine> {
    if (actor === undefined) throw new Error("The driver has not been started")
    return actor
  }

  function start(input: HostedAuthInput) {
    actor?.stop()
    actor = createActor(logic, { input, clock }).start()
  }

  return {
    start,
    person(move) {
      if (move.person === "reload") start(resumeHostedAuth(current().getSnapshot()))
      else current().send(toHostedEvent(move))
    },
    server(reply) {
      if (waiting === undefined) throw new Error("There is nothing to answer: no link was asked for")
      waiting(judgeLinkReply(reply, clock.now()))
      waiting = undefined
      return tick()
    },
    clock(ms, asleep) {
      if (asleep) clock.jump(ms)
      else clock.advance(ms)
    },
    observe() {
      const snapshot = current().getSnapshot()
      const { tags, output, context } = snapshot
      const [state, step] = [statePath(snapshot), hostedAuthStep(context)]
      return { state, tags: [...tags].sort(), step, requests, output }
    },
    stop() {
      actor?.stop()
    },
  }
}
