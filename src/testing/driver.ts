import type { AuthIntentVocabulary, Expectation, Vocabulary } from "./scenario.ts"

/** What shows, as far as it can be told: what is left out is not compared. */
export interface Observation<V extends Vocabulary = AuthIntentVocabulary> {
  state?: string
  tags?: string[]
  /** What is left out of it is not compared either: a page may tell its `kind` alone. */
  step?: Partial<Expectation<V>["step"]>
  requests?: number
  output?: unknown
}

/**
 * How scenarios are played against something: the actor, a page in a browser, a mobile app.
 * Each method may take its time, and returns once what it did has had its effect.
 */
export interface Driver<V extends Vocabulary = AuthIntentVocabulary> {
  /** Opens what is under test, with nothing done yet and 0 on its clock. */
  start(input: V["input"]): void | Promise<void>
  /** Does what a person does; `ignored` says that the machine takes no notice, so that a page may not even offer it. */
  person(move: V["person"], ignored: boolean): void | Promise<void>
  /** Lets the server answer the request that waits. */
  server(reply: V["reply"]): void | Promise<void>
  /** Lets so many ms pass; `asleep`, the wall clock alone moves and no timer runs. */
  clock(ms: number, asleep: boolean): void | Promise<void>
  /** Tells what shows now. */
  observe(): Observation<V> | Promise<Observation<V>>
  /** Puts away what `start` opened, whatever came of it. */
  stop?(): void | Promise<void>
}
