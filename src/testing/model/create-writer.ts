import type { Expectation, Move, Scenario, ScenarioStep, Vocabulary } from "../scenario.ts"
import { type Catalogue, type ModelState, observe } from "./catalogue.ts"
import { movesFrom } from "./create-model.ts"
import { fail } from "./fail.ts"
import type { Edge, GraphReader, Place } from "./graph.ts"

/** A scenario while it is written, move by move. */
export type Draft<V extends Vocabulary> = ReturnType<ReturnType<typeof createWriter<V>>>

/** Returns a copy as JSON has it, without undefined values. */
function plain<T>(value: T): T {
  try {
    return value === undefined ? value : JSON.parse(JSON.stringify(value))
  } catch {
    return fail("invalid_option", "catalogue: describe, save, describeRequest or an output is no JSON")
  }
}

/** Creates a writer of scenarios. The writer plays each move on the model, and notes what must hold after it. */
export function createWriter<V extends Vocabulary>(catalogue: Catalogue<V>, reader: GraphReader<V>) {
  function expect({ snapshot, sent }: ModelState<V>, count: number): Expectation<V> {
    const { saved, output, ...shown } = observe(catalogue, snapshot)
    return plain({ ...shown, sent: sent.slice(count), saved, output })
  }

  return (input: V["input"]) => {
    const json = JSON.stringify(input ?? null)
    const starts = Object.entries(catalogue.starts)
    const [start = ""] = starts.find(([, each]) => JSON.stringify(each ?? null) === json) ?? []
    let place = reader.start(input)
    const steps: ScenarioStep<V>[] = []
    const labels: string[] = []

    function take(label: string, move: Move<V>): Edge {
      const before = place
      place = reader.step(before, move)
      const edge = reader.edge(label, move, before, place)
      steps.push({
        do: move,
        ...(edge.ignored && { ignored: true as const }),
        // The first move has the requests of the start too.
        expect: expect(place.state, steps.length > 0 ? before.state.sent.length : 0),
      })
      labels.push(label)
      return edge
    }

    return {
      /** The name of the catalogue's start with this input. */
      start,
      get place() {
        return place
      },
      steps,
      /** Makes a move by its label; `undefined` where the model has no such move now. */
      play(label: string): Edge | undefined {
        const move = movesFrom(catalogue, place.state)[label]
        return move && take(label, move)
      },
      /** Makes a move. Its label is the catalogue's, or its JSON. */
      make: (move: Move<V>, label = labelOf(catalogue, place, move)) => take(label, move),
      finish: (): Scenario<V> => ({ name: toTitle(start, labels, place.path), input: plain(input), steps }),
    }
  }
}

/** Builds a scenario's name, for example "Messenger: 2FA, wrong code, then right code: connected". */
function toTitle(start: string, labels: readonly string[], end: string): string {
  const last = labels.at(-1) ?? "nothing"
  const moves = labels.length > 1 ? `${labels.slice(0, -1).join(", ")}, then ${last}` : last
  return `${start ? `${start}: ` : ""}${moves}: ${end}`
}

/** Returns the label of a move, or its JSON where the catalogue has no such move here. */
function labelOf<V extends Vocabulary>(catalogue: Catalogue<V>, { state }: Place<V>, move: Move<V>): string {
  const json = JSON.stringify(move)
  const found = Object.entries(movesFrom(catalogue, state)).find(([, each]) => JSON.stringify(each) === json)
  return found?.[0] ?? json
}
