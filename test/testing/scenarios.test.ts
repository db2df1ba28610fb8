import { afterAll, describe, expect, it, vi } from "vitest"
import { authIntentMachine } from "../../machines/auth-intent.machine.ts"
import { hostedAuthMachine } from "../../machines/hosted-auth.machine.ts"
import type { AuthIntentVocabulary } from "../../src/testing/auth-intent/vocabulary.ts"
import { createActorDriver } from "../../src/testing/create-actor-driver.ts"
import { createMachineDriver } from "../../src/testing/create-machine-driver.ts"
import { formatScenarios } from "../../src/testing/format-scenarios.ts"
import { getCoverage } from "../../src/testing/get-coverage.ts"
import { getScenarios } from "../../src/testing/get-scenarios.ts"
import { runScenario } from "../../src/testing/run-scenario.ts"
import type { Scenario } from "../../src/testing/scenario.ts"
import { createRelayTransport } from "../../src/transports/relay.ts"

const strategies = ["shortest", "transitions", "grid", "pairs", "simple"] as const
type Scenarios = Scenario<AuthIntentVocabulary>[]

/** Generated once, and shared by all tests. */
const generate = (without?: string[]) =>
  Object.fromEntries(
    strategies.map((strategy) => [strategy, getScenarios({ strategy, ...(without && { without }) })]),
  ) as Record<(typeof strategies)[number], Scenarios>
// First with everything, so that the other has nothing new to compute.
const whole = generate([])
const usual = generate()

describe.each(strategies)("%s", (strategy) => {
  const scenarios = usual[strategy]
  const driver = createActorDriver()

  it.each(scenarios.map((scenario) => [scenario.name, scenario] as const))("%s", async (_, scenario) => {
    await expect(runScenario(scenario, driver)).resolves.toBeUndefined()
  })

  it("returns plain JSON, under names of its own", () => {
    expect(JSON.parse(JSON.stringify(scenarios))).toStrictEqual(scenarios)
    expect(new Set(scenarios.map(({ name }) => name)).size).toBe(scenarios.length)
  })
})

describe("transitions", () => {
  const scenarios = usual.transitions

  it("are fewer than 150 scenarios", () => {
    expect(scenarios.length).toBeLessThan(150)
  })

  it("hold no password, code or phone number in what must hold", () => {
    const expected = JSON.stringify(scenarios.map(({ steps }) => steps.map(({ expect: held }) => held)))
    for (const entered of ["correct horse", "123456", "0612345678"]) expect(expected).not.toContain(entered)
    expect(expected).toContain('"value":"<code 1>"')
  })

  it("leave out what HTTP cannot do, unless it is required", () => {
    const faults = (each: typeof scenarios) => JSON.stringify(each).includes('"fault":"transport throws"')
    expect(faults(scenarios)).toBe(false)
    expect(faults(whole.transitions)).toBe(true)
  })

  it("play on the actor with what is left out by default", async () => {
    // The machine logs a slot that rejects.
    const log = vi.spyOn(console, "log").mockImplementation(() => {})
    const driver = createActorDriver()
    for (const scenario of whole.transitions) await runScenario(scenario, driver)
    log.mockRestore()
    const moves = new Set(whole.transitions.flatMap(({ steps }) => steps.map((step) => JSON.stringify(step.do))))
    for (const word of ["transport throws", "slot rejects"]) {
      expect(moves).toContain(JSON.stringify({ server: { fault: word } }))
    }
  })

  it("play over the relay's transport as well", async () => {
    const driver = createActorDriver({
      transport: (fetch) => createRelayTransport({ baseUrl: "https://app.example/api/auth", fetch }),
    })
    for (const scenario of usual.shortest) {
      await expect(runScenario(scenario, driver)).resolves.toBeUndefined()
    }
  })
})

describe("without", () => {
  const without = ["reload", "asleep", "transport throws", "slot rejects", "nothing sent", "other times"]
  const scenarios = getScenarios({ strategy: "transitions", without })

  it("leaves the moves out", () => {
    const moves = scenarios.flatMap(({ steps }) => steps.map((step) => step.do))
    expect(moves.filter((move) => "person" in move && move.person === "reload")).toEqual([])
    expect(moves.filter((move) => "clock" in move && move.asleep)).toEqual([])
  })

  it("covers everything that is left", () => {
    const { conditions, boundaries, failures } = getCoverage(scenarios, { without })
    const isGuard = (name: string) => / when (true|false)$/.test(name)
    expect(conditions.missing.filter((name) => !isGuard(name))).toEqual([])
    expect(boundaries.missing).toEqual([])
    expect(failures.missing).toEqual(["client/unexpected", "client/interrupted"])
  })
})

describe("the hosted machine", () => {
  const machine = hostedAuthMachine
  const scenarios = getScenarios({ strategy: "transitions", machine })
  const driver = createMachineDriver(machine)
  afterAll(() => driver.stop?.())

  it.each(scenarios.map((scenario) => [scenario.name, scenario] as const))("%s", async (_, scenario) => {
    await expect(runScenario(scenario, driver as never, { machine })).resolves.toBeUndefined()
  })
})

// `npx vitest run test/testing/scenarios.test.ts --update` writes them anew.
describe("the golden file", () => {
  it.each([
    ["auth-intent", () => formatScenarios(usual.transitions)],
    ["hosted-auth", () => formatScenarios(getScenarios({ strategy: "transitions", machine: hostedAuthMachine }))],
  ])("of %s holds what the machine does now", async (name, format) => {
    await expect(format()).toMatchFileSnapshot(`golden/${name}.scenarios.txt`)
  })
})

describe("coverage", () => {
  const coverage = getCoverage([...whole.transitions, ...whole.grid, ...whole.pairs])

  it("names what no reply can bring about", () => {
    const { pairs, ...parts } = coverage
    const guards = (name: string) => !/ when (true|false)$/.test(name)
    const missing = Object.values(parts).flatMap((each) => each.missing)
    expect(missing.filter(guards)).toEqual([])
    // A poll that is taken over this late is in flight for longer than a request lasts.
    expect(pairs.missing).toEqual([
      "solving: inApp.approve [isPoll] → stays, then solving: after solveTimeout → expired",
    ])
  })

  it("counts the definition's own parts", () => {
    const { states, delays, invokes } = getCoverage([], { machine: authIntentMachine })
    expect(states).toMatchObject({ covered: 0, total: 14 })
    expect([delays.total, invokes.total]).toEqual([3, 4])
  })
})
