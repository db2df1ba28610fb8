import type { AuthIntentOutput } from "../../machines/auth-intent.types.ts"
import {
  type ApiFailureType,
  type Failure,
  type FailureType,
  failureTable,
  type Recovery,
} from "../../machines/failures.ts"

type About = NonNullable<Failure["about"]>

/** The failures whose text depends on what the request was sent for. */
type Variant =
  | `correct:${About}`
  | `${"errors/invalid_checkpoint_solution" | "errors/request_timeout" | "client/invalid_input" | "client/interrupted"}:${About}`

/** The types that are too general for a text of their own. They use the text of their recovery. */
type Unspecific = "errors/unknown" | "client/invalid_response"

type MessageKey =
  | Exclude<FailureType, Unspecific>
  | Recovery
  | "tooManyRequests"
  | "tooManyRequestsUntil"
  | "mayBeConnected"
  | "connected"
  | "expired"

/** The texts of failures that the host declared. */
interface DeclaredMessages {
  [type: `errors/${string}`]: string | undefined
}

/** The texts for a person, one for each key. A key with a colon also names what the request was sent for. */
export type Messages = Record<MessageKey, string> & Partial<Record<Variant, string>> & DeclaredMessages

/** The texts that `messages` defines itself. All other keys use the text of a recovery. */
type Specific = Record<Exclude<MessageKey, Recovery | ApiFailureType>, string> & Partial<Messages>

const notAccepted = "That was not accepted. Check it and try again."
const startAgain = "This login cannot go on. Start again."

const byRecovery = {
  correct: notAccepted,
  retry: "The service is not available right now. Try again in a moment.",
  restart: startAgain,
  stop: "This account cannot be connected. Contact support.",
} satisfies Record<Recovery, string>

/** Adds the texts of the recoveries. An API type without a text of its own gets the text of its recovery. */
const withGeneral = /* @__NO_SIDE_EFFECTS__ */ (texts: Specific): Messages => ({
  ...byRecovery,
  ...(Object.fromEntries(
    Object.values(failureTable)
      .flatMap<[string, Recovery]>(Object.entries)
      .map(([name, recovery]) => [`errors/${name}`, byRecovery[recovery]]),
  ) as Record<ApiFailureType, string>),
  ...texts,
})

const tooLong = "That is too long. Shorten it and try again."
const otherAccount = "This is not the expected account. Start again with the right one."
const notCovered = "This app's plan does not cover this. Contact its support."

/**
 * The English texts: what happened and what to do next. To translate them, pass an object of this type to `getMessage`.
 * `{time}` stands for the minutes and seconds until the next try, for example 0:30.
 * @example
 * const german: Messages = { ...messages, "client/canceled": "Abgebrochen. Du kannst neu anfangen." }
 */
export const messages: Messages = withGeneral({
  "correct:approval": "That was not accepted. Approve the login in the provider's app, then try again.",
  "correct:method": "There is no other way. Continue with this step.",
  tooManyRequests: "There were too many tries. Wait, then try again yourself.",
  tooManyRequestsUntil: "There were too many tries. Try again yourself in {time}.",
  mayBeConnected: "The account may be connected already. Look at your accounts before you start again.",
  connected: "The account is connected.",
  expired: "The time for this login is over. Start again.",
  "errors/missing_parameters": "Something is missing. Fill in every field and try again.",
  "errors/content_too_large": tooLong,
  "errors/too_many_characters": tooLong,
  "errors/invalid_checkpoint_solution": "That code is not right. Check it and try again.",
  "errors/invalid_checkpoint_solution:phone": "That number was not accepted. Check it and try again.",
  "errors/invalid_credentials": "The username or password is not right. Check them and try again.",
  "errors/invalid_api_key": "This app is not set up for this. Contact its support.",
  "errors/not_signed_in": "You are not signed in any more. Sign in first.",
  "errors/origin_not_allowed": "This app is not set up for this page. Contact its support.",
  "errors/account_restricted": "The provider has restricted this account. Sign in there to lift it.",
  "errors/account_mismatch": otherAccount,
  "errors/session_mismatch": otherAccount,
  "errors/feature_not_subscribed": notCovered,
  "errors/subscription_required": notCovered,
  "errors/action_required": "The provider wants something done first. Sign in there, then start again.",
  "errors/too_many_attempts": "There were too many tries for this login. Start again.",
  "errors/request_timeout": "The provider did not respond in time. Try again in a moment.",
  "errors/operation_canceled": "Another login replaced this one. Start again.",
  "errors/already_exists": "This account is connected already. There is nothing to do.",
  "errors/provider_error": "The provider has problems right now. Try again in a moment.",
  "client/network": "There is no connection. Check it and try again.",
  "client/timeout": "There was no response in time. Try again in a moment.",
  "client/interrupted": "This login was interrupted. Enter that again.",
  "client/interrupted:approval": "This login was interrupted. Confirm the approval again.",
  "client/interrupted:method": "This login was interrupted. Choose another way again.",
  "client/not_approved_yet": "The approval has not arrived yet. Approve the login in the provider's app.",
  "client/invalid_input": notAccepted,
  "client/invalid_input:credentials": "Enter your username and password. One is missing or too long.",
  "client/invalid_input:code": "That is no code. Enter it as you got it.",
  "client/invalid_input:phone": "That is no phone number of this country. Check both and try again.",
  "client/canceled": "You canceled this login. Start again at any time.",
  "client/hosted_failed": startAgain,
  "client/unexpected": "Something went wrong in this app. Try again, or start again.",
  "client/invalid_session": startAgain,
  "client/second_factor_required": "This account needs a second factor. Contact support.",
})

/** Returns ms as minutes and seconds, for example 4:05; a negative time is 0:00. */
export function formatTime(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000))
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`
}

/**
 * Returns the text for a failure, or for the end of an intent. A type without a text of its own uses the text of its
 * recovery. The waiting time counts from `now()`, in epoch ms, by default the system's time.
 * @param texts - A translation. @default messages
 * @example
 * const { output } = actor.getSnapshot()
 * if (output) show(getMessage(output))
 */
export function getMessage(
  subject: Failure | (Pick<AuthIntentOutput, "status"> & { failure?: Failure; mayBeConnected?: true }),
  texts: Messages = messages,
  { now = Date.now }: { now?: () => number } = {},
): string {
  if (!("type" in subject)) {
    if (subject.mayBeConnected) return texts.mayBeConnected
    if (subject.status === "connected") return texts.connected
    if (subject.status === "expired" || !subject.failure) return texts.expired
    return getMessage(subject.failure, texts, { now })
  }
  const { type, status, recovery, about, retryAt } = subject
  if (status === 429) {
    if (retryAt === undefined) return texts.tooManyRequests
    return texts.tooManyRequestsUntil.replace("{time}", formatTime(retryAt - now()))
  }
  // A host's text for a type that it declared comes before the general texts.
  const declared = Object.hasOwn(messages, type) ? "" : type
  const keys = [`${type}:${about}`, declared, `${recovery}:${about}`, type]
  return texts[(keys.find((key) => Object.hasOwn(texts, key) && texts[key as Recovery]) ?? recovery) as Recovery]
}
