import type { AnyEventObject, AnyStateMachine } from "xstate"
import type { Move, Vocabulary } from "../scenario.ts"
import type { ActorEnd, Catalogue, ModelState } from "./catalogue.ts"
import { fail } from "./fail.ts"
import { type Computed, checkRest, createPureMachine, type Timer } from "./pure-machine.ts"

/** Creates a model of a machine with its clock and its server, in which every state is a value. */
export function createModel<V extends Vocabulary>(machine: AnyStateMachine, catalogue: Catalogue<V>) {
  const pure = createPureMachine(machine, Object.values(catalogue.starts)[0])

  /** Returns the state after a computed event. A refused request ends at once. */
  function apply(state: ModelState<V>, { snapshot, trace, effects }: Computed, cause?: V["person"]): ModelState<V> {
    const requests = state.requests.filter(({ id }) => id in snapshot.children)
    const next = { ...state, snapshot, requests, trace: [...state.trace, ...trace] }
    checkRest(machine, next.trace.length)
    const refused: [string, ActorEnd][] = []
    const sends: AnyEventObject[] = []
    for (const effect of effects) {
      if ("drop" in effect)
        next.timers = next.timers.filter(({ cancelId, isForgotten }) => isForgotten || cancelId !== effect.drop)
      else if ("arm" in effect) {
        next.timers = [...forget(next.timers, effect.arm), effect.arm].sort((one, other) => one.due - other.due)
        next.armed = [...next.armed, effect.arm.id]
      } else if ("send" in effect) sends.push(effect.send)
      else {
        const request = { ...effect.request, since: next.now, ...(cause && { cause }) }
        const ending = catalogue.refuse(request, next.now)
        next.requests = [...next.requests.filter(({ id }) => id !== request.id), request]
        if (ending) refused.push([request.id, ending])
        else next.sent = [...next.sent, catalogue.describeRequest(request, next)]
      }
    }
    const afterRefusals = refused.reduce<ModelState<V>>((before, [id, ending]) => end(before, id, ending), next)
    return sends.reduce((before, event) => send(before, event, cause), afterRefusals)
  }

  /** Returns the state after an event. A machine that has ended receives none. */
  function send(state: ModelState<V>, event: AnyEventObject, cause?: V["person"]): ModelState<V> {
    if (state.snapshot.status !== "active") return state
    return apply(state, pure.send(state.snapshot, event, state.now), cause)
  }

  function end(state: ModelState<V>, id: string, ending: ActorEnd): ModelState<V> {
    const isEnding = typeof ending === "object" && ending !== null && "output" in ending !== "error" in ending
    if (!isEnding) failAt(id, "is to end with what has not one of `output` and `error`")
    const type = `xstate.${"output" in ending ? "done" : "error"}.actor.${id}`
    const requests = state.requests.filter((request) => request.id !== id)
    return send({ ...state, requests }, { type, actorId: id, ...ending })
  }

  function begin(input: V["input"], before?: ModelState<V>): ModelState<V> {
    const { now, sent, done } = before ?? { now: 0, sent: [], done: [] }
    const computed = pure.start(input, now)
    const { snapshot } = computed
    const first = before ? before.input : input
    const none = { timers: [], requests: [], trace: [], armed: [], fired: [] }
    return apply({ input: first, snapshot, now, sent, done, ...none }, computed)
  }

  /** Lets time pass, timer by timer. */
  function pass(state: ModelState<V>, ms: number): ModelState<V> {
    const until = state.now + ms
    let next = state
    for (let [timer] = next.timers; timer && timer.due <= until; [timer] = next.timers) {
      const fired = [...next.fired, timer.id]
      // Each timer has its own moment: the transitions at one moment are limited.
      const { trace } = next
      next = { ...next, now: timer.due, timers: forget(next.timers.slice(1), timer), fired, trace: [] }
      next = send(next, timer.event)
      next = { ...next, trace: [...trace, ...next.trace] }
    }
    return { ...next, now: until }
  }

  /** Moves the wall clock alone: every timer keeps its remaining time. */
  function jump(state: ModelState<V>, ms: number): ModelState<V> {
    const timers = state.timers.map((timer) => ({ ...timer, due: timer.due + ms }))
    const requests = state.requests.map((request) => ({ ...request, since: request.since + ms }))
    return { ...state, now: state.now + ms, timers, requests }
  }

  return {
    start: (input: V["input"]) => begin(input),
    step(before: ModelState<V>, move: Move<V>): ModelState<V> {
      const state = { ...before, trace: [], armed: [], fired: [] }
      if ("clock" in move) return move.asleep ? jump(state, move.clock) : pass(state, move.clock)
      if ("server" in move) {
        const request = state.requests.find(({ id }) => move.to === undefined || id === move.to)
        if (request === undefined) fail("invalid_option", "scenario: a reply comes, but no request is in flight")
        return end(state, request.id, catalogue.interpret(move.server, request, state.now))
      }
      const next = { ...state, done: [...state.done, move] }
      if (isReload(catalogue, move)) return begin(catalogue.resume?.(next), next)
      const event: Partial<AnyEventObject> | undefined = catalogue.toEvent(move)
      if (typeof event?.type !== "string") failAt(move.person, "has no event: toEvent should return one with a type")
      return send(next, event as AnyEventObject, move)
    },
  }
}

/** Returns the timers, and marks those with the id of another timer as forgotten. */
const forget = (timers: readonly Timer[], { cancelId }: Timer): Timer[] =>
  timers.map((timer) =>
    cancelId !== undefined && timer.cancelId === cancelId ? { ...timer, isForgotten: true } : timer,
  )

/** Throws for a wrong part of the catalogue. @throws AuthIntentError `invalid_option`. */
function failAt(label: string, what: string): never {
  return fail("invalid_option", `catalogue: "${label}" ${what}`)
}

const reload = { person: "reload" }

/** Whether a move reloads. For a machine that saves nothing, `reload` is an event like any other. */
export const isReload = <V extends Vocabulary>({ resume }: Catalogue<V>, { person }: V["person"]): boolean =>
  person === reload.person && resume !== undefined

const justBefore = "just before "

/** Returns the label of the moment after a move that stops just before it. */
export const momentAfter = (label: string): string | undefined =>
  label.startsWith(justBefore) ? label.slice(justBefore.length) : undefined

/** Returns the possible moves by their labels, ignored moves included. */
export function movesFrom<V extends Vocabulary>(
  catalogue: Catalogue<V>,
  state: ModelState<V>,
): Record<string, Move<V>> {
  const { snapshot, requests, timers, now } = state
  const moves: Record<string, Move<V>> = {}
  const latest = Math.min(...requests.map(({ since }) => since + catalogue.maxWait - 1))
  const pause = (label: string, until: number) => {
    if (until > now && until <= latest) moves[label] = { clock: until - now }
  }
  const add = (label: string, move: Move<V>) => {
    if (Object.hasOwn(moves, label)) failAt(label, "names two moves at the same time")
    moves[label] = move
  }
  if (snapshot.status === "active") {
    const [timer] = timers
    const first = timer?.due ?? Infinity
    if (timer) {
      const label = labelTimer(timer.id, catalogue.timers)
      pause(justBefore + label, timer.due - 1)
      pause(label, Math.max(timer.due, now + 1))
    }
    for (const [label, time] of Object.entries(catalogue.moments(state))) {
      if (time - 1 < first) pause(justBefore + label, time - 1)
      if (time < first) pause(label, time)
    }
    for (const [label, clock] of Object.entries(catalogue.jumps(state))) moves[label] = { clock, asleep: true }
    for (const request of requests) {
      const [before, to] = requests.length > 1 ? [`${request.id} `, { to: request.id }] : ["", {}]
      for (const [label, server] of Object.entries(catalogue.replies(request, state))) {
        add(`${before}${label}`, { server, ...to })
      }
    }
    for (const [label, move] of Object.entries(catalogue.person(state))) {
      if (typeof move?.person !== "string") failAt(label, "has no `person`, which names what a person does")
      add(label, move)
    }
  }
  if (catalogue.resume) add("reloaded", reload)
  return moves
}

function labelTimer(id: string, labels: Readonly<Record<string, string>>): string {
  const [, delay = id] = /^xstate\.after\.([^.]+)/.exec(id) ?? []
  return labels[delay] ?? `after ${delay}`
}
