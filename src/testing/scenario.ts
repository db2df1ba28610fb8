import type { AuthIntentVocabulary } from "./auth-intent/vocabulary.ts"

/** The words in which the scenarios of one machine are written: plain JSON. */
export interface Vocabulary {
  /** What a person, or a host, does: `person` names it, the rest is what comes with it. */
  person: { person: string }
  /** What comes back for a request. */
  reply: unknown
  input: unknown
  /** What a page shows. */
  step: unknown
}

/**
 * What happens next: a person does something (`reload` leaves and comes back to what was saved), a reply comes (`to` an
 * invoke, where several run), or time passes, in ms. Asleep, the wall clock alone moves, also back, and no timer runs.
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
  /** What this move has sent, in order, with placeholders for secrets; at the first, what the start has sent as well. */
  sent: unknown[]
  /** What would be saved now. */
  saved?: unknown
  /** How it ended, once it has. */
  output?: unknown
}

/** A move, and what holds after it. */
export interface ScenarioStep<V extends Vocabulary = Vocabulary> {
  do: Move<V>
  /** The machine ignores what the person does: a page that does not offer it has nothing to do. */
  ignored?: true
  expect: Expectation<V>
}

/** One path through a machine, as plain JSON; it starts at 0 on the clock. */
export interface Scenario<V extends Vocabulary = Vocabulary> {
  /** A sentence for the test's title. */
  name: string
  input: V["input"]
  steps: ScenarioStep<V>[]
}

/** What shows. A part that is left out is not compared. */
export interface Observation<V extends Vocabulary = AuthIntentVocabulary>
  extends Partial<Omit<Expectation<V>, "step" | "sent">> {
  /**
   * A part that it leaves out is not compared either: a page may return its `kind` alone. `"shown"` in the place of an
   * object, for example a failure, means that it is there; its parts are not compared.
   */
  step?: Partial<Expectation<V>["step"]>
  /** Whether the step is all that shows: a part that it leaves out is then a difference. @default false */
  isWhole?: boolean
  /** Everything that was sent so far, in order. */
  sent?: unknown[]
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
  /**
   * Called at an end: lets the time pass in which what goes on after it would show, an old countdown or polls that nothing
   * stops. What shows then has to be what showed before. @default an end is the last that is looked at
   */
  afterEnd?(): void | Promise<void>
  /** Closes what `start` opened, whatever came of it. */
  stop?(): void | Promise<void>
}
