import {
  type AnyActorScope,
  type AnyEventObject,
  type AnyMachineSnapshot,
  createActor,
  type SnapshotFrom,
} from "xstate"
import { authIntentMachine } from "../../machines/auth-intent.machine.ts"
import type { AuthIntentInput, SavedIntent, SolveInput } from "../../machines/auth-intent.types.ts"
import { getState } from "../../src/intent/get-step.ts"
import { parseSavedIntent, saveIntent } from "../../src/intent/saved-intent.ts"
import { aboutOf, type EventName, eventNames, type Reply, replies } from "./contract.ts"

export type Machine = typeof authIntentMachine
export type Snapshot = SnapshotFrom<Machine>

export const times = { intentLifetime: 300_000, solveGrace: 10_000, inAppPollInterval: 5_000 }
export const provider = "INSTAGRAM" as const
const epoch = 1_700_000_000_000

export interface Timer {
  id: string
  /** By the wall clock, which every timer is moved with when that is set. */
  due: number
  event: AnyEventObject
}

/** An intent at one moment, with what is armed and in flight. */
export interface World {
  snapshot: Snapshot
  state: string
  now: number
  timers: Timer[]
  requests: { src: string; input: Partial<SolveInput> }[]
}

export type Move =
  | { kind: "start" }
  | { kind: "event"; event: EventName }
  | { kind: "reply"; name: string; reply: Reply }
  | { kind: "timer"; timer: Timer }
  | { kind: "wait"; until: number }
  | { kind: "jump"; ms: number }
  | { kind: "reload"; record: SavedIntent }

/** One move from one world to the next, with what was sent and armed on the way. */
export interface Edge {
  label: string
  move: Move
  from: Node
  to: Node
  /** What came of it, which `to` stands for. */
  world: World
  memory: Memory
  sent: World["requests"]
  armed: Timer[]
}

export interface Node {
  world: World
  /** What an observer remembers of the way here. */
  memory: Memory
  edges: Edge[]
  via?: Edge
}

/** What the properties need of the past, by the words of the contract alone. */
export interface Memory {
  /** When the intent has to be over, by a clock that was never set. */
  deadline?: number
  wasSet: boolean
  lost: boolean
  near: boolean
  attempts: number
  account?: string
  failedPolls: number
  notBefore: number
}

interface Effects {
  sent: World["requests"]
  armed: Timer[]
  dropped: string[]
}

const nothing = () => {}
const secret = Object.freeze({ boxed: true })

export const eventOf = (name: EventName): AnyEventObject => ({
  type: name,
  ...(name === "credentials.submit" && { credentials: secret }),
  ...(name === "code.submit" && { code: secret }),
  ...(name === "phone.submit" && { phone: secret }),
})

/** What the edge does with a solution after the deadline. */
const refusal: Reply = { kind: "rejected", status: 0, type: "client/timeout", recovery: "retry", sent: false }

const inWalk = [
  ...["connected", "2FA", "2FA, approvable", "OTP", "inApp", "phone", "captcha"],
  ...["400", "401 wrong solution", "401 unknown", "403 restart", "403 stop", "408", "409 overtaken", "422"],
  ...[
    "429, a minute",
    "500",
    "500 intent",
    "503",
    "200 unreadable",
    "network",
    "network, nothing sent",
    "unexpected",
    "threw",
  ],
]

/** Computes moves on the machine without running anything. */
function createPure(machine: Machine) {
  let now = 0
  let effects: Effects = { sent: [], armed: [], dropped: [] }
  const clock = { now: () => now, setTimeout: nothing, clearTimeout: nothing }
  const self = createActor(machine, { input: { provider }, clock: clock as never })
  const { id, sessionId, system } = self
  const scope: AnyActorScope = {
    self,
    id,
    sessionId,
    system,
    logger: nothing,
    defer: nothing,
    emit: nothing,
    stopChild: nothing,
    actionExecutor(action) {
      const { type, params } = action as unknown as { type: string; params: Record<string, unknown> }
      if (type === "xstate.raise") {
        const { id: timer, delay, event } = params as { id: string; delay: number; event: AnyEventObject }
        effects.armed.push({ id: timer, due: now + delay, event })
      }
      if (type === "xstate.cancel") {
        const { sendId } = params as { sendId: string }
        effects.dropped.push(sendId)
        effects.armed = effects.armed.filter((each) => each.id !== sendId)
      }
      if (type === "xstate.spawnChild") effects.sent.push(params as unknown as World["requests"][number])
    },
  }
  function run(at: number, compute: () => AnyMachineSnapshot, before?: World): [World, Effects] {
    now = at
    effects = { sent: [], armed: [], dropped: [] }
    const snapshot = compute() as Snapshot
    const { sent, armed, dropped } = effects
    const kept = (before?.timers ?? []).filter(
      ({ id: timer }) => !dropped.includes(timer) && !armed.some((each) => each.id === timer),
    )
    const isDone = snapshot.status !== "active"
    const running = Object.keys(snapshot.children).length
    const inFlight = isDone ? [] : [...(before?.requests ?? []), ...sent].slice(-running || Number.POSITIVE_INFINITY)
    const world: World = {
      snapshot,
      state: getState(snapshot),
      now: at,
      timers: isDone ? armed : [...kept, ...armed],
      requests: running === 0 ? [] : inFlight,
    }
    return [world, { sent, armed, dropped }]
  }
  return {
    start: (input: AuthIntentInput, at: number) => run(at, () => machine.getInitialSnapshot(scope, input)),
    send: (before: World, event: AnyEventObject, at = before.now) =>
      run(at, () => machine.transition(before.snapshot, event as never, scope), before),
  }
}

export interface WalkOptions {
  /** More worlds than this are an error. */
  limit?: number
  /** The replies that come. @default all that the contract tells apart */
  names?: readonly string[]
  /** Ends the walk after a node, with all its moves, of which it is true. */
  until?: (node: Node) => boolean
}

const never = () => false

/** Walks every world that moves can lead to; worlds that nothing in the contract tells apart are one. */
export function walk(
  machine: Machine = authIntentMachine,
  { limit = 6_000, names = inWalk, until = never }: WalkOptions = {},
): Node[] {
  const pure = createPure(machine)
  const nodes = new Map<string, Node>()
  const queue: Node[] = []

  const meet = (world: World, memory: Memory): Node => {
    const key = keyOf(world, memory)
    const known = nodes.get(key)
    if (known) return known
    const node: Node = { world, memory, edges: [] }
    if (nodes.size >= limit) throw new Error(`The walk has more than ${limit} worlds`)
    nodes.set(key, node)
    queue.push(node)
    return node
  }

  function go(from: Node, label: string, move: Move, [world, { sent, armed }]: [World, Effects]) {
    let memory = remember(from.memory, move, from.world, world)
    let all = { sent, armed }
    const { expiresAt = Number.POSITIVE_INFINITY } = world.snapshot.context
    if (world.snapshot.status === "error")
      throw new Error(`The machine broke at: ${[...pathTo(from), label].join(", ")}`)
    // The edge refuses what comes after the deadline, in the same moment.
    if (world.state === "solving" && sent.length > 0 && world.now >= expiresAt) {
      const solution = world.snapshot.context.request
      const [refused, more] = pure.send(world, replyEvent(refusal, world, "", solution))
      memory = remember(memory, { kind: "reply", name: "refused", reply: refusal }, world, refused)
      world = refused
      all = { sent: [], armed: more.armed }
    }
    const to = meet(world, memory)
    const edge: Edge = { label, move, from, to, world, memory, ...all }
    if (!to.via && to !== start) to.via = edge
    from.edges.push(edge)
  }

  const [first] = pure.start({ provider, ...times }, epoch)
  const start = meet(first, { wasSet: false, lost: false, near: false, attempts: 0, failedPolls: 0, notBefore: 0 })
  for (let node = queue.shift(); node; node = queue.shift()) {
    expand(node)
    if (until(node)) break
  }
  return [...nodes.values()]

  function expand(node: Node) {
    const { world } = node
    const { snapshot, now, timers } = world
    for (const event of eventNames) go(node, event, { kind: "event", event }, pure.send(world, eventOf(event)))
    const record = saveIntent(snapshot)
    const resume = parseSavedIntent(JSON.parse(JSON.stringify(record)), { clock: { now: () => now } })
    go(node, "reload", { kind: "reload", record }, pure.start({ provider, ...times, resume }, now))
    if (snapshot.status !== "active") return
    for (const name of world.requests.length > 0 ? names : []) {
      const reply = replies[name]
      if (!reply) continue
      const account = `acc ${(Number(node.memory.account?.slice(4) ?? 0) % 2) + 1}`
      const event = replyEvent(reply, world, account, snapshot.context.request)
      go(node, `reply ${name}`, { kind: "reply", name, reply }, pure.send(world, event))
    }
    const next = [...timers].sort((a, b) => a.due - b.due)[0]
    if (next) go(node, next.id, { kind: "timer", timer: next }, fire(world, next))
    for (const until of waits(world, next)) {
      go(node, `wait until ${until}`, { kind: "wait", until }, [{ ...world, now: until }, none])
    }
    const { expiresAt } = snapshot.context
    for (const ms of expiresAt === undefined || node.memory.wasSet ? [] : [expiresAt - now, -3_600_000]) {
      const moved = { ...world, now: now + ms, timers: timers.map((each) => ({ ...each, due: each.due + ms })) }
      go(node, ms > 0 ? "slept past the deadline" : "set back", { kind: "jump", ms }, [moved, none])
    }
  }

  function fire(world: World, timer: Timer) {
    const timers = world.timers.filter((each) => each !== timer)
    return pure.send({ ...world, timers }, timer.event, Math.max(timer.due, world.now))
  }
}

const none: Effects = { sent: [], armed: [], dropped: [] }

/** The moments in between that the contract tells apart: the last 30 s and, while a solution is in flight, the grace. */
function waits({ snapshot, now }: World, next: Timer | undefined): number[] {
  const { expiresAt } = snapshot.context
  if (expiresAt === undefined || !next) return []
  return [expiresAt - 30_000, expiresAt].filter((until) => until > now && until < next.due)
}

function replyEvent(reply: Reply, { now }: World, account: string, solution: string | undefined) {
  const id = solution ? "solveCheckpoint" : "submitCredentials"
  if (reply.kind === "threw") return { type: `xstate.error.actor.${id}`, actorId: id, error: new Error("broken") }
  return { type: `xstate.done.actor.${id}`, actorId: id, output: outcomeOf(reply, now, account, solution) }
}

function outcomeOf(reply: Reply, at: number, accountId: string, solution: string | undefined) {
  if (reply.kind === "connected") return { kind: "connected", at, accountId }
  if (reply.kind === "checkpoint") return { kind: "checkpoint", at, accountId, checkpoint: reply.checkpoint }
  if (reply.kind !== "rejected") return undefined
  const { type, status, recovery, retryAfter, sent } = reply
  const about = solution ? aboutOf[solution as keyof typeof aboutOf] : "credentials"
  const retryAt = retryAfter === undefined ? {} : { retryAt: at + retryAfter }
  return {
    kind: "rejected",
    at,
    failure: { type, status, recovery, about, ...retryAt },
    ...(sent === false && { sent }),
  }
}

/** Follows a move by the contract's words: what is lost, what is near, what was counted. */
function remember(memory: Memory, move: Move, before: World, after: World): Memory {
  const next = { ...memory }
  const { request, expiresAt = Number.POSITIVE_INFINITY } = before.snapshot.context
  const wasBusy = before.requests.length > 0
  const isLeft = after.requests[0] !== before.requests[0]
  if (move.kind === "jump") next.wasSet = true
  if (move.kind === "reload" || move.kind === "event" || move.kind === "timer") {
    if (wasBusy && isLeft) next.lost = true
  }
  if (move.kind !== "reply" || before.snapshot.status !== "active") return next
  const { reply } = move
  if (reply.kind === "connected" || reply.kind === "checkpoint") next.account = outcomeAccount(memory)
  if (reply.kind === "checkpoint") {
    next.deadline ??= before.now + times.intentLifetime
    return { ...next, lost: false, near: false, failedPolls: 0 }
  }
  if (reply.kind === "threw") {
    next.failedPolls += request === "poll" ? 1 : 0
    return { ...next, lost: true }
  }
  if (reply.kind !== "rejected") return next
  const { type, status, sent, retryAfter } = reply
  const unclear =
    sent !== false &&
    ((status === 408 && before.now < expiresAt) ||
      (status >= 500 && status !== 503 && type !== "errors/authentication_intent_error") ||
      (status === 200 && type === "client/invalid_response") ||
      ["client/network", "client/timeout", "client/unexpected"].includes(type))
  const wrong = type === "errors/invalid_checkpoint_solution"
  if (retryAfter) next.notBefore = Math.max(next.notBefore, before.now + retryAfter)
  if (unclear) next.lost = true
  if (request && (wrong || (status === 400 && memory.near && request !== "method"))) next.lost = false
  if (status === 408 && before.now >= expiresAt - 30_000) next.near = true
  else if (!unclear && sent !== false && request !== "method") next.near = false
  if (wrong && (request === "code" || request === "phone")) next.attempts += 1
  if (wrong) next.failedPolls = 0
  else if (request === "poll" && type !== "errors/operation_canceled") next.failedPolls += 1
  return next
}

const outcomeAccount = ({ account }: Memory) => `acc ${(Number(account?.slice(4) ?? 0) % 2) + 1}`

/** What two worlds have in common when the contract does not tell them apart. */
function keyOf({ snapshot, state, now, timers, requests: inFlight }: World, memory: Memory): string {
  const { checkpoint, failure, failureBy, failedPolls, retryAt = 0, timedOut, unanswered, request } = snapshot.context
  const { expiresAt = 0, attempts } = snapshot.context
  const left = expiresAt - now
  const phase = expiresAt === 0 ? "" : left > 30_000 ? "early" : left > 0 ? "near" : "past"
  const done = snapshot.status !== "active"
  const { deadline = 0, account, wasSet, lost, near, failedPolls: polls } = memory
  return JSON.stringify([
    state,
    checkpoint?.type,
    checkpoint?.canApproveInApp,
    failure?.type === "client/not_approved_yet" ? "not yet" : failureBy,
    timedOut,
    unanswered,
    [wasSet, lost, near, attempts - memory.attempts, account === snapshot.context.accountId],
    ...(done ? [] : [Math.min(failedPolls, 3), Math.min(polls, 3), request, inFlight.length, phase]),
    ...(done ? [] : [retryAt > now, Math.sign(deadline - expiresAt), timers.map(({ id }) => id).sort()]),
  ])
}

/** The labels of the shortest way to a node. */
export function pathTo(node: Node): string[] {
  const labels: string[] = []
  for (let at = node.via; at; at = at.from.via) labels.unshift(at.label)
  return labels
}
