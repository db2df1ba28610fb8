import { describe, expect, test } from "vitest"
import type { AnyAuthIntentEvent } from "../../machines/auth-intent.guards.ts"
import * as guards from "../../machines/auth-intent.guards.ts"
import type { AuthIntentContext, Outcome } from "../../machines/auth-intent.types.ts"
import { cancelIntent } from "../../src/events.ts"

/** What an intent knows before anything has happened. */
const bare: AuthIntentContext = {
  provider: "INSTAGRAM",
  intentLifetime: 300_000,
  solveGrace: 10_000,
  inAppPollInterval: 0,
  attempts: 0,
  timedOut: false,
}

const done = (output: unknown): AnyAuthIntentEvent => ({
  type: "xstate.done.actor.solveCheckpoint",
  output: output as Outcome,
})

/** Events that say nothing a guard asks about. */
const events: [title: string, AnyAuthIntentEvent][] = [
  ["a host's event", cancelIntent()],
  ["the start of a new intent", { type: "xstate.init", input: { provider: "INSTAGRAM" } }],
  ["an actor that gave nothing", done(undefined)],
  ["an actor that gave something else", done({ kind: "something_else" })],
]

const { answer, isApproving, canTypeInstead, ...asking } = guards

// A guard that throws would stop the actor.
describe.each(Object.entries(asking))("%s is false, and does not throw, where there is nothing to tell", (_, guard) => {
  test.each(events)("by %s", (_, event) => {
    expect(guard({ context: bare, event })).toBe(false)
    for (const solution of ["approval", "code"] as const) {
      expect(guard({ context: { ...bare, solution }, event })).toBe(false)
    }
  })
})

test.each(events)("what is asked of an approval on its way needs no checkpoint: %s", (_, event) => {
  expect([isApproving, canTypeInstead].map((guard) => guard({ context: bare, event }))).toEqual([false, false])
  const context: AuthIntentContext = { ...bare, solution: "approval" }
  expect([isApproving, canTypeInstead].map((guard) => guard({ context, event }))).toEqual([true, true])
})

test.each(events)("there is no answer in %s", (_, event) => {
  expect(answer(event, "connected")).toBeUndefined()
})
