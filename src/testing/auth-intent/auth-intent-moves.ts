import { clockMoves } from "../model/clock-moves.ts"
import { isHeard } from "../model/is-heard.ts"
import type { World } from "../model/world.ts"
import type { AuthIntentVocabulary, Move } from "../scenario.ts"
import { authIntentReplies, refusal } from "./auth-intent-replies.ts"
import { personMoves } from "./person-moves.ts"

type Moves = Record<string, Move>

/** A wrong code is refused, and a right one is not. */
function repliesTo(cause: Move | undefined): string[] {
  const phrases = Object.keys(authIntentReplies)
  if (cause === personMoves["wrong code"]) return [refusal]
  return cause === personMoves["right code"] ? phrases.filter((phrase) => phrase !== refusal) : phrases
}

const timerPhrases = {
  intentTimeout: "time is up",
  solveTimeout: "no answer",
  inAppPoll: "poll due",
}

/** What can happen next to an intent, by a phrase for it. */
export function authIntentMoves(world: World<AuthIntentVocabulary>): Moves {
  const moves: Moves = clockMoves(world, timerPhrases)
  for (const phrase of world.request ? repliesTo(world.request.cause) : []) {
    const reply = authIntentReplies[phrase]
    if (reply) moves[phrase] = { server: reply }
  }
  for (const [phrase, move] of Object.entries(personMoves)) if (isHeard(world, move)) moves[phrase] = move
  return moves
}
