import { rememberNewest } from "./remember-newest.ts"
import type { Intent } from "./sandbox-state.ts"

/** Adds an intent; where that makes too many, the oldest is forgotten. */
export function rememberIntent(intents: Map<string, Intent>, intent: Intent): void {
  rememberNewest(intents, intent.accountId, intent)
}
