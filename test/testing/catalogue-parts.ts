import { type AnyStateMachine, assign, createMachine, fromPromise } from "xstate"

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
