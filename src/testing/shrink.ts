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

/** A failing scenario, with its deviation. */
interface Failing<V extends Vocabulary> {
  scenario: Scenario<V>
  deviation: Deviation
}

/**
 * Returns the shortest scenario found that still fails. First the steps after the failed step are cut off. Then moves
 * are left out, half of them at a time, and finally one by one. Then the catalogue's own move of that name replaces a
 * person's move: generated data remains only where it matters. The expectations are computed anew for each try.
 */
export async function shrink<V extends Vocabulary>(
  { scenario, deviation }: Failing<V>,
  run: (scenario: Scenario<V>) => Promise<Deviation | undefined>,
  { catalogue, write }: Study<V>,
  forMs: number,
): Promise<Failing<V>> {
  const until = performance.now() + forMs
  const { input } = scenario

  /** Whether a move keeps a request in flight for too long: in a page the timeout would end the request. */
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
  // The expectations are of another machine: they cannot be computed anew.
  if (JSON.stringify(rewritten?.steps) !== JSON.stringify(cut.steps)) return best

  /** Returns whether these moves fail as well. Shrinking then goes on with them. */
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

  /** Returns the catalogue's moves in place of a person's move, unless the move is the catalogue's. */
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
