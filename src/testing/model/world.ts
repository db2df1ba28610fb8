import type { AnyEventObject, AnyMachineSnapshot, AnyStateNode, AnyTransitionDefinition } from "xstate"
import type { Move, Vocabulary } from "../scenario.ts"
import type { Request } from "./catalogue.ts"

/** A timer of the machine; `due` is a moment of the clock. */
export interface Timer {
  id: string
  due: number
  event: AnyEventObject
}

/** One microstep: where the machine was, what it heard and which transitions it took. */
export interface Microstep {
  before: readonly AnyStateNode[]
  event: AnyEventObject
  taken: readonly AnyTransitionDefinition[]
  after: readonly AnyStateNode[]
}

/** A machine together with its clock, its timers and the request on its way. */
export interface World<V extends Vocabulary> {
  input: V["input"]
  snapshot: AnyMachineSnapshot
  /** Ms since the start, as the wall clock has it. */
  now: number
  timers: readonly Timer[]
  /** The request on its way, and the move that led to it. */
  request?: Request & { cause?: Move<V> }
  /** How many requests have reached the server. */
  requests: number
  /** How the last move went. */
  trace: readonly Microstep[]
}
