import type { Failure, Recovery } from "../../machines/auth-intent.types.ts"
import type { ClientFailureType } from "./client-failure.ts"
import type { ApiFailureType } from "./failure-table.ts"

export type FailureType = ApiFailureType | ClientFailureType

const byRecovery: Record<Recovery, string> = {
  correct: "That was not accepted. Check what you entered and try again.",
  retry: "The service is not available right now. Try again in a moment.",
  restart: "This login cannot go on. Start again.",
  stop: "This account cannot be connected. Contact support.",
}

const { correct, retry, restart, stop } = byRecovery

/** What happened and what to do next, for a person, by failure type; spread it and replace what should read otherwise. */
export const messages: Record<FailureType, string> = {
  "errors/invalid_parameters": correct,
  "errors/missing_parameters": "Something is missing. Fill in every field and try again.",
  "errors/invalid_request": correct,
  "errors/malformed_request": correct,
  "errors/content_too_large": "That is too long. Shorten it and try again.",
  "errors/too_many_characters": "That is too long. Shorten it and try again.",
  "errors/unescaped_characters": correct,
  "errors/limit_too_high": correct,
  "errors/invalid_checkpoint_solution": "That code is not right. Check it and enter it again.",
  "errors/invalid_credentials": "The username or password is not right. Check them and try again.",
  "errors/invalid_api_key": stop,
  "errors/not_signed_in": "You are not signed in here any more. Sign in first.",
  "errors/account_restricted": "The provider has restricted this account. Sign in there to lift it.",
  "errors/account_mismatch": "This is another account than expected. Start again with the right one.",
  "errors/insufficient_permissions": stop,
  "errors/session_mismatch": "This is another account than expected. Start again with the right one.",
  "errors/feature_not_subscribed": "This app's plan does not cover this. Contact support.",
  "errors/subscription_required": "This app's plan does not cover this. Contact support.",
  "errors/unknown_authentication_context": restart,
  "errors/action_required": "The provider wants something done first. Sign in there, then start again.",
  "errors/resource_access_restricted": stop,
  "errors/proxy_auth_error": retry,
  "errors/request_timeout": "The provider did not answer in time. Try again in a moment.",
  "errors/operation_canceled": "Another login took the place of this one. Start again.",
  "errors/already_exists": "This account is connected already. There is nothing to do.",
  "errors/unexpected_error": retry,
  "errors/provider_error": "The provider has problems right now. Try again in a moment.",
  "errors/authentication_intent_error": restart,
  "errors/proxy_error": retry,
  "errors/no_client_session": retry,
  "errors/no_channel": retry,
  "errors/no_handler": retry,
  "errors/network_down": retry,
  "errors/service_unavailable": retry,
  "client/network": "There is no connection. Check it and try again.",
  "client/timeout": "There was no answer in time. Try again in a moment.",
  "client/interrupted": "This login was interrupted. Enter that once more.",
  "client/invalid_input": correct,
  "client/canceled": "This login was canceled. Start again.",
  "client/hosted_failed": restart,
  "client/unexpected": restart,
  "client/invalid_session": restart,
  "client/second_factor_required": "This account needs a second factor. Contact support.",
  "client/invalid_response": retry,
}

const general = Object.values(byRecovery)

/** Gives the message for a failure: by its type or, where that says nothing in particular, by what can be done about it. */
export function getMessage(
  { type, recovery }: Pick<Failure, "type" | "recovery">,
  texts: Readonly<Record<string, string>> = messages,
): string {
  const text = Object.hasOwn(texts, type) ? texts[type] : undefined
  return !text || general.includes(text) ? byRecovery[recovery] : text
}
