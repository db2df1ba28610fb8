/** The documented codes of `AuthIntentError`. */
export type AuthIntentErrorCode =
  /** An option has the wrong type or is out of range. */
  | "invalid_option"
  /** The provider is not one of `providers`, or the transport does not serve it. */
  | "invalid_provider"
  /** A base URL is not https (http only on loopback), or has a user, a query or a fragment. */
  | "invalid_base_url"
  /** A record is not one of ours, is of a later version, or is for another provider or user. */
  | "invalid_saved_intent"
  /**
   * A request's JSON is no event of this library, an event has no type or is XState's own, or a sealed event is too
   * large or belongs to another intent.
   */
  | "invalid_event"
  /** The body of a webhook has no known shape, or its name is not signed by this host or has expired. */
  | "invalid_notification"
  /** An API key would be readable for visitors. */
  | "api_key_in_page"
  /** A secret is opened for the second time. */
  | "secret_spent"
  /** An event holds a spent secret, or a value that is no `Secret`. */
  | "invalid_secret"
  /** A transport, a schema or a callback of the host threw, or a schema took more than 5 s. */
  | "callback_threw"
  /** A transport returned something that is no outcome. */
  | "invalid_outcome"
  /** The store threw, took too long or returned a wrong value. */
  | "store_failed"
  /** The durable engine could not be reached, took too long, or refused what it was sent. */
  | "engine_failed"
  /** A transport fails a check of `testTransport`. */
  | "nonconforming_transport"
  /** The actor was stopped before its intent ended. */
  | "intent_stopped"
  /** A machine has no catalogue, or is no machine of XState 5. */
  | "unknown_machine"
  /** A catalogue leads to no scenario. */
  | "nothing_generated"
  /** A walk over a machine has no end: its facts, its simple paths or its transitions go on and on. */
  | "endless_walk"

/**
 * A mistake of the program that uses this library. A fault of a server, a network or a person is never thrown: it is a
 * `Failure`. The message holds no value that was passed in.
 * @example
 * try { createAuthIntent(options) } catch (error) { if (error instanceof AuthIntentError) log(error.code) }
 */
export class AuthIntentError extends Error {
  override readonly name = "AuthIntentError"
  readonly code: AuthIntentErrorCode

  constructor(code: AuthIntentErrorCode, message: string) {
    super(message)
    this.code = code
  }
}
