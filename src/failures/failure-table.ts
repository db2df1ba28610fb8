import type { Recovery } from "../../machines/auth-intent.types.ts"

/**
 * What can be done about each error of the API, by status and then by `errors/…` type.
 * @see postpress, "Solve a code checkpoint", Errors. Assumed, as it names neither: `invalid_credentials`, `invalid_api_key`. The relay's own: `not_signed_in`.
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
    account_mismatch: "restart",
    session_mismatch: "restart",
    unknown_authentication_context: "restart",
    action_required: "restart",
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

type Table = typeof failureTable

/** A type that the table knows, as on the wire. */
export type ApiFailureType = { [Status in keyof Table]: `errors/${keyof Table[Status] & string}` }[keyof Table]
