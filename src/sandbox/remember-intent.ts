import type { Intent } from "./sandbox-state.ts"

/** The most intents that are remembered. */
const most = 10_000

/** Adds an intent; where that makes too many, the oldest is forgotten. */
export function rememberIntent(intents: Map<string, Intent>, intent: Intent): void {
  intents.set(intent.accountId, intent)
  const [oldest] = intents.keys()
  if (intents.size > most && oldest !== undefined) intents.delete(oldest)
}
