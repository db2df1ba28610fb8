import type { AuthIntentInput, Phone } from "../../machines/auth-intent.types.ts"
import type { IntentStep } from "../intent/get-step.ts"
import type { PostpressCredentials } from "../transports/postpress.ts"

/** The words in which the scenarios of one machine are told. */
export interface Vocabulary {
  person: { person: string }
  reply: unknown
  input: object
  step: object
}

/** What happens next: a person does something, the server answers, or time passes (in ms; asleep, no timer runs). */
export type Move<V extends Vocabulary = AuthIntentVocabulary> =
  | V["person"]
  | { server: V["reply"] }
  | { clock: number; asleep?: true }

/** What must hold once a move has settled. */
export interface Expectation<V extends Vocabulary = AuthIntentVocabulary> {
  /** The state as a path, say `checkpoint.twoFactor`. */
  state: string
  tags: string[]
  /** What a page shows; times in ms since the scenario's start. */
  step: V["step"]
  /** How many requests have reached the server so far. */
  requests: number
  /** What came out, once it has ended. */
  output?: unknown
}

export interface ScenarioStep<V extends Vocabulary = AuthIntentVocabulary> {
  do: Move<V>
  /** The machine takes no notice of what the person does: a page that does not offer it has nothing to do. */
  ignored?: true
  expect: Expectation<V>
}

/** One way through a machine, as plain JSON; it starts at 0 on the clock. */
export interface Scenario<V extends Vocabulary = AuthIntentVocabulary> {
  /** A sentence for the test's title. */
  name: string
  input: V["input"]
  steps: ScenarioStep<V>[]
}

/** What a person does; `reload` leaves and comes back to what was saved. */
export type PersonMove =
  | { person: "credentials.submit"; credentials: PostpressCredentials }
  | { person: "code.submit"; code: string }
  | { person: "phone.submit"; phone: Phone }
  | { person: "inApp.approve" | "method.switch" | "intent.cancel" | "reload" }

/** What comes back for a request: an answer (a string is sent as it is), no connection, or a transport that throws. */
export type Reply =
  | { status: number; headers?: Record<string, string>; body: object | string }
  | { fault: "no connection" | "transport throws" }

export interface AuthIntentVocabulary {
  person: PersonMove
  reply: Reply
  input: AuthIntentInput
  step: IntentStep
}
