import {
  type AnyActor,
  type AnyActorRef,
  type AnyActorScope,
  type AnyEventObject,
  type AnyMachineSnapshot,
  type AnyStateMachine,
  type AnyTransitionDefinition,
  createActor,
  getInitialMicrosteps,
} from "xstate"
import { fail } from "./fail.ts"

/** A timer of the machine. `due` is a time of its clock, in ms. */
export interface Timer {
  id: string
  due: number
  event: AnyEventObject
  /** The id that cancels the timer. A raise without an id has none. */
  cancelId?: string | undefined
  /** Another timer with this id was armed or has fired since: XState has forgotten this timer, and cannot cancel it. */
  isForgotten?: true
}

/** A request of the machine: the invoke, the actor's name and its input. */
export interface Request {
  id: string
  src: string
  input: unknown
}

/** One microstep: the state value before and after it, its event, and the transitions that it took. */
export interface Microstep {
  before: AnyMachineSnapshot["value"] | undefined
  event: AnyEventObject
  taken: readonly AnyTransitionDefinition[]
  after: AnyMachineSnapshot["value"]
}

/** An effect that a machine requests. */
type Effect = { arm: Timer } | { drop: string } | { request: Request } | { send: AnyEventObject }

/** The result of one event. */
export interface Computed {
  snapshot: AnyMachineSnapshot
  trace: Microstep[]
  effects: Effect[]
}

/** An action as XState passes it to the executor. */
interface Action {
  type: string
  params: { id?: string; delay?: number; event: AnyEventObject; sendId: string; to?: unknown }
}

const nothing = () => {}

const maxMicrosteps = 500

/** Throws for a machine that takes more transitions than `maxMicrosteps` at one moment. */
export function checkRest({ id }: AnyStateMachine, microsteps: number): void {
  if (microsteps <= maxMicrosteps) return
  fail("endless_walk", `${id}: it never comes to rest: ${microsteps} transitions at one moment: break their circle`)
}

const startRun = (now: number) => ({
  now,
  actions: [] as Action[],
  steps: [] as Omit<Microstep, "before">[],
  created: [] as AnyActor[],
})

/**
 * Creates a machine that computes its effects, and executes none of them. Only this function uses undocumented parts of
 * XState: the `_transitions` of an inspected microstep, and the names of a system's actors.
 */
export function createPureMachine(machine: AnyStateMachine, anyInput: unknown) {
  /** The time of the computed event, and what XState reports meanwhile. */
  let run = startRun(0)

  // This actor never starts: delays read its clock, and its inspector is called with the taken transitions.
  const self = createActor(machine, {
    input: anyInput,
    clock: { now: () => run.now, setTimeout: nothing, clearTimeout: nothing } as object as typeof globalThis,
    inspect: (seen) => {
      if (seen.type === "@xstate.actor") run.created.push(seen.actorRef as AnyActor)
      if (seen.type !== "@xstate.microstep") return
      const { value } = seen.snapshot as AnyMachineSnapshot
      run.steps.push({ event: seen.event, taken: seen._transitions, after: value })
      checkRest(machine, run.steps.length)
    },
  })
  const { id, sessionId, system } = self
  const names = system as object as {
    _set(id: string, actor: AnyActorRef): void
    _unregister(actor: AnyActorRef): void
  }
  const { _set } = names
  // No actor is stopped here: a new actor takes the place of an actor with the same name.
  names._set = (name, actor) => {
    const other = system.get(name)
    if (other && other !== actor) names._unregister(other)
    _set(name, actor)
  }
  const scope: AnyActorScope = {
    self,
    id,
    sessionId,
    system,
    logger: nothing,
    defer: nothing,
    emit: nothing,
    stopChild: nothing,
    actionExecutor: (action) => run.actions.push(action as object as Action),
  }

  function compute(before: AnyMachineSnapshot, now: number, toNext: () => AnyMachineSnapshot): Computed {
    run = startRun(now)
    const snapshot = toNext()
    if (snapshot.status === "error") throw snapshot.error
    const { actions, steps } = run
    const trace = steps.map((step, index) => ({ before: steps[index - 1]?.after ?? before.value, ...step }))
    const effects = actions.flatMap((action) => toEffects(action, now, self))
    return { snapshot, trace, effects: [...effects, ...requestsOf(snapshot)] }
  }

  /** Returns the requests of new actors. An actor does not start if the same event stops it or ends the machine. */
  function requestsOf({ children, status }: AnyMachineSnapshot): Effect[] {
    const missing = Object.keys(children).find((child) => children[child] === undefined)
    const what = `setup({ actors }) has no logic for the actor "${missing}"`
    if (missing !== undefined) fail("invalid_option", `${machine.id}: ${what}`)
    return run.created.flatMap((actor) => {
      const { id, src, options } = actor
      if (actor._parent === self && (typeof src !== "string" || options.id === undefined)) {
        const [name, lacks] = typeof src === "string" ? [src, "an id"] : [id, "a name in setup({ actors })"]
        fail("invalid_option", `${machine.id}: the actor "${name}" is spawned without ${lacks}`)
      }
      return children[id] === actor && status === "active"
        ? [{ request: { id, src: src as string, input: options.input } }]
        : []
    })
  }

  const initial = self.getSnapshot() as AnyMachineSnapshot
  if (initial.status === "error") throw initial.error
  // The first state is the same for every input. The states after its eventless transitions are not.
  const [[first] = [initial]] = getInitialMicrosteps(machine, anyInput)

  return {
    start(input: unknown, now: number): Computed {
      const { trace, ...computed } = compute(first, now, () => machine.getInitialSnapshot(scope, input))
      return {
        trace: [{ before: undefined, event: { type: "xstate.init" }, taken: [], after: first.value }, ...trace],
        ...computed,
      }
    },
    send: (before: AnyMachineSnapshot, event: AnyEventObject, now: number) =>
      compute(before, now, () => {
        const snapshot = machine.transition(before, event, scope)
        if (snapshot.status !== "error" || !event.type.startsWith("xstate.error.actor.")) return snapshot
        if (snapshot.error !== event["error"]) return snapshot
        const what = `nothing handles the error of "${event["actorId"]}": there is no onError whose guard holds`
        return fail("invalid_option", `${machine.id}: ${what}`)
      }),
  }
}

function toEffects({ type, params }: Action, now: number, self: unknown): Effect[] {
  if (type === "xstate.cancel") return [{ drop: params.sendId }]
  if (type !== "xstate.raise" && type !== "xstate.sendTo") return []
  const { id, delay, event, to = self } = params
  if (to !== self) return []
  // XState itself has processed an event that was raised without a delay.
  if (delay === undefined) return type === "xstate.sendTo" ? [{ send: event }] : []
  const name = id ?? event.type
  if (!Number.isFinite(delay)) fail("invalid_option", `"${name}" is delayed by ${delay}, which no timer counts`)
  return [{ arm: { id: name, due: now + Math.max(delay, 0), event, cancelId: id } }]
}
