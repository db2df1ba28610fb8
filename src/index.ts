export { authIntentMachine } from "../machines/auth-intent.machine.ts"
export type {
  AuthIntentContext,
  AuthIntentEvent,
  AuthIntentInput,
  AuthIntentOutput,
  Checkpoint,
  Failure,
  IntentOptions,
  Outcome,
  Phone,
  Provider,
  Recovery,
  SavedIntent,
} from "../machines/auth-intent.types.ts"
export { hostedAuthMachine } from "../machines/hosted-auth.machine.ts"
export type {
  HostedAuthContext,
  HostedAuthEvent,
  HostedAuthInput,
  HostedAuthOutput,
  HostedProvider,
  HostedProviders,
  LinkOutcome,
  LinkRequest,
  SavedHostedAuth,
} from "../machines/hosted-auth.types.ts"
export { AuthIntentError, type AuthIntentErrorType } from "./auth-intent-error.ts"
export { approveInApp, cancelIntent, submitCode, submitCredentials, submitPhone, switchMethod } from "./events.ts"
export { failureTable } from "./failures/failure-table.ts"
export { type FailureType, getMessage, messages } from "./failures/messages.ts"
export { parseSavedHostedAuth } from "./hosted/parse-saved-hosted-auth.ts"
export { saveHostedAuth } from "./hosted/save-hosted-auth.ts"
export type { Fetch, FetchInit, FetchResponse } from "./http/post-json.ts"
export { type Advanced, type AdvanceOptions, advanceIntent } from "./intent/advance-intent.ts"
export {
  type AuthIntentActor,
  type AuthIntentOptions,
  createAuthIntent,
  type IntentClock,
} from "./intent/create-auth-intent.ts"
export { getStep, type IntentStep } from "./intent/get-step.ts"
export { parseSavedIntent } from "./intent/parse-saved-intent.ts"
export { saveIntent } from "./intent/save-intent.ts"
export { startIntent } from "./intent/start-intent.ts"
export { waitForIntent } from "./intent/wait-for-intent.ts"
export { Secret } from "./secret.ts"
export type { Answer, AuthTransport, Solution, TransportContext } from "./transports/auth-transport.ts"
export {
  createIntelliwiseTransport,
  type IntelliwiseCredentials,
  type IntelliwiseOptions,
} from "./transports/intelliwise.ts"
export { createPostpressTransport, type PostpressCredentials, type PostpressOptions } from "./transports/postpress.ts"
export { createRelayTransport, type RelayTransportOptions } from "./transports/relay.ts"
