import { describe, expect, test } from "vitest"
import type { SnapshotFrom } from "xstate"
import { hostedAuthMachine } from "../../../machines/hosted-auth.machine.ts"
import { saveHostedAuth } from "../../../src/hosted/saved-hosted-auth.ts"
import { getState } from "../../../src/intent/get-step.ts"
import { done, threw, walkGraph } from "../graph.ts"
import {
  at,
  callback,
  deadline,
  events,
  linked,
  places,
  rejected,
  startsAt,
  unavailable,
  unsubscribed,
} from "./places.ts"

test.each(places)("the context and the record are plain, finite JSON: $name", async ({ name }) => {
  const driven = await at(name)
  for (const value of [driven.context(), saveHostedAuth(driven.actor.getSnapshot())]) {
    expect(JSON.parse(JSON.stringify(value))).toEqual(value)
    expect(structuredClone(value)).toEqual(value)
  }
})

const responses = [startsAt, deadline].flatMap((moment) =>
  [
    linked,
    rejected(unavailable),
    rejected(unsubscribed),
    { kind: "connected", accountId: "acc_1" },
    { kind: "pending" },
  ].map((outcome) => ({ ...outcome, at: moment })),
)
const catalogue = [
  ...Object.values(events),
  callback({ userId: "eve" }),
  ...["createLink", "findConnection"].flatMap((id) => [
    ...[...responses, undefined].map((output) => done(id, output)),
    threw(id),
  ]),
  { type: "xstate.after.linkTimeout.hostedAuth.redirected" },
  { type: "xstate.after.linkTimeout.hostedAuth.redirected.waiting" },
  { type: "xstate.after.findInterval.hostedAuth.redirected.waiting" },
]

type Snapshot = SnapshotFrom<typeof hostedAuthMachine>

const keyOf = ({ value, context: { url, returned, mayBeConnected, failure } }: Snapshot) =>
  JSON.stringify([value, url, returned, mayBeConnected, failure?.type])

const { edges, states, open, deadEnds, movesOfFinals } = walkGraph(
  hostedAuthMachine,
  { providers: "*", userId: "ada" },
  catalogue,
  keyOf,
)

describe("the graph of hostedAuth", () => {
  test("has every state that is promised and no other, so that no transient one is ever seen", () => {
    const reached = new Set([...states.values()].map((snapshot) => getState(snapshot)))
    const shown = ["idle", "linking", "redirected.finding", "redirected.waiting", "connected", "expired", "failed"]
    expect([...reached].sort()).toEqual(shown.sort())
  })

  test.each(["connected", "failed", "expired"])("has no dead end: every open state can reach %s", (final) => {
    expect(deadEnds(final)).toEqual([])
    expect(open.length).toBeGreaterThan(10)
  })

  test("connects by nothing but a callback of the same person, or the host's back end", () => {
    const connecting = edges.filter(
      ({ state, nextState }) => state.status !== "done" && nextState.value === "connected",
    )
    const types = new Set(connecting.map(({ event }) => event.type as string))
    expect(types).toEqual(new Set(["callback.received", "xstate.done.actor.findConnection"]))
    const callbacks = connecting.map(({ event }) => event).filter(({ type }) => type === "callback.received")
    expect(callbacks).toEqual(callbacks.map(() => callback()))
  })

  test("moves nowhere from a final state", () => {
    expect(movesOfFinals()).toEqual([])
    expect(open.length).toBeLessThan(states.size)
  })

  test("never ends otherwise than connected after a success that was returned, without saying so", () => {
    const ends = [...states.values()].filter(({ status }) => status === "done")
    const silent = ends.filter(({ value, context, output }) => {
      const hasDoubt = output !== undefined && "mayBeConnected" in output
      return hasDoubt !== (context.mayBeConnected === true && value !== "connected")
    })
    expect([silent, ends.length > 5]).toEqual([[], true])
  })
})
