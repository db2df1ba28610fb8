import type { Provider, SavedIntent } from "../../machines/auth-intent.types.ts"
import { check } from "../schemas/check.ts"
import { provider as providerSchema } from "../schemas/options.schema.ts"

/**
 * Gives the first record of an intent, for `advanceIntent`.
 * @throws AuthIntentError `invalid_provider`.
 */
export function startIntent(options: { provider: Provider }): SavedIntent {
  const provider = check(providerSchema, options?.provider, "invalid_provider", "provider")
  return { version: 1, revision: 0, provider, state: "idle", attempts: 0, timedOut: false }
}
