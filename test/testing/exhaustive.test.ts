import { describe, expect, it } from "vitest"
import { assign } from "xstate"
import { authIntentMachine } from "../../machines/auth-intent.machine.ts"
import type { AuthIntentContext } from "../../machines/auth-intent.types.ts"
import { authIntentCatalogue } from "../../src/testing/auth-intent/auth-intent-catalogue.ts"
import { authIntentReplies } from "../../src/testing/auth-intent/auth-intent-replies.ts"
import { personMoves } from "../../src/testing/auth-intent/person-moves.ts"
import { createActorDriver } from "../../src/testing/create-actor-driver.ts"
import { createScriptedFetch } from "../../src/testing/create-scripted-fetch.ts"
import type { Catalogue, Request } from "../../src/testing/model/catalogue.ts"
import { createScenarioWriter } from "../../src/testing/model/create-scenario-writer.ts"
import { distinctEdges } from "../../src/testing/model/distinct-edges.ts"
import type { Edge, Graph } from "../../src/testing/model/graph.ts"
import { shortestPaths } from "../../src/testing/model/shortest-paths.ts"
import { walkGraph } from "../../src/testing/model/walk-graph.ts"
import type { World } from "../../src/testing/model/world.ts"
import { runScenario } from "../../src/testing/run-scenario.ts"
import type { AuthIntentVocabulary, Scenario } from "../../src/testing/scenario.ts"
import { add, alterMachine } from "./altered-machine.ts"
import { answerLittle } from "./answer-little.ts"
import { eventTable } from "./event-table.ts"

type AuthIntentWorld = World<AuthIntentVocabulary>
type Machine = typeof authIntentMachine

const lifetime = 300_000

/** What may not be in any world, by what is wrong. */
const wrongs: Record<string, (world: AuthIntentWorld) => boolean> = {
  "two requests at once": ({ snapshot }) => Object.keys(snapshot.children).length > 1,
  "a request or a timer after the end": ({ snapshot, timers, request }) =>
    snapshot.status === "done" && (timers.length > 0 || request !== undefined),
  "a timer for more than a lifetime": ({ timers, now }) => timers.some(({ due }) => due - now > lifetime),
  // The first checkpoint always comes at 0.
  "a deadline that moved": ({ snapshot }) => ![undefined, lifetime].includes(snapshot.context.expiresAt),
  "an error instead of a state": ({ snapshot }) => snapshot.status === "error",
}

/** What is told apart of a world that has not ended. */
type Facts = [value?: unknown, type?: string, canApproveInApp?: boolean, polls?: boolean, solution?: string]

interface Walked {
  graph: Graph
  catalogue: Catalogue<AuthIntentVocabulary>
  /** What was wrong in some world. */
  wrong: string[]
}

/** Walks a machine to its fixed point, where a person may try everything in every state. */
function walkAll(machine: Machine, start: string, base = authIntentCatalogue): Walked {
  const wrong = new Set<string>()
  const catalogue: Catalogue<AuthIntentVocabulary> = {
    ...base,
    moves: (world) => ({ ...personMoves, ...base.moves(world) }),
    abstract(world) {
      for (const [name, isWrong] of Object.entries(wrongs)) if (isWrong(world)) wrong.add(name)
      const { failure, attempts }: AuthIntentContext = world.snapshot.context
      const facts = base.abstract(world)
      return world.snapshot.status === "done" ? facts : [facts, failure?.recovery, Math.min(attempts, 1)]
    },
  }
  const graph = walkGraph(machine, catalogue, base.starts[start] ?? { provider: "INSTAGRAM" })
  return { graph, catalogue, wrong: [...wrong] }
}

const edgesOf = ({ nodes }: Graph) => [...nodes.values()].flatMap(({ edges }) => edges)

const names = (states: Iterable<string>) => [...new Set(states)].sort()

/** The states from which no final one can be reached, other than by giving up or by leaving and coming back. */
function deadEnds(graph: Graph): string[] {
  const alive = new Set([...graph.nodes].filter(([, { final }]) => final).map(([key]) => key))
  const edges = edgesOf(graph).filter(({ phrase }) => phrase !== "canceled" && phrase !== "reloaded")
  for (let size = -1; size !== alive.size; ) {
    size = alive.size
    for (const { from, to } of edges) if (alive.has(to)) alive.add(from)
  }
  return names([...graph.nodes].filter(([key]) => !alive.has(key)).map(([, { state }]) => state))
}

/** The states, ended ones aside, that a cancel does not end. */
function uncanceled({ nodes }: Graph): string[] {
  const ends = ({ phrase, to }: Edge) => phrase === "canceled" && nodes.get(to)?.state === "failed"
  return names([...nodes.values()].filter(({ final, edges }) => !final && !edges.some(ends)).map(({ state }) => state))
}

/** What a person did that was taken where it does not apply, or not where it does. */
function wronglyTaken({ nodes }: Graph): string[] {
  const wrong = [...nodes].flatMap(([key, { state, final, edges }]) => {
    const [[facts]] = JSON.parse(key) as [[Facts]]
    const [, type, canApproveInApp, , solution] = final ? [] : facts
    return edges.flatMap(({ phrase, parts, from, to }) => {
      const move = personMoves[phrase]
      if (move === undefined || move.person === "reload") return []
      const taken = parts.some((part) => part.includes(" → ") && !part.includes(", when "))
      const expected = eventTable[move.person]({ state, type, canApproveInApp, solution })
      return taken !== expected || (!taken && from !== to) ? [`${state}: ${phrase}`] : []
    })
  })
  return names(wrong)
}

/** All that a person and the clock can do in every state in which the deadline has passed, after the shortest way there. */
function lateScenarios(machine: Machine, { graph, catalogue }: Omit<Walked, "wrong">, start: string): Scenario[] {
  const write = createScenarioWriter(machine, catalogue)
  const seen = new Set<string>()
  return [...shortestPaths(graph)].flatMap(([key, path]) => {
    const { final, edges } = graph.nodes.get(key) ?? { final: true, edges: [] }
    // What failed before, and how often, makes no other request.
    const [[facts], timers] = JSON.parse(key) as [[Facts], string[]]
    const place = JSON.stringify([facts, timers])
    if (final || seen.has(place) || !key.includes('"behind"')) return []
    seen.add(place)
    const moves = edges.filter(({ phrase }) => !(phrase in authIntentReplies))
    return distinctEdges(moves).map((edge) => write(start, [...path, edge]))
  })
}

/** Whether the last move sent a request. */
function sendsLast({ steps }: Scenario): boolean {
  const [before, last] = steps.slice(-2)
  return (last?.expect.requests ?? 0) > (before?.expect.requests ?? 0)
}

const walked = Object.entries(authIntentCatalogue.starts).map(([start, { provider }]) => ({
  start,
  provider,
  ...walkAll(authIntentMachine, start),
}))
const states = walked.reduce((sum, { graph }) => sum + graph.nodes.size, 0)
const moves = walked.reduce((sum, { graph }) => sum + edgesOf(graph).length, 0)

describe(`all ${states} states and ${moves} transitions`, () => {
  describe.each(walked)("of $provider", ({ start, graph, ...rest }) => {
    it("have no dead end", () => expect(deadEnds(graph)).toEqual([]))

    it("let a person cancel", () => expect(uncanceled(graph)).toEqual([]))

    it("take what applies, and nothing else changes anything", () => expect(wronglyTaken(graph)).toEqual([]))

    it("are never wrong in any world", () => expect(rest.wrong).toEqual([]))

    it("send nothing after the deadline, nor does the actor", async () => {
      const late = lateScenarios(authIntentMachine, { graph, ...rest }, start)
      expect(late.length).toBeGreaterThan(100)
      expect(late.filter(sendsLast).map(({ name }) => name)).toEqual([])
      for (const scenario of late) await runScenario(scenario, createActorDriver(createScriptedFetch(scenario)))
    })
  })
})

describe("a bug in the chart", () => {
  const little = answerLittle(authIntentCatalogue)
  const walkAltered = (...altered: Parameters<typeof alterMachine>) => walkAll(alterMachine(...altered), "", little)

  it("shows as a dead end", () => {
    const { graph } = walkAltered([
      ["states.limbo", add({})],
      ["states.checkpoint.states.phone.on", add({ "method.switch": "#authIntent.limbo" })],
    ])
    expect(deadEnds(graph)).toEqual(["limbo"])
    expect(uncanceled(graph)).toEqual(["limbo"])
  })

  it("shows as a state that no cancel ends", () => {
    const { graph } = walkAltered([["states.solving.on", ({ "intent.cancel": _, ...on }) => on]])
    expect(uncanceled(graph)).toEqual(["solving"])
    expect(wronglyTaken(graph)).toEqual(["solving: canceled"])
  })

  it("shows as an event that is taken where it does not apply", () => {
    const { graph } = walkAltered([
      ["states.checkpoint.states.phone.on", add({ "code.submit": "#authIntent.solving" })],
    ])
    expect(wronglyTaken(graph)).toEqual([
      "checkpoint.phone: empty code",
      "checkpoint.phone: right code",
      "checkpoint.phone: wrong code",
    ])
  })

  it.each([
    ["a deadline that moved", { actions: { stopSolving: assign({ solution: undefined, expiresAt: 299_999 }) } }],
    ["a timer for more than a lifetime", { delays: { solveTimeout: lifetime + 1 } }],
  ])("shows as %s", (name, implementations) => {
    expect(walkAltered([], implementations).wrong).toEqual([name])
  })

  it("at the edge shows as a request after the deadline", () => {
    const refuse = (request: Request) => little.refuse(request, 0)
    const late = walkAll(authIntentMachine, "", { ...little, refuse })
    expect(lateScenarios(authIntentMachine, late, "").filter(sendsLast)).not.toEqual([])
  })
})
