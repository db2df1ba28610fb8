import { describe, expect, it } from "vitest"
import { type AnyStateMachine, assign, cancel, type MachineContext, raise, sendTo, spawnChild } from "xstate"
import { createMachineDriver } from "../../src/testing/create-machine-driver.ts"
import { formatScenarios } from "../../src/testing/format-scenarios.ts"
import { getCoverage } from "../../src/testing/get-coverage.ts"
import { getScenarios } from "../../src/testing/get-scenarios.ts"
import { type CatalogueDefinition, defineCatalogue, type ModelState } from "../../src/testing/model/catalogue.ts"
import { runScenario } from "../../src/testing/run-scenario.ts"
import type { Vocabulary } from "../../src/testing/scenario.ts"
import { chart, go, persons, replies } from "./catalogue-parts.ts"

/** The arguments of a guard. */
interface Given {
  context: MachineContext
}

/** Plays every generated scenario of a machine on its actor, and returns what `transitions` misses. */
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

/** Returns how many scenarios detect that a machine's delay differs from theirs. */
async function noticed(build: (ms: number) => AnyStateMachine, right: number, wrong: number): Promise<number> {
  const [machine, catalogue] = [build(right), defineCatalogue({ person: go })]
  const driver = createMachineDriver(build(wrong), catalogue)
  let failed = 0
  for (const scenario of getScenarios({ strategy: "transitions", machine, catalogue })) {
    const playing = runScenario(scenario, driver, { machine, catalogue, shrinkFor: 0 })
    failed += await playing.then(
      () => 0,
      () => 1,
    )
  }
  return failed
}

const region = (delay: number) => ({ initial: "one", states: { one: { after: { [delay]: "two" } }, two: {} } })

it.each<[string, (ms: number) => AnyStateMachine]>([
  ["which the start arms", (ms) => chart({ states: { a: { after: { [ms]: "b" }, on: { go: "c" } }, b: {}, c: {} } })],
  [
    "beside one that is sooner",
    (ms) => {
      const run = { type: "parallel" as const, states: { p: region(5_000), q: region(ms) } }
      return chart({ states: { a: { on: { go: "run" } }, run } })
    },
  ],
])("a timer that fires a millisecond early is found %s", async (_, build) => {
  expect(await noticed(build, 8_000, 8_000)).toBe(0)
  expect(await noticed(build, 8_000, 7_999)).toBeGreaterThan(0)
})

describe("scenarios of a machine play on its actor", () => {
  it("where what is saved and sent depends on the requests that are in flight", async () => {
    const machine = chart({
      context: ({ input }) => ({ was: (input as { was: number } | undefined)?.was ?? 0 }),
      states: { a: { on: { go: "b" } }, b: { invoke: { id: "load", src: "load", onDone: "a", onError: "a" } } },
    })
    const resume = ({ requests }: ModelState) => ({ was: requests.length })
    const describeRequest = ({ src }: { src: string }, { requests }: ModelState) => [
      src,
      requests.map(({ since, cause }) => [since, cause?.person]),
    ]
    expect(await play(machine, { person: go, replies, resume, describeRequest })).toEqual([])
  })

  it("where the start arms a timer", async () => {
    const machine = chart({ states: { a: { after: { 8000: "b" } }, b: { on: { go: "a" } } } })
    expect(await play(machine, { person: go })).toEqual([])
  })

  it("where an event leads through many transitions", async () => {
    const names = Array.from({ length: 100 }, (_, index) => `s${index}`)
    const chain = names.map((name, index) => [name, { always: names[index + 1] ?? "b" }])
    const machine = chart({ states: { a: { on: { go: "s0" } }, b: {}, ...Object.fromEntries(chain) } })
    expect(await play(machine, { person: go })).toEqual([])
  })

  it("where a context spawns an actor", async () => {
    const machine = chart({
      context: {},
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
    const again = { target: "b", reenter: true }
    const ping = { actions: sendTo(({ system }) => system.get("loader"), { type: "go" }) }
    const machine = chart({
      states: {
        a: { on: { go: "b" } },
        b: {
          invoke: { id: "load", systemId: "loader", src: "load", onDone: "c", onError: again },
          on: { go: again, ping },
        },
        c: { on: { go: "a" } },
      },
    })
    expect(await play(machine, { person: { ...go, pinged: { person: "ping" } }, replies })).toEqual([])
  })

  it("where an actor is stopped by the event that would start it", async () => {
    const machine = chart({
      states: {
        a: { on: { go: "b" } },
        b: { invoke: { id: "load", src: "load" }, entry: spawnChild("load", { id: "other" }), always: "c" },
        c: { on: { go: "a" } },
      },
    })
    expect(await play(machine, { person: go })).toEqual(["b: load done", "b: load error"])
  })

  it("where an event ends the machine that would start an actor", async () => {
    const actions = spawnChild("load", { id: "late" })
    const machine = chart({ states: { a: { on: { go: { target: "b", actions } } }, b: { type: "final" } } })
    expect(await play(machine, { person: go })).toEqual([])
  })

  it("where an event ends the machine that sends itself another one", async () => {
    const machine = chart({
      on: { go: { target: ".b", actions: sendTo(({ self }) => self, { type: "last" }) }, last: ".a" },
      states: { a: {}, b: { type: "final" } },
    })
    expect(await play(machine, { person: go })).toEqual(["small: last → a"])
  })

  it("where `reload` is an event like any other, and a number is large", async () => {
    const machine = chart({ context: { id: 7n }, states: { a: { on: { go: "b" } }, b: { on: { reload: "a" } } } })
    const person = { ...go, reloaded: { person: "reload" } }
    expect(await play(machine, { person, describe: ({ value }) => value })).toEqual([])
  })

  it("where events are raised later, with an id and without, and sent to itself", async () => {
    const machine = chart({
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
    const save = raise({ type: "save" }, { delay: 500, id: "later" })
    const machine = chart({
      context: { saved: 0 },
      on: {
        key: { actions: save },
        tidy: { actions: [cancel("later"), save] },
        stop: { actions: cancel("later") },
        save: { actions: assign({ saved: ({ context }) => (context["saved"] + 1) % 4 }) },
      },
    })
    const catalogue = defineCatalogue({ person: persons("key", "tidy", "stop") })
    const driver = createMachineDriver(machine, catalogue)
    for (const scenario of getScenarios({ strategy: "random", count: 200, machine, catalogue })) {
      await runScenario(scenario, driver, { machine, catalogue })
    }
  })

  it("where what was raised later without an id is canceled by its type, which XState ignores", async () => {
    const machine = chart({
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
    const turn = assign({ page: ({ event }) => event["snapshot"].context.page })
    const invoke = { id: "load", src: "load", onSnapshot: { actions: turn }, onDone: "b", onError: "b" }
    const machine = chart({ context: { page: 0 }, states: { a: { invoke }, b: { type: "final" } } })
    const page = { person: "xstate.snapshot.load", snapshot: { status: "active", context: { page: 2 } } }
    expect(await play(machine, { person: { page }, replies })).toEqual([])
  })

  it("where a delay that has passed is armed after one that has come", async () => {
    const machine = chart({
      states: {
        a: { on: { go: "b" } },
        b: { initial: "c", after: { 0: "d" }, states: { c: { after: { late: "#small.e" } } } },
        d: { on: { go: "a" } },
        e: { on: { go: "a" } },
      },
    }).provide({ delays: { late: -5 } })
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
  const machine = chart({ states: { a: { on: { PRESS: "b" } }, b: {} } })
  const [scenario] = getScenarios({ strategy: "shortest", machine, catalogue: defineCatalogue(new Described()) })
  expect(scenario?.name).toBe("pressed: b")
})

describe("transitions cover", () => {
  it("an actor that is invoked at the start, and what the start goes through", async () => {
    const invoke = { id: "load", src: "load", input: { page: 1 }, onDone: "c", onError: "c" }
    const machine = chart({ states: { a: { always: "b" }, b: { invoke }, c: { type: "final" } } })
    const definition = { person: {}, replies }
    expect(await play(machine, definition)).toEqual([])
    const scenarios = getScenarios({ strategy: "transitions", machine, catalogue: defineCatalogue(definition) })
    const sent = scenarios.map(({ steps }) => steps.flatMap(({ expect: { sent } }) => sent))
    expect(sent).toEqual([[{ src: "load", input: { page: 1 } }], [{ src: "load", input: { page: 1 } }]])
  })

  it("wildcards, and both sides of their guards", async () => {
    const moving = { guard: ({ context }: Given) => !context["moved"], actions: assign({ moved: true }) }
    const states = { a: { on: { "mouse.*": moving, "*": "b" } }, b: { on: { go: "a" } } }
    const machine = chart({ context: { moved: false }, states })
    expect(await play(machine, { person: { ...go, moved: { person: "mouse.move" } } })).toEqual([])
  })

  it("each place that a history state can lead to", async () => {
    const machine = chart({
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
    const on = {
      pick: { actions: assign({ ids: () => new Set(["x"]) }) },
      name: { actions: assign({ names: () => new Map([["x", 1]]) }) },
      go: { guard: ({ context: { ids, names } }: Given) => ids.has("x") && names.has("x"), target: "b" },
    }
    const context = { ids: new Set(), names: new Map() }
    const machine = chart({ context, states: { a: { on }, b: { type: "final" } } })
    expect(await play(machine, { person: persons("pick", "name", "go") })).toEqual([])
  })

  it("two states that invoke by the same id", async () => {
    const invoke = { id: "load", src: "load", onDone: "b", onError: "c" }
    const machine = chart({
      states: { a: { invoke }, b: { on: { go: "again" } }, again: { invoke }, c: { on: { go: "a" } } },
    })
    expect(await play(machine, { person: go, replies })).toEqual([])
  })

  it("a transition of the root in each innermost state", () => {
    const machine = chart({
      on: { cancel: ".d" },
      states: { a: { on: { go: "b" } }, b: { on: { go: "c" } }, c: {}, d: { type: "final" } },
    })
    const catalogue = defineCatalogue({ person: { ...go, canceled: { person: "cancel" } } })
    const scenarios = getScenarios({ strategy: "transitions", machine, catalogue })
    const last = scenarios.map(({ steps }) => steps.at(-2)?.expect.state ?? "a")
    expect(last.sort()).toEqual(["a", "b", "c"])
  })

  it("what differs by an empty list, a date and an actor in the context", async () => {
    const on = {
      list: { actions: assign({ list: [] }) },
      date: { actions: assign({ since: new Date(0) }) },
      child: { actions: assign({ child: ({ spawn }) => spawn("load", { id: "child" }) }) },
      "xstate.done.actor.child": {},
      go: { guard: ({ context: { list, since, child } }: Given) => Boolean(list && since && child), target: "b" },
    }
    const context = { list: undefined, since: undefined, child: undefined }
    const machine = chart({ context, states: { a: { on }, b: { type: "final" } } })
    const person = persons("list", "date", "child", "go")
    expect(await play(machine, { person, replies: () => ({ loaded: { output: 1 } }) })).toEqual([])
  })
})

it("shortest meets a state that an eventless transition may leave", () => {
  const c = { always: { guard: () => false, target: "a" } }
  const machine = chart({ states: { a: { on: { go: "b" } }, b: { on: { go: "c" } }, c } })
  const [scenario] = getScenarios({ strategy: "shortest", machine, catalogue: defineCatalogue({ person: go }) })
  expect(scenario?.steps.at(-1)?.expect.state).toBe("c")
})

it("without leaves a reply out, however many requests are in flight", () => {
  const region = (id: string) => ({
    initial: "a",
    states: { a: { invoke: { id, src: "load", onDone: "b", onError: "a" } }, b: { type: "final" as const } },
  })
  const machine = chart({ type: "parallel", states: { one: region("one"), other: region("other") } })
  const catalogue = defineCatalogue({ person: {}, replies })
  const scenarios = getScenarios({ strategy: "grid", machine, catalogue, without: ["broke"] })
  expect(JSON.stringify(scenarios)).not.toContain("error")
})

it("a step that is a text is compared, and a reply that is nothing is printed", async () => {
  const machine = chart({ states: { a: { invoke: { id: "load", src: "load", onDone: "b" } }, b: {} } })
  const nothing = { person: {}, replies: () => ({ loaded: undefined }), interpret: () => ({ output: 1 }) }
  const catalogue = (text: string) => defineCatalogue({ ...nothing, describe: () => text })
  const options = { machine, catalogue: catalogue("right") }
  const [scenario] = getScenarios({ strategy: "transitions", ...options })
  if (scenario === undefined) throw new Error("There is no scenario")
  expect(formatScenarios([scenario])).toMatch(/ {2}input null\n {2}server nothing → b/)
  const run = runScenario(scenario, createMachineDriver(machine, catalogue("wrong")), options)
  await expect(run).rejects.toThrow('step: expected "right", saw "wrong"')
})

/** Returns the transitions of a machine that `transitions` misses. */
function missedOf(machine: AnyStateMachine, words: string[], maxDepth?: number): string[] {
  const options = { machine, catalogue: defineCatalogue({ person: persons(...words) }) }
  const scenarios = getScenarios({ strategy: "transitions", ...options, ...(maxDepth && { maxDepth }) })
  return getCoverage(scenarios, options).transitions.missing
}

it("2 187 configurations are covered in one go", () => {
  const names = Array.from({ length: 7 }, (_, index) => `r${index}`)
  const region = (name: string) => ({
    initial: "a",
    states: {
      a: { on: { [`${name}.on`]: "b" } },
      b: { on: { [`${name}.on`]: "c" } },
      c: { on: { [`${name}.off`]: "a" } },
    },
  })
  const states = Object.fromEntries(names.map((name) => [name, region(name)]))
  const words = names.flatMap((name) => [`${name}.on`, `${name}.off`])
  expect(missedOf(chart({ type: "parallel", states }), words)).toEqual([])
})

it.each([5, 60])("a chain of 50 states is covered in scenarios of %i moves, where its end takes more", (maxDepth) => {
  const names = Array.from({ length: 50 }, (_, index) => `s${index}`)
  const states = names.map((name, index) => [name, index < 49 ? { on: { next: `s${index + 1}` } } : {}])
  expect(missedOf(chart({ initial: "s0", states: Object.fromEntries(states) }), ["next"], maxDepth)).toEqual([])
})

it("a ring of 200 states, too long for one scenario, is covered by a few", () => {
  const states = Array.from({ length: 200 }, (_, index) => [`s${index}`, { on: { next: `s${(index + 1) % 200}` } }])
  const machine = chart({ initial: "s0", states: Object.fromEntries(states) })
  const catalogue = defineCatalogue({ person: persons("next") })
  const scenarios = getScenarios({ strategy: "transitions", machine, catalogue })
  expect(getCoverage(scenarios, { machine, catalogue }).transitions.missing).toEqual([])
  expect(scenarios.length).toBeLessThan(10)
})
