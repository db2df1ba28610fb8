import type { AnyStateMachine, SnapshotFrom } from "xstate"
import { authIntentMachine } from "../../machines/auth-intent.machine.ts"
import { attempt } from "../attempt.ts"
import { parse } from "../values.schema.ts"
import type { AuthIntentVocabulary } from "./auth-intent/vocabulary.ts"
import type { Catalogue, ModelState } from "./model/catalogue.ts"
import { fail } from "./model/fail.ts"
import type { Place } from "./model/graph.ts"
import { type Arrival, findCounterexample, type Marks, pathTo, type TemporalNode } from "./model/temporal.ts"
import { createEvents, createFactCheck, type MoveEvent } from "./model/walk.ts"
import type { Move, Scenario, Vocabulary } from "./scenario.ts"
import { getStudy } from "./study.ts"
import { propertyOptions } from "./testing.schema.ts"

/** A model state: the machine with its timers and its requests. `memory` is about the path to this state. */
export type Standing<V extends Vocabulary, M extends AnyStateMachine, Memory> = Omit<ModelState<V>, "snapshot"> & {
  snapshot: SnapshotFrom<M>
  memory: Memory
}

/** A model state after a move, with the move and the model state before it. The start has neither of these. */
export type Moment<V extends Vocabulary, M extends AnyStateMachine, Memory> = Standing<V, M, Memory> & {
  before?: Standing<V, M, Memory>
  move?: Move<V>
}

/**
 * A condition on the paths through the graph, from each moment at which `when` holds.
 * - `always`, `never`: at that moment; with `until`, from that moment until `until` holds. Without `when`: at every
 *   moment; with `until` alone: from the start.
 * - `eventually`: at that moment or later, on every fair path. A fair path makes every move that is possible again and
 *   again. Without `when`: after the start.
 * - `possible`: at that moment or later, on a path without the moves of `without`. Without `when`: at the start.
 */
export type Property<Holds> =
  | { always: Holds; when?: Holds; until?: Holds }
  | { never: Holds; when?: Holds; until?: Holds }
  | { eventually: Holds; when?: Holds }
  | { possible: Holds; when?: Holds; without?: readonly string[] }

/** The options of `checkProperties`. */
export interface PropertyOptions<V extends Vocabulary, M extends AnyStateMachine, Memory> {
  /** @default authIntentMachine */
  machine?: M
  /** @default the library's, for its own machines */
  catalogue?: Catalogue<V>
  /** Moves to leave out, as for `getScenarios`. @default the catalogue's `rare` */
  without?: readonly string[]
  /** The properties, by their names. */
  properties: Readonly<Record<string, Property<(moment: Moment<V, M, Memory>) => boolean>>>
  /** The memory at the start. */
  memory?: Memory
  /** Returns the memory from this moment on. The moment's own `memory` is the earlier one. Equal JSON is equal. */
  remember?(moment: Moment<V, M, Memory>): Memory
}

/** A property that does not hold, and a shortest scenario that shows it, to print, draw or play. */
export interface Counterexample<V extends Vocabulary = Vocabulary> {
  property: string
  scenario: Scenario<V>
}

/** A walk with more nodes than this counts as endless. */
const limit = 20_000

/**
 * Checks properties of a machine over its whole graph: every model state that its catalogue distinguishes, and every
 * move in each. Returns a shortest counterexample for each property that does not hold.
 * @throws AuthIntentError `unknown_machine`, `nothing_generated`, `endless_walk`, or `invalid_option` for a property
 * without exactly one of its four words, for a `when` that holds nowhere, and for an unknown word in `without`.
 * @example
 * const isDone = ({ snapshot }) => snapshot.status === "done"
 * const properties = { "there is no dead end": { when: () => true, possible: isDone, without: ["intent.cancel"] } }
 * expect(checkProperties({ properties })).toEqual([])
 */
export function checkProperties<
  M extends AnyStateMachine = typeof authIntentMachine,
  V extends Vocabulary = AuthIntentVocabulary,
  Memory = undefined,
>(options: PropertyOptions<V, M, Memory>): Counterexample<V>[] {
  parse(propertyOptions, options, "invalid_option", "checkProperties")
  const { machine = authIntentMachine as AnyStateMachine, remember } = options
  const { catalogue, reader, writePath, startsWithout, createMoves, checkWords } = getStudy(machine, options.catalogue)
  const { without = catalogue.rare } = options
  const eventsFrom = createEvents(catalogue, createMoves(without))
  const rules = Object.entries(options.properties).map(([name, property]) =>
    toRule<Moment<V, M, Memory>>(name, property),
  )
  if (rules.length === 0) fail("invalid_option", "properties: there is none")
  const nodes = new Map<string, TemporalNode>()
  const queue: { node: TemporalNode; place: Place<V>; moment: Moment<V, M, Memory> }[] = []
  const found = new Map<string, Arrival[]>()
  const opened = new Set<string>()
  const checkFacts = createFactCheck(machine.id)

  /** Returns the moment of a place, with which properties are called, and the memory after the move to it. */
  function toMoment(place: Place<V>, before?: Standing<V, M, Memory>, move?: Move<V>): Moment<V, M, Memory> {
    const past = { ...place.state, memory: before ? before.memory : options.memory } as Standing<V, M, Memory>
    const step = before && move && { before, move }
    const memory = step && remember ? remember({ ...past, ...step }) : past.memory
    if (memory instanceof Promise) fail("invalid_option", "checkProperties: remember returns a promise")
    return { ...past, memory, ...step }
  }

  function arrive(start: string, place: Place<V>, from?: (typeof queue)[number], event?: MoveEvent<V>): void {
    const moment = toMoment(place, from?.moment, event?.move)
    const key =
      attempt(() => JSON.stringify([start, place.key, moment.memory])) ??
      fail("invalid_option", "checkProperties: what is remembered is no JSON")
    const known = nodes.get(key)
    const to = known ?? { start, moves: [] }
    const arrival: Arrival = { label: event?.type ?? "", from: from?.node, to, marks: [] }
    from?.node.moves.push(arrival)
    if (known === undefined) {
      checkFacts(place.facts)
      nodes.set(key, Object.assign(to, { first: arrival }))
      queue.push({ node: to, place, moment })
    }
    rules.forEach(({ name, mark, isLasting }, number) => {
      if (found.has(name)) return
      const marks = mark(moment, event?.words ?? [])
      if (marks.isOpening) opened.add(name)
      if (isLasting) arrival.marks[number] = marks
      else if (marks.isOpening && marks.isWrong) found.set(name, pathTo(arrival))
    })
  }

  for (const start of startsWithout(without)) arrive(start, reader.start(catalogue.starts[start]))
  const firsts = queue.length
  for (const entry of queue) {
    if (found.size === rules.length) break
    for (const event of eventsFrom(entry.place)) {
      arrive(entry.node.start, reader.step(entry.place, event.move), entry, event)
    }
    if (queue.length > limit) {
      const hint = "name fewer values with the catalogue's `facts`, and with `remember`"
      fail("endless_walk", `${machine.id}: more than ${limit} model states; ${hint}`)
    }
  }
  checkWords({ without: [...without, ...rules.flatMap((rule) => rule.without)] })
  if (queue.length === firsts && found.size < rules.length) {
    fail("nothing_generated", `checkProperties: no move of the catalogue leads anywhere in ${machine.id}`)
  }

  return rules.flatMap((rule, number) => {
    const { name, isScoped, isLasting } = rule
    const path = isLasting ? findCounterexample([...nodes.values()], number, rule) : found.get(name)
    if (path === undefined && isScoped && !opened.has(name)) failAt(name, "its `when` holds nowhere")
    return path ? [{ property: name, scenario: writePath(path[0]?.to.start ?? "", path.slice(1)) }] : []
  })
}

/** Throws for an invalid property. @throws AuthIntentError `invalid_option`. */
function failAt(name: string, what: string): never {
  return fail("invalid_option", `properties: "${name}": ${what}`)
}

/** Builds the rule of a property: `mark` evaluates the property at one moment. */
function toRule<Given extends { move?: unknown }>(name: string, property: Property<(moment: Given) => boolean>) {
  const { when, until, without = [], ...words } = { when: undefined, until: undefined, without: undefined, ...property }
  const [[kind, holds] = ["", undefined], ...more] = Object.entries(words)
  const isLive = kind === "eventually" || kind === "possible"
  if ((!isLive && kind !== "always" && kind !== "never") || more.length > 0 || typeof holds !== "function") {
    failAt(name, "it has not exactly one of always, never, eventually and possible, a function")
  }
  const isStaying = kind === "eventually" || until !== undefined
  const opens = when ?? (isLive || until ? ({ move }: Given) => move === undefined : () => true)
  const evaluate = (word: string, isSo: (moment: Given) => unknown, moment: Given): boolean => {
    const result = isSo(moment)
    if (result instanceof Promise) failAt(name, `its \`${word}\` returns a promise`)
    return Boolean(result)
  }
  const mark = (moment: Given, named: readonly string[]): Marks => {
    const isOpening = evaluate("when", opens, moment)
    const isHolding = (isOpening || isStaying || isLive) && evaluate(kind, holds, moment)
    return {
      isOpening,
      isEnding: isLive ? isHolding : until !== undefined && evaluate("until", until, moment),
      isWrong: kind === "never" ? isHolding : !isHolding,
      isCounted: !named.some((word) => without.includes(word)),
    }
  }
  return { name, isScoped: when !== undefined, isStaying, isLive, isLasting: isStaying || isLive, without, mark }
}
