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
  /** The timers, soonest first; in a driver of an actor none is known. */
  timers: readonly Timer[]
  /** The requests in flight, each with the person's move that caused it and the time from which it is in flight. */
  requests: readonly (Request & { cause?: V["person"]; since: number })[]
  /** What has been sent, in order, as the catalogue describes it. */
  sent: readonly unknown[]
  /** What the person has done, in order. */
  done: readonly V["person"][]
  /** How the last move went. */
  trace: readonly Microstep[]
  /** The timers that the last move armed, and those that fired. */
  armed: readonly string[]
  fired: readonly string[]
}

/** How an invoked actor ends. */
export type ActorEnd = { output: unknown } | { error: unknown }

/** A value that distinguishes two model states. */
export type Fact = string | number | boolean | null | undefined

/** What can happen to one machine, and how it is written down. All but `person` has a default. */
export interface CatalogueDefinition<V extends Vocabulary> {
  /** The inputs to begin with, by what is special about each. @default one, with no input */
  starts?: Readonly<Record<string, V["input"]>>
  /** What a person or a host can do, by its label in scenario names. */
  person: Readonly<Record<string, V["person"]>> | ((state: ModelState<V>) => Readonly<Record<string, V["person"]>>)
  /** Builds the event of a move. @default `{ type: move.person, ...rest }` */
  toEvent?(move: V["person"]): AnyEventObject
  /** What can come back for a request, by its label. @default nothing */
  replies?(request: Request, state: ModelState<V>): Readonly<Record<string, V["reply"]>>
  /** Turns a reply into how the invoked actor ends. @default the reply itself, `{ output }` or `{ error }` */
  interpret?(reply: V["reply"], request: Request, now: number): ActorEnd
  /** How a request ends that is never sent. @default every request is sent */
  refuse?(request: Request, now: number): ActorEnd | undefined
  /** What is sent for a request, with placeholders for secrets. @default `{ src, input }` */
  describeRequest?(request: Request, state: ModelState<V>): unknown
  /** Builds the input that goes on from what was saved: with it, scenarios reload. */
  resume?(state: ModelState<V>): V["input"]
  /**
   * What distinguishes two model states, beside the state: a few values each, or the graph has no end.
   * @default every value of the context
   */
  facts?(state: ModelState<V>): Readonly<Record<string, Fact>>
  /** What `grid` calls a place of its own, to try every event in. @default the state */
  situation?(state: ModelState<V>): string
  /** Times of the clock that matter, beside timers, in ms: scenarios stand just before and at each. */
  moments?(state: ModelState<V>): Readonly<Record<string, number>>
  /** Jumps of the wall clock that no timer sees, in ms; back where negative. */
  jumps?(state: ModelState<V>): Readonly<Record<string, number>>
  /** How long a request is in flight at most, in ms: no scenario waits longer. @default any time */
  maxWait?: number
  /** Labels for timers, by the name of the delay. */
  timers?: Readonly<Record<string, string>>
  /** What a page shows. @default the context */
  describe?(snapshot: AnyMachineSnapshot): V["step"]
  /** What would be saved. @default nothing */
  save?(snapshot: AnyMachineSnapshot): unknown
  /** Moves that behave alike share a text: all but the first are tried in one place only. */
  alike?(move: Move<V>): string | undefined
  /** Every failure that there is, by a name, and those that the last move met. */
  failures?: readonly string[]
  failuresIn?(state: ModelState<V>): string[]
  /** The state in which a scenario ends that has nothing more to show. @default any final one */
  goal?: string
  /** Moves that are left out unless `without` is given: those that few drivers can make. */
  rare?: readonly string[]
}

/** A description of a machine under test, as `defineCatalogue` returns it. */
export type Catalogue<V extends Vocabulary = Vocabulary> = Required<
  Omit<CatalogueDefinition<V>, "resume" | "person" | "goal" | "situation">
> &
  Pick<CatalogueDefinition<V>, "resume" | "goal" | "situation"> & {
    person(state: ModelState<V>): Readonly<Record<string, V["person"]>>
  }

/** The words of a catalogue that declares none: what comes with a move may be anything. */
type AnyVocabulary = Vocabulary & { person: Record<string, unknown> }

/**
 * Describes what can happen to a machine, any machine of XState 5, so that scenarios can be generated from it.
 * @throws AuthIntentError `invalid_option`.
 * @example
 * const light = defineCatalogue({ person: { pressed: { person: "press" } } })
 * const scenarios = getScenarios({ strategy: "transitions", machine: lightMachine, catalogue: light })
 */
export function defineCatalogue<V extends Vocabulary = AnyVocabulary>(
  definition: CatalogueDefinition<V>,
): Catalogue<V> {
  // Read by name, as the methods of a class are not its own properties.
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

/** What comes back for requests where a catalogue does not say: nothing. */
export const noReplies = (): Record<string, never> => ({})

/** Returns what shows of a snapshot, and what would be saved of it. */
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
  // As JSON has it: an actor, for example, refers to all of its system.
  if ("toJSON" in value && typeof value.toJSON === "function") return flatten(value.toJSON(), path, within)
  if (within.includes(value)) {
    const hint = "name a few values with `facts`, and what shows with `describe`"
    fail("invalid_option", `catalogue: "${path}" of the context leads back to itself: ${hint}`)
  }
  const parts = Object.entries(value instanceof Map || value instanceof Set ? [...value] : value)
  const inner = parts.map(([key, part]) => flatten(part, path ? `${path}.${key}` : key, [...within, value]))
  return inner.length > 0 || !path ? Object.assign({}, ...inner) : { [path]: JSON.stringify(value) }
}
