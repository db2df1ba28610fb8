export { authIntentMachine } from "../machines/auth-intent.machine.ts"
export type { AuthIntentMachine } from "../machines/auth-intent.machine-type.ts"
export type {
  AuthIntentContext,
  AuthIntentEvent,
  AuthIntentInput,
  AuthIntentOutput,
  Checkpoint,
  IntentTimes,
  OpaqueSecret,
  OpaqueSolution,
  Outcome,
  Phone,
  SavedIntent,
  SolveInput,
  SubmitInput,
} from "../machines/auth-intent.types.ts"
export {
  type AnyCheckpointType,
  type CheckpointType,
  checkpointKinds,
  type Requirement,
} from "../machines/checkpoint-kinds.ts"
export {
  type ApiFailureType,
  type ClientFailureType,
  clientFailure,
  type Failure,
  type FailureType,
  failureTable,
  type Recovery,
} from "../machines/failures.ts"
export { hostedAuthMachine } from "../machines/hosted-auth.machine.ts"
export type { HostedAuthMachine } from "../machines/hosted-auth.machine-type.ts"
export type {
  ConnectionOutcome,
  FindInput,
  HostedAuthContext,
  HostedAuthEvent,
  HostedAuthInput,
  HostedAuthOutput,
  HostedProviders,
  LinkOutcome,
  LinkRequest,
  SavedHostedAuth,
} from "../machines/hosted-auth.types.ts"
export { type HostedProvider, hostedProviders, type Provider, providers } from "../machines/providers.ts"
export { AuthIntentError, type AuthIntentErrorCode } from "./auth-intent-error.ts"
export {
  type ApiResponse,
  type DataSchema,
  type Declarations,
  interpretResponse,
  type Operation,
  type TransportOutcome,
} from "./failures/interpret-response.ts"
export { getMessage, type Messages, messages } from "./failures/messages.ts"
export { createRelayLinks, type RelayLinks } from "./hosted/relay-links.ts"
export { parseSavedHostedAuth, saveHostedAuth } from "./hosted/saved-hosted-auth.ts"
export {
  createPostJson,
  type Fetch,
  type FetchInit,
  type FetchResponse,
  type HttpResponse,
  type NoResponse,
  type PostJson,
  type PostJsonOptions,
  type SendContext,
} from "./http/post-json.ts"
export { type AdvanceOptions, type AdvanceResult, advanceIntent } from "./intent/advance-intent.ts"
export type { TimeOptions } from "./intent/bring-up-to-date.ts"
export {
  type AuthIntentActor,
  type AuthIntentOptions,
  createAuthIntent,
  type IntentClock,
  type RunOptions,
} from "./intent/create-auth-intent.ts"
export {
  approveInApp,
  cancelIntent,
  submitCode,
  submitCredentials,
  submitPhone,
  switchMethod,
} from "./intent/events.ts"
export { getState, getStep, type InFlight, type IntentSnapshot, type IntentStep } from "./intent/get-step.ts"
export { newIntent, type ParseOptions, parseSavedIntent, saveIntent } from "./intent/saved-intent.ts"
export type { OnMistake } from "./intent/slot.ts"
export { waitForIntent } from "./intent/wait-for-intent.ts"
export { withTransport } from "./intent/with-transport.ts"
export { Secret } from "./secret.ts"
export {
  type AuthTransport,
  type Solution,
  type SolveRequest,
  type SubmitRequest,
  type TransportContext,
  toLost,
} from "./transports/auth-transport.ts"
export {
  createIntelliwiseTransport,
  type IntelliwiseCredentials,
  type IntelliwiseOptions,
} from "./transports/intelliwise.ts"
export {
  createPostpressTransport,
  type PostpressCredentials,
  type PostpressOptions,
  type ResponseReport,
} from "./transports/postpress.ts"
export { createRelayTransport, type RelayTransportOptions } from "./transports/relay.ts"
