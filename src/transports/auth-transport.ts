import type { Phone } from "../../machines/auth-intent.types.ts"
import { type ClientFailureType, clientFailure } from "../../machines/failures.ts"
import type { Provider } from "../../machines/providers.ts"
import type { AuthIntentError } from "../auth-intent-error.ts"
import type { TransportOutcome } from "../failures/interpret-response.ts"
import type { NoResponse, SendContext } from "../http/post-json.ts"
import type { Secret } from "../secret.ts"

/** The solution of a checkpoint. A code is normalized; a phone number has only digits. */
export type Solution =
  | { kind: "code"; secret: Secret<string> }
  | { kind: "phone"; secret: Secret<Phone> }
  | { kind: "inApp" }
  | { kind: "method" }

/** What a transport knows of the intent that calls it. */
export interface TransportContext extends SendContext {
  /** Aborted when the response is no longer wanted. */
  signal: AbortSignal
  /** The time from which nothing may be sent any more, in epoch ms, once there is a deadline. */
  expiresAt?: number
  /** Reports a mistake of the host's program, for example a callback that threw. It never throws. */
  onMistake(error: AuthIntentError): void
}

/** The input of `AuthTransport.submit`. */
export interface SubmitRequest<Credentials> {
  provider: Provider
  credentials: Secret<Credentials>
}

/** The input of `AuthTransport.solve`. */
export interface SolveRequest {
  provider: Provider
  /** The account id of the last checkpoint. */
  accountId: string
  solution: Solution
}

/**
 * The port to a provider's API. A transport returns an outcome whatever a server or a network does, and opens a secret
 * once, with `open()`. `sent: false` in a rejection means that nothing was sent.
 * @example
 * const transport: AuthTransport<{ pin: string }> = {
 *   async submit({ credentials }) {
 *     const { pin } = credentials.open()
 *     return pin === "1234" ? { kind: "connected", accountId: "acc_1" } : { kind: "rejected", failure: clientFailure("client/invalid_input") }
 *   },
 * }
 */
export interface AuthTransport<Credentials = unknown> {
  /** The providers that the transport serves. @default all */
  readonly providers?: readonly Provider[]
  /** Sends the credentials. */
  submit(request: SubmitRequest<Credentials>, context: TransportContext): Promise<TransportOutcome>
  /** Sends the solution of a checkpoint. A transport without checkpoints needs no `solve`. */
  solve?(request: SolveRequest, context: TransportContext): Promise<TransportOutcome>
}

/** Where each request goes, below the base URL of the API or of a relay. */
export const paths = { submit: "/accounts", solve: "/accounts/checkpoint" } as const

/**
 * Builds the outcome of a request that got no response, for people who write transports.
 * @example
 * if (response.kind !== "response") return toLost(response)
 */
export const toLost = ({ kind, sent }: NoResponse): TransportOutcome => ({
  kind: "rejected",
  failure: clientFailure(`client/${kind}`),
  ...(sent === false && { sent }),
})

/** Builds the outcome of a request that is not sent, for example because no provider could accept its content. */
export const unsent = (type: ClientFailureType, more?: { recovery: "retry" }): TransportOutcome => ({
  kind: "rejected",
  sent: false,
  failure: clientFailure(type, more),
})
