import type {
  ActorRefFromLogic,
  EventObject,
  MetaObject,
  NonReducibleUnknown,
  PromiseActorLogic,
  StateMachine,
  StateSchema,
} from "xstate"
import type { guards } from "./hosted-auth.guards.ts"
import type {
  ConnectionOutcome,
  FindInput,
  HostedAuthContext,
  HostedAuthEvent,
  HostedAuthInput,
  HostedAuthOutput,
  LinkOutcome,
  LinkRequest,
} from "./hosted-auth.types.ts"

/** The logics are written out: a package that exports a machine cannot name our types in its declarations. */
type Actor =
  | { src: "createLink"; logic: PromiseActorLogic<LinkOutcome, LinkRequest>; id: string | undefined }
  | { src: "findConnection"; logic: PromiseActorLogic<ConnectionOutcome, FindInput>; id: string | undefined }
type ActionName =
  | `remember${"Link" | "Account" | "Failure"}`
  | `returnAs${"Success" | "Failure"}`
  | `failAs${"Canceled" | "Unexpected"}`
  | "startLinking"
  | "logBrokenSlot"
type Action = { [Name in ActionName]: { type: Name; params: NonReducibleUnknown } }[ActionName]
type Guard = { [Name in keyof typeof guards]: { type: Name; params: unknown } }[keyof typeof guards]
type State =
  | "resuming"
  | "idle"
  | "linking"
  | { redirected: "waiting" | "finding" }
  | "connected"
  | "expired"
  | "failed"

/** The type of `hostedAuthMachine`, written out for the same reason as `AuthIntentMachine`. */
export type HostedAuthMachine = StateMachine<
  HostedAuthContext,
  HostedAuthEvent,
  { [id: string]: ActorRefFromLogic<Actor["logic"]> | undefined },
  Actor,
  Action,
  Guard,
  "linkTimeout" | "findInterval",
  State,
  "input" | "busy" | "done",
  HostedAuthInput,
  HostedAuthOutput,
  EventObject,
  MetaObject,
  StateSchema
>
