import { ApiError } from "./api-error.ts"
import type { ScenarioError } from "./scenarios.ts"

/** Throws the error that a username asked for, if it did; a 429 says when to come back. */
export function provoke(error: ScenarioError | undefined): void {
  if (error === undefined) return
  const headers = error.status === 429 ? { "Retry-After": "30" } : undefined
  throw new ApiError(error.status, error.type, "The username asked for this error.", headers)
}
