import { describe, expect, it } from "vitest"
import { createMachine, fromPromise, setup } from "xstate"
import { hostedAuthMachine } from "../../machines/hosted-auth.machine.ts"
import { checkProperties, type Property } from "../../src/testing/check-properties.ts"
import { createMachineDriver } from "../../src/testing/create-machine-driver.ts"
import { hostedAuthCatalogue } from "../../src/testing/hosted-auth/catalogue.ts"
import { defineCatalogue } from "../../src/testing/model/catalogue.ts"
import { runScenario } from "../../src/testing/run-scenario.ts"
import { endless, go, persons } from "./catalogue-parts.ts"

/** An order that is paid, shipped or given up. A lost order stays lost. */
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

/** Returns the states on the way to a violation. */
function wayTo(property: Property<Holds>, without?: string[]): string | undefined {
  const options = { machine, catalogue, properties: { it: property }, ...(without && { without }) }
  const [broken] = checkProperties(options)
  return broken?.scenario.steps.map(({ expect: { state } }) => state).join(" ")
}

describe("a property", () => {
  const isDone: Holds = ({ snapshot }) => snapshot.status === "done"

  it.each<[string, Property<Holds>, string?]>([
    ["always, and holds", { always: ({ snapshot }) => snapshot.status !== "error" }],
    ["always, and does not", { always: ({ snapshot }) => snapshot.value !== "paid" }, "paying paid"],
    ["always at some moments", { when: at("dropped"), always: ({ now }) => now === 1000 }, "dropped"],
    ["never, and holds", { when: at("shipped"), never: ({ snapshot }) => snapshot.status === "active" }],
    ["never, and does not", { never: at("lost") }, "paying paid lost"],
    ["never until", { never: at("shipped"), until: at("paid") }],
    ["always until, and does not", { always: at("open", "dropped"), until: at("paid") }, "paying"],
    ["never in between", { when: at("paid"), never: at("dropped"), until: at("paying") }, "paying paid open dropped"],
    ["eventually, and holds", { when: at("paying"), eventually: at("paid", "open") }],
    ["eventually, and ends otherwise", { when: at("paid"), eventually: at("shipped") }, "paying paid lost"],
    ["eventually, from the start", { eventually: at("shipped", "dropped") }, "paying paid lost"],
    ["possible from the start", { possible: at("lost") }],
    ["possible from the start, but by a move left out", { possible: at("shipped"), without: ["charged"] }, ""],
    ["possible but by a last move", { when: at("paid"), possible: at("shipped"), without: ["ship"] }, "paying paid"],
    ["possible from a moment on", { when: at("paying"), possible: at("shipped") }],
    ["possible by one of two ways into a state", { when: at("paid"), possible: at("dropped") }],
    ["possible from everywhere, and is not", { when: () => true, possible: isDone }, "paying paid lost"],
  ])("is checked: %s", (_, property, way) => expect(wayTo(property)).toBe(way))

  it("is checked on, where another one does not hold", () => {
    const properties = { paying: { never: at("paying") }, lost: { never: at("lost") } }
    const broken = checkProperties({ machine, catalogue, properties })
    expect(broken.map(({ property }) => property)).toEqual(["paying", "lost"])
  })

  it("holds of what is left where moves are left out", () => {
    expect(wayTo({ never: at("lost") }, ["lose"])).toBeUndefined()
    expect(wayTo({ eventually: at("shipped", "dropped") }, ["lose"])).toBeUndefined()
  })

  it("is of a move, and of how things stood before it", () => {
    const back: Property<Holds> = {
      never: ({ move, before }) => before !== undefined && JSON.stringify(move) === '{"person":"back"}',
    }
    expect(wayTo({ ...back, when: at("open") })).toBe("open")
  })

  it("knows what is remembered, which makes a situation another one", () => {
    const remember = ({ memory, move }: { memory: { declined: number }; move?: object }) => ({
      declined: Math.min(memory.declined + (JSON.stringify(move)?.includes("no") ? 1 : 0), 3),
    })
    const isEnough = ({ memory }: { memory: { declined: number } }) => memory.declined < 3
    const properties = { "two cards are enough": { when: at("open"), always: isEnough } }
    const [broken] = checkProperties({ machine, catalogue, memory: { declined: 0 }, remember, properties })
    expect(broken?.scenario.steps.map(({ expect: { state } }) => state)).toEqual(
      Array(3).fill(["paying", "open"]).flat(),
    )
  })

  it("is possible without a move by what a person does, whatever that is called", () => {
    const possible = ({ snapshot }: { snapshot: { context: { url?: string } } }) => snapshot.context.url !== undefined
    const options = { machine: hostedAuthMachine, catalogue: hostedAuthCatalogue }
    const properties = { linked: { possible, without: ["link.request"] } }
    expect(checkProperties({ ...options, properties })).toMatchObject([{ scenario: { steps: [] } }])
  })

  it("is checked from every start, and its counterexample plays on the actor", async () => {
    const linked = ({ snapshot }: { snapshot: { context: { reconnectAccount?: string; url?: string } } }) =>
      snapshot.context.reconnectAccount !== undefined && snapshot.context.url !== undefined
    const options = { machine: hostedAuthMachine, catalogue: hostedAuthCatalogue }
    const [broken, ...more] = checkProperties({ ...options, properties: { linked: { never: linked } } })
    expect(more).toEqual([])
    expect(broken?.scenario.name).toBe("reconnect: link requested, then linked: redirected.waiting")
    await runScenario(broken?.scenario as never, createMachineDriver(hostedAuthMachine), options as never)
  })
})

const holds = () => true

it.each<[text: string, properties: unknown, more?: object]>([
  ['"it": it has not exactly one of always, never, eventually and possible', { it: { when: holds } }],
  ["it has not exactly one", { it: { always: holds, never: holds } }],
  ["it has not exactly one of always", { it: { sometimes: holds } }],
  ["exactly one of always, never, eventually and possible, a function", { it: { always: true } }],
  ["its `always` returns a promise", { it: { always: async () => false } }],
  ["its `when` returns a promise", { it: { when: async () => false, always: holds } }],
  ["its `until` returns a promise", { it: { always: holds, until: async () => true } }],
  ["properties.it.when should be a function", { it: { always: holds, when: true } }],
  ["properties.it.until should be a function", { it: { always: holds, until: true } }],
  ["its `when` holds nowhere", { it: { when: at("nowhere"), always: () => false } }],
  ["remember returns a promise", { it: { always: holds } }, { remember: async () => 1 }],
  ["what is remembered is no JSON", { it: { always: holds } }, { remember: () => 1n }],
  ["remember should be a function", { it: { always: holds } }, { remember: {} }],
  ["properties: there is none", {}],
  ["properties is missing", undefined],
  ["properties should be", null],
  ["properties.it should be", { it: null }],
  ["without should be", { it: { possible: holds, without: null } }],
  ["without[0]: no start, move or fault", { it: { always: holds } }, { without: ["shp"] }],
  ["no start, move or fault has this name", { it: { possible: holds, without: ["shp"] } }],
])("an error says of a property, or of the options beside it: %s", (text, properties, more) => {
  const error = expect.objectContaining({ code: "invalid_option", message: expect.stringContaining(text) })
  expect(() => checkProperties({ machine, catalogue, properties, ...more } as never)).toThrow(error)
})

it("a property that does not hold at the start is reported of a machine that goes nowhere as well", () => {
  const options = { machine: createMachine({ id: "still" }), catalogue: defineCatalogue({ person: {} }) }
  const properties = { it: { never: holds } }
  expect(checkProperties({ ...options, properties })).toMatchObject([{ property: "it", scenario: { steps: [] } }])
})

it.each<[code: string, options: unknown]>([
  ["invalid_option", undefined],
  ["unknown_machine", { machine: {} }],
  ["nothing_generated", { machine: createMachine({ id: "still" }), catalogue: defineCatalogue({ person: {} }) }],
  ["endless_walk", { machine: endless, catalogue: defineCatalogue({ person: go }) }],
])("a property that cannot be checked is an error: %s", (code, options) => {
  const properties = { it: { always: holds } }
  const check = () => checkProperties((options && { properties, ...options }) as never)
  expect(check).toThrow(expect.objectContaining({ code }))
})
