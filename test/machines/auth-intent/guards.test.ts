import { describe, expect, test } from "vitest"
import * as guards from "../../../machines/auth-intent.guards.ts"
import type { AuthIntentContext, Outcome } from "../../../machines/auth-intent.types.ts"
import { outcomeOf } from "../../../machines/outcome-of.ts"
import { cancelIntent } from "../../../src/intent/events.ts"

/** What an intent knows before anything has happened. */
const bare: AuthIntentContext = {
  provider: "INSTAGRAM",
  intentLifetime: 300_000,
  solveGrace: 10_000,
  inAppPollInterval: 0,
  attempts: 0,
  failedPolls: 0,
  timedOut: false,
  unanswered: false,
}

type Event = Parameters<typeof guards.isConnected>[0]["event"]

const done = (output: unknown): Event => ({ type: "xstate.done.actor.solveCheckpoint", output: output as Outcome })

/** Events that hold nothing that a guard reads. */
const events: [title: string, Event][] = [
  ["a host's event", cancelIntent()],
  ["the start of a new intent", { type: "xstate.init" }],
  ["an actor that returned nothing", done(undefined)],
  ["an actor that returned null", done(null)],
  ["an actor that returned a text", done("connected")],
  ["an actor that returned something else", done({ kind: "something_else" })],
]

const { isApproving, isPoll, ...others } = guards

// A guard that throws would stop the actor.
describe.each(Object.entries(others))("%s is false, and does not throw, where there is nothing to read", (_, guard) => {
  test.each(events)("by %s", (_, event) => {
    for (const request of [undefined, "inApp", "poll", "code", "method"] as const) {
      expect(guard({ context: { ...bare, ...(request && { request }) }, event })).toBe(false)
    }
  })
})

test.each([
  [undefined, false, false],
  ["code", false, false],
  ["phone", false, false],
  ["method", false, false],
  ["inApp", true, false],
  ["poll", true, true],
] as const)(
  "an approval is in flight, and is the machine's own, by what is requested: %s",
  (request, approves, polls) => {
    const args = { context: { ...bare, ...(request && { request }) }, event: cancelIntent() }
    expect([isApproving(args), isPoll(args)]).toEqual([approves, polls])
  },
)

test.each(["toString", "constructor", "__proto__", "hasOwnProperty", "twoFactor", "2fa"])(
  "a type that only looks like a known one has no state of its own: %s",
  (type) => {
    const args = { context: { ...bare, checkpoint: { type } }, event: cancelIntent() }
    expect([guards.isTwoFactor(args), guards.isOtp(args), guards.isInApp(args), guards.isPhone(args)]).not.toContain(
      true,
    )
  },
)

test.each(events)("there is no outcome in %s", (_, event) => {
  expect(outcomeOf(event as never, "connected" as never)).toBeUndefined()
})
