import type { AnyStateMachine } from "xstate"
import type { Scenario, Vocabulary } from "../scenario.ts"
import type { Catalogue } from "./catalogue.ts"
import { createWorlds } from "./create-worlds.ts"
import { readCoverage } from "./read-coverage.ts"
import { type CoverageKind, readDefinition } from "./read-definition.ts"

export interface CoverageCount {
  covered: number
  /** How many the definition has. */
  total: number
  /** The names of those that no scenario went through. */
  missing: string[]
}

/** What scenarios go through of what there is. */
export type Coverage = Record<CoverageKind, CoverageCount>

/** Plays scenarios through a machine and counts what they go through, against its definition. */
export function measureCoverage<V extends Vocabulary>(
  machine: AnyStateMachine,
  catalogue: Catalogue<V>,
  scenarios: readonly Scenario<V>[],
): Coverage {
  const worlds = createWorlds(machine, catalogue)
  const definition = readDefinition(machine)
  const seen = new Set<string>()

  for (const { input, steps } of scenarios) {
    let world = worlds.start(input)
    const look = () => {
      for (const name of readCoverage(definition, world.trace)) seen.add(name)
      for (const name of catalogue.failuresIn(world)) seen.add(name)
    }
    look()
    for (const step of steps) {
      world = worlds.step(world, step.do)
      look()
    }
  }

  const count = (names: readonly string[]): CoverageCount => {
    const missing = names.filter((name) => !seen.has(name))
    return { covered: names.length - missing.length, total: names.length, missing }
  }
  const { states, transitions, guards, delays, invokes } = definition.parts
  return {
    states: count(states),
    transitions: count(transitions),
    guards: count(guards),
    delays: count(delays),
    invokes: count(invokes),
    failures: count(catalogue.failures),
  }
}
