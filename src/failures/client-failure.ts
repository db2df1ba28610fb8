import type { Failure, Recovery } from "../../machines/auth-intent.types.ts"

/** This library's own failures: a title, and what can be done. */
const clientFailures = {
  "client/network": ["No connection", "retry"],
  "client/timeout": ["No answer in time", "retry"],
  "client/interrupted": ["Interrupted", "retry"],
  "client/canceled": ["Canceled", "restart"],
  "client/invalid_input": ["Invalid entry", "correct"],
  "client/hosted_failed": ["The hosted wizard gave up", "restart"],
  "client/unexpected": ["Unexpected error", "restart"],
  "client/invalid_session": ["Invalid session", "restart"],
  "client/second_factor_required": ["A second factor is required", "stop"],
  "client/invalid_response": ["Not an answer of the API", "retry"],
} as const satisfies Record<string, [title: string, Recovery]>

export type ClientFailureType = keyof typeof clientFailures

/** A rejection of the library's own, with what an answer said about it where there was one. */
export function clientFailure(type: ClientFailureType, more: Partial<Failure> = {}): Failure {
  const [title, recovery] = clientFailures[type]
  return { type, status: 0, title, recovery, ...more }
}
