import type { AnyCheckpointType } from "./checkpoint-kinds.ts"
import type { Failure } from "./failures.ts"
import type { Provider } from "./providers.ts"

/** Marks the type of a secret's value, for the compiler alone. */
export declare const secretType: unique symbol

/** A password, code, phone number or session that nothing can print. The chart passes it on and cannot open it. */
export interface OpaqueSecret<T = unknown> {
  readonly [secretType]: T
}

/** A phone number in two parts: the country code and the number as the person dials it. */
export interface Phone {
  countryCode: string
  number: string
}

/** A security step that the provider demands. */
export interface Checkpoint {
  type: AnyCheckpointType
  /** Whether the person can approve it in the provider's app instead of typing a code. */
  canApproveInApp?: boolean
  /** Where the code was sent, if the provider reports it: `SMS` or `APP`. */
  hint?: "SMS" | "APP" | (string & {})
  /** The data of a checkpoint type that the host declared: plain JSON of at most 16 KiB. */
  data?: unknown
}

/** The outcome of a request; `at` is when its response arrived, in epoch ms. */
export type Outcome =
  | { kind: "connected"; at: number; accountId: string; session?: OpaqueSecret }
  | { kind: "checkpoint"; at: number; accountId: string; checkpoint: Checkpoint }
  /** `sent: false`: the request is known not to have left this machine. */
  | { kind: "rejected"; at: number; failure: Failure; sent?: false }

/** The solution of a checkpoint, as the machine passes it on: its secret cannot be opened. */
export type OpaqueSolution =
  | { kind: "code"; secret: OpaqueSecret<string> }
  | { kind: "phone"; secret: OpaqueSecret<Phone> }
  | { kind: "inApp" }
  | { kind: "method" }

/** The times that an intent keeps, in ms. Together, lifetime and grace are at most 2 147 483 647. */
export interface IntentTimes {
  /** How long an intent lives after its first checkpoint. @default 300000 */
  intentLifetime?: number | undefined
  /** How long past the deadline the machine waits for a request in flight. @default 10000 */
  solveGrace?: number | undefined
  /** How often the machine polls for the approval; 0 turns it off. @default 5000 */
  inAppPollInterval?: number | undefined
}

/** What an intent remembers, in its context and in its record: plain JSON, no secret. */
export interface IntentFacts {
  accountId?: string
  checkpoint?: Checkpoint
  /** The deadline, in epoch ms; set by the first checkpoint. */
  expiresAt?: number
  /** How many codes and phone numbers the provider has refused. */
  attempts: number
  failure?: Failure
  /** Set where the machine's own poll for an approval caused the failure. */
  failureBy?: "poll"
  /** How many polls have failed in a row. */
  failedPolls: number
  /** No poll before this time, in epoch ms. */
  retryAt?: number
  /** A 408 came close to the deadline: a later 400 means that the intent is gone. */
  timedOut: boolean
  /** A request may have reached the provider, and no response reports its result. */
  unanswered: boolean
  /** The request in flight while `solving`; `poll` is the machine's own poll for an approval. */
  request?: OpaqueSolution["kind"] | "poll"
}

/** What the machine knows while it runs. */
export interface AuthIntentContext extends IntentFacts, Record<keyof IntentTimes, number> {
  provider: Provider
  /** The state that a saved intent goes on from. */
  resumedFrom?: SavedIntent["state"]
}

/** The events that a host may send. The transport sets the credentials' type, for example `PostpressCredentials`. */
export type AuthIntentEvent<Credentials = unknown> =
  | { type: "credentials.submit"; credentials: OpaqueSecret<Credentials> }
  | { type: "code.submit"; code: OpaqueSecret<string> }
  | { type: "phone.submit"; phone: OpaqueSecret<Phone> }
  | { type: "inApp.approve" }
  | { type: "method.switch" }
  | { type: "intent.cancel" }

/** A record: an intent as `saveIntent` writes it, plain JSON with no secret. */
export interface SavedIntent extends Partial<Omit<IntentFacts, "attempts" | "request">>, Pick<IntentFacts, "attempts"> {
  version: 1
  /** Rises by one with each change that `advanceIntent` makes, for compare-and-swap. */
  revision: number
  provider: Provider
  /** The open state, or how the intent ended. */
  state: "idle" | "checkpoint" | "connected" | "expired" | "failed"
  /** The failure of a request that was in flight. A resume before the deadline shows it. */
  left?: { failure: Failure }
}

/** The machine's input. */
export interface AuthIntentInput extends IntentTimes {
  provider: Provider
  /** A record from `parseSavedIntent`; without a record the intent is new. */
  resume?: SavedIntent | undefined
}

/** How an intent ended. `mayBeConnected`: a request was lost, so look whether the account is connected. */
export type AuthIntentOutput =
  | { status: "connected"; provider: Provider; accountId: string; session?: OpaqueSecret }
  | {
      status: "expired"
      provider: Provider
      accountId: string
      expiresAt: number
      failure?: Failure
      mayBeConnected?: true
    }
  | { status: "failed"; provider: Provider; accountId?: string; failure: Failure; mayBeConnected?: true }

/** The input of the `submitCredentials` slot. */
export interface SubmitInput {
  provider: Provider
  credentials: OpaqueSecret
}

/** The input of the `solveCheckpoint` slot; from `expiresAt` (epoch ms) on, nothing may be sent. */
export interface SolveInput {
  provider: Provider
  accountId: string
  expiresAt: number
  solution: OpaqueSolution
}

/** The arguments of guards, actions and outputs. */
export interface AuthIntentArgs {
  context: AuthIntentContext
  event: AuthIntentEvent | { type: `xstate.${string}`; output?: Outcome }
}
