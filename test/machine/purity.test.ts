import { adjacencyMapToArray, getAdjacencyMap } from "@xstate/graph"
import { describe, expect, test } from "vitest"
import type { EventFromLogic, SnapshotFrom } from "xstate"
import { authIntentMachine } from "../../machines/auth-intent.machine.ts"
import type { Failure, Outcome } from "../../machines/auth-intent.types.ts"
import {
  approveInApp,
  cancelIntent,
  submitCode,
  submitCredentials,
  submitPhone,
  switchMethod,
} from "../../src/events.ts"
import { Secret } from "../../src/secret.ts"
import { driveMachine } from "./drive-machine.ts"
import { goTo, inAppPollInterval, places } from "./places.ts"

const isPlain = (value: unknown): boolean => {
  if (value === null || value === undefined || typeof value === "string" || typeof value === "boolean") return true
  if (typeof value === "number") return Number.isFinite(value)
  if (typeof value !== "object") return false
  const prototype = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== Array.prototype) return false
  return Object.values(value).every(isPlain)
}

describe("the context", () => {
  test.each(places)("is plain, finite JSON: $name", async (place) => {
    const driven = driveMachine({ inAppPollInterval })
    await goTo(place, driven)
    const context = driven.context()
    expect(isPlain(context)).toBe(true)
    expect(JSON.parse(JSON.stringify(context))).toEqual(context)
    expect(structuredClone(context)).toEqual(context)
  })

  test("holds no secret, whatever was sent", async () => {
    const driven = driveMachine()
    driven.actor.send(submitCredentials({ username: "ada", password: "pw" }))
    await driven.answer({ kind: "checkpoint", accountId: "acc_1", checkpoint: { type: "2FA" } })
    driven.actor.send(submitCode("123456"))
    await driven.answer({ kind: "connected", accountId: "acc_1", session: new Secret("s3ss10n") })
    expect(Object.values(driven.context()).some((value) => value instanceof Secret)).toBe(false)
  })

  test("has the defaults of the options", () => {
    expect(driveMachine().context()).toMatchObject({
      intentLifetime: 300_000,
      solveGrace: 10_000,
      inAppPollInterval: 5_000,
    })
  })
})

describe("the definition", () => {
  type Config = typeof authIntentMachine.config
  type Node = {
    on?: object
    after?: object
    always?: unknown
    invoke?: unknown
    entry?: unknown
    exit?: unknown
    states?: Record<string, Node>
  }
  const { config } = authIntentMachine as { config: Config & Node }
  const nodes = (node: Node): Node[] => [node, ...Object.values(node.states ?? {}).flatMap(nodes)]
  const list = (value: unknown): unknown[] => (value === undefined ? [] : [value].flat())
  const all = nodes(config)

  const transitions = all.flatMap((node) => [
    ...Object.values(node.on ?? {}).flatMap(list),
    ...Object.values(node.after ?? {}).flatMap(list),
    ...list(node.always),
    ...list(node.invoke).flatMap((invoke) => {
      const { onDone, onError } = invoke as { onDone?: unknown; onError?: unknown }
      return [...list(onDone), ...list(onError)]
    }),
  ])
  const parts = (part: string) =>
    transitions.flatMap((each) =>
      typeof each === "object" && each !== null && part in each ? list(Reflect.get(each, part)) : [],
    )

  test("has the id and the seven states that are promised, in order", () => {
    expect(authIntentMachine.id).toBe("authIntent")
    expect(Object.keys(authIntentMachine.states)).toEqual([
      "idle",
      "submitting",
      "checkpoint",
      "solving",
      "connected",
      "expired",
      "failed",
    ])
    expect(Object.keys(config.states?.["checkpoint"]?.states ?? {}).sort()).toEqual(
      ["inApp", "otp", "phone", "twoFactor", "unsupported"].sort(),
    )
  })

  test("names every guard, action, delay and actor", () => {
    const names = {
      guards: parts("guard"),
      actions: [...parts("actions"), ...all.flatMap(({ entry, exit }) => [...list(entry), ...list(exit)])],
      actors: all.flatMap(({ invoke }) => list(invoke).map((each) => (each as { src: unknown }).src)),
      delays: all.flatMap(({ after }) => Object.keys(after ?? {})),
    }
    for (const [kind, used] of Object.entries(names)) {
      const implemented = Object.keys(authIntentMachine.implementations[kind as keyof typeof names])
      expect(used.length).toBeGreaterThan(0)
      for (const name of used) expect(implemented).toContain(name)
      // A name that nothing uses would be a guard that nobody tests.
      expect(implemented.filter((name) => !used.includes(name))).toEqual([])
    }
    expect(names.delays).toContain("intentTimeout")
    expect(new Set(names.actors)).toEqual(new Set(["submitCredentials", "solveCheckpoint"]))
  })

  test("is JSON but for what the machine is given and what it gives back", () => {
    const dynamic: string[] = []
    JSON.stringify(config, (key, value) => {
      if (typeof value === "function") dynamic.push(key)
      return value
    })
    expect(new Set(dynamic)).toEqual(new Set(["context", "input", "output"]))
  })

  test("makes the three ends final", () => {
    const finals = Object.entries(config.states ?? {}).filter(([, state]) => Reflect.get(state, "type") === "final")
    expect(finals.map(([name]) => name)).toEqual(["connected", "expired", "failed"])
  })

  test("lets cancel out of every state that is not final, and only those", () => {
    for (const [name, state] of Object.entries(authIntentMachine.states)) {
      expect([name, "intent.cancel" in state.on]).toEqual([name, state.type !== "final"])
    }
  })
})

describe("the graph", () => {
  type Snapshot = SnapshotFrom<typeof authIntentMachine>
  type MachineEvent = EventFromLogic<typeof authIntentMachine>

  const failure = (status: number, type: string, recovery: Failure["recovery"]): Failure => ({
    type,
    status,
    title: type,
    recovery,
  })
  const deadline = 300_000
  const checkpointTypes = ["2FA", "OTP", "IN_APP_VALIDATION", "PHONE_REGISTER", "CAPTCHA"]
  const failures = [
    failure(400, "errors/invalid_parameters", "correct"),
    failure(401, "errors/invalid_checkpoint_solution", "correct"),
    failure(403, "errors/account_restricted", "stop"),
    failure(408, "errors/request_timeout", "retry"),
    failure(409, "errors/operation_canceled", "restart"),
    failure(503, "errors/no_channel", "retry"),
    failure(0, "client/network", "retry"),
  ]
  const outcomes: Outcome[] = [0, deadline].flatMap((at): Outcome[] => [
    { kind: "connected", at, accountId: "acc_1" },
    ...[true, false].flatMap((canApproveInApp) =>
      checkpointTypes.map(
        (type): Outcome => ({ kind: "checkpoint", at, accountId: "acc_1", checkpoint: { type, canApproveInApp } }),
      ),
    ),
    ...failures.map((why): Outcome => ({ kind: "rejected", at, failure: why })),
  ])
  const kinds = ["twoFactor", "otp", "inApp", "phone", "unsupported"]

  const answers = (id: string) => [
    ...outcomes.map((output) => ({ type: `xstate.done.actor.${id}`, output, actorId: id })),
    { type: `xstate.error.actor.${id}`, error: new Error("unprovided"), actorId: id },
  ]
  const catalogue = [
    submitCredentials({ username: "ada", password: "pw" }),
    submitCode("123456"),
    submitPhone({ countryCode: "33", number: "0612345678" }),
    approveInApp(),
    switchMethod(),
    cancelIntent(),
    ...answers("submitCredentials"),
    ...answers("solveCheckpoint"),
    { type: "xstate.after.intentTimeout.authIntent.checkpoint" },
    { type: "xstate.after.solveTimeout.authIntent.solving" },
    ...kinds.map((kind) => ({ type: `xstate.after.inAppPoll.authIntent.checkpoint.${kind}` })),
  ] as unknown as MachineEvent[]

  /** What the guards can tell apart. */
  const serializeState = ({ value, context }: Snapshot) => {
    const { checkpoint, timedOut, solution } = context
    return JSON.stringify({
      value,
      type: checkpoint?.type,
      approvable: checkpoint?.canApproveInApp,
      timedOut,
      solution,
    })
  }

  const edges = adjacencyMapToArray(
    getAdjacencyMap(authIntentMachine, { input: { provider: "INSTAGRAM" }, events: catalogue, serializeState }),
  )
  const states = new Map(edges.map(({ state }) => [serializeState(state), state]))
  const open = [...states].filter(([, { status }]) => status !== "done")
  const pathOf = ({ value }: Snapshot) => (typeof value === "string" ? value : Object.entries(value).flat().join("."))

  test("reaches every state", () => {
    const reached = new Set([...states.values()].map(pathOf))
    expect([...reached].sort()).toEqual(
      [
        ...["idle", "submitting", "solving", "connected", "expired", "failed"],
        ...kinds.map((kind) => `checkpoint.${kind}`),
      ].sort(),
    )
    expect(states.size).toBeGreaterThan(60)
  })

  test.each(["connected", "failed"])("has no dead end: every state that is not final can reach %s", (final) => {
    const reaching = new Set([...states].filter(([, { value }]) => value === final).map(([id]) => id))
    for (let before = -1; before < reaching.size; ) {
      before = reaching.size
      for (const { state, nextState } of edges) {
        if (reaching.has(serializeState(nextState))) reaching.add(serializeState(state))
      }
    }
    expect(open.map(([id]) => id).filter((id) => !reaching.has(id))).toEqual([])
  })

  test("takes a cancel in every state that is not final, which fails it", () => {
    const canceled = edges.filter(
      ({ event, nextState }) => event.type === "intent.cancel" && nextState.value === "failed",
    )
    const taken = new Set(canceled.map(({ state }) => serializeState(state)))
    for (const [id, state] of open) expect([id, state.can(cancelIntent()), taken.has(id)]).toEqual([id, true, true])
  })

  test("moves nowhere from a final state", () => {
    const left = edges.filter(({ state }) => state.status === "done")
    expect(left.length).toBeGreaterThan(0)
    for (const { state, nextState } of left) expect(serializeState(nextState)).toBe(serializeState(state))
  })
})
