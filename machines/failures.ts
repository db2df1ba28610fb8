/** What can be done about a failure: correct the entry, try the same again, start over, or nothing. */
export type Recovery = "correct" | "retry" | "restart" | "stop"

/**
 * What can be done about each error of the API, by status and then by `errors/…` type.
 * Assumed, because the documents do not name them: `invalid_credentials` and `invalid_api_key`. The relay's own:
 * `not_signed_in`, `origin_not_allowed`, `too_many_attempts`.
 * @see postpress, "Solve a code checkpoint", Errors.
 */
export const failureTable = {
  400: {
    invalid_parameters: "correct",
    missing_parameters: "correct",
    invalid_request: "correct",
    malformed_request: "correct",
    content_too_large: "correct",
    too_many_characters: "correct",
    unescaped_characters: "correct",
    limit_too_high: "correct",
  },
  401: {
    invalid_checkpoint_solution: "correct",
    invalid_credentials: "correct",
    invalid_api_key: "stop",
    not_signed_in: "stop",
  },
  403: {
    account_restricted: "stop",
    insufficient_permissions: "stop",
    feature_not_subscribed: "stop",
    subscription_required: "stop",
    resource_access_restricted: "stop",
    origin_not_allowed: "stop",
    account_mismatch: "restart",
    session_mismatch: "restart",
    unknown_authentication_context: "restart",
    action_required: "restart",
    too_many_attempts: "restart",
  },
  407: { proxy_auth_error: "retry" },
  408: { request_timeout: "retry" },
  409: { operation_canceled: "restart", already_exists: "stop" },
  500: { unexpected_error: "retry", provider_error: "retry", authentication_intent_error: "restart" },
  502: { proxy_error: "retry" },
  503: {
    no_client_session: "retry",
    no_channel: "retry",
    no_handler: "retry",
    network_down: "retry",
    service_unavailable: "retry",
  },
  504: { request_timeout: "retry" },
} as const satisfies Record<number, Record<string, Recovery>>

/** This library's own failures, and what can be done about each unless its status decides. */
export const clientFailures = {
  "client/network": "retry",
  "client/timeout": "retry",
  "client/interrupted": "retry",
  "client/not_approved_yet": "retry",
  "client/invalid_input": "correct",
  "client/invalid_response": "retry",
  "client/unexpected": "restart",
  "client/canceled": "restart",
  "client/hosted_failed": "restart",
  "client/invalid_session": "restart",
  "client/second_factor_required": "stop",
} as const satisfies Record<`client/${string}`, Recovery>

type Table = typeof failureTable

/** An error type of the API in `failureTable`, as on the wire. */
export type ApiFailureType = { [Status in keyof Table]: `errors/${keyof Table[Status] & string}` }[keyof Table]
/** A failure type of this library's own. */
export type ClientFailureType = keyof typeof clientFailures
/** Every failure type that this library knows. `errors/unknown` stands for all other types of the API. */
export type FailureType = ApiFailureType | ClientFailureType | "errors/unknown"

/** Why something did not work, as plain data without any text from the provider. */
export interface Failure {
  /** A stable code: `errors/…` from the provider's API, `client/…` from this library, or one that the host declared. */
  type: FailureType | (string & {})
  /** The HTTP status; 0 where no response came. */
  status: number
  recovery: Recovery
  /** What the request was sent for. */
  about?: "credentials" | "code" | "phone" | "approval" | "method"
  /** When to try again, in epoch ms. */
  retryAt?: number
}

/**
 * Builds a failure of this library's own; for people who write transports.
 * @example
 * const outcome = { kind: "rejected", failure: clientFailure("client/network") }
 */
export const clientFailure = /* @__NO_SIDE_EFFECTS__ */ (
  type: ClientFailureType,
  more: Partial<Failure> = {},
): Failure => ({
  type,
  status: 0,
  recovery: clientFailures[type],
  ...more,
})
