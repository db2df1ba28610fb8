import { describe, expect, test } from "vitest"
import type { SnapshotFrom } from "xstate"
import { authIntentMachine } from "../../../machines/auth-intent.machine.ts"
import { getState } from "../../../src/intent/get-step.ts"
import { done, threw, walkGraph } from "../graph.ts"
import {
  badRequest,
  connected,
  deadline,
  demanded,
  events,
  network,
  overtaken,
  rejected,
  restricted,
  startsAt,
  timeout,
  unavailable,
  waiting,
  wrongSolution,
} from "./places.ts"

const outcomes = [startsAt, deadline - 1, deadline].flatMap((at) =>
  [
    connected,
    ...waiting.map(({ checkpoint }) => demanded(checkpoint)),
    ...[badRequest, wrongSolution, restricted, timeout, overtaken, unavailable, network].map((why) => rejected(why)),
  ].map((outcome) => ({ ...outcome, at })),
)
const kinds = ["twoFactor", "otp", "inApp", "phone", "unsupported"]

const catalogue = [
  ...Object.values(events).map((build) => build()),
  ...["submitCredentials", "solveCheckpoint"].flatMap((id) => [
    ...outcomes.map((output) => done(id, output)),
    threw(id),
  ]),
  { type: "xstate.after.intentTimeout.authIntent.checkpoint" },
  { type: "xstate.after.solveTimeout.authIntent.solving" },
  { type: "xstate.after.inAppPoll.authIntent.checkpoint.inApp" },
]

type Snapshot = SnapshotFrom<typeof authIntentMachine>

/** What the guards tell apart, and what an output says. */
const keyOf = ({ value, context }: Snapshot) => {
  const { checkpoint, timedOut, unanswered, request, failure } = context
  const { type, canApproveInApp } = checkpoint ?? {}
  return JSON.stringify([value, type, canApproveInApp, timedOut, unanswered, request, failure?.type])
}

const { edges, states, open, deadEnds, movesOfFinals } = walkGraph(
  authIntentMachine,
  { provider: "INSTAGRAM" },
  catalogue,
  keyOf,
)

describe("the graph of authIntent", () => {
  test("has every state that is promised and no other, so that no transient one is ever seen", () => {
    const reached = new Set([...states.values()].map((snapshot) => getState(snapshot)))
    const shown = ["idle", "submitting", "solving", "connected", "expired", "failed"]
    expect([...reached].sort()).toEqual([...shown, ...kinds.map((kind) => `checkpoint.${kind}`)].sort())
    expect(states.size).toBeGreaterThan(200)
  })

  test.each(["connected", "failed"])("has no dead end: every state that is not final can reach %s", (final) => {
    expect(deadEnds(final)).toEqual([])
  })

  test("can expire from every state that has a deadline", () => {
    const noDeadline = open.filter(([, { context }]) => context.expiresAt === undefined).map(([key]) => key)
    const canExpire = deadEnds("expired").filter((key) => !noDeadline.includes(key))
    expect(canExpire).toEqual([])
  })

  test("accepts a cancel in every state that is not final, which fails it", () => {
    const canceled = edges.filter(
      ({ event, nextState }) => event.type === "intent.cancel" && nextState.value === "failed",
    )
    const accepting = new Set(canceled.map(({ state }) => keyOf(state)))
    expect(open.filter(([key]) => !accepting.has(key))).toEqual([])
  })

  test("moves nowhere from a final state", () => {
    expect(movesOfFinals()).toEqual([])
    expect(open.length).toBeLessThan(states.size)
  })

  test("never raises a deadline", () => {
    const raised = edges.filter(
      ({ state, nextState }) =>
        (nextState.context.expiresAt ?? 0) > (state.context.expiresAt ?? Number.POSITIVE_INFINITY),
    )
    expect(raised).toEqual([])
  })

  test("never ends otherwise than connected with a request unanswered, without saying so", () => {
    const ends = [...states.values()].filter(({ status }) => status === "done")
    const silent = ends.filter(({ value, context, output }) => {
      const hasDoubt = output !== undefined && "mayBeConnected" in output
      return hasDoubt !== (context.unanswered && value !== "connected")
    })
    expect(silent).toEqual([])
  })
})
