import { type AnyStateMachine, assign, createMachine, fromPromise } from "xstate"
import { createActorDriver } from "../../src/testing/create-actor-driver.ts"
import type { Driver, Observation } from "../../src/testing/scenario.ts"

/** The actor's driver, which shows something else. */
export function showing(change: (seen: Observation) => Observation): Driver {
  const driver = createActorDriver()
  return { ...driver, observe: async () => change(await driver.observe()) }
}

/** What the small machines of these tests request, and the replies to it. */
export const load = fromPromise<unknown, unknown>(async () => "never run")
export const replies = () => ({ loaded: { output: 1 }, broke: { error: "no" } })

export const go = { went: { person: "go" } }

/** A person's moves that are called what they send. */
export const persons = (...words: string[]) => Object.fromEntries(words.map((person) => [person, { person }]))

/** Builds a small machine, whose states are `a`, where it begins, and `b` unless it has others. */
export function chart(config: Parameters<typeof createMachine>[0]): AnyStateMachine {
  const initial = config.type === "parallel" ? undefined : "a"
  return createMachine({ id: "small", initial, states: { a: {}, b: {} }, ...config }).provide({ actors: { load } })
}

/** A machine that counts without end. */
export const endless = chart({
  id: "endless",
  context: { count: 0 },
  on: { go: { actions: assign({ count: ({ context }) => context["count"] + 1 }) } },
})
