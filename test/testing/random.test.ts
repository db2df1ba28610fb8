import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { personMoves } from "../../src/testing/auth-intent/moves.ts"
import type { AuthIntentVocabulary } from "../../src/testing/auth-intent/vocabulary.ts"
import { createActorDriver } from "../../src/testing/create-actor-driver.ts"
import { getScenarios, type ScenarioOptions } from "../../src/testing/get-scenarios.ts"
import { defineCatalogue, type ModelState } from "../../src/testing/model/catalogue.ts"
import type { Payloads } from "../../src/testing/random-scenarios.ts"
import { runScenario, type ScenarioError } from "../../src/testing/run-scenario.ts"
import type { Scenario } from "../../src/testing/scenario.ts"
import { states } from "../oracle/contract.ts"
import { chart, endless, go, replies, showing } from "./catalogue-parts.ts"

type Scenarios = Scenario<AuthIntentVocabulary>[]
type Options = Omit<ScenarioOptions, "strategy">

const random = (options: Options = {}) => getScenarios({ strategy: "random", ...options })
const movesOf = (scenarios: Scenarios) => scenarios.flatMap(({ steps }) => steps.map((step) => step.do))
const codesOf = (scenarios: Scenarios) =>
  new Set(movesOf(scenarios).flatMap((move) => ("person" in move && move.person === "code.submit" ? [move.code] : [])))

/** Plays scenarios until one fails. */
async function playAll(scenarios: Scenarios, driver = createActorDriver()): Promise<void> {
  for (const scenario of scenarios) await runScenario(scenario, driver)
}

/** Generated once for all tests that need no other scenarios. */
const many = random({ count: 300 })
const scenarios = random()

describe("random scenarios", () => {
  it("play on the actor", () => playAll(scenarios))

  it("are a hundred, plain JSON, no two of the same moves, none of more than 24", () => {
    expect(scenarios).toHaveLength(100)
    expect(JSON.parse(JSON.stringify(scenarios))).toStrictEqual(scenarios)
    expect(new Set(scenarios.map(({ input, steps }) => JSON.stringify([input, steps]))).size).toBe(100)
    expect(new Set(scenarios.map(({ name }) => name)).size).toBe(100)
    const lengths = scenarios.map(({ steps }) => steps.length)
    expect(Math.max(...lengths)).toBe(24)
    expect(Math.max(...random({ maxDepth: 5 }).map(({ steps }) => steps.length))).toBe(5)
  })

  it("are the same for a seed, and others for another", () => {
    expect(random({ seed: 1, count: 20 })).toEqual(scenarios.slice(0, 20))
    const others = random({ seed: 2, count: 50 })
    const names = new Set(many.map(({ name }) => name))
    expect(others.filter(({ name }) => !names.has(name)).length).toBeGreaterThan(40)
  })

  it("are added to by a higher count", () => {
    expect(many).toHaveLength(300)
    expect(many.slice(0, 100)).toEqual(scenarios)
  })

  it("meet every state before long", () => {
    const met = many.flatMap(({ steps }) => steps.map(({ expect: { state } }) => state))
    expect([...new Set(met)].sort()).toEqual(states)
  })

  it("leave out what the others leave out", () => {
    expect(JSON.stringify(movesOf(scenarios))).not.toContain("slot rejects")
    const without = ["reload", "asleep", "Messenger", "no polling", "other times", "a phone number or an approval"]
    const fewer = random({ without: [...without, "slot rejects"] })
    expect(movesOf(fewer).filter((move) => "person" in move && move.person === "reload")).toEqual([])
    expect(new Set(fewer.map(({ input }) => input.provider))).toEqual(new Set(["INSTAGRAM"]))
  })

  it("come from a machine whose walk has no end as well", () => {
    const catalogue = defineCatalogue({ person: go })
    const [scenario, ...others] = getScenarios({ strategy: "random", machine: endless, catalogue, maxDepth: 60 })
    expect(scenario?.steps.at(-1)?.expect.step).toEqual({ count: 60 })
    // There is only one way.
    expect(others).toEqual([])
    const starts = { one: { from: 1 }, two: { from: 2 } }
    const both = getScenarios({
      strategy: "random",
      machine: endless,
      catalogue: defineCatalogue({ person: go, starts }),
    })
    expect(both.map(({ input }) => input)).toEqual(expect.arrayContaining(Object.values(starts)))
  })
})

describe("weights", () => {
  const count = (scenarios: Scenarios, person: string) =>
    movesOf(scenarios).filter((move) => "person" in move && move.person === person).length

  it("make a move rarer, more frequent, or impossible", () => {
    const usual = count(scenarios, "intent.cancel")
    expect(count(random({ weights: { "intent.cancel": 0 } }), "intent.cancel")).toBe(0)
    expect(usual).toBeGreaterThan(0)
    expect(count(random({ weights: { canceled: 20 } }), "intent.cancel")).toBeGreaterThan(usual)
  })

  it("end a scenario where they leave no move", () => {
    const invoke = { id: "load", src: "load", onDone: "a", onError: "a" }
    const machine = chart({ states: { a: { on: { go: "b" } }, b: { invoke } } })
    const person = ({ requests }: ModelState) => (requests.length > 0 ? {} : go)
    const catalogue = defineCatalogue({ person, replies })
    const scenarios = getScenarios({ strategy: "random", machine, catalogue, weights: { loaded: 0, broke: 0 } })
    expect(scenarios.map(({ name }) => name)).toEqual(["went: b"])
  })

  it("choose among the starts", () => {
    const scenarios = random({ weights: { "": 0, "no polling": 0, "other times": 0 } })
    expect(new Set(scenarios.map(({ input }) => input.provider))).toEqual(new Set(["MESSENGER"]))
  })
})

describe("payloads", () => {
  it("come from a list, and leave the rest of the move as it is", () => {
    const scenarios = random({
      count: 300,
      payloads: { "right code": [{ code: "111 111" }, { code: "22-22-22" }], "backup code": [{}] },
    })
    expect(codesOf(scenarios)).toEqual(new Set(["111 111", "22-22-22", "000000", "abcd ef-12", ""]))
    expect(scenarios.some(({ name }) => name.includes("right code"))).toBe(true)
  })

  it("are built by a function, by any library, and play on the actor", async () => {
    const code = fc.record({ code: fc.stringMatching(/^\d{3}[ -]?\d{3}$/) })
    const options: Options = {
      payloads: {
        "code.submit": (next) => fc.sample(code, { seed: Math.floor(next() * 2 ** 31), numRuns: 1 })[0] ?? {},
      },
      weights: { "401 invalid_checkpoint_solution": 0 },
    }
    const scenarios = random(options)
    expect(codesOf(scenarios).size).toBeGreaterThan(10)
    expect(random({ ...options, count: 20 })).toEqual(scenarios.slice(0, 20))
    await playAll(scenarios)
  })

  it("play as they are sent: without the spaces of a username and the marks of a phone number", async () => {
    const scenarios = random({
      without: ["spent credentials", "spent code", "spent phone number"],
      payloads: {
        credentials: [{ credentials: { username: " ada ", password: " x" } }],
        "phone number": [{ phone: { countryCode: "+33", number: "06 12-34" } }],
      },
      weights: { "a phone number or an approval": 50, credentials: 5, "phone number": 20 },
    })
    const sent = scenarios.flatMap(({ steps }) => steps.flatMap(({ expect }) => expect.sent))
    expect(JSON.stringify(sent)).not.toContain("<not what was entered>")
    for (const kind of ["username", "phone"]) expect(JSON.stringify(sent)).toContain(`<${kind} 1>`)
    await playAll(scenarios)
  })

  it("know how things stand", () => {
    const met = new Set<string>()
    const canceled: Payloads<AuthIntentVocabulary> = (_, { snapshot }) => {
      met.add(JSON.stringify(snapshot.value))
      return {}
    }
    random({ payloads: { canceled } })
    expect(met.size).toBeGreaterThan(1)
  })

  it("are of replies as well", () => {
    const scenarios = random({ payloads: { connected: [{ body: { object: "AccountCreated", account_id: "own" } }] } })
    const ids = scenarios.flatMap(({ steps }) =>
      steps.flatMap(({ expect: { output } }) => Object(output).accountId ?? []),
    )
    expect(ids).toContain("own")
  })

  it("are shrunk to the catalogue's own where they do not matter", async () => {
    const scenarios = random({
      payloads: {
        credentials: (next) => ({ credentials: { username: `u${next()}`, password: "p" } }),
        "code.submit": (next) => ({ code: String(Math.floor(next() * 1e6)).padStart(6, "7") }),
      },
    })
    const driver = showing((seen) => (JSON.stringify(seen.sent).includes('"kind":"code"') ? { state: "lost" } : seen))
    const { scenario } = (await playAll(scenarios, driver).catch((reason: unknown) => reason)) as ScenarioError
    const moves = scenario.steps.map((step) => step.do)
    expect(moves).toContainEqual(personMoves["credentials"])
    expect(moves).toContainEqual(personMoves["right code"])
  })
})

const still = { machine: chart({ on: { go: ".b" } }), catalogue: defineCatalogue({ person: go }) }
let drift = 0

it.each<[string, object, code?: string]>([
  ["an unknown strategy", { strategy: "rndom" }],
  ["a seed for another strategy", { strategy: "shortest", seed: 1 }],
  ["payloads for another strategy", { strategy: "grid", payloads: {} }],
  ["a seed that is no integer", { seed: 1.5 }],
  ["a seed below 0", { seed: -1 }],
  ["a seed that is null", { seed: null }],
  ["a count of 0", { count: 0 }],
  ["a depth of 0", { maxDepth: 0 }],
  ["a depth that is no number", { strategy: "grid", maxDepth: "9" }],
  ["a weight below 0", { weights: { canceled: -1 } }],
  ["a weight that is no number", { weights: { canceled: Number.NaN } }],
  ["a weight that is a text", { weights: { canceled: "1" } }],
  ["a weight of what is not there", { ...still, weights: { mroe: 1 } }],
  ["weights that are null", { weights: null }],
  ["weights that leave no start", { ...still, weights: { "": 0 } }, "nothing_generated"],
  ["payloads that are null", { payloads: null }],
  ["payloads of a word that are null", { payloads: { credentials: null } }],
  ["payloads of what is not there", { ...still, payloads: { went: [{}], mroe: [{}] } }],
  ["an empty list of payloads", { payloads: { credentials: [] } }],
  ["a payload that is no object", { payloads: { credentials: ["ada"] } }],
  ["a payload that is a promise", { payloads: { credentials: async () => ({}) } }],
  ["a payload that is no JSON", { payloads: { credentials: [{ id: 7n }] } }],
  ["a payload that does not repeat", { payloads: { canceled: () => ({ drift: drift++ }) } }],
  ["a reply without a status", { payloads: { connected: [{ status: null }] } }],
  ["a status that no response has", { payloads: { connected: [{ status: 600 }] } }],
  ["payloads for time that passes", { payloads: { asleep: [{}] } }],
  ["a code that is a number", { payloads: { "code.submit": [{ code: 123456 }] } }, "invalid_event"],
  ["credentials that are null", { payloads: { credentials: [{ credentials: null }] } }, "invalid_event"],
  ["a word to leave out that is not there", { ...still, without: ["mroe"] }],
])("an option that does not fit is an error: %s", (_, options, code = "invalid_option") => {
  const generate = () => getScenarios({ strategy: "random", ...options } as never)
  expect(generate).toThrow(expect.objectContaining({ name: "AuthIntentError", code }))
})

it.each([undefined, null, 7])("what is no options is an error: %s", (options) => {
  const wrong = { code: "invalid_option", message: "getScenarios: it should be an object" }
  expect(() => getScenarios(options as never)).toThrow(expect.objectContaining(wrong))
})
