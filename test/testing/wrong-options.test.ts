import { describe, expect, it } from "vitest"
import { assign, spawnChild } from "xstate"
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
import { chart, endless, go, load, persons, replies } from "./catalogue-parts.ts"

/** An error of an option, recognized by a part of its message. */
const invalid = (text: string) =>
  expect.objectContaining({ code: "invalid_option", message: expect.stringContaining(text) })

describe("an error instead of silence", () => {
  const machine = chart({
    id: "plain",
    states: { a: { on: { go: "b" } }, b: { invoke: { id: "load", src: "load", onDone: "a", onError: "a" } } },
  })
  const generate = (definition: object) => () =>
    getScenarios({ strategy: "transitions", machine, catalogue: defineCatalogue(definition as never) })
  const known = { person: go, replies }

  it.each<[text: string, definition: object]>([
    ['"loaded" names two moves', { ...known, person: { loaded: { person: "go" } } }],
    ['"went" has no `person`', { ...known, person: { went: "go" } }],
    ['"went" has no `person`, which names', { ...known, person: { went: { type: "go" } } }],
    ['"go" has no event', { ...known, toEvent: () => "go" }],
    ['replies is missing: "b: load done → a" of plain', { person: go }],
    ["replies should return an obj", { ...known, replies: () => undefined }],
    ["facts should return an object of texts", { ...known, facts: () => ({ user: {} }) }],
    ["facts should return", { ...known, facts: async () => ({}) }],
    ['plain values, and "count" is none', { ...known, facts: () => ({ count: Number.NaN }) }],
    ["moments should return an object of times in ms", { ...known, moments: () => ({ late: "1" }) }],
    ['"away" is none', { ...known, jumps: () => ({ away: Number.POSITIVE_INFINITY }) }],
    ["failuresIn should return a list of texts", { ...known, failuresIn: () => "no" }],
    ["describe should return it at once", { ...known, describe: async () => ({}) }],
    ["save should return it at once", { ...known, save: async () => ({}) }],
    ["is no JSON", { ...known, describe: () => ({ id: 7n }) }],
    ['"load" is to end', { ...known, replies: () => ({ loaded: { data: 1 } }) }],
    ['"load" is to end with what', { ...known, replies: () => ({ loaded: "1" }) }],
    ['"load" is to end with what has not one of', { ...known, replies: () => ({ loaded: { output: 1, error: 1 } }) }],
  ])("says of a catalogue: %s", (text, definition) => expect(generate(definition)).toThrow(invalid(text)))

  it.each<[string, unknown]>([
    ["it", undefined],
    ["it", null],
    ["person", { person: [] }],
    ["it should be without persons", { person: go, persons: {} }],
    ["starts", { person: go, starts: null }],
    ["replies", { person: go, replies: { loaded: { output: 1 } } }],
    ["facts", { person: go, facts: {} }],
    ["maxWait", { person: go, maxWait: "1" }],
    ["rare", { person: go, rare: "reload" }],
    ["failures.0", { person: go, failures: [7] }],
    ["it should be without repiles", { person: go, repiles: replies }],
  ])("says of a definition what is wrong with %s: %j", (name, definition) => {
    expect(() => defineCatalogue(definition as never)).toThrow(
      invalid(`defineCatalogue: ${name.replace(/^\S+$/, "$& should be ")}`),
    )
  })

  const catalogue = defineCatalogue(known)
  const grid = { strategy: "grid", machine, catalogue }
  const lone = { do: { server: {} }, expect: { state: "a", tags: [], step: {}, sent: [] } }
  const byHand = { name: "by hand", input: undefined, steps: [lone] }
  const buttons = { approve: /approved/, switchMethod: /another way/, cancel: "#cancel" }
  const browserPage = { evaluate: () => {}, on: () => {}, clock: { install: () => {} } }
  const drive = (locators: object, page: object = browserPage) =>
    createPageDriver(page as never, { url: "", buttons, ...locators } as never)

  it.each<[text: string, run: () => unknown]>([
    ["getScenarios: without should be an array", () => getScenarios({ ...grid, without: "went" } as never)],
    ["describe it with defineCatalogue", () => getScenarios({ ...grid, catalogue: { person: go } } as never)],
    ["with defineCatalogue", () => getScenarios({ ...grid, catalogue: { person: () => go, replies } } as never)],
    ["describe it with defineCatalogue", () => createMachineDriver(machine, { person: () => go, replies } as never)],
    ["getScenarios: it should be without witout", () => getScenarios({ ...grid, witout: ["went"] } as never)],
    ["without should be an array", () => getCoverage([], { machine, catalogue, without: "went" as never })],
    ["options should be without witout", () => getCoverage([], { machine, catalogue, witout: [] } as never)],
    ["authIntent does not start with their input", () => getCoverage([{ ...byHand, steps: [] }] as never)],
    ["a reply comes, but no request", () => getCoverage([byHand], { machine, catalogue })],
    ["it should be without rember", () => checkProperties({ properties: {}, rember: () => 1 } as never)],
    ["transport should be a function", () => createActorDriver({ transport: { submit: () => {} } as never })],
    ["what its transport returned", () => createActorDriver({ transport: (() => undefined) as never })],
    ["it should be without trasport", () => createActorDriver({ trasport: () => {} } as never)],
    ["page should be a page of Playwright 1.45", () => drive({}, { ...browserPage, clock: undefined })],
    ["page should be a page of Playwright 1.45", () => drive({}, { ...browserPage, on: undefined })],
    ["page should be a page of Playwright 1.45", () => drive({}, null as never)],
    ["locators.buttons is missing", () => drive({ buttons: undefined })],
    ["locators.buttons should be without sumbit", () => drive({ buttons: { ...buttons, sumbit: "#go" } })],
    ["buttons.cancel should be a selector or a pattern", () => drive({ buttons: { ...buttons, cancel: 7 } })],
    ['fields.user should be "username" or "password"', () => drive({ fields: { user: "#name" } })],
    ["fields.username should be a CSS selector", () => drive({ fields: { username: /User/ } })],
    ["locators.ended.expired is missing", () => drive({ ended: { connected: /Done/ } })],
    ["coverage.states is missing", () => drawCoverage({} as never)],
    ["a machine of XState 5", () => drawCoverage(getCoverage([], { machine, catalogue }), {} as never)],
    ["createTestClock: it should be without nwo", () => createTestClock({ nwo: 1 } as never)],
    ["ms should be a number from 0", () => createTestClock().advance(-1)],
    ["ms should be a number", () => createTestClock().jump(Number.NaN)],
  ])("says: %s", (text, run) => expect(run).toThrow(invalid(text)))

  const growing = chart({
    context: { list: [] },
    on: { go: { actions: assign({ list: ({ context }) => [...context["list"], "x"] }) } },
  })
  const mesh = Array.from({ length: 12 }, (_, index) => `e${index}`)
  const meshed = {
    initial: "e0",
    on: Object.fromEntries(mesh.map((word) => [word, `.${word}`])),
    states: Object.fromEntries(mesh.map((word) => [word, {}])),
  }
  const meshing = defineCatalogue({ person: persons(...mesh) })
  const loading = { states: { a: { invoke: { id: "load", src: "load", onDone: "b" } }, b: {} } }
  const stubborn = { states: { a: { invoke: { src: "load", onDone: { target: "a", reenter: true } } } } }
  const refusing = defineCatalogue({ ...known, refuse: () => ({ output: 1 }) })
  const circular = () => {
    const context: { self?: unknown } = {}
    return Object.assign(context, { self: context })
  }
  const delayed = chart({ states: { a: { after: { never: "b" } }, b: {} } }).provide({ delays: { never: Infinity } })
  const spawning = (actor: unknown, more?: object) => ({ on: { go: { actions: spawnChild(actor as never, more) } } })
  let count = 0

  it.each<[code: string, text: string, machine: unknown, more?: object]>([
    ["unknown_machine", "stranger: describe what can happen to it", chart({ id: "stranger" }), {}],
    ["unknown_machine", "machine: it is no machine of XState 5", {}],
    ["unknown_machine", "machine: it is no machine", null],
    ["unknown_machine", "it is no machine of XState 5", { id: "authIntent" }],
    ["nothing_generated", "no move", endless, { catalogue: defineCatalogue({ person: {} }) }],
    ["nothing_generated", "no move", endless, { catalogue: defineCatalogue({ person: { go: { person: "goo" } } }) }],
    ["nothing_generated", "other values each time", chart({ context: () => ({ at: count++ }), on: { go: ".b" } })],
    ["endless_walk", 'the fact "count" takes ever new values', endless],
    ["endless_walk", '"list.2', growing],
    ["endless_walk", "small: it never comes to rest", chart({ states: { a: { always: "b" }, b: { always: "a" } } })],
    ["endless_walk", "it never comes to rest", chart(stubborn), { catalogue: refusing }],
    ["endless_walk", "paths are simple", chart(meshed), { strategy: "simple", maxDepth: 12, catalogue: meshing }],
    ["invalid_option", '"x" is spawned without a name', chart(spawning(load, { id: "x" }))],
    ["invalid_option", '"load" is spawned without an id', chart(spawning("load"))],
    [
      "invalid_option",
      'small: setup({ actors }) has no logic for the actor "x"',
      chart({ states: { a: { invoke: { id: "x", src: "nowhere" } } } }),
    ],
    ["invalid_option", "is delayed by Infinity", delayed],
    ["invalid_option", 'self" of the context leads back', chart({ context: circular })],
    ["invalid_option", 'the error of "load"', chart(loading), { catalogue: defineCatalogue({ ...known, person: {} }) }],
  ])("is %s: %s", (code, text, machine, more = { catalogue: defineCatalogue({ person: go }) }) => {
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
    expect(generate({ person: go, replies, facts: undefined, starts: undefined, maxWait: Infinity })).not.toThrow()
  })

  it("is what a scenario without a move fails with", async () => {
    const step = { do: { event: "go" }, expect: { state: "a", tags: [], step: {}, sent: [] } }
    const scenario = { name: "by hand", input: undefined, steps: [step] } as never
    const run = runScenario(scenario, createMachineDriver(machine, catalogue), { machine, catalogue })
    await expect(run).rejects.toThrow("The step has no move")
  })

  it("is thrown by the driver for an actor that has no name", () => {
    const inline = chart({ states: { a: { invoke: { src: load } } } })
    expect(() => createMachineDriver(inline, defineCatalogue({ person: {} }))).toThrow(invalid("a invokes an actor"))
  })

  it("is thrown for a machine without its catalogue before a scenario is played", async () => {
    const scenario = { name: "", input: undefined, steps: [] }
    const driver = createMachineDriver(machine, catalogue)
    await expect(runScenario(scenario, driver, { machine })).rejects.toMatchObject({ code: "unknown_machine" })
  })
})
