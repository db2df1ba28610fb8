import { describe, expect, it } from "vitest"
import { assign, createMachine, setup, spawnChild } from "xstate"
import { checkProperties } from "../../src/testing/check-properties.ts"
import { createActorDriver } from "../../src/testing/create-actor-driver.ts"
import { createMachineDriver } from "../../src/testing/create-machine-driver.ts"
import { createPageDriver } from "../../src/testing/create-page-driver.ts"
import { createTestClock } from "../../src/testing/create-test-clock.ts"
import { drawCoverage } from "../../src/testing/draw.ts"
import { getCoverage } from "../../src/testing/get-coverage.ts"
import { getScenarios } from "../../src/testing/get-scenarios.ts"
import { defineCatalogue, type ModelState } from "../../src/testing/model/catalogue.ts"
import { runScenario } from "../../src/testing/run-scenario.ts"
import { actors, go, load, persons, replies } from "./catalogue-parts.ts"

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
    [
      "is thrown for a jump that never ends",
      { person: go, replies, jumps: () => ({ away: Number.POSITIVE_INFINITY }) },
      '"away" is none',
    ],
    ["is thrown for a page of what is no JSON", { person: go, replies, describe: () => ({ id: 7n }) }, "is no JSON"],
    ["is thrown for a reply that is a text", { person: go, replies: () => ({ loaded: "1" }) }, '"load" is to end'],
    [
      "is thrown for a reply that ends in two ways",
      { person: go, replies: () => ({ loaded: { output: 1, error: 1 } }) },
      '"load" is to end',
    ],
    ["is thrown for a page that is a promise", { person: go, replies, describe: async () => ({}) }, "describe should"],
    ["is thrown for a saved promise", { person: go, replies, save: async () => ({}) }, "save should return it at once"],
    ["is thrown for failures that are a text", { person: go, replies, failuresIn: () => "no" }, "failuresIn should"],
  ])("%s", (_, definition, text) => {
    expect(generate(definition)).toThrow(invalid(text))
  })

  it.each<[string, unknown]>([
    ["it", undefined],
    ["it", null],
    ["person", { person: [] }],
    ["persons", { person: go, persons: {} }],
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
  const lone = { do: { server: {} }, expect: { state: "a", tags: [], step: {}, sent: [] } }
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
      "scenarios of another machine",
      () => getCoverage([{ name: "by hand", input: undefined, steps: [] }] as never),
      "getCoverage: scenarios: authIntent does not start with their input",
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
    [
      "coverage by a reply that nothing waits for",
      () => getCoverage([{ name: "by hand", input: undefined, steps: [lone] }], { machine, catalogue }),
      "a reply comes, but no request",
    ],
    ["coverage that is none", () => drawCoverage({} as never), "coverage.states is missing"],
    [
      "coverage of what is no machine",
      () => drawCoverage(getCoverage([], { machine, catalogue }), {} as never),
      "machine should be a machine of XState 5",
    ],
    ["time that goes back on a clock", () => createTestClock().advance(-1), "ms should be a number from 0"],
    ["time that is no number", () => createTestClock().jump(Number.NaN), "ms should be a number"],
  ])("is thrown for %s", (_, run, text) => {
    expect(run).toThrow(invalid(text))
  })

  const endless = setup({ types: { context: {} as { count: number } } }).createMachine({
    id: "endless",
    context: { count: 0 },
    on: { go: { actions: assign({ count: ({ context }) => context.count + 1 }) } },
  })

  const mesh = Array.from({ length: 12 }, (_, index) => `e${index}`)

  const going = defineCatalogue({ person: go })
  let count = 0

  it.each<[title: string, machine: unknown, more: object, code: string, text?: string]>([
    ["a machine that has no catalogue", createMachine({ id: "stranger" }), {}, "unknown_machine"],
    ["an object in place of a machine", {}, {}, "unknown_machine"],
    ["null in place of a machine", null, {}, "unknown_machine"],
    ["what has the id of a machine", { id: "authIntent" }, {}, "unknown_machine"],
    [
      "a catalogue by which nothing happens",
      endless,
      { catalogue: defineCatalogue({ person: {} }) },
      "nothing_generated",
    ],
    ["a walk that does not end", endless, { catalogue: going }, "endless_walk"],
    [
      "a machine that never comes to rest",
      createMachine({ id: "restless", initial: "a", states: { a: { always: "b" }, b: { always: "a" } } }),
      { catalogue: going },
      "endless_walk",
    ],
    [
      "a machine that tries again at once what is refused",
      setup({ actors }).createMachine({
        id: "stubborn",
        initial: "a",
        states: { a: { invoke: { src: "load", onDone: { target: "a", reenter: true } } } },
      }),
      { catalogue: defineCatalogue({ person: go, replies, refuse: () => ({ output: 1 }) }) },
      "endless_walk",
    ],
    [
      "more simple paths than anyone reads",
      createMachine({
        id: "meshed",
        initial: "e0",
        on: Object.fromEntries(mesh.map((word) => [word, `.${word}`])),
        states: Object.fromEntries(mesh.map((word) => [word, {}])),
      }),
      {
        strategy: "simple",
        maxDepth: 12,
        catalogue: defineCatalogue({ person: persons(...mesh) }),
      },
      "endless_walk",
    ],
    [
      "an actor that is spawned without a name",
      createMachine({
        id: "bare",
        initial: "a",
        states: { a: { on: { go: { actions: spawnChild(load, { id: "x" }) } } } },
      }),
      { catalogue: going },
      "invalid_option",
      '"x" is spawned without a name',
    ],
    [
      "an actor that is spawned without an id",
      setup({ actors }).createMachine({ id: "bare", on: { go: { actions: spawnChild("load") } } }),
      { catalogue: going },
      "invalid_option",
      '"load" is spawned without an id',
    ],
    [
      "an actor that setup has not",
      createMachine({ id: "bare", initial: "a", states: { a: { invoke: { id: "x", src: "nowhere" } } } }),
      { catalogue: going },
      "invalid_option",
      'no logic for the actor "x"',
    ],
    [
      "a delay that has no end",
      setup({ delays: { never: Number.POSITIVE_INFINITY } }).createMachine({
        id: "bare",
        initial: "a",
        states: { a: { after: { never: "b" } }, b: {} },
      }),
      { catalogue: going },
      "invalid_option",
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
      { catalogue: going },
      "invalid_option",
      'self" of the context leads back',
    ],
    [
      "a list that grows without end, and names it",
      setup({ types: { context: {} as { list: string[] } } }).createMachine({
        id: "growing",
        context: { list: [] },
        on: { go: { actions: assign({ list: ({ context }) => [...context.list, "x"] }) } },
      }),
      { catalogue: going },
      "endless_walk",
      '"list.2',
    ],
    [
      "a machine whose values differ each time, and says why",
      setup({ types: { context: {} as { at: number } } }).createMachine({
        id: "impure",
        context: () => ({ at: count++ }),
        initial: "a",
        states: { a: { on: { go: "b" } }, b: {} },
      }),
      { catalogue: going },
      "nothing_generated",
      "other values each time",
    ],
    [
      "an error that no onError handles, and names it",
      setup({ actors }).createMachine({
        id: "unhandled",
        initial: "a",
        states: { a: { invoke: { id: "load", src: "load", onDone: "b" } }, b: {} },
      }),
      { catalogue: defineCatalogue({ person: {}, replies }) },
      "invalid_option",
      'the error of "load"',
    ],
  ])("is thrown for %s", (_, machine, more, code, text = "") => {
    const generate = () => getScenarios({ strategy: "transitions", machine, ...more } as never)
    expect(generate).toThrow(expect.objectContaining({ code, message: expect.stringContaining(text) }))
  })

  it("is none where facts are clipped", () => {
    const facts = ({ snapshot }: ModelState) => ({ count: Math.min(snapshot.context.count, 2) })
    const clipped = defineCatalogue({ person: go, facts })
    expect(getScenarios({ strategy: "transitions", machine: endless, catalogue: clipped })).toHaveLength(1)
  })

  it("is thrown for a word in without that names nothing, and for none that only another left out move leads to", () => {
    const wrong = { machine, catalogue, without: ["went", "wnet"] }
    const known = invalid("without[1]: no start, move or fault has this name. There are: went")
    expect(() => getScenarios({ strategy: "grid", ...wrong })).toThrow(known)
    expect(() => getCoverage([], wrong)).toThrow(invalid("without[1]"))
    const other = defineCatalogue({ person: { ...go, stayed: { person: "stay" } }, replies })
    const options = { machine, catalogue: other, without: ["went", "broke"] }
    expect(getScenarios({ strategy: "grid", ...options })).not.toEqual([])
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
