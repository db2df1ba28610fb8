import { describe, expect, it } from "vitest"
import {
  type AnyStateMachine,
  assign,
  cancel,
  createMachine,
  fromPromise,
  raise,
  sendTo,
  setup,
  spawnChild,
} from "xstate"
import { checkProperties } from "../../src/testing/check-properties.ts"
import { createActorDriver } from "../../src/testing/create-actor-driver.ts"
import { createMachineDriver } from "../../src/testing/create-machine-driver.ts"
import { createPageDriver } from "../../src/testing/create-page-driver.ts"
import { createTestClock } from "../../src/testing/create-test-clock.ts"
import { drawCoverage } from "../../src/testing/draw.ts"
import { formatScenarios } from "../../src/testing/format-scenarios.ts"
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

  it("where a timer's id is raised again before it has fired, and is then canceled", async () => {
    const machine = setup({
      types: { context: {} as { saved: number } },
      actions: { save: raise({ type: "save" }, { delay: 500, id: "later" }) },
    }).createMachine({
      id: "debounced",
      context: { saved: 0 },
      on: {
        key: { actions: "save" },
        tidy: { actions: [cancel("later"), "save"] },
        stop: { actions: cancel("later") },
        save: { actions: assign({ saved: ({ context }) => (context.saved + 1) % 4 }) },
      },
    })
    const words = ["key", "tidy", "stop"]
    const catalogue = defineCatalogue({ person: Object.fromEntries(words.map((word) => [word, { person: word }])) })
    const driver = createMachineDriver(machine, catalogue)
    for (const scenario of getScenarios({ strategy: "random", count: 200, machine, catalogue })) {
      await runScenario(scenario, driver, { machine, catalogue })
    }
  })

  it("where what was raised later without an id is canceled by its type, which XState ignores", async () => {
    const machine = setup({}).createMachine({
      id: "unnamed",
      initial: "a",
      states: {
        a: { on: { go: "b" } },
        b: { entry: raise({ type: "save" }, { delay: 500 }), on: { stop: { target: "c", actions: cancel("save") } } },
        c: { on: { go: "a", save: "d" } },
        d: { type: "final" },
      },
    })
    expect(await play(machine, { person: { ...go, stopped: { person: "stop" } } })).toEqual([])
  })

  it("where the snapshots of an actor count, which are moves of the catalogue", async () => {
    const machine = setup({ actors }).createMachine({
      id: "watching",
      initial: "a",
      context: { page: 0 },
      states: {
        a: {
          invoke: {
            id: "load",
            src: "load",
            onSnapshot: {
              actions: assign({
                page: ({ event }) => (event.snapshot as object as { context: { page: number } }).context.page,
              }),
            },
            onDone: "b",
            onError: "b",
          },
        },
        b: { type: "final" },
      },
    })
    const page = { person: "xstate.snapshot.load", snapshot: { status: "active", context: { page: 2 } } }
    expect(await play(machine, { person: { page }, replies })).toEqual([])
  })

  it("where a delay that has passed is armed after one that has come", async () => {
    const machine = setup({ delays: { late: -5 } }).createMachine({
      id: "late",
      initial: "a",
      states: {
        a: { on: { go: "b" } },
        b: { initial: "c", after: { 0: "d" }, states: { c: { after: { late: "#late.e" } } } },
        d: { on: { go: "a" } },
        e: { on: { go: "a" } },
      },
    })
    expect(await play(machine, { person: go })).toContain("e")
  })
})

it("a catalogue may be of a class: its methods count, too", () => {
  class Described {
    person = { pressed: { person: "press" } }
    toEvent({ person }: { person: string }) {
      return { type: person.toUpperCase() }
    }
  }
  const machine = createMachine({ id: "light", initial: "off", states: { off: { on: { PRESS: "on" } }, on: {} } })
  const [scenario] = getScenarios({ strategy: "shortest", machine, catalogue: defineCatalogue(new Described()) })
  expect(scenario?.name).toBe("pressed: on")
})

describe("transitions cover", () => {
  it("an actor that is invoked at the start, and what the start goes through", async () => {
    const machine = setup({ actors }).createMachine({
      id: "starting",
      initial: "sorting",
      states: {
        sorting: { always: "a" },
        a: { invoke: { id: "load", src: "load", input: { page: 1 }, onDone: "b", onError: "b" } },
        b: { type: "final" },
      },
    })
    expect(await play(machine, { person: {}, replies })).toEqual([])
    const scenarios = getScenarios({
      strategy: "transitions",
      machine,
      catalogue: defineCatalogue({ person: {}, replies }),
    })
    const sent = scenarios.map(({ steps }) => steps.flatMap(({ expect: { sent } }) => sent))
    expect(sent).toEqual([[{ src: "load", input: { page: 1 } }], [{ src: "load", input: { page: 1 } }]])
  })

  it("wildcards, and both sides of their guards", async () => {
    const machine = setup({ types: { context: {} as { moved: boolean } } }).createMachine({
      id: "wild",
      context: { moved: false },
      initial: "a",
      states: {
        a: {
          on: {
            "mouse.*": { guard: ({ context }) => !context.moved, actions: assign({ moved: true }) },
            "*": "b",
          },
        },
        b: { on: { go: "a" } },
      },
    })
    expect(await play(machine, { person: { ...go, moved: { person: "mouse.move" } } })).toEqual([])
  })

  it("each place that a history state can lead to", async () => {
    const machine = setup({}).createMachine({
      id: "past",
      initial: "on",
      states: {
        on: {
          initial: "x",
          on: { power: "off" },
          states: { x: { on: { next: "y" } }, y: { on: { next: "x" } }, last: { type: "history" } },
        },
        off: { on: { power: "on.last", go: "gone" } },
        gone: { type: "final" },
      },
    })
    const person = { ...go, power: { person: "power" }, next: { person: "next" } }
    expect(await play(machine, { person })).toEqual([])
    const scenarios = getScenarios({ strategy: "transitions", machine, catalogue: defineCatalogue({ person }) })
    const back = scenarios.flatMap(({ steps }) =>
      steps.filter((_, index) => steps[index - 1]?.expect.state === "off").map(({ expect: { state } }) => state),
    )
    expect(new Set(back)).toEqual(new Set(["on.x", "on.y", "gone"]))
  })

  it("what a map and a set of the context decide", async () => {
    const machine = setup({ types: { context: {} as { ids: Set<string>; names: Map<string, number> } } }).createMachine(
      {
        id: "collections",
        context: { ids: new Set(), names: new Map() },
        initial: "a",
        states: {
          a: {
            on: {
              pick: { actions: assign({ ids: () => new Set(["x"]) }) },
              name: { actions: assign({ names: () => new Map([["x", 1]]) }) },
              go: { guard: ({ context: { ids, names } }) => ids.has("x") && names.has("x"), target: "b" },
            },
          },
          b: { type: "final" },
        },
      },
    )
    const words = ["pick", "name", "go"]
    expect(await play(machine, { person: Object.fromEntries(words.map((word) => [word, { person: word }])) })).toEqual(
      [],
    )
  })

  it("two states that invoke by the same id", async () => {
    const invoke = { id: "load", src: "load", onDone: "b", onError: "c" } as const
    const machine = setup({ actors }).createMachine({
      id: "twice",
      initial: "a",
      states: { a: { invoke }, b: { on: { go: "again" } }, again: { invoke }, c: { on: { go: "a" } } },
    })
    expect(await play(machine, { person: go, replies })).toEqual([])
  })

  it("a transition of the root in each innermost state", () => {
    const machine = setup({}).createMachine({
      id: "rooted",
      initial: "a",
      on: { cancel: ".d" },
      states: { a: { on: { go: "b" } }, b: { on: { go: "c" } }, c: {}, d: { type: "final" } },
    })
    const catalogue = defineCatalogue({ person: { ...go, canceled: { person: "cancel" } } })
    const scenarios = getScenarios({ strategy: "transitions", machine, catalogue })
    const last = scenarios.map(({ steps }) => steps.at(-2)?.expect.state ?? "a")
    expect(last.sort()).toEqual(["a", "b", "c"])
  })

  it("what differs by an empty list, a date and an actor in the context", async () => {
    interface Context {
      list: unknown[] | undefined
      since: Date | undefined
      child: unknown
    }
    const machine = setup({ actors, types: { context: {} as Context } }).createMachine({
      id: "varied",
      context: { list: undefined, since: undefined, child: undefined },
      initial: "a",
      states: {
        a: {
          on: {
            list: { actions: assign({ list: [] }) },
            date: { actions: assign({ since: new Date(0) }) },
            child: { actions: assign({ child: ({ spawn }) => spawn("load", { id: "child" }) }) },
            "xstate.done.actor.child": {},
            go: {
              guard: ({ context: { list, since, child } }) => Boolean(list && since && child),
              target: "b",
            },
          },
        },
        b: { type: "final" },
      },
    })
    const words = ["list", "date", "child", "go"]
    const person = Object.fromEntries(words.map((word) => [word, { person: word }]))
    expect(await play(machine, { person, replies: () => ({ loaded: { output: 1 } }) })).toEqual([])
  })
})

describe("an error instead of silence", () => {
  const machine = setup({ actors }).createMachine({
    id: "plain",
    initial: "a",
    states: { a: { on: { go: "b" } }, b: { invoke: { id: "load", src: "load", onDone: "a", onError: "a" } } },
  })
  const generate = (definition: object) => () =>
    getScenarios({ strategy: "transitions", machine, catalogue: defineCatalogue(definition as never) })
  const invalid = (text: string) =>
    expect.objectContaining({ code: "invalid_option", message: expect.stringContaining(text) })

  it.each<[string, object, string]>([
    [
      "is thrown where a reply and a person's move share a label",
      { person: { loaded: { person: "go" } }, replies },
      '"loaded" names two moves',
    ],
    ["is thrown for a person's move that is a text", { person: { went: "go" }, replies }, '"went" has no `person`'],
    [
      "is thrown for a person's move that is an event",
      { person: { went: { type: "go" } }, replies },
      "has no `person`",
    ],
    [
      "is thrown for a person's move without an event",
      { person: go, replies, toEvent: () => "go" },
      '"go" has no event',
    ],
    ["is thrown for requests without replies", { person: go }, 'replies is missing: "b: load done → a" of plain'],
    [
      "is thrown for replies that are nothing",
      { person: go, replies: () => undefined },
      "replies should return an obj",
    ],
    ["is thrown for a fact that is an object", { person: go, replies, facts: () => ({ user: {} }) }, '"user" is none'],
    ["is thrown for facts that are a promise", { person: go, replies, facts: async () => ({}) }, "facts should return"],
    [
      "is thrown for a moment that is a date",
      { person: go, replies, moments: () => ({ late: "1" }) },
      '"late" is none',
    ],
    [
      "is thrown for a reply that is no ending",
      { person: go, replies: () => ({ loaded: { data: 1 } }) },
      '"load" is to end',
    ],
    ["is thrown for a reply that is a text", { person: go, replies: () => ({ loaded: "1" }) }, '"load" is to end'],
  ])("%s", (_, definition, text) => {
    expect(generate(definition)).toThrow(invalid(text))
  })

  it.each<[string, unknown]>([
    ["it", undefined],
    ["it", null],
    ["person", { person: [] }],
    ["starts", { person: go, starts: null }],
    ["replies", { person: go, replies: { loaded: { output: 1 } } }],
    ["facts", { person: go, facts: {} }],
    ["maxWait", { person: go, maxWait: "1" }],
    ["rare", { person: go, rare: "reload" }],
    ["failures.0", { person: go, failures: [7] }],
    ["repiles", { person: go, repiles: replies }],
  ])("is thrown for a definition, and names what is wrong with %s: %j", (name, definition) => {
    expect(() => defineCatalogue(definition as never)).toThrow(invalid(`defineCatalogue: ${name} should be `))
  })

  const catalogue = defineCatalogue({ person: go, replies })
  const buttons = { approve: /approved/, switchMethod: /another way/, cancel: "#cancel" }
  const browserPage = { evaluate: () => {}, clock: { install: () => {} } }

  it.each<[string, () => unknown, string]>([
    [
      "a text in place of a list of words",
      () => getScenarios({ strategy: "grid", machine, catalogue, without: "went" as never }),
      "without should be an array",
    ],
    [
      "a text in place of a list, of what coverage leaves out",
      () => getCoverage([], { machine, catalogue, without: "went" as never }),
      "without should be an array",
    ],
    [
      "a catalogue that defineCatalogue has not returned",
      () => getScenarios({ strategy: "grid", machine, catalogue: { person: go } as never }),
      "describe it with defineCatalogue",
    ],
    [
      "a property whose scope is no function",
      () => checkProperties({ machine, catalogue, properties: { it: { always: () => true, when: true as never } } }),
      "is no function",
    ],
    [
      "a transport in place of a function that builds one",
      () => createActorDriver({ transport: { submit: () => {} } as never }),
      "transport should be a function",
    ],
    [
      "a function that builds no transport",
      () => createActorDriver({ transport: (() => undefined) as never }),
      "what its transport returned",
    ],
    [
      "an option that getScenarios has not",
      () => getScenarios({ strategy: "grid", machine, catalogue, witout: ["went"] } as never),
      "getScenarios: witout should be left out",
    ],
    [
      "an option that getCoverage has not",
      () => getCoverage([], { machine, catalogue, witout: [] } as never),
      "getCoverage: options.witout should be left out",
    ],
    [
      "an option that checkProperties has not",
      () => checkProperties({ machine, catalogue, properties: {}, rember: () => 1 } as never),
      "checkProperties: rember should be left out",
    ],
    [
      "a driver's option that there is not",
      () => createActorDriver({ trasport: () => {} } as never),
      "createActorDriver: trasport should be left out",
    ],
    [
      "a button that no page has",
      () => createPageDriver(browserPage as never, { url: "", buttons: { ...buttons, sumbit: "#go" } as never }),
      "locators.buttons.sumbit should be left out",
    ],
    [
      "an option that a clock has not",
      () => createTestClock({ nwo: 1 } as never),
      "createTestClock: nwo should be left out",
    ],
    ["a server that is none", () => createActorDriver({ server: {} as never }), "server.fetch is missing"],
    [
      "a page without a clock",
      () => createPageDriver({ evaluate: () => {} } as never, { url: "", buttons }),
      "page should be a page of Playwright 1.45",
    ],
    [
      "a page whose buttons are nowhere",
      () => createPageDriver(browserPage as never, { url: "http://localhost:5173" } as never),
      "locators.buttons is missing",
    ],
    [
      "a button that is neither a selector nor a pattern",
      () => createPageDriver(browserPage as never, { url: "", buttons: { ...buttons, cancel: 7 as never } }),
      "locators.buttons.cancel should be a selector or a pattern",
    ],
    [
      "a field that no page has",
      () => createPageDriver(browserPage as never, { url: "", buttons, fields: { user: "#name" } as never }),
      'locators.fields.user should be "username" or "password"',
    ],
    [
      "an end of a page that is not located",
      () => createPageDriver(browserPage as never, { url: "", buttons, ended: { connected: /Done/ } as never }),
      "locators.ended.expired is missing",
    ],
    ["coverage that is none", () => drawCoverage({} as never), "coverage.states is missing"],
    [
      "coverage of what is no machine",
      () => drawCoverage(getCoverage([], { machine, catalogue }), {} as never),
      "machine should be a machine of XState 5",
    ],
    ["time that goes back on a clock", () => createTestClock().advance(-1), "from 0 on"],
    ["time that is no number", () => createTestClock().jump(Number.NaN), "is no number"],
  ])("is thrown for %s", (_, run, text) => {
    expect(run).toThrow(invalid(text))
  })

  it("is none for an option of a catalogue that is undefined", () => {
    expect(generate({ person: go, replies, facts: undefined, starts: undefined })).not.toThrow()
  })

  it("is what a scenario without a move fails with", async () => {
    const step = { do: { event: "go" }, expect: { state: "a", tags: [], step: {}, sent: [] } }
    const scenario = { name: "by hand", input: undefined, steps: [step] } as never
    const run = runScenario(scenario, createMachineDriver(machine, catalogue), { machine, catalogue })
    await expect(run).rejects.toThrow("The step has no move")
  })

  it("is the first one where a driver cannot stop either", async () => {
    const [scenario] = getScenarios({ strategy: "shortest", machine, catalogue })
    if (scenario === undefined) throw new Error("There is no scenario")
    const stop = () => Promise.reject(new Error("It cannot stop"))
    const driver = { ...createMachineDriver(machine, catalogue), stop }
    const options = { machine, catalogue }
    await expect(runScenario(scenario, driver, options)).rejects.toMatchObject({
      name: "ScenarioError",
      index: scenario.steps.length - 1,
    })
    const lost = { ...driver, observe: () => ({ state: "elsewhere" }) }
    await expect(runScenario(scenario, lost, options)).rejects.toThrow('saw "elsewhere"')
  })

  it.each<[string, AnyStateMachine, string]>([
    [
      "an actor that is spawned without a name",
      createMachine({
        id: "bare",
        initial: "a",
        states: { a: { on: { go: { actions: spawnChild(load, { id: "x" }) } } } },
      }),
      '"x" is spawned without a name',
    ],
    [
      "an actor that is spawned without an id",
      setup({ actors }).createMachine({ id: "bare", on: { go: { actions: spawnChild("load") } } }),
      '"load" is spawned without an id',
    ],
    [
      "an actor that setup has not",
      createMachine({ id: "bare", initial: "a", states: { a: { invoke: { id: "x", src: "nowhere" } } } }),
      'no logic for the actor "x"',
    ],
    [
      "a delay that has no end",
      setup({ delays: { never: Number.POSITIVE_INFINITY } }).createMachine({
        id: "bare",
        initial: "a",
        states: { a: { after: { never: "b" } }, b: {} },
      }),
      "is delayed by Infinity",
    ],
    [
      "a context that leads back to itself",
      createMachine({
        id: "bare",
        context: () => {
          const context: { self?: unknown } = {}
          return Object.assign(context, { self: context })
        },
      }),
      'self" of the context leads back',
    ],
  ])("is thrown for %s", (_, broken, text) => {
    const generate = () =>
      getScenarios({ strategy: "transitions", machine: broken, catalogue: defineCatalogue({ person: go }) })
    expect(generate).toThrow(invalid(text))
  })

  it("is thrown for a list that grows without end, and names it", () => {
    const growing = setup({ types: { context: {} as { list: string[] } } }).createMachine({
      id: "growing",
      context: { list: [] },
      on: { go: { actions: assign({ list: ({ context }) => [...context.list, "x"] }) } },
    })
    const generate = () =>
      getScenarios({ strategy: "transitions", machine: growing, catalogue: defineCatalogue({ person: go }) })
    expect(generate).toThrow(
      expect.objectContaining({ code: "endless_walk", message: expect.stringContaining('"list.2') }),
    )
  })

  it("is thrown for a machine whose values differ each time, and says why", () => {
    let count = 0
    const impure = setup({ types: { context: {} as { at: number } } }).createMachine({
      id: "impure",
      context: () => ({ at: count++ }),
      initial: "a",
      states: { a: { on: { go: "b" } }, b: {} },
    })
    const generate = () =>
      getScenarios({ strategy: "transitions", machine: impure, catalogue: defineCatalogue({ person: go }) })
    expect(generate).toThrow(
      expect.objectContaining({
        code: "nothing_generated",
        message: expect.stringContaining("other values each time"),
      }),
    )
  })

  it("is thrown by the driver for an actor that has no name", () => {
    const inline = createMachine({ id: "inline", initial: "a", states: { a: { invoke: { src: load } } } })
    expect(() => createMachineDriver(inline, defineCatalogue({ person: {} }))).toThrow(invalid("a invokes an actor"))
  })

  it("is thrown for a machine without its catalogue before a scenario is played", async () => {
    const scenario = { name: "", input: undefined, steps: [] }
    const driver = createMachineDriver(machine, catalogue)
    await expect(runScenario(scenario, driver, { machine })).rejects.toMatchObject({ code: "unknown_machine" })
  })
})

it("without leaves a reply out, however many requests are in flight", () => {
  const region = (name: string) =>
    ({
      initial: "a",
      states: { a: { invoke: { id: name, src: "load", onDone: "b", onError: "a" } }, b: { type: "final" } },
    }) as const
  const machine = setup({ actors }).createMachine({
    id: "parallel",
    type: "parallel",
    states: { one: region("one"), other: region("other") },
  })
  const catalogue = defineCatalogue({ person: {}, replies })
  const scenarios = getScenarios({ strategy: "grid", machine, catalogue, without: ["broke"] })
  expect(JSON.stringify(scenarios)).not.toContain("error")
})

it("a step that is a text is compared, and a reply that is nothing is printed", async () => {
  const machine = setup({ actors }).createMachine({
    id: "texts",
    initial: "a",
    context: { text: "right" },
    states: { a: { invoke: { id: "load", src: "load", onDone: "b" } }, b: {} },
  })
  const catalogue = (text: string) =>
    defineCatalogue({
      person: {},
      replies: () => ({ loaded: undefined }),
      interpret: () => ({ output: 1 }),
      describe: () => text,
    })
  const [scenario] = getScenarios({ strategy: "transitions", machine, catalogue: catalogue("right") })
  if (scenario === undefined) throw new Error("There is no scenario")
  expect(formatScenarios([scenario])).toContain("server nothing → b")
  const run = runScenario(scenario, createMachineDriver(machine, catalogue("wrong")), {
    machine,
    catalogue: catalogue("right"),
  })
  await expect(run).rejects.toThrow('step: expected "right", saw "wrong"')
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
