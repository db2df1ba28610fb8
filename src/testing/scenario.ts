import type { AuthIntentVocabulary } from "./auth-intent/vocabulary.ts"

/** The types of one machine's scenarios: plain JSON. */
export interface Vocabulary {
  /** A move of a person or a host: `person` names the move, the rest is its payload. */
  person: { person: string }
  /** The reply to a request. */
  reply: unknown
  input: unknown
  /** What a page shows. */
  step: unknown
}

/**
 * What happens next: a person does something (`reload` leaves and resumes the saved state), a reply comes (`to` an
 * invoke if several run), or time passes, in ms. `asleep`: only the wall clock moves, also back, and no timer runs.
 */
export type Move<V extends Vocabulary = Vocabulary> =
  | V["person"]
  | { server: V["reply"]; to?: string }
  | { clock: number; asleep?: true }

/** What must hold once a move has settled. Times are in ms since the scenario's start. */
export interface Expectation<V extends Vocabulary = Vocabulary> {
  /** The state as a path, for example `checkpoint.twoFactor`. */
  state: string
  tags: string[]
  step: V["step"]
  /** The requests of this move, in order, with placeholders for secrets. The first move has the start's as well. */
  sent: unknown[]
  /** What would be saved now. */
  saved?: unknown
  /** The output, once the machine has ended. */
  output?: unknown
}

/** A move, and what must hold after it. */
export interface ScenarioStep<V extends Vocabulary = Vocabulary> {
  do: Move<V>
  /** The machine ignores the person's move: a page that does not offer the move has nothing to do. */
  ignored?: true
  expect: Expectation<V>
}

/** One path through a machine, as plain JSON. Its clock starts at 0. */
export interface Scenario<V extends Vocabulary = Vocabulary> {
  /** A sentence for the test's title. */
  name: string
  input: V["input"]
  steps: ScenarioStep<V>[]
}

/** What shows. An absent part is not compared. */
export interface Observation<V extends Vocabulary = AuthIntentVocabulary>
  extends Partial<Omit<Expectation<V>, "step" | "sent">> {
  /**
   * An absent part of the step is not compared either: a page may return its `kind` alone. `"shown"` in place of an
   * object, for example a failure, means that the object is there: its parts are not compared.
   */
  step?: Partial<Expectation<V>["step"]>
  /** Whether the step is all that shows: an absent part is then a difference. @default false */
  isWhole?: boolean
  /** All requests so far, in order. */
  sent?: unknown[]
}

/**
 * Plays scenarios against a program: the actor, a page in a browser, a mobile app.
 * Each method returns once its effect is complete.
 */
export interface Driver<V extends Vocabulary = AuthIntentVocabulary> {
  /** Opens a fresh program under test, with 0 on its clock. Called again for each scenario. */
  start(input: V["input"]): void | Promise<void>
  /** Makes a person's move. `ignored`: the machine ignores the move, and a page may not even offer it. */
  person(move: V["person"], ignored: boolean): void | Promise<void>
  /** Delivers a reply to the waiting request, or to the named invoke. */
  server(reply: V["reply"], to?: string): void | Promise<void>
  /** Lets `ms` pass. `asleep`: the wall clock alone moves, forward or back, and no timer runs. */
  clock(ms: number, asleep: boolean): void | Promise<void>
  /** Returns what shows now. */
  observe(): Observation<V> | Promise<Observation<V>>
  /**
   * Called at an end. Lets time pass, so that work after the end shows: an old countdown, or polls that nothing stops.
   * What shows then must be the same as before. @default nothing is compared after an end
   */
  afterEnd?(): void | Promise<void>
  /** Closes what `start` opened, also after a failure. */
  stop?(): void | Promise<void>
}
