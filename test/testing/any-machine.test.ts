import { describe, expect, it } from "vitest"
import { type AnyStateMachine, assign, fromPromise, raise, sendTo, setup, spawnChild } from "xstate"
import { createMachineDriver } from "../../src/testing/create-machine-driver.ts"
import { getCoverage } from "../../src/testing/get-coverage.ts"
import { getScenarios } from "../../src/testing/get-scenarios.ts"
import { type CatalogueDefinition, defineCatalogue } from "../../src/testing/model/catalogue.ts"
import { runScenario } from "../../src/testing/run-scenario.ts"
import type { Vocabulary } from "../../src/testing/scenario.ts"

const load = fromPromise<unknown, unknown>(async () => "never run")
const actors = { load }
const replies = () => ({ loaded: { output: 1 }, broke: { error: "no" } })

/** Plays all that is generated for a machine on its actor, and returns what `transitions` misses. */
async function play(machine: AnyStateMachine, definition: CatalogueDefinition<Vocabulary>): Promise<string[]> {
  const catalogue = defineCatalogue(definition)
  const driver = createMachineDriver(machine, catalogue)
  for (const strategy of ["shortest", "grid", "random", "transitions"] as const) {
    const scenarios = getScenarios({ strategy, machine, catalogue, ...(strategy === "random" && { count: 20 }) })
    for (const scenario of scenarios) await runScenario(scenario, driver, { machine, catalogue })
  }
  const { states, transitions, conditions, invokes, boundaries } = getCoverage(
    getScenarios({ strategy: "transitions", machine, catalogue }),
    { machine, catalogue },
  )
  return [states, transitions, conditions, invokes, boundaries].flatMap(({ missing }) => missing)
}

const go = { went: { person: "go" } }

describe("scenarios of a machine play on its actor", () => {
  it("where a context spawns an actor", async () => {
    const machine = setup({ actors, types: { context: {} as object } }).createMachine({
      id: "spawning",
      context: {},
      initial: "a",
      states: {
        a: { on: { go: "b" } },
        b: {
          entry: assign({ child: ({ spawn }) => spawn("load", { id: "child", input: { page: 1 } }) }),
          on: { "xstate.done.actor.child": "c", "xstate.error.actor.child": "a" },
        },
        c: { type: "final" },
      },
    })
    const catalogue = { person: go, replies, facts: () => ({}), describe: () => ({}) }
    expect(await play(machine, catalogue)).toEqual([])
    const [first] = getScenarios({ strategy: "shortest", machine, catalogue: defineCatalogue(catalogue) })
    expect(first?.steps.map(({ expect: { sent } }) => sent)).toEqual([[{ src: "load", input: { page: 1 } }], []])
  })

  it("where an actor has a name in its system, and is entered again", async () => {
    const machine = setup({ actors }).createMachine({
      id: "named",
      initial: "a",
      states: {
        a: { on: { go: "b" } },
        b: {
          invoke: { id: "load", systemId: "loader", src: "load", onDone: "c", onError: { target: "b", reenter: true } },
          on: {
            go: { target: "b", reenter: true },
            ping: { actions: sendTo(({ system }) => system.get("loader"), { type: "go" }) },
          },
        },
        c: { on: { go: "a" } },
      },
    })
    expect(await play(machine, { person: { ...go, pinged: { person: "ping" } }, replies })).toEqual([])
  })

  it("where an actor is stopped by the event that would start it", async () => {
    const machine = setup({ actors }).createMachine({
      id: "passing",
      initial: "a",
      states: {
        a: { on: { go: "b" } },
        b: { invoke: { id: "load", src: "load" }, entry: spawnChild("load", { id: "other" }), always: "c" },
        c: { on: { go: "a" } },
      },
    })
    expect(await play(machine, { person: go })).toEqual(["b: load done", "b: load error"])
  })

  it("where events are raised later, with an id and without, and sent to itself", async () => {
    const machine = setup({ types: { events: {} as { type: "go" | "first" | "second" | "third" } } }).createMachine({
      id: "later",
      initial: "a",
      states: {
        a: { on: { go: "b" } },
        b: {
          entry: [raise({ type: "first" }, { delay: 1000 }), raise({ type: "second" }, { delay: 3000 })],
          on: {
            first: { actions: sendTo(({ self }) => self, { type: "third" }, { delay: 500, id: "x" }) },
            third: "c",
          },
        },
        c: { entry: sendTo(({ self }) => self, { type: "go" }), on: { go: "d" } },
        d: { on: { second: "e", go: "a" } },
        e: { type: "final" },
      },
    })
    expect(await play(machine, { person: go })).toEqual([])
  })

  it("where a delay that has passed is armed after one that has come", async () => {
    const machine = setup({ delays: { late: -5 } }).createMachine({
      id: "late",
      initial: "a",
      states: {
        a: { on: { go: "b" } },
        b: { initial: "c", after: { late: "d" }, states: { c: { after: { 0: "#late.e" } } } },
        d: { on: { go: "a" } },
        e: { on: { go: "a" } },
      },
    })
    expect(await play(machine, { person: go })).toContain("e")
  })
})

it("an error that no onError handles is named", () => {
  const machine = setup({ actors }).createMachine({
    id: "unhandled",
    initial: "a",
    states: { a: { invoke: { id: "load", src: "load", onDone: "b" } }, b: {} },
  })
  const generate = () =>
    getScenarios({ strategy: "transitions", machine, catalogue: defineCatalogue({ person: {}, replies }) })
  expect(generate).toThrow(
    expect.objectContaining({ code: "invalid_option", message: expect.stringContaining('the error of "load"') }),
  )
})
