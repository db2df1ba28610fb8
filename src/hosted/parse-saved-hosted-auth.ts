import type { SavedHostedAuth } from "../../machines/hosted-auth.types.ts"
import { AuthIntentError } from "../auth-intent-error.ts"
import { check } from "../schemas/check.ts"
import { savedHostedAuth } from "../schemas/saved-hosted-auth.schema.ts"

/**
 * Reads back a record of `saveHostedAuth`, parsed from JSON, and checks that it is `userId`'s where that is given.
 * @throws AuthIntentError `invalid_saved_intent` when it is not one of ours, of a later version, or another user's.
 */
export function parseSavedHostedAuth(record: unknown, userId?: string): SavedHostedAuth {
  const version = record && typeof record === "object" && "version" in record ? record.version : undefined
  if (typeof version === "number" && version > 1) {
    throw new AuthIntentError(
      "invalid_saved_intent",
      "saved login: it is of a later version than 1; update auth-intent",
    )
  }
  const saved = check(savedHostedAuth, record, "invalid_saved_intent", "saved login")
  if (userId !== undefined && saved.userId !== userId) {
    throw new AuthIntentError("invalid_saved_intent", "saved login: it is another user's")
  }
  return saved
}
