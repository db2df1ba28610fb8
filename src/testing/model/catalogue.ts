import type { AnyEventObject, AnyMachineSnapshot } from "xstate"
import type { Move, Vocabulary } from "../scenario.ts"
import type { World } from "./world.ts"

/** A request as the machine makes it: the actor that it invokes, and that actor's input. */
export interface Request {
  src: string
  input: unknown
}

/** How an invoked actor ends. */
export type Ending = { output: unknown } | { error: unknown }

/** What can happen to one machine, and how it is told. */
export interface Catalogue<V extends Vocabulary> {
  /** The inputs that lead to all that the machine can do, by what is special about them. */
  starts: Readonly<Record<string, V["input"]>>
  /** The state that everybody hopes for: where a scenario ends that has nothing more to show. */
  goal: string
  /** What can happen next, by a phrase for it. */
  moves(world: World<V>): Record<string, Move<V>>
  toEvent(move: V["person"]): AnyEventObject
  /** What the edge answers by itself, so that nothing is sent. */
  refuse(request: Request, now: number): Ending | undefined
  judge(reply: V["reply"], request: Request, now: number): Ending
  /** The input that takes up what was saved. */
  resume(world: World<V>): V["input"]
  /** As much of a world as decides what can still happen, as JSON: a state of the graph. */
  abstract(world: World<V>): unknown
  /** What a page shows. */
  describe(snapshot: AnyMachineSnapshot): V["step"]
  /** Every failure there is, by a name. */
  failures: readonly string[]
  /** The failures that the last move met. */
  failuresIn(world: World<V>): string[]
  /** Says a way through the machine as one sentence: what is special about its start, its phrases, its last state. */
  title(start: string, phrases: readonly string[], end: string): string
}
