import { setImmediate as settled } from "node:timers/promises"
import { createActor, fromPromise, type InspectionEvent, SimulatedClock } from "xstate"
import { authIntentMachine } from "../../machines/auth-intent.machine.ts"
import type { AuthIntentInput, Outcome, SolveInput, SubmitInput } from "../../machines/auth-intent.types.ts"
import type { Answer } from "../../src/transports/auth-transport.ts"

/** One request that the machine made, to be answered by hand. */
export interface HandRequest {
  slot: "submitCredentials" | "solveCheckpoint"
  input: SubmitInput | SolveInput
  signal: AbortSignal
  settled(): boolean
  /** Answers, at this moment of the clock unless the answer says otherwise, and lets the machine hear it. */
  answer(answer: Answer): Promise<void>
  fail(error: unknown): Promise<void>
}

export type Driven = ReturnType<typeof driveMachine>

/** The machine alone, started, with both slots filled by hand and a clock that stands still. */
export function driveMachine(input: Partial<AuthIntentInput> = {}, inspect?: (event: InspectionEvent) => void) {
  const clock = new SimulatedClock()
  const requests: HandRequest[] = []

  const slot = <Input extends HandRequest["input"]>(name: HandRequest["slot"]) =>
    fromPromise<Outcome, Input>(
      (given) =>
        new Promise((resolve, reject) => {
          let over = false
          requests.push({
            slot: name,
            input: given.input,
            signal: given.signal,
            settled: () => over,
            answer: (answer) => {
              over = true
              resolve({ at: clock.now(), ...answer } as Outcome)
              return settled()
            },
            fail: (error) => {
              over = true
              reject(error)
              return settled()
            },
          })
        }),
    )

  const machine = authIntentMachine.provide({
    actors: {
      submitCredentials: slot<SubmitInput>("submitCredentials"),
      solveCheckpoint: slot<SolveInput>("solveCheckpoint"),
    },
  })
  const actor = createActor(machine, { clock, input: { provider: "INSTAGRAM", ...input }, ...(inspect && { inspect }) })
  actor.start()

  /** The latest request. */
  const request = (): HandRequest => {
    const last = requests.at(-1)
    if (last === undefined) throw new Error("Nothing was requested")
    return last
  }

  return {
    actor,
    clock,
    requests,
    request,
    /** The state as a path: `checkpoint.inApp`. */
    state(): string {
      const { value } = actor.getSnapshot()
      return typeof value === "string" ? value : Object.entries(value).flat().join(".")
    },
    context: () => actor.getSnapshot().context,
    output: () => actor.getSnapshot().output,
    /** Answers the latest request. */
    answer: (answer: Answer): Promise<void> => request().answer(answer),
    /** What is on its way: `credentials`, or the kind of a solution. */
    sent(): string {
      const { input: given } = request()
      return "solution" in given ? given.solution.kind : "credentials"
    },
  }
}
