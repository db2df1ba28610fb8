import type { AnyEventObject, AnyMachineSnapshot } from "xstate"
import { getState } from "../../intent/get-step.ts"
import { parse } from "../../values.schema.ts"
import type { Expectation, Move, Vocabulary } from "../scenario.ts"
import { catalogueDefinition, withCheckedResult } from "./catalogue.schema.ts"
import { fail } from "./fail.ts"
import type { Microstep, Request, Timer } from "./pure-machine.ts"

/** A machine together with its clock, its timers and its requests in flight. It is a value: nothing runs. */
export interface ModelState<V extends Vocabulary = Vocabulary> {
  input: V["input"]
  snapshot: AnyMachineSnapshot
  /** Ms since the start, by the wall clock. */
  now: number
  /** The timers, soonest first. A driver of an actor knows none. */
  timers: readonly Timer[]
  /** The requests in flight, each with the person's move that caused it and its start time. */
  requests: readonly (Request & { cause?: V["person"]; since: number })[]
  /** The requests so far, in order, as the catalogue describes them. */
  sent: readonly unknown[]
  /** The person's moves so far, in order. */
  done: readonly V["person"][]
  /** The microsteps of the last move. */
  trace: readonly Microstep[]
  /** The timers that the last move armed, and those that fired. */
  armed: readonly string[]
  fired: readonly string[]
}

/** How an invoked actor ends. */
export type ActorEnd = { output: unknown } | { error: unknown }

/** A value that distinguishes two model states. */
export type Fact = string | number | boolean | null | undefined

/** What can happen to one machine, and how scenarios write it. Each part except `person` has a default. */
export interface CatalogueDefinition<V extends Vocabulary> {
  /** The inputs to start with, each by a label. @default one start without an input */
  starts?: Readonly<Record<string, V["input"]>>
  /** The moves of a person or a host, by their labels in scenario names. */
  person: Readonly<Record<string, V["person"]>> | ((state: ModelState<V>) => Readonly<Record<string, V["person"]>>)
  /** Builds the event of a move. @default `{ type: move.person, ...rest }` */
  toEvent?(move: V["person"]): AnyEventObject
  /** Returns the possible replies to a request, by their labels. @default none */
  replies?(request: Request, state: ModelState<V>): Readonly<Record<string, V["reply"]>>
  /** Converts a reply to the end of the invoked actor. @default the reply itself, `{ output }` or `{ error }` */
  interpret?(reply: V["reply"], request: Request, now: number): ActorEnd
  /** Returns the end of a request that is never sent. @default every request is sent */
  refuse?(request: Request, now: number): ActorEnd | undefined
  /** Describes a sent request, with placeholders for secrets. @default `{ src, input }` */
  describeRequest?(request: Request, state: ModelState<V>): unknown
  /** Builds the input that resumes the saved state. With this function, scenarios reload. */
  resume?(state: ModelState<V>): V["input"]
  /**
   * Returns the facts that distinguish two model states of one state. A fact has few values, or the graph has no end.
   * @default every value of the context
   */
  facts?(state: ModelState<V>): Readonly<Record<string, Fact>>
  /** Names the situation: `grid` tries every event in each situation. @default the state */
  situation?(state: ModelState<V>): string
  /** Returns times of the clock that matter beside timers, in ms: scenarios stop just before and at each. */
  moments?(state: ModelState<V>): Readonly<Record<string, number>>
  /** Returns jumps of the wall clock that no timer sees, in ms. A negative jump goes back. */
  jumps?(state: ModelState<V>): Readonly<Record<string, number>>
  /** How long a request is in flight at most, in ms: no scenario waits longer. @default any time */
  maxWait?: number
  /** Labels for timers, by the name of the delay. */
  timers?: Readonly<Record<string, string>>
  /** Returns the step that a page shows. @default the context */
  describe?(snapshot: AnyMachineSnapshot): V["step"]
  /** Returns what would be saved. @default nothing */
  save?(snapshot: AnyMachineSnapshot): unknown
  /** Returns one text for moves that behave alike: all of them are tried in one place, elsewhere only the first. */
  alike?(move: Move<V>): string | undefined
  /** The names of all failures, and of the failures in the last move. */
  failures?: readonly string[]
  failuresIn?(state: ModelState<V>): string[]
  /** The state in which scenarios end if they can. @default any final state */
  goal?: string
  /** Moves that few drivers can make. They are left out unless `without` is given. */
  rare?: readonly string[]
}

/** A description of a machine under test, as `defineCatalogue` returns it. */
export type Catalogue<V extends Vocabulary = Vocabulary> = Required<
  Omit<CatalogueDefinition<V>, "resume" | "person" | "goal" | "situation">
> &
  Pick<CatalogueDefinition<V>, "resume" | "goal" | "situation"> & {
    person(state: ModelState<V>): Readonly<Record<string, V["person"]>>
  }

/** The vocabulary of a catalogue that declares none: a move may have any payload. */
type AnyVocabulary = Vocabulary & { person: Record<string, unknown> }

/**
 * Describes what can happen to any machine of XState 5, so that scenarios can be generated for it.
 * @throws AuthIntentError `invalid_option`.
 * @example
 * const light = defineCatalogue({ person: { pressed: { person: "press" } } })
 * const scenarios = getScenarios({ strategy: "transitions", machine: lightMachine, catalogue: light })
 */
export function defineCatalogue<V extends Vocabulary = AnyVocabulary>(
  definition: CatalogueDefinition<V>,
): Catalogue<V> {
  // Reads each part by its name: the methods of a class are not own properties.
  const known = parse(catalogueDefinition, definition, "invalid_option", "defineCatalogue")
  const { person } = definition
  return {
    starts: { "": undefined },
    toEvent: ({ person: type, ...payload }) => ({ type, ...payload }),
    replies: noReplies,
    interpret: (reply) => reply as ActorEnd,
    refuse: () => undefined,
    describeRequest: ({ src, input }) => ({ src, input }),
    facts: ({ snapshot }) => flatten(snapshot.context),
    moments: () => ({}),
    jumps: () => ({}),
    maxWait: Infinity,
    timers: {},
    describe: ({ context }) => context as V["step"],
    save: () => undefined,
    alike: () => undefined,
    failures: [],
    failuresIn: () => [],
    rare: [],
    ...Object.fromEntries(
      Object.entries(known as CatalogueDefinition<V>)
        .filter(([, value]) => value !== undefined)
        .map(([name, value]) => [name, withCheckedResult(name, value)]),
    ),
    person: withCheckedResult("person", typeof person === "function" ? person : () => person),
  }
}

/** The default of `replies`: no reply to any request. */
export const noReplies = (): Record<string, never> => ({})

/** Returns what a snapshot shows, and what would be saved. */
export function observe<V extends Vocabulary>(
  catalogue: Catalogue<V>,
  snapshot: AnyMachineSnapshot,
): Omit<Expectation<V>, "sent"> {
  return {
    state: getState(snapshot),
    tags: [...snapshot.tags].sort(),
    step: catalogue.describe(snapshot),
    saved: catalogue.save(snapshot),
    output: snapshot.output,
  }
}

/** Returns the values of a context by their paths. */
function flatten(value: unknown, path = "", within: readonly object[] = []): Record<string, Fact> {
  if (typeof value === "bigint") return { [path]: `${value}` }
  if (typeof value !== "object" || value === null) return path ? { [path]: value as Fact } : {}
  // Reads a value as JSON does: an actor, for example, refers to its whole system.
  if ("toJSON" in value && typeof value.toJSON === "function") return flatten(value.toJSON(), path, within)
  if (within.includes(value)) {
    const hint = "name a few values with `facts`, and what shows with `describe`"
    fail("invalid_option", `catalogue: "${path}" of the context leads back to itself: ${hint}`)
  }
  const parts = Object.entries(value instanceof Map || value instanceof Set ? [...value] : value)
  const inner = parts.map(([key, part]) => flatten(part, path ? `${path}.${key}` : key, [...within, value]))
  return inner.length > 0 || !path ? Object.assign({}, ...inner) : { [path]: JSON.stringify(value) }
}
