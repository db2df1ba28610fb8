import { AuthIntentError, type AuthIntentErrorCode } from "../../auth-intent-error.ts"

/** Throws a mistake of the program under test, or of its catalogue. @throws AuthIntentError */
export function fail(code: AuthIntentErrorCode, message: string): never {
  throw new AuthIntentError(code, message)
}
