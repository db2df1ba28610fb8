import { adjacencyMapToArray, getAdjacencyMap } from "@xstate/graph"
import { describe, expect, test } from "vitest"
import type { EventFromLogic, SnapshotFrom } from "xstate"
import { hostedAuthMachine } from "../../machines/hosted-auth.machine.ts"
import type { LinkOutcome } from "../../machines/hosted-auth.types.ts"
import { saveHostedAuth } from "../../src/hosted/save-hosted-auth.ts"
import { driveHostedAuth, startsAt } from "./drive-hosted-auth.ts"
import { callback, deadline, linked, places, unavailable, unsubscribed } from "./places.ts"

const states = ["idle", "linking", "redirected", "connected", "expired", "failed"]

test.each(places)("the context and the record are plain, finite JSON: $name", async (place) => {
  const driven = driveHostedAuth()
  await place.arrive(driven)
  for (const value of [driven.context(), saveHostedAuth(driven.actor.getSnapshot())]) {
    expect(JSON.parse(JSON.stringify(value))).toEqual(value)
    expect(structuredClone(value)).toEqual(value)
  }
})

test("the context takes nothing from its input but what it names", () => {
  const input = { providers: "*", userId: "ada", apiKey: "canary" } as const
  expect(JSON.stringify(driveHostedAuth({ input }).context())).not.toContain("canary")
})

describe("the definition", () => {
  interface Node {
    type?: string
    on?: object
    after?: object
    always?: unknown
    invoke?: { src: string; onDone: unknown; onError: unknown }
    entry?: unknown
    states?: Record<string, Node>
  }
  const config = hostedAuthMachine.config as Node
  const nodes = [config, ...Object.values(config.states ?? {})]
  const list = (value: unknown): unknown[] => (value === undefined ? [] : [value].flat())
  const transitions = nodes.flatMap(({ on = {}, after = {}, always, invoke }) =>
    [...Object.values(on), ...Object.values(after), always, invoke?.onDone, invoke?.onError].flatMap(list),
  )
  const parts = (part: "guard" | "actions") =>
    transitions.flatMap((each) => (typeof each === "object" && each !== null ? list(Reflect.get(each, part)) : []))

  test("has the id and the six states that are promised, in order", () => {
    expect([hostedAuthMachine.id, ...Object.keys(hostedAuthMachine.states)]).toEqual(["hostedAuth", ...states])
  })

  test.each([
    ["guards", parts("guard")],
    ["actions", [...parts("actions"), ...nodes.flatMap(({ entry }) => list(entry))]],
    ["actors", nodes.flatMap(({ invoke }) => (invoke ? [invoke.src] : []))],
    ["delays", nodes.flatMap(({ after }) => Object.keys(after ?? {}))],
  ] as const)("names all its %s, and has no other", (kind, used) => {
    expect([...new Set(used)].sort()).toEqual(Object.keys(hostedAuthMachine.implementations[kind]).sort())
  })

  test("is JSON but for what the machine is given and what it gives back", () => {
    const dynamic = new Set<string>()
    JSON.stringify(config, (key, value) => {
      if (typeof value === "function") dynamic.add(key)
      return value
    })
    expect(dynamic).toEqual(new Set(["context", "input", "output"]))
  })

  test("lets cancel out of every state that is not final, and only those", () => {
    for (const [name, { type, on }] of Object.entries(hostedAuthMachine.states)) {
      expect([name, "intent.cancel" in on]).toEqual([name, type !== "final"])
    }
  })
})

describe("the graph", () => {
  type Snapshot = SnapshotFrom<typeof hostedAuthMachine>

  const outcomes: LinkOutcome[] = [startsAt, deadline].flatMap((at): LinkOutcome[] => [
    { ...linked, at },
    { kind: "rejected", at, failure: unavailable },
    { kind: "rejected", at, failure: unsubscribed },
  ])
  const events = [
    { type: "link.request" },
    callback(),
    callback({ userId: "eve" }),
    { type: "return.success" },
    { type: "return.failure" },
    { type: "intent.cancel" },
    ...outcomes.map((output) => ({ type: "xstate.done.actor.createLink", output, actorId: "createLink" })),
    { type: "xstate.error.actor.createLink", error: new Error("unprovided"), actorId: "createLink" },
    { type: "xstate.after.linkTimeout.hostedAuth.redirected" },
  ] as unknown as EventFromLogic<typeof hostedAuthMachine>[]

  const serializeState = ({ value, context: { url, returned } }: Snapshot) => JSON.stringify([value, url, returned])
  const input = { providers: "*", userId: "ada" } as const
  const edges = adjacencyMapToArray(getAdjacencyMap(hostedAuthMachine, { input, events, serializeState }))
  const reached = new Map(edges.map(({ state }) => [serializeState(state), state]))
  const open = [...reached].filter(([, { status }]) => status !== "done")

  test("reaches every state", () => {
    expect([...new Set([...reached.values()].map(({ value }) => value))].sort()).toEqual([...states].sort())
  })

  test.each(["connected", "failed", "expired"])("has no dead end: every open state can reach %s", (final) => {
    const reaching = new Set([...reached].filter(([, { value }]) => value === final).map(([id]) => id))
    for (let before = -1; before < reaching.size; ) {
      before = reaching.size
      for (const { state, nextState } of edges) {
        if (reaching.has(serializeState(nextState))) reaching.add(serializeState(state))
      }
    }
    expect(open.map(([id]) => id).filter((id) => !reaching.has(id))).toEqual([])
  })

  test("connects by nothing but a callback of the same person", () => {
    const connecting = edges.filter(({ state, nextState }) => nextState !== state && nextState.value === "connected")
    expect(connecting.length).toBeGreaterThan(0)
    expect(connecting.filter(({ state }) => state.status !== "done").map(({ event }) => event)).toEqual(
      connecting.filter(({ state }) => state.status !== "done").map(() => callback()),
    )
  })

  test("moves nowhere from a final state", () => {
    const left = edges.filter(({ state }) => state.status === "done")
    expect(left.length).toBeGreaterThan(0)
    for (const { state, nextState } of left) expect(serializeState(nextState)).toBe(serializeState(state))
  })
})
