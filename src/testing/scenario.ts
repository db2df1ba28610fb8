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
