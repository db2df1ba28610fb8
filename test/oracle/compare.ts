import { isDeepStrictEqual } from "node:util"
import type { Move } from "./contract.ts"
import { accepted, advance, createModel, type Model, observe, reload, reply, sendEvent, stepOfRecord } from "./model.ts"
import { type Advanced, createPlay, epoch } from "./play.ts"
import type { Sequence } from "./sequences.ts"

/** Resolves a move for the intent's current state. */
function resolve(move: Move, model: Model): Move {
  const { elapsed, wall, expiresAt = 0, timers } = model
  if (move.do === "person") {
    const events = accepted(model).filter((name) => name !== "intent.cancel")
    const event = move.nth === 0 ? "intent.cancel" : events[move.nth % events.length]
    return event ? { do: "event", event } : { do: "advance", ms: 0 }
  }
  if (move.do === "timer") {
    const next = Math.min(...Object.values(timers), elapsed + 1_000_000)
    return { do: "advance", ms: Math.max(next - elapsed + move.offset, 0) }
  }
  if (move.do === "deadline") return { do: "advance", ms: Math.max(expiresAt - wall + move.offset, 0) }
  return move
}

/** Applies a move to the model, and returns `advanceIntent`'s result: whether an event applied, and the new state. */
function apply(model: Model, move: Move): Advanced | undefined {
  if (move.do === "event") sendEvent(model, move.event, move.spent)
  if (move.do === "reply") reply(model, move.reply)
  if (move.do === "advance") advance(model, move.ms)
  if (move.do === "jump") model.wall += move.ms
  if (move.do === "reload") reload(model)
  if (move.do !== "advanceIntent") return undefined
  reload(model)
  const event = move.event === "poll" ? undefined : move.event
  const does = event !== undefined && accepted(model).includes(event)
  if (event) sendEvent(model, event)
  if (move.reply) reply(model, move.reply)
  advance(model, 0)
  reload(model)
  return { accepted: does, recordState: model.place }
}

/** Plays a sequence on both and returns their first difference; `seen` is called before each move. */
export async function compare(
  { options, moves }: Sequence,
  seen: (state: string, request: string | undefined, move: Move) => void = () => {},
) {
  const model = createModel(options, epoch)
  const play = createPlay(options)
  try {
    for (const [at, each] of moves.entries()) {
      const move = resolve(each, model)
      seen(observe(model).state, model.request, move)
      const before: Record<string, unknown> = { ...apply(model, move) }
      const after: Record<string, unknown> = { ...(await play.move(move)) }
      advance(model, 0)
      await play.advance(0)
      const expected = plain({ ...before, ...observe(model), record: stepOfRecord(model) })
      const actual = plain({ ...after, ...play.observe(), record: play.stepOfRecord() })
      const parts = Object.keys(expected).filter((name) => !isDeepStrictEqual(expected[name], actual[name]))
      const pick = (from: Record<string, unknown>) => Object.fromEntries(parts.map((name) => [name, from[name]]))
      if (parts.length > 0) return { at, move, model: pick(expected), library: pick(actual) }
    }
  } finally {
    play.stop()
  }
  return undefined
}

/** Absent and `undefined` parts are equal here. */
const plain = (value: object) => {
  const parts = Object.entries(value).map(([name, part]) => [name, part ?? null])
  return JSON.parse(JSON.stringify(Object.fromEntries(parts))) as Record<string, unknown>
}
