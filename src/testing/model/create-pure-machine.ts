import {
  type AnyActorScope,
  type AnyEventObject,
  type AnyMachineSnapshot,
  type AnyStateMachine,
  createActor,
  getInitialMicrosteps,
} from "xstate"
import type { Request } from "./catalogue.ts"
import type { Microstep, Timer } from "./world.ts"

/** What a machine wants done: a timer armed or dropped, or a request sent. */
export type Effect = { arm: Timer } | { drop: string } | { request: Request }

/** What a machine makes of one event. */
export interface Computed {
  snapshot: AnyMachineSnapshot
  trace: Microstep[]
  effects: Effect[]
}

export interface PureMachine {
  start(input: object, now: number): Computed
  send(snapshot: AnyMachineSnapshot, event: AnyEventObject, now: number): Computed
}

/** An action as XState hands it out to be executed. */
interface Action {
  type: string
  params: Request & { id: string; delay: number; event: AnyEventObject; sendId: string }
}

const nothing = () => {}

/** Computes what a machine does with an event at a moment, and does nothing of it. */
export function createPureMachine(machine: AnyStateMachine, input: object): PureMachine {
  let time = 0
  let actions: Action[] = []
  let heard: Omit<Microstep, "before">[] = []

  // Never started: it lends a clock to the delays, and its inspector tells which transitions are taken.
  const clock = { now: () => time, setTimeout: nothing, clearTimeout: nothing }
  const self = createActor(machine, {
    input,
    clock,
    inspect: (seen) => {
      if (seen.type !== "@xstate.microstep") return
      heard.push({ event: seen.event, taken: seen._transitions, after: (seen.snapshot as AnyMachineSnapshot)._nodes })
    },
  })
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
    actionExecutor: (action) => actions.push(action as unknown as Action),
  }

  function compute(before: AnyMachineSnapshot, now: number, run: () => AnyMachineSnapshot): Computed {
    time = now
    actions = []
    heard = []
    const snapshot = run()
    const trace = heard.map((step, index) => ({ before: heard[index - 1]?.after ?? before._nodes, ...step }))
    return { snapshot, trace, effects: actions.flatMap((action) => toEffects(action, now)) }
  }

  return {
    start(input, now) {
      const [[first] = [self.getSnapshot()]] = getInitialMicrosteps(machine, input)
      const { trace, ...computed } = compute(first, now, () => machine.getInitialSnapshot(scope, input))
      const entry: Microstep = { before: [], event: { type: "xstate.init" }, taken: [], after: first._nodes }
      return { trace: [entry, ...trace], ...computed }
    },
    send: (snapshot, event, now) => compute(snapshot, now, () => machine.transition(snapshot, event, scope)),
  }
}

function toEffects({ type, params }: Action, now: number): Effect[] {
  switch (type) {
    case "xstate.raise":
      return [{ arm: { id: params.id, due: now + params.delay, event: params.event } }]
    case "xstate.cancel":
      return [{ drop: params.sendId }]
    case "xstate.spawnChild":
      return [{ request: { src: params.src, input: params.input } }]
    default:
      return []
  }
}
