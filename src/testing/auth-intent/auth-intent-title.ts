import { toTitle } from "../model/to-title.ts"
import { refusal } from "./auth-intent-replies.ts"

/** Says a phrase after the one before it, or nothing where it goes without saying. */
function tell(phrase: string, before: string | undefined): string[] {
  if (phrase === "credentials" || phrase === "connected") return []
  if (phrase !== refusal || before === undefined) return [phrase]
  if (before === "wrong code") return []
  return before === "approved" || before === "poll due" ? ["not yet"] : [phrase]
}

/** Says a way through the machine as a sentence, say "2FA, wrong code, then right code: connected". */
export function authIntentTitle(start: string, phrases: readonly string[], end: string): string {
  const told = phrases.flatMap((phrase, index) => tell(phrase, phrases[index - 1]))
  return toTitle(start, told.length > 0 ? told : ["credentials"], end)
}
