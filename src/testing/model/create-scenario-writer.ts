import type { AnyStateMachine } from "xstate"
import type { Expectation, Scenario, ScenarioStep, Vocabulary } from "../scenario.ts"
import type { Catalogue } from "./catalogue.ts"
import { createWorlds } from "./create-worlds.ts"
import type { Path } from "./graph.ts"
import { readCoverage } from "./read-coverage.ts"
import { readDefinition } from "./read-definition.ts"
import { stateKey } from "./state-key.ts"
import { statePath } from "./state-path.ts"
import type { World } from "./world.ts"

/** A copy as JSON has it, without what is not there. */
const plain = <T>(value: T): T => JSON.parse(JSON.stringify(value))

/** Two worlds that the catalogue takes for one went different ways: a guard looks at what `abstract` leaves out. */
const tooCoarse = (phrase: string, parts: readonly string[]) =>
  new Error(
    `The catalogue's abstraction is too coarse: "${phrase}" sometimes goes through ${parts.join("; ") || "nothing"}`,
  )

/** Plays ways through the graph from one of the starts, move by move, and writes down what must hold after each. */
export function createScenarioWriter<V extends Vocabulary>(
  machine: AnyStateMachine,
  catalogue: Catalogue<V>,
): (start: string, path: Path) => Scenario<V> {
  const definition = readDefinition(machine)
  const worlds = createWorlds(machine, catalogue)

  function expectation({ snapshot, requests }: World<V>): Expectation<V> {
    const { tags, output } = snapshot
    const [state, step] = [statePath(snapshot), catalogue.describe(snapshot)]
    return plain({ state, tags: [...tags].sort(), step, requests, output })
  }

  return (start, path) => {
    const input = catalogue.starts[start] as V["input"]
    let world = worlds.start(input)
    const steps = path.map(({ phrase, to, parts }): ScenarioStep<V> => {
      const move = catalogue.moves(world)[phrase]
      if (move === undefined) throw tooCoarse(phrase, [])
      world = worlds.step(world, move)

      const seen = new Set(readCoverage(definition, world.trace))
      const differs = [...parts.filter((part) => !seen.has(part)), ...[...seen].filter((part) => !parts.includes(part))]
      if (differs.length > 0 || stateKey(catalogue, world) !== to) throw tooCoarse(phrase, differs)

      const isEvent = "person" in move && move.person !== "reload"
      const ignored = isEvent && world.trace.every(({ taken }) => taken.length === 0)
      return { do: move, ...(ignored && { ignored }), expect: expectation(world) }
    })
    const phrases = path.map(({ phrase }) => phrase)
    return { name: catalogue.title(start, phrases, statePath(world.snapshot)), input, steps }
  }
}
