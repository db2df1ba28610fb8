/** What a programmer can get wrong, as stable codes. */
export type AuthIntentErrorType =
  | "invalid_option"
  | "invalid_provider"
  | "invalid_base_url"
  | "invalid_saved_intent"
  | "invalid_outcome"
  | "api_key_in_page"
  | "secret_spent"
  | "intent_stopped"

/** A mistake in the code that uses this library; what servers, networks and people do never throws. */
export class AuthIntentError extends Error {
  override readonly name = "AuthIntentError"
  readonly type: AuthIntentErrorType

  constructor(type: AuthIntentErrorType, message: string) {
    super(message)
    this.type = type
  }
}
