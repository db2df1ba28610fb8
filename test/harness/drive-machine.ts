import { setImmediate as settled } from "node:timers/promises"
import {
  type Actor,
  type ActorOptions,
  type AnyStateMachine,
  type ContextFrom,
  createActor,
  fromPromise,
  type InputFrom,
  type OutputFrom,
} from "xstate"
import { createTestClock, type TestClock, type TestClockOptions } from "../../src/testing/create-test-clock.ts"

/** When the clocks of these tests start, in epoch ms. */
export const startsAt = 1_800_000_000_000

/** Creates a clock that stands still at a time, in epoch ms. */
export function createClockAt(time: number, options?: TestClockOptions): TestClock {
  const clock = createTestClock(options)
  clock.jump(time)
  return clock
}

/** One call of a slot, whose outcome the test chooses. */
export interface HandRequest {
  slot: string
  input: unknown
  signal: AbortSignal
  /** Whether it has resolved or rejected. */
  isSettled(): boolean
  /** Resolves it, at this moment of the clock unless the outcome has its own `at`, and lets the machine process it. */
  resolve(outcome: unknown): Promise<void>
  reject(error: unknown): Promise<void>
}

export interface DriveOptions<Machine extends AnyStateMachine> {
  input: InputFrom<Machine>
  /** @default one that stands still at `startsAt` */
  clock?: TestClock
}

export interface Driven<Machine extends AnyStateMachine> {
  actor: Actor<Machine>
  clock: TestClock
  /** Every call of a slot, in order. */
  requests: HandRequest[]
  /** What the machine logged. */
  logs: string[]
  /** The latest call. */
  request(): HandRequest
  /** The calls that have neither settled nor been aborted. */
  inFlight(): HandRequest[]
  /** The state as a path, say `checkpoint.inApp`. */
  state(): string
  context(): ContextFrom<Machine>
  output(): OutputFrom<Machine> | undefined
  /** Resolves the latest call. */
  respond(outcome: unknown): Promise<void>
}

/** Starts a machine alone, with all its slots filled by hand and a clock that stands still. */
export function driveMachine<Machine extends AnyStateMachine>(
  machine: Machine,
  { input, clock = createClockAt(startsAt) }: DriveOptions<Machine>,
): Driven<Machine> {
  const requests: HandRequest[] = []
  const logs: string[] = []

  const fill = (slot: string) =>
    fromPromise<unknown, unknown>(
      (call) =>
        new Promise((resolve, reject) => {
          let isSettled = false
          const settle = (how: () => void) => {
            isSettled = true
            how()
            return settled()
          }
          requests.push({
            slot,
            input: call.input,
            signal: call.signal,
            isSettled: () => isSettled,
            resolve: (outcome) => settle(() => resolve(stamp(outcome, clock))),
            reject: (error) => settle(() => reject(error)),
          })
        }),
    )

  const slots = Object.keys(machine.implementations.actors)
  const filled = machine.provide({ actors: Object.fromEntries(slots.map((slot) => [slot, fill(slot)])) }) as Machine
  const options = { input, clock, logger: (line: string) => logs.push(line) }
  const actor = createActor(filled, options as unknown as ActorOptions<Machine>)
  actor.start()
  const snapshot = () => actor.getSnapshot() as ReturnType<AnyStateMachine["getInitialSnapshot"]>

  const request = (): HandRequest => {
    const last = requests.at(-1)
    if (last === undefined) throw new Error("Nothing was requested")
    return last
  }

  return {
    actor,
    clock,
    requests,
    logs,
    request,
    inFlight: () => requests.filter(({ signal, isSettled }) => !signal.aborted && !isSettled()),
    state: () => pathOf(snapshot().value),
    context: () => snapshot().context as ContextFrom<Machine>,
    output: () => snapshot().output as OutputFrom<Machine> | undefined,
    respond: (outcome) => request().resolve(outcome),
  }
}

const pathOf = (value: unknown): string =>
  typeof value === "string"
    ? value
    : Object.entries(value ?? {})
        .flat()
        .join(".")

/** Adds when an outcome arrived, as the edge does. */
const stamp = (outcome: unknown, clock: TestClock): unknown =>
  typeof outcome === "object" && outcome !== null ? { at: clock.now(), ...outcome } : outcome
