import type { Move, Vocabulary } from "../scenario.ts"
import type { World } from "./world.ts"

/** The moments that matter: the next timer, the last before the deadline, and the deadline itself, `expiresAt`. */
export function clockMoves<V extends Vocabulary>(
  { snapshot, now, timers }: World<V>,
  timerPhrases: Readonly<Record<string, string>>,
): Record<string, Move<V>> {
  const { expiresAt } = snapshot.context
  const moves: Record<string, Move<V>> = {}
  const [timer] = timers
  if (timer) moves[timerPhrase(timer.id, timerPhrases)] = { clock: Math.max(timer.due - now, 1) }
  if (snapshot.status !== "active" || expiresAt === undefined || now >= expiresAt) return moves
  const last = expiresAt - 1
  if (now < last && !(timer && timer.due <= last)) moves["one moment left"] = { clock: last - now }
  if (!(timer && timer.due <= expiresAt)) moves["time is up"] = { clock: expiresAt - now }
  moves["slept too long"] = { clock: expiresAt - now, asleep: true }
  return moves
}

function timerPhrase(id: string, phrases: Readonly<Record<string, string>>): string {
  const [, delay = id] = /^xstate\.after\.([^.]+)/.exec(id) ?? []
  return phrases[delay] ?? `after ${delay}`
}
