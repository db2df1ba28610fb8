import { setImmediate as settled } from "node:timers/promises"
import { expect } from "vitest"
import {
  type Actor,
  type ActorOptions,
  type AnyMachineSnapshot,
  type AnyStateMachine,
  type ContextFrom,
  createActor,
  fromPromise,
  type InputFrom,
  type OutputFrom,
} from "xstate"
import { getState } from "../../src/intent/get-step.ts"
import { createTestClock } from "../../src/testing/create-test-clock.ts"
import { createDeferred } from "./deferred.ts"
import { startsAt } from "./outcomes.ts"

/** One call of a slot. The test chooses its outcome. */
interface HandRequest {
  slot: string
  input: unknown
  signal: AbortSignal
  /** Resolves the call, now unless the outcome has its own `at`, and lets the machine process it. */
  resolve(outcome: unknown): Promise<void>
  reject(error: unknown): Promise<void>
}

export type Driven<Machine extends AnyStateMachine> = ReturnType<typeof driveMachine<Machine>>

/** Starts a machine alone. The test fills all slots by hand, and the clock stands still. */
export function driveMachine<Machine extends AnyStateMachine>(
  machine: Machine,
  input: InputFrom<Machine>,
  clock = createTestClock({ now: startsAt }),
) {
  const requests: HandRequest[] = []
  const logs: string[] = []

  const fill = (slot: string) =>
    fromPromise<unknown, unknown>(({ input, signal }) => {
      const { promise, resolve, reject } = createDeferred<unknown>()
      requests.push({
        ...{ slot, input, signal },
        resolve(outcome) {
          // The edge adds the time of arrival.
          const isObject = typeof outcome === "object" && outcome !== null
          resolve(isObject ? { at: clock.now(), ...outcome } : outcome)
          return settled()
        },
        reject(error) {
          reject(error)
          return settled()
        },
      })
      return promise
    })

  const slots = Object.keys(machine.implementations.actors)
  const filled = machine.provide({ actors: Object.fromEntries(slots.map((slot) => [slot, fill(slot)])) }) as Machine
  const options = { input, clock, logger: (line: string) => logs.push(line) }
  const actor: Actor<Machine> = createActor(filled, options as unknown as ActorOptions<Machine>)
  actor.start()
  const snapshot = () => actor.getSnapshot() as AnyMachineSnapshot

  /** The latest call. */
  const request = (): HandRequest => requests.at(-1) ?? expect.fail("Nothing was requested")

  return {
    actor,
    clock,
    /** Every call of a slot, in order. */
    requests,
    /** The machine's log. */
    logs,
    request,
    /** The state as a path, say `checkpoint.inApp`. */
    state: () => getState(snapshot()),
    context: () => snapshot().context as ContextFrom<Machine>,
    output: () => snapshot().output as OutputFrom<Machine> | undefined,
    /** Resolves the latest call. */
    respond: (outcome: unknown) => request().resolve(outcome),
  }
}
