import { createMachine } from "xstate"
import { authIntentMachine } from "../../machines/auth-intent.machine.ts"

type Machine = typeof authIntentMachine
type Implementations = Parameters<Machine["provide"]>[0]

/** A part of the chart as its configuration has it, loose enough to be given what the real one has not. */
export type Part = Record<string, unknown>

/** A path into the chart, say `states.solving.on`, and what takes the place of what is there. */
export type Alteration = readonly [path: string, change: (part: Part) => Part]

function alter(part: Part, [key = "", ...rest]: readonly string[], change: Alteration[1]): Part {
  const inner = (part[key] ?? {}) as Part
  return { ...part, [key]: rest.length > 0 ? alter(inner, rest, change) : change(inner) }
}

/** A machine with its chart changed in places, and with implementations that the change needs. */
export function alterMachine(
  alterations: readonly Alteration[],
  implementations: object = {},
  machine = authIntentMachine,
): Machine {
  const config = alterations.reduce((part, [path, change]) => alter(part, path.split("."), change), {
    ...machine.config,
  } as Part)
  const altered = createMachine(config) as unknown as Machine
  return altered.provide(machine.implementations as Implementations).provide(implementations)
}

/** Adds to what is there, or replaces it. */
export const add =
  (more: Part) =>
  (part: Part): Part => ({ ...part, ...more })

/** Puts a candidate before those that are there. */
export const putFirst = (more: Part) => (candidates: Part) =>
  [more, ...(candidates as unknown as Part[])] as unknown as Part
