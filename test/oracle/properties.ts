import { isDeepStrictEqual } from "node:util"
import { authIntentMachine } from "../../machines/auth-intent.machine.ts"
import type { SolveInput } from "../../machines/auth-intent.types.ts"
import { getState, getStep } from "../../src/intent/get-step.ts"
import { saveIntent } from "../../src/intent/saved-intent.ts"
import { type Counterexample, checkProperties, type Property } from "../../src/testing/check-properties.ts"
import type { Timer } from "../../src/testing/model/pure-machine.ts"
import {
  type Contract,
  contractCatalogue,
  eventOf,
  type Machine,
  memory,
  type Now,
  remember,
  type Standing,
  times,
} from "./catalogue.ts"
import {
  acceptedIn,
  type EventName,
  eventNames,
  isApproval,
  type Reply,
  replies,
  requests,
  states,
} from "./contract.ts"

/** The name of a guarantee of the contract. */
type Guarantee = [name: string, property: Property<(moment: Now) => boolean>]

/** An intent's standing, its state as a path, and its latest end. */
type ModelState = Standing & { state: string; deadline: number }

type Move =
  | { kind: "event"; event: EventName }
  | { kind: "reply"; name: string; reply: Reply }
  | { kind: "reload" | "jump" | "clock" }

/** A move in the contract's words, with the requests sent and the timers armed. */
interface Edge {
  move: Move
  sent: { src: string; input: Partial<SolveInput> }[]
  armed: Timer[]
}

const { intentLifetime, solveGrace, inAppPollInterval } = times

/** Each is computed once for all properties. */
const modelStates = new WeakMap<Standing, ModelState>()
const edges = new WeakMap<Now, [edge: Edge, before: ModelState, after: ModelState]>()

function toModelState(standing: Standing): ModelState {
  const { snapshot } = standing
  const deadline = snapshot.context.expiresAt ?? Number.POSITIVE_INFINITY
  const modelState = modelStates.get(standing) ?? { ...standing, state: getState(snapshot), deadline }
  modelStates.set(standing, modelState)
  return modelState
}

function toEdge(moment: Now): [edge: Edge, before: ModelState, after: ModelState] | undefined {
  const { move, before } = moment
  if (move === undefined || before === undefined) return undefined
  const sent = moment.sent.slice(before.sent.length) as Edge["sent"]
  const armed = moment.timers.filter(({ id }) => moment.armed.includes(id))
  const read: [Edge, ModelState, ModelState] = [
    { move: toMove(move), sent, armed },
    toModelState(before),
    toModelState(moment),
  ]
  edges.set(moment, read)
  return read
}

function toMove(move: Now["move"]): Move {
  if (move === undefined || "clock" in move) return { kind: move?.asleep ? "jump" : "clock" }
  if ("server" in move) return { kind: "reply", name: move.server.name, reply: replies[move.server.name] as Reply }
  return move.person === "reload" ? { kind: "reload" } : { kind: "event", event: move.person }
}

/** Holds in every model state. */
const always = (name: string, holds: (modelState: ModelState) => boolean): Guarantee => [
  name,
  { always: (moment) => holds(toModelState(moment)) },
]

/** Holds for every move. */
const eachMove = (name: string, holds: (edge: Edge, before: ModelState, after: ModelState) => boolean): Guarantee => [
  name,
  {
    always(moment) {
      const read = edges.get(moment) ?? toEdge(moment)
      return read === undefined || holds(...read)
    },
  },
]

const isEvent = (move: Move, event: EventName) => move.kind === "event" && move.event === event
const isDone = ({ snapshot }: ModelState) => snapshot.status === "done"
const isBusy = ({ state }: ModelState) => state === "submitting" || state === "solving"
const isOpen = ({ state }: ModelState) => state === "solving" || state.startsWith("checkpoint.")
const failureOf = ({ snapshot }: ModelState) => snapshot.context.failure
const requestOf = ({ snapshot }: ModelState) => snapshot.context.request
const can = ({ snapshot }: ModelState, name: EventName) => snapshot.can(eventOf(name) as never)
const outputOf = ({ snapshot }: ModelState): Record<string, unknown> => ({ ...snapshot.output })
const timerOf = ({ timers }: ModelState, name: string) => timers.find(({ id }) => id.includes(`.${name}.`))
const same = (before: ModelState, after: ModelState) =>
  isDeepStrictEqual(saveIntent(before.snapshot), saveIntent(after.snapshot))
const rejectionOf = ({ move }: Edge) =>
  move.kind === "reply" && move.reply.kind === "rejected" ? move.reply : undefined

/** The events that the contract's table accepts here. */
const accepted = ({ state, snapshot: { context } }: ModelState): EventName[] =>
  acceptedIn(state.split(".")[0] ?? "", context.checkpoint, context.request)

/** Moves that change nothing keep the context object, so each context is read once. */
const isPlain = new WeakMap<object, boolean>()
function readPlain(context: object): boolean {
  const text = JSON.stringify(context)
  const defined = Object.fromEntries(Object.entries(context).filter(([, value]) => value !== undefined))
  return !text.includes("boxed") && isDeepStrictEqual(JSON.parse(text), JSON.parse(JSON.stringify(defined)))
}

const guarantees: Guarantee[] = [
  always("one request is in flight at a time, and one exactly while busy", (modelState) => {
    return Object.keys(modelState.snapshot.children).length === (isBusy(modelState) ? 1 : 0)
  }),
  always("only the states of the contract are shown", (modelState) => states.includes(modelState.state)),
  always("a state has the tag of what a person can do in it", (modelState) => {
    const tag = isDone(modelState) ? "done" : isBusy(modelState) ? "busy" : "input"
    return isDeepStrictEqual([...modelState.snapshot.tags], [tag])
  }),
  always("can() says what the contract's table says", (modelState) => {
    const names = accepted(modelState)
    return eventNames.every((name) => can(modelState, name) === names.includes(name))
  }),
  eachMove("what does not apply changes nothing", ({ move, sent, armed }, before, after) => {
    if (move.kind !== "event" || accepted(before).includes(move.event)) return true
    return same(before, after) && sent.length === 0 && armed.length === 0
  }),
  eachMove("what applies leads somewhere", ({ move, sent }, before, after) => {
    if (move.kind !== "event" || !accepted(before).includes(move.event) || sent.length > 0) return true
    return before.state !== after.state || !isDeepStrictEqual(before.snapshot.context, after.snapshot.context)
  }),

  always("an intent is never shown past its deadline", (modelState) => {
    const { expiresAt: deadline, wasSet } = modelState.memory
    if (deadline === undefined || wasSet || !isOpen(modelState)) return true
    // A rejecting slot reports no time. The checkpoint's timer then ends the intent at the same moment.
    const isEnding = modelState.timers.some(({ due }) => due <= modelState.now)
    return (
      modelState.now < deadline ||
      isEnding ||
      (modelState.state === "solving" && modelState.now < deadline + solveGrace)
    )
  }),
  always("every model state after the first checkpoint has a timer that ends it in time", (modelState) => {
    if (!isOpen(modelState)) return true
    const isSolving = modelState.state === "solving"
    const { due = Number.POSITIVE_INFINITY } = timerOf(modelState, isSolving ? "solveTimeout" : "intentTimeout") ?? {}
    return due - modelState.now <= intentLifetime + (isSolving ? solveGrace : 0)
  }),
  always("the deadline is one lifetime after the first checkpoint, and so is its timer", (modelState) => {
    const { state, deadline, now, memory } = modelState
    if (memory.expiresAt === undefined || memory.wasSet || !isOpen(modelState)) return true
    if (deadline !== memory.expiresAt) return false
    // A slot that rejects past the deadline leads back to the checkpoint, whose timer ends it at the same moment.
    if (state !== "solving") return timerOf(modelState, "intentTimeout")?.due === Math.max(memory.expiresAt, now)
    return now >= memory.expiresAt || timerOf(modelState, "solveTimeout")?.due === memory.expiresAt + solveGrace
  }),
  eachMove("the deadline only ever comes closer", (_, before, after) => {
    return after.memory.expiresAt === undefined || after.deadline <= before.deadline
  }),
  eachMove("a clock that was set back gives one lifetime from now at most", ({ move }, _, after) => {
    const settles = move.kind === "reload" || (move.kind === "reply" && move.name !== "threw")
    const isSet = after.deadline < Number.POSITIVE_INFINITY
    return !settles || isDone(after) || !isSet || after.deadline <= after.now + intentLifetime
  }),
  eachMove("a response past the deadline ends the intent", ({ move }, before, after) => {
    const isLate = move.kind === "reply" && move.name !== "threw" && before.now >= before.deadline
    return !isLate || isDone(after)
  }),
  eachMove("a 408 ends the intent at the deadline and no sooner", (edge, before, after) => {
    if (rejectionOf(edge)?.status !== 408 || isDone(before)) return true
    return (after.state === "expired") === before.now >= before.deadline
  }),
  eachMove("a 400 ends the intent after a 408 near the deadline, and only then", (edge, before, after) => {
    if (rejectionOf(edge)?.status !== 400 || before.state !== "solving") return true
    const ends = before.memory.timedOut && requestOf(before) !== "method"
    return (after.state === "expired") === (ends || before.now >= before.deadline)
  }),

  always("nothing is armed or in flight after the end", (modelState) => {
    return !isDone(modelState) || (modelState.timers.length === 0 && modelState.requests.length === 0)
  }),
  eachMove("nothing is sent by resuming, and resuming leads to no request", ({ move, sent }, _, after) => {
    return move.kind !== "reload" || (sent.length === 0 && !isBusy(after))
  }),
  eachMove(
    "what is sent is what its event holds, to the latest account, with the deadline",
    ({ move, sent: [request, ...more] }, before) => {
      if (request === undefined) return true
      const { solution, accountId, expiresAt } = request.input
      if (more.length > 0) return false
      if (request.src === "submitCredentials") return "credentials" in request.input
      const kind = (move.kind === "event" && requests[move.event]) || "inApp"
      if (accountId !== before.memory.accountId || expiresAt !== before.deadline) return false
      return solution?.kind === kind && "secret" in solution === (kind === "code" || kind === "phone")
    },
  ),
  eachMove("a reload keeps what stood, and arms what is left", ({ move }, before, after) => {
    const { now, deadline, snapshot } = before
    if (move.kind !== "reload" || isBusy(before) || now >= deadline) return true
    const isSet = now < (snapshot.context.expiresAt ?? 0) - intentLifetime
    return isSet || same(before, after)
  }),
  eachMove(
    "a request that was in flight at a reload is shown as interrupted, a poll is not",
    ({ move }, before, after) => {
      if (move.kind !== "reload" || !isBusy(before) || isDone(after)) return true
      if (requestOf(before) === "poll") return isDeepStrictEqual(failureOf(before), failureOf(after))
      return failureOf(after)?.type === "client/interrupted" && failureOf(after)?.recovery === "retry"
    },
  ),
  eachMove("a finished intent is resumed with the same output, but for a session", ({ move }, before, after) => {
    const { session: _, ...output } = outputOf(before)
    return move.kind !== "reload" || !isDone(before) || isDeepStrictEqual(output, outputOf(after))
  }),
  eachMove("a record's step is that of the intent that resumes it", ({ move }, before, after) => {
    if (move.kind !== "reload") return true
    const options = { clock: { now: () => before.now }, intentLifetime }
    return isDeepStrictEqual(getStep(saveIntent(before.snapshot), options), getStep(after.snapshot))
  }),

  always("every unanswered end says so, and no other", (modelState) => {
    const { unanswered: lost } = modelState.memory
    if (!isDone(modelState) || modelState.state === "connected") return true
    const step = getStep(modelState.snapshot)
    return (outputOf(modelState)["mayBeConnected"] === true) === lost && "mayBeConnected" in step === lost
  }),
  always("an output names the provider, the latest account and the deadline", (modelState) => {
    const { status, provider, accountId, expiresAt } = outputOf(modelState)
    if (!isDone(modelState)) return true
    const isComplete =
      status === modelState.state && provider === "INSTAGRAM" && accountId === modelState.memory.accountId
    return isComplete && (status !== "expired" || expiresAt === modelState.deadline)
  }),
  always("a failed intent says why", (modelState) => {
    return modelState.state !== "failed" || outputOf(modelState)["failure"] !== undefined
  }),
  eachMove("connected is connected, whenever it comes", ({ move }, before, after) => {
    if (move.kind !== "reply" || isDone(before)) return true
    return (move.reply.kind === "connected") === (after.state === "connected")
  }),
  eachMove("a session is in the output", ({ move }, before, after) => {
    if (move.kind !== "reply" || move.reply.kind !== "connected" || isDone(before)) return true
    return (outputOf(after)["session"] !== undefined) === (move.reply.session === true)
  }),
  eachMove("a checkpoint is shown as it came", ({ move }, before, after) => {
    if (move.kind !== "reply" || move.reply.kind !== "checkpoint" || isDone(before) || isDone(after)) return true
    const { canApproveInApp: _, ...checkpoint } = move.reply.checkpoint
    const step = getStep(after.snapshot)
    return "checkpoint" in step && isDeepStrictEqual(step.checkpoint, checkpoint)
  }),
  eachMove("a rejection that can be corrected or retried ends nothing before the deadline", (edge, before, after) => {
    const { recovery, status } = rejectionOf(edge) ?? {}
    if ((recovery !== "correct" && recovery !== "retry") || isDone(before) || before.now >= before.deadline) return true
    return !isDone(after) || (status === 400 && before.memory.timedOut)
  }),
  eachMove(
    "a fatal rejection ends the intent, unless another task has overtaken an approval",
    (edge, before, after) => {
      const { recovery, type } = rejectionOf(edge) ?? {}
      const asks = isApproval(requestOf(before))
      if ((recovery !== "restart" && recovery !== "stop") || isDone(before)) return true
      if (asks && type === "errors/operation_canceled") return after.state !== "failed"
      return after.state === "failed"
    },
  ),
  eachMove("attempts count the codes and phone numbers that were refused", (edge, before, after) => {
    const request = requestOf(before)
    const isRefused = rejectionOf(edge)?.type === "errors/invalid_checkpoint_solution"
    const counts = isRefused && (request === "code" || request === "phone")
    return after.snapshot.context.attempts === before.snapshot.context.attempts + (counts ? 1 : 0)
  }),

  [
    "from everywhere a final state can be reached, without giving up or reloading",
    { when: () => true, possible: (now) => isDone(toModelState(now)), without: ["intent.cancel", "reload"] },
  ],
  [
    "from everywhere before the deadline the account can be connected",
    {
      when: (now) => !isDone(toModelState(now)) && now.now < toModelState(now).deadline,
      possible: ({ snapshot }) => snapshot.matches("connected"),
      without: ["intent.cancel", "reload"],
    },
  ],
  eachMove("cancel always works", ({ move }, before, after) => {
    if (!isEvent(move, "intent.cancel") || isDone(before)) return true
    return after.state === "failed" && failureOf(after)?.type === "client/canceled"
  }),

  eachMove("each reply to a person's request shows what came of it", (edge, before, after) => {
    const { move } = edge
    const request = requestOf(before)
    if (move.kind !== "reply" || before.state !== "solving" || request === "poll" || isDone(after)) return true
    const isSame = before.snapshot.context.checkpoint?.type === after.snapshot.context.checkpoint?.type
    const wrong = rejectionOf(edge)?.type === "errors/invalid_checkpoint_solution"
    const notYet = request === "inApp" && ((move.reply.kind === "checkpoint" && isSame) || wrong)
    if (notYet) return failureOf(after)?.type === "client/not_approved_yet"
    if (move.reply.kind === "checkpoint") return failureOf(after) === undefined
    const type = rejectionOf(edge)?.type ?? "client/unexpected"
    return failureOf(after)?.type === type && failureOf(after)?.recovery !== undefined
  }),
  eachMove("a request of the person's clears what was shown", ({ move }, before, after) => {
    if (move.kind !== "event" || !accepted(before).includes(move.event)) return true
    return !isBusy(after) || failureOf(after) === undefined
  }),
  eachMove("a poll never blinks", (edge, before, after) => {
    const failure = failureOf(before)
    if (edge.move.kind === "clock" && after.state === "solving") return isDeepStrictEqual(failure, failureOf(after))
    if (requestOf(before) !== "poll" || edge.move.kind !== "reply") return true
    // Past the deadline the intent ends. After a rejecting slot, the checkpoint's timer ends it at the same moment.
    if (isDone(after) || before.now >= before.deadline) return true
    const { checkpoint, failureBy } = before.snapshot.context
    const isSame = checkpoint?.type === after.snapshot.context.checkpoint?.type
    const stands = failure !== undefined && failureBy !== "poll" && failure.type !== "client/not_approved_yet"
    if (stands && isSame) return isDeepStrictEqual(failure, failureOf(after))
    const succeeded = edge.move.reply.kind === "checkpoint" || rejectionOf(edge)?.status === 401
    if (succeeded && !isSame) return true
    if (succeeded && failureBy === "poll") return failureOf(after) === undefined
    if (succeeded) return isDeepStrictEqual(failure, failureOf(after))
    if (failureBy === "poll" || rejectionOf(edge)?.type === "errors/operation_canceled") {
      return isDeepStrictEqual(failure, failureOf(after))
    }
    const retryAfter = rejectionOf(edge)?.retryAfter ?? 0
    const shows = after.memory.failedPolls >= 3 || retryAfter > 2 * inAppPollInterval
    return shows ? after.snapshot.context.failureBy === "poll" : isDeepStrictEqual(failure, failureOf(after))
  }),
  always("a poll comes one interval later, and never before a retryAt", (modelState) => {
    const { memory } = modelState
    const poll = timerOf(modelState, "inAppPoll")
    if (modelState.state !== "checkpoint.inApp") return poll === undefined
    return poll !== undefined && (memory.wasSet || poll.due >= Math.min(memory.retryAt, memory.expiresAt ?? 0))
  }),
  eachMove("an interval or a retryAt passes before the next poll", ({ armed }, _, { now, memory }) => {
    const poll = armed.find(({ id }) => id.includes(".inAppPoll."))
    const due = Math.max(now + inAppPollInterval, Math.min(memory.retryAt, now + intentLifetime))
    return poll === undefined || poll.due === due
  }),
  eachMove("a poll in flight becomes the person's and sends nothing", ({ move, sent }, before, after) => {
    if (!isEvent(move, "inApp.approve") || isDone(before) || requestOf(before) !== "poll") return true
    const isTheirs = requestOf(after) === "inApp" && after.state === "solving"
    return isTheirs && sent.length === 0 && failureOf(after) === undefined
  }),
  always("the context is plain JSON with no secret in it", ({ snapshot: { context } }) => {
    const known = isPlain.get(context) ?? readPlain(context)
    isPlain.set(context, known)
    return known
  }),
]

export const properties = Object.fromEntries(guarantees)

/** Returns the guarantees that a machine breaks, each with a shortest path to a violation. */
export const findBroken = (
  machine: Machine = authIntentMachine,
  names: readonly string[] = Object.keys(properties),
  replies?: readonly string[],
): Counterexample<Contract>[] =>
  checkProperties({
    machine,
    catalogue: contractCatalogue(replies),
    properties: Object.fromEntries(guarantees.filter(([name]) => names.includes(name))),
    memory,
    remember,
  })
