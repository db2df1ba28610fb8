import { expect } from "vitest"
import { AuthIntentError } from "../../src/auth-intent-error.ts"
import { printed } from "./printed.ts"

/** Returns the mistake that a call throws; fails if the call throws no error of this library. */
export function thrownBy(run: () => unknown): AuthIntentError {
  try {
    run()
  } catch (error) {
    if (error instanceof AuthIntentError) return error
    throw error
  }
  throw new Error("Nothing was thrown")
}

/** Expects a call to throw this mistake with no cause; the error must not show the given `secrets`. */
export function expectMistake(run: () => unknown, code: string, message: RegExp, ...secrets: string[]): void {
  const error = thrownBy(run)
  expect(error.code).toBe(code)
  expect(error.message).toMatch(message)
  expect(error.cause).toBeUndefined()
  for (const secret of secrets) expect(printed(error)).not.toContain(secret)
}
