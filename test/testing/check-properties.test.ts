import { describe, expect, it } from "vitest"
import { assign, createMachine, fromPromise, setup } from "xstate"
import { hostedAuthMachine } from "../../machines/hosted-auth.machine.ts"
import { checkProperties, type Property } from "../../src/testing/check-properties.ts"
import { createMachineDriver } from "../../src/testing/create-machine-driver.ts"
import { hostedAuthCatalogue } from "../../src/testing/hosted-auth/catalogue.ts"
import { defineCatalogue } from "../../src/testing/model/catalogue.ts"
import { runScenario } from "../../src/testing/run-scenario.ts"
import { persons } from "./catalogue-parts.ts"

/** An order that is paid, shipped or given up; one that is lost stays so. */
const machine = setup({
  types: { events: {} as { type: "pay" | "ship" | "lose" | "drop" | "back" } },
  actors: { charge: fromPromise(async () => "never run") },
  delays: { patience: 1000 },
}).createMachine({
  id: "order",
  initial: "open",
  states: {
    open: { on: { pay: "paying", drop: "dropped" }, after: { patience: "dropped" } },
    paying: { invoke: { id: "charge", src: "charge", onDone: "paid", onError: "open" } },
    paid: { on: { ship: "shipped", lose: "lost", back: "open" } },
    lost: { on: { lose: "lost" } },
    shipped: { type: "final" },
    dropped: { type: "final" },
  },
})
const catalogue = defineCatalogue({
  person: persons("pay", "ship", "lose", "drop", "back"),
  replies: () => ({ charged: { output: "ok" }, declined: { error: "no" } }),
})

type Now = {
  snapshot: { value: unknown; status: string }
  move?: object
  before?: object
  now: number
  memory: unknown
}
type Holds = (moment: Now) => boolean
const at =
  (...states: string[]): Holds =>
  ({ snapshot }) =>
    states.includes(String(snapshot.value))

/** Returns the way to where a property does not hold. */
function wayTo(property: Property<Holds>, without?: string[]): string[] | undefined {
  const options = { machine, catalogue, properties: { it: property }, ...(without && { without }) }
  const [broken] = checkProperties(options)
  return broken?.scenario.steps.map(({ expect: { state } }) => state)
}

describe("a property", () => {
  it.each<[string, Property<Holds>, string[] | undefined]>([
    ["always, and holds", { always: ({ snapshot }) => snapshot.status !== "error" }, undefined],
    ["always, and does not", { always: ({ snapshot }) => snapshot.value !== "paid" }, ["paying", "paid"]],
    ["always at some moments", { when: at("dropped"), always: ({ now }) => now === 1000 }, ["dropped"]],
    ["never, and holds", { when: at("shipped"), never: ({ snapshot }) => snapshot.status === "active" }, undefined],
    ["never, and does not", { never: at("lost") }, ["paying", "paid", "lost"]],
    ["never until", { never: at("shipped"), until: at("paid") }, undefined],
    ["always until, and does not", { always: at("open", "dropped"), until: at("paid") }, ["paying"]],
    [
      "never, from a moment until another",
      { when: at("paid"), never: at("dropped"), until: at("paying") },
      ["paying", "paid", "open", "dropped"],
    ],
    ["eventually, and holds", { when: at("paying"), eventually: at("paid", "open") }, undefined],
    [
      "eventually, and does not where it can end otherwise",
      { when: at("paid"), eventually: at("shipped") },
      ["paying", "paid", "lost"],
    ],
    ["eventually, from the start", { eventually: at("shipped", "dropped") }, ["paying", "paid", "lost"]],
    ["possible from the start", { possible: at("lost") }, undefined],
    ["possible from the start, and is not without a move", { possible: at("shipped"), without: ["charged"] }, []],
    [
      "possible from a moment on, and is not without its last move",
      { when: at("paid"), possible: at("shipped"), without: ["ship"] },
      ["paying", "paid"],
    ],
    ["possible from a moment on", { when: at("paying"), possible: at("shipped") }, undefined],
    [
      "possible from everywhere, and is not",
      { when: () => true, possible: ({ snapshot }) => snapshot.status === "done" },
      ["paying", "paid", "lost"],
    ],
  ])("is checked: %s", (_, property, way) => expect(wayTo(property)).toEqual(way))

  it("holds of what is left where moves are left out", () => {
    expect(wayTo({ never: at("lost") }, ["lose"])).toBeUndefined()
    expect(wayTo({ eventually: at("shipped", "dropped") }, ["lose"])).toBeUndefined()
  })

  it("is of a move, and of how things stood before it", () => {
    const back: Property<Holds> = {
      never: ({ move, before }) => before !== undefined && JSON.stringify(move) === '{"person":"back"}',
    }
    expect(wayTo({ ...back, when: at("open") })).toEqual(["open"])
  })

  it("knows what is remembered, which makes a situation another one", () => {
    const remember = ({ memory, move }: { memory: { declined: number }; move?: object }) => ({
      declined: Math.min(memory.declined + (JSON.stringify(move)?.includes("no") ? 1 : 0), 3),
    })
    const properties = {
      "two cards are enough": {
        when: at("open"),
        always: ({ memory }: { memory: { declined: number } }) => memory.declined < 3,
      },
    }
    const [broken] = checkProperties({ machine, catalogue, memory: { declined: 0 }, remember, properties })
    expect(broken?.scenario.steps.map(({ expect: { state } }) => state)).toEqual(
      Array(3).fill(["paying", "open"]).flat(),
    )
  })

  it("is checked from every start, and its counterexample plays on the actor", async () => {
    const linked = ({ snapshot }: { snapshot: { context: { reconnectAccount?: string; url?: string } } }) =>
      snapshot.context.reconnectAccount !== undefined && snapshot.context.url !== undefined
    const options = { machine: hostedAuthMachine, catalogue: hostedAuthCatalogue }
    const [broken, ...more] = checkProperties({ ...options, properties: { linked: { never: linked } } })
    expect(more).toEqual([])
    expect(broken?.scenario.name).toBe("reconnect: link requested, then linked: redirected.waiting")
    const played = { machine: hostedAuthMachine, catalogue: hostedAuthCatalogue }
    await runScenario(broken?.scenario as never, createMachineDriver(hostedAuthMachine), played as never)
  })
})

describe("an error instead of silence", () => {
  const check =
    (properties: object, more: object = {}) =>
    () =>
      checkProperties({ machine, catalogue, properties, ...more } as never)

  const still = createMachine({ id: "still", initial: "here", states: { here: {} } })

  it.each<[string, () => unknown, string]>([
    ["a property without a word", check({ it: { when: () => true } }), "invalid_option"],
    ["a property with two", check({ it: { always: () => true, never: () => false } }), "invalid_option"],
    ["a word that there is not", check({ it: { sometimes: () => true } }), "invalid_option"],
    ["a property that is a promise", check({ it: { always: async () => false } }), "invalid_option"],
    ["a scope that is a promise", check({ it: { when: async () => false, always: () => true } }), "invalid_option"],
    ["an end that is a promise", check({ it: { always: () => true, until: async () => true } }), "invalid_option"],
    [
      "a promise that is remembered",
      check({ it: { always: () => true } }, { memory: 0, remember: async () => 1 }),
      "invalid_option",
    ],
    ["a property that is no function", check({ it: { always: true } }), "invalid_option"],
    ["no property", check({}), "invalid_option"],
    ["no properties", check(undefined as never), "invalid_option"],
    ["properties that are null", check(null as never), "invalid_option"],
    ["a property that is null", check({ it: null }), "invalid_option"],
    ["a property's words that are null", check({ it: { possible: () => true, without: null } }), "invalid_option"],
    ["no options", () => checkProperties(undefined as never), "invalid_option"],
    [
      "a memory that is not remembered by a function",
      check({ it: { always: () => true } }, { remember: {} }),
      "invalid_option",
    ],
    ["a property about nothing", check({ it: { when: at("nowhere"), always: () => false } }), "invalid_option"],
    [
      "a word in without that names nothing",
      check({ it: { always: () => true } }, { without: ["shp"] }),
      "invalid_option",
    ],
    ["one in a property's", check({ it: { possible: () => true, without: ["shp"] } }), "invalid_option"],
    [
      "a catalogue without a move",
      check({ it: { always: () => true } }, { machine: still, catalogue: defineCatalogue({ person: {} }) }),
      "nothing_generated",
    ],
    ["no machine", check({ it: { always: () => true } }, { machine: {} }), "unknown_machine"],
  ])("is thrown for %s", (_, run, code) => expect(run).toThrow(expect.objectContaining({ code })))

  it("is thrown for a walk that does not end", () => {
    const endless = setup({ types: { context: {} as { count: number } } }).createMachine({
      id: "endless",
      context: { count: 0 },
      on: { more: { actions: assign({ count: ({ context }) => context.count + 1 }) } },
    })
    const more = defineCatalogue({ person: { more: { person: "more" } } })
    const run = check({ it: { always: () => true } }, { machine: endless, catalogue: more })
    expect(run).toThrow(expect.objectContaining({ code: "endless_walk" }))
  }, 120_000)
})
