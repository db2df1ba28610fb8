import type { Recovery } from "../../machines/failures.ts"

type FailureRow = [status: number, type: string, recovery: Recovery]

/**
 * Every error in the API's documents, written by hand to check the library's own table.
 * @see postpress, "Solve a code checkpoint", Errors.
 */
// biome-ignore format: a table
export const documentedFailures: FailureRow[] = [
  [400, "errors/invalid_parameters",             "correct"],
  [400, "errors/missing_parameters",             "correct"],
  [400, "errors/invalid_request",                "correct"],
  [400, "errors/malformed_request",              "correct"],
  [400, "errors/content_too_large",              "correct"],
  [400, "errors/too_many_characters",            "correct"],
  [400, "errors/unescaped_characters",           "correct"],
  [400, "errors/limit_too_high",                 "correct"],
  [401, "errors/invalid_checkpoint_solution",    "correct"],
  [403, "errors/account_restricted",             "stop"],
  [403, "errors/account_mismatch",               "restart"],
  [403, "errors/insufficient_permissions",       "stop"],
  [403, "errors/session_mismatch",               "restart"],
  [403, "errors/feature_not_subscribed",         "stop"],
  [403, "errors/subscription_required",          "stop"],
  [403, "errors/unknown_authentication_context", "restart"],
  [403, "errors/action_required",                "restart"],
  [403, "errors/resource_access_restricted",     "stop"],
  [407, "errors/proxy_auth_error",               "retry"],
  [408, "errors/request_timeout",                "retry"],
  [409, "errors/operation_canceled",             "restart"],
  [409, "errors/already_exists",                 "stop"],
  [500, "errors/unexpected_error",               "retry"],
  [500, "errors/provider_error",                 "retry"],
  [500, "errors/authentication_intent_error",    "restart"],
  [502, "errors/proxy_error",                    "retry"],
  [503, "errors/no_client_session",              "retry"],
  [503, "errors/no_channel",                     "retry"],
  [503, "errors/no_handler",                     "retry"],
  [503, "errors/network_down",                   "retry"],
  [503, "errors/service_unavailable",            "retry"],
  [504, "errors/request_timeout",                "retry"],
]

/** The two errors missing from the documents, and the relay's own. */
// biome-ignore format: a table
const otherFailures: FailureRow[] = [
  [401, "errors/invalid_credentials",            "correct"],
  [401, "errors/invalid_api_key",                "stop"],
  [401, "errors/not_signed_in",                  "stop"],
  [403, "errors/origin_not_allowed",             "stop"],
  [403, "errors/too_many_attempts",              "restart"],
]

export const failures: FailureRow[] = [...documentedFailures, ...otherFailures]
