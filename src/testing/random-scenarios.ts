import { attempt } from "../attempt.ts"
import type { ModelState } from "./model/catalogue.ts"
import { fail } from "./model/fail.ts"
import type { MoveEvent } from "./model/walk.ts"
import type { Move, Scenario, Vocabulary } from "./scenario.ts"
import type { Study } from "./study.ts"

/** Returns a number from 0 to below 1, as `Math.random` does. The same seed brings the same numbers. */
export type Random = () => number

/** Data in a move or a reply, in place of the catalogue's. */
export type Payload<V extends Vocabulary = Vocabulary> = Partial<V["person"]> | Partial<V["reply"]>

/** Values to choose from, or a function that builds a value from random numbers and the model state. */
export type Payloads<V extends Vocabulary = Vocabulary> =
  | readonly Payload<V>[]
  | ((random: Random, state: ModelState<V>) => Payload<V>)

/** The options of the strategy `random`. */
export interface RandomOptions<V extends Vocabulary> {
  /** For `random`: an integer from 0 to 2 ** 32 - 1. Each seed brings other scenarios. @default 1 */
  seed?: number
  /** For `random`: the number of scenarios, or fewer if fewer different ones are found. @default 100 */
  count?: number
  /** For `random`: how likely the moves of a word are, in the words of `without`; 0 is never. @default 1 each */
  weights?: Readonly<Record<string, number>>
  /**
   * For `random`: the data of a move or a reply, by one of its words: values to choose from, or a function that builds
   * one from random numbers. Absent parts stay as in the catalogue. @default the catalogue's data
   */
  payloads?: Readonly<Record<string, Payloads<V>>>
}

interface Choice<T> {
  weight: number
  value: T
}

/** Creates a generator of random numbers (Marsaglia's xorshift); each walk of a seed has its own. */
function createRandom(seed: number, walk: number): Random {
  let bits = Math.imul(seed + 1, 0x9e3779b1) ^ Math.imul(walk + 1, 0x85ebca6b) || 1
  const next = () => {
    bits ^= bits << 13
    bits ^= bits >>> 17
    bits ^= bits << 5
    return (bits >>> 0) / 2 ** 32
  }
  // Skips the first numbers: those of neighboring seeds are close to each other.
  for (let round = 0; round < 16; round += 1) next()
  return next
}

function choose<T>(choices: readonly Choice<T>[], random: Random): T | undefined {
  const possible = choices.filter(({ weight }) => weight > 0)
  let rest = random() * possible.reduce((sum, { weight }) => sum + weight, 0)
  for (const { weight, value } of possible) {
    rest -= weight
    if (rest < 0) return value
  }
  return possible.at(-1)?.value
}

/** Writes scenarios of random moves. Each ends with the machine, or after `maxDepth` moves. No two are the same. */
export function writeRandomScenarios<V extends Vocabulary>(
  { catalogue, write, startsWithout, createMoves }: Study<V>,
  { seed = 1, count = 100, weights = {}, payloads = {} }: RandomOptions<V>,
  without: readonly string[],
  maxDepth: number,
): Scenario<V>[] {
  const movesOf = createMoves(without)
  const weightOf = (words: readonly string[]) => words.reduce((weight, word) => weight * (weights[word] ?? 1), 1)

  /** Weighs the moves. Person, server and clock are equally likely; of each, the kinds of moves are equally likely. */
  function choicesIn(state: ModelState<V>): Choice<MoveEvent<V>>[] {
    const possible = movesOf(state).map((value) => {
      const { type, move } = value
      const by = "clock" in move ? "clock" : "server" in move ? "server" : "person"
      return { by, kind: catalogue.alike(move) ?? type, value }
    })
    return possible.map(({ by, kind, value }) => {
      const kinds = possible.filter((each) => each.by === by).map((each) => each.kind)
      const twins = kinds.filter((each) => each === kind).length
      return { weight: weightOf(value.words) / new Set(kinds).size / twins, value }
    })
  }

  /** Returns a move with a payload, if one of its words has payloads. */
  function load({ move, words }: MoveEvent<V>, random: Random, state: ModelState<V>): Move<V> {
    const word = words.find((each) => Object.hasOwn(payloads, each))
    const values = word === undefined ? undefined : payloads[word]
    if (values === undefined) return move
    const numbers = Math.floor(random() * 2 ** 32)
    const build = () => {
      const own = createRandom(numbers, 0)
      const value = typeof values === "function" ? values(own, state) : values[Math.floor(own() * values.length)]
      return attempt(() => JSON.stringify(value instanceof Promise ? undefined : value))
    }
    const json = build()
    if (build() !== json) fail("invalid_option", `payloads: "${word}" does not repeat with its seed`)
    const payload: unknown = JSON.parse(json ?? "null")
    if (typeof payload !== "object" || payload === null || Array.isArray(payload) || "clock" in move) {
      fail("invalid_option", `payloads: "${word}" has no object, as JSON has it, for a move or a reply`)
    }
    if ("server" in move) return { ...move, server: { ...Object(move.server), ...payload } }
    return { ...move, ...payload, person: move.person }
  }

  function writeOne(random: Random): Scenario<V> | undefined {
    const starts = startsWithout(without).map((value) => ({ weight: weightOf([value]), value }))
    const start = choose(starts, random)
    if (start === undefined) return undefined
    const draft = write(catalogue.starts[start])
    while (draft.steps.length < maxDepth && draft.place.state.snapshot.status === "active") {
      const { state } = draft.place
      const event = choose(choicesIn(state), random)
      if (event === undefined) break
      draft.make(load(event, random, state), event.type)
    }
    return draft.steps.length > 0 ? draft.finish() : undefined
  }

  const found = new Map<string, Scenario<V>>()
  for (let walk = 0, known = 0; found.size < count && known < 100; walk += 1) {
    const scenario = writeOne(createRandom(seed, walk))
    const key = JSON.stringify([scenario?.input, scenario?.steps.map((step) => step.do)])
    if (scenario && !found.has(key)) {
      found.set(key, scenario)
      known = 0
    } else known += 1
  }
  return [...found.values()]
}
