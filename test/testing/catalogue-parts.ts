import { type AnyStateMachine, assign, createMachine, fromPromise } from "xstate"
import { createActorDriver } from "../../src/testing/create-actor-driver.ts"
import type { Driver, Observation } from "../../src/testing/scenario.ts"

/** The actor's driver with changed observations. */
export function showing(change: (seen: Observation) => Observation): Driver {
  const driver = createActorDriver()
  return { ...driver, observe: async () => change(await driver.observe()) }
}

/** The request of the small machines of these tests, and its replies. */
export const load = fromPromise<unknown, unknown>(async () => "never run")
export const replies = () => ({ loaded: { output: 1 }, broke: { error: "no" } })

export const go = { went: { person: "go" } }

/** A person's moves, each named after its event. */
export const persons = (...words: string[]) => Object.fromEntries(words.map((person) => [person, { person }]))

/** Builds a small machine. Its states are `a`, the initial one, and `b`, unless the config has others. */
export function chart(config: Parameters<typeof createMachine>[0]): AnyStateMachine {
  const initial = config.type === "parallel" ? undefined : "a"
  return createMachine({ id: "small", initial, states: { a: {}, b: {} }, ...config }).provide({ actors: { load } })
}

/** A machine that counts endlessly. */
export const endless = chart({
  id: "endless",
  context: { count: 0 },
  on: { go: { actions: assign({ count: ({ context }) => context["count"] + 1 }) } },
})
