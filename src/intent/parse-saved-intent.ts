import type { Provider, SavedIntent } from "../../machines/auth-intent.types.ts"
import { AuthIntentError } from "../auth-intent-error.ts"
import { check } from "../schemas/check.ts"
import { savedIntent } from "../schemas/saved-intent.schema.ts"

/**
 * Reads back a record of `saveIntent`, parsed from JSON, and checks that it is for `provider` where that is given.
 * @throws AuthIntentError `invalid_saved_intent` when it is not one of ours, of a later version, or for another provider.
 */
export function parseSavedIntent(record: unknown, provider?: Provider): SavedIntent {
  const version = record && typeof record === "object" && "version" in record ? record.version : undefined
  if (typeof version === "number" && version > 1) {
    throw new AuthIntentError(
      "invalid_saved_intent",
      "saved intent: it is of a later version than 1; update auth-intent",
    )
  }
  const saved = check(savedIntent, record, "invalid_saved_intent", "saved intent")
  if (provider !== undefined && saved.provider !== provider) {
    throw new AuthIntentError("invalid_saved_intent", `saved intent: it is for ${saved.provider}, not for ${provider}`)
  }
  return saved
}
