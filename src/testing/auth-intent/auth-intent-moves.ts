import type { World } from "../model/world.ts"
import type { AuthIntentVocabulary, Move, PersonMove } from "../scenario.ts"
import { authIntentReplies, refusal } from "./auth-intent-replies.ts"
import { personMoves } from "./person-moves.ts"

type Moves = Record<string, Move>

type AuthIntentWorld = World<AuthIntentVocabulary>

/** Only what some state around the current one has heard of: the guards decide about it. */
const isHeard = ({ snapshot }: AuthIntentWorld, { person }: PersonMove) =>
  person === "reload" || snapshot._nodes.some(({ transitions }) => transitions.has(person))

/** A wrong code is refused, and a right one is not. */
function repliesTo(cause: Move | undefined): string[] {
  const phrases = Object.keys(authIntentReplies)
  if (cause === personMoves["wrong code"]) return [refusal]
  return cause === personMoves["right code"] ? phrases.filter((phrase) => phrase !== refusal) : phrases
}

/** The moments that matter: the next timer, the last before the deadline, and the deadline itself. */
function clockMoves({ snapshot, now, timers }: AuthIntentWorld): Moves {
  const { expiresAt } = snapshot.context
  const moves: Moves = {}
  const [timer] = timers
  if (timer) moves[timerPhrase(timer.id)] = { clock: Math.max(timer.due - now, 1) }
  if (snapshot.status !== "active" || expiresAt === undefined || now >= expiresAt) return moves
  const last = expiresAt - 1
  if (now < last && !(timer && timer.due <= last)) moves["one moment left"] = { clock: last - now }
  if (!(timer && timer.due <= expiresAt)) moves["time is up"] = { clock: expiresAt - now }
  moves["slept too long"] = { clock: expiresAt - now, asleep: true }
  return moves
}

const timerPhrases: Record<string, string> = {
  intentTimeout: "time is up",
  solveTimeout: "no answer",
  inAppPoll: "poll due",
}

function timerPhrase(id: string): string {
  const [, delay = id] = /^xstate\.after\.([^.]+)/.exec(id) ?? []
  return timerPhrases[delay] ?? `after ${delay}`
}

/** What can happen next to an intent, by a phrase for it. */
export function authIntentMoves(world: AuthIntentWorld): Moves {
  const moves: Moves = { ...clockMoves(world) }
  for (const phrase of world.request ? repliesTo(world.request.cause) : []) {
    const reply = authIntentReplies[phrase]
    if (reply) moves[phrase] = { server: reply }
  }
  for (const [phrase, move] of Object.entries(personMoves)) if (isHeard(world, move)) moves[phrase] = move
  return moves
}
