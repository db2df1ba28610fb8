import type { ModelState } from "./model/catalogue.ts"
import { movesFrom } from "./model/create-model.ts"
import type { Move, Scenario, Vocabulary } from "./scenario.ts"
import type { Study } from "./study.ts"

/** Where a scenario went wrong, and how. */
export interface Deviation {
  index: number
  differences: string[]
  cause?: unknown
}

/** A scenario that fails, with where it does. */
interface Failing<V extends Vocabulary> {
  scenario: Scenario<V>
  deviation: Deviation
}

/**
 * Returns the shortest scenario found that still fails: what comes after the step that failed is cut off, then moves are
 * left out, first half of them at a time, then one by one; then what a person does gives way to the catalogue's own move of
 * that name, so that data which was generated is left only where it matters. What must hold is computed anew for each try.
 */
export async function shrink<V extends Vocabulary>(
  { scenario, deviation }: Failing<V>,
  run: (scenario: Scenario<V>) => Promise<Deviation | undefined>,
  { catalogue, write }: Study<V>,
  forMs: number,
): Promise<Failing<V>> {
  const until = performance.now() + forMs
  const { input } = scenario

  /** Whether a request would be in flight for longer than one can be: in a page its timeout would end it. */
  const outlasts = (move: Move<V>, { requests, now }: ModelState<V>) =>
    "clock" in move && !move.asleep && requests.some(({ since }) => now + move.clock - since >= catalogue.maxWait)

  /** Writes a scenario of these moves; `undefined` where one of them cannot be made. */
  function rewrite(moves: readonly Move<V>[]): Scenario<V> | undefined {
    try {
      const draft = write(input)
      for (const move of moves) {
        if (outlasts(move, draft.place.state)) return undefined
        draft.make(move)
      }
      return draft.finish()
    } catch {
      return undefined
    }
  }

  const movesOf = ({ steps }: Scenario<V>) => steps.map((step) => step.do)
  const cut = { ...scenario, steps: scenario.steps.slice(0, deviation.index + 1) }
  const rewritten = rewrite(movesOf(cut))
  let best = { scenario: { ...cut, name: rewritten?.name ?? cut.name }, deviation }
  // What must hold was computed of another machine: nothing can be computed anew.
  if (JSON.stringify(rewritten?.steps) !== JSON.stringify(cut.steps)) return best

  /** Goes on with these moves where they fail as well, and returns whether they do. */
  async function fails(moves: readonly Move<V>[]): Promise<boolean> {
    const tried = performance.now() > until ? undefined : rewrite(moves)
    const deviation = tried && (await run(tried))
    const scenario = deviation && rewrite(moves.slice(0, deviation.index + 1))
    if (scenario) best = { scenario, deviation }
    return scenario !== undefined
  }

  for (let size = Math.ceil(best.scenario.steps.length / 2); size > 0; size = Math.floor(size / 2)) {
    for (let from = 0; from < best.scenario.steps.length - 1; ) {
      const moves = movesOf(best.scenario)
      if (!(await fails([...moves.slice(0, from), ...moves.slice(Math.min(from + size, moves.length - 1))])))
        from += size
    }
  }
  for (let index = 0; index < best.scenario.steps.length; index += 1) {
    const moves = movesOf(best.scenario)
    for (const simpler of simplerThan(moves, index)) {
      if (await fails(moves.map((move, at) => (at === index ? simpler : move)))) break
    }
  }
  return best

  /** Returns what the catalogue has in place of what a person did, where that is not the catalogue's. */
  function simplerThan(moves: readonly Move<V>[], index: number): Move<V>[] {
    const draft = write(input)
    for (const move of moves.slice(0, index)) draft.make(move)
    const own = Object.values(movesFrom(catalogue, draft.place.state))
    const move = moves[index]
    if (move === undefined || !("person" in move)) return []
    if (own.some((each) => JSON.stringify(each) === JSON.stringify(move))) return []
    return own.filter((each) => "person" in each && each.person === move.person)
  }
}
