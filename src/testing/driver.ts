import type { AuthIntentVocabulary } from "./auth-intent/vocabulary.ts"
import type { Expectation, Vocabulary } from "./scenario.ts"

/** What shows. A part that is left out is not compared. */
export interface Observation<V extends Vocabulary = AuthIntentVocabulary> {
  state?: string
  tags?: string[]
  /** A part that it leaves out is not compared either: a page may return its `kind` alone. */
  step?: Partial<Expectation<V>["step"]>
  /** Whether the step is all that shows: a part that it leaves out is then a difference. @default false */
  isWhole?: boolean
  /** Everything that was sent so far, in order. */
  sent?: unknown[]
  saved?: unknown
  output?: unknown
}

/**
 * How scenarios are played against something: the actor, a page in a browser, a mobile app.
 * Each method returns once what it did has had its effect.
 */
export interface Driver<V extends Vocabulary = AuthIntentVocabulary> {
  /** Opens what is under test, with nothing done yet and 0 on its clock. Called again for each scenario. */
  start(input: V["input"]): void | Promise<void>
  /** Does what a person does. `ignored`: the machine ignores it, so that a page may not even offer it. */
  person(move: V["person"], ignored: boolean): void | Promise<void>
  /** Lets a reply come for the request that waits, or for the invoke that is named. */
  server(reply: V["reply"], to?: string): void | Promise<void>
  /** Lets so many ms pass. Asleep, the wall clock moves alone, also back, and no timer runs. */
  clock(ms: number, asleep: boolean): void | Promise<void>
  /** Returns what shows now. */
  observe(): Observation<V> | Promise<Observation<V>>
  /** Closes what `start` opened, whatever came of it. */
  stop?(): void | Promise<void>
}
