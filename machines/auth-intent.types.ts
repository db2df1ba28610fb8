/** The type a `Secret` carries, for the compiler alone: nothing here can read it. */
export declare const secretType: unique symbol

/** A password, code, phone number or session that nothing can print. The chart passes it on and cannot open it. */
export interface OpaqueSecret<T = unknown> {
  readonly [secretType]: T
}

/** Whose account is connected. */
export type Provider = "INSTAGRAM" | "LINKEDIN" | "MESSENGER" | "TWITTER"

/** A phone number in two parts: the dialling code and the number as the person dials it, both digits. */
export interface Phone {
  countryCode: string
  number: string
}

/** A security step that the provider demands. */
export interface Checkpoint {
  /** As on the wire: `2FA`, `OTP`, `IN_APP_VALIDATION`, `PHONE_REGISTER`, or a type nobody has seen yet. */
  type: string
  /** Whether it can be approved in the provider's app instead of with a code. */
  canApproveInApp?: boolean
  /** Where the code was sent, if the provider says: `SMS` or `APP`. */
  hint?: string
  /** What came with a checkpoint of an unknown type, as plain JSON of at most 2 kB. */
  data?: unknown
}

/** What can be done about a failure: correct the entry, try the same again, start over, or nothing. */
export type Recovery = "correct" | "retry" | "restart" | "stop"

/** Why something did not work, as plain data. */
export interface Failure {
  /** A stable code: `errors/…` from the provider's API, `client/…` from this library. */
  type: string
  /** The HTTP status; 0 where no answer was involved. */
  status: number
  title: string
  detail?: string
  /** The provider's request id, for its support. */
  instance?: string
  recovery: Recovery
  /** When to try again, in epoch ms. */
  retryAt?: number
}

/** What an answer amounts to; `at` is when it arrived, in epoch ms. */
export type Outcome =
  | { kind: "connected"; at: number; accountId: string; session?: OpaqueSecret }
  | { kind: "checkpoint"; at: number; accountId: string; checkpoint: Checkpoint }
  | { kind: "rejected"; at: number; failure: Failure }

/** What is sent to solve a checkpoint. */
export type Solution<Code = OpaqueSecret<string>, Number = OpaqueSecret<Phone>> =
  | { kind: "code"; secret: Code }
  | { kind: "phone"; secret: Number }
  | { kind: "approval" }
  | { kind: "anotherWay" }

/** The times a machine keeps to, in ms. */
export interface IntentOptions {
  /** How long an intent lives after its first checkpoint. Default 300 000. */
  intentLifetime?: number
  /** How long past the deadline an answer on its way is still waited for. Default 10 000. */
  solveGrace?: number
  /** How often an approval in the app is asked about; 0 never asks. Default 5 000. */
  inAppPollInterval?: number
}

/** What an intent knows: plain JSON, no secret. */
export interface AuthIntentContext {
  provider: Provider
  intentLifetime: number
  solveGrace: number
  inAppPollInterval: number
  accountId?: string
  checkpoint?: Checkpoint
  /** The deadline, in epoch ms; set by the first checkpoint. */
  expiresAt?: number
  /** How many codes and phone numbers the provider has refused. */
  attempts: number
  failure?: Failure
  /** Whether the last answer was a 408: a 400 after it means that the intent is gone. */
  timedOut: boolean
  /** What is on its way while `solving`. */
  solution?: Solution["kind"]
}

/** What a host may send. */
export type AuthIntentEvent =
  | { type: "credentials.submit"; credentials: OpaqueSecret }
  | { type: "code.submit"; code: OpaqueSecret<string> }
  | { type: "phone.submit"; phone: OpaqueSecret<Phone> }
  | { type: "inApp.approve" }
  | { type: "method.switch" }
  | { type: "intent.cancel" }

/** An intent as `saveIntent` writes it: plain JSON, no secret. */
export interface SavedIntent {
  version: 1
  /** Rises by one with each change that `advanceIntent` makes, for compare-and-swap. */
  revision: number
  provider: Provider
  state: "idle" | "submitting" | "checkpoint" | "solving" | "connected" | "expired" | "failed"
  accountId?: string
  checkpoint?: Checkpoint
  expiresAt?: number
  attempts: number
  failure?: Failure
  timedOut: boolean
}

export interface AuthIntentInput extends IntentOptions {
  provider: Provider
  /** Where to start from: a record that `parseSavedIntent` returned. */
  resume?: SavedIntent
}

/** How an intent ended. */
export type AuthIntentOutput =
  | { status: "connected"; provider: Provider; accountId: string; session?: OpaqueSecret }
  | { status: "expired"; provider: Provider; accountId: string; expiresAt: number; failure?: Failure }
  | { status: "failed"; provider: Provider; accountId?: string; failure: Failure }

/** What the `submitCredentials` slot is given. */
export interface SubmitInput {
  provider: Provider
  credentials: OpaqueSecret
}

/** What the `solveCheckpoint` slot is given; after `expiresAt` (epoch ms) nothing may be sent. */
export interface SolveInput {
  provider: Provider
  accountId: string
  expiresAt: number
  solution: Solution
}
