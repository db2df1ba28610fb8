import { toTitle } from "../model/to-title.ts"
import { firstReplies, furtherReplies } from "./hosted-auth-replies.ts"

/** Says a way through the machine as a sentence, say "linked, callback: connected": an answer tells that it was asked for. */
export function hostedAuthTitle(start: string, phrases: readonly string[], end: string): string {
  const isAnswer = (phrase = "") => phrase in firstReplies || phrase in furtherReplies
  const told = phrases.filter((phrase, index) => phrase !== "link requested" || !isAnswer(phrases[index + 1]))
  return toTitle(start, told, end)
}
