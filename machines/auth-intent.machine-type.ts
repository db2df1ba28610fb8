import type {
  ActorRefFromLogic,
  EventObject,
  MetaObject,
  NonReducibleUnknown,
  PromiseActorLogic,
  StateMachine,
  StateSchema,
} from "xstate"
import type * as actions from "./auth-intent.actions.ts"
import type { guards } from "./auth-intent.guards.ts"
import type {
  AuthIntentContext,
  AuthIntentEvent,
  AuthIntentInput,
  AuthIntentOutput,
  Outcome,
  SavedIntent,
  SolveInput,
  SubmitInput,
} from "./auth-intent.types.ts"

/** The logics are written out: a package that exports a machine cannot name our types in its declarations. */
type Actor =
  | { src: "submitCredentials"; logic: PromiseActorLogic<Outcome, SubmitInput>; id: string | undefined }
  | { src: "solveCheckpoint"; logic: PromiseActorLogic<Outcome, SolveInput>; id: string | undefined }
type ActionName = keyof typeof actions | "logRejectedActor" | "logIgnoredOptions"
type Action = { [Name in ActionName]: { type: Name; params: NonReducibleUnknown } }[ActionName]
type Guard = { [Name in keyof typeof guards]: { type: Name; params: unknown } }[keyof typeof guards]
type State =
  | Exclude<SavedIntent["state"], "checkpoint">
  | "resuming"
  | "submitting"
  | "solving"
  | { checkpoint: "recognizing" | "twoFactor" | "otp" | "inApp" | "phone" | "unsupported" }

/**
 * The type of `authIntentMachine`, with its transport's credentials. The inferred type would name a parameter that
 * older versions of XState do not have.
 */
export type AuthIntentMachine<Credentials = unknown> = StateMachine<
  AuthIntentContext,
  AuthIntentEvent<Credentials>,
  { [id: string]: ActorRefFromLogic<Actor["logic"]> | undefined },
  Actor,
  Action,
  Guard,
  "intentTimeout" | "solveTimeout" | "inAppPoll",
  State,
  "input" | "busy" | "done",
  AuthIntentInput,
  AuthIntentOutput,
  EventObject,
  MetaObject,
  StateSchema
>
