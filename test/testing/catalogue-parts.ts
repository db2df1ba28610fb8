import { assign, fromPromise, setup } from "xstate"

/** What the small machines of these tests request, and the replies to it. */
export const load = fromPromise<unknown, unknown>(async () => "never run")
export const actors = { load }
export const replies = () => ({ loaded: { output: 1 }, broke: { error: "no" } })

export const go = { went: { person: "go" } }

/** A person's moves that are called what they send. */
export const persons = (...words: string[]) => Object.fromEntries(words.map((person) => [person, { person }]))

/** A machine that counts without end. */
export const endless = setup({ types: { context: {} as { count: number } } }).createMachine({
  id: "endless",
  context: { count: 0 },
  on: { go: { actions: assign({ count: ({ context }) => context.count + 1 }) } },
})
