import { afterAll, describe, expect, it } from "vitest"
import { authIntentMachine } from "../../machines/auth-intent.machine.ts"
import { hostedAuthMachine } from "../../machines/hosted-auth.machine.ts"
import { createActorDriver } from "../../src/testing/create-actor-driver.ts"
import { createMachineDriver } from "../../src/testing/create-machine-driver.ts"
import { formatScenarios } from "../../src/testing/format-scenarios.ts"
import { getCoverage } from "../../src/testing/get-coverage.ts"
import { getScenarios } from "../../src/testing/get-scenarios.ts"
import { runScenario } from "../../src/testing/run-scenario.ts"
import { createRelayTransport } from "../../src/transports/relay.ts"

const strategies = ["shortest", "transitions", "grid", "pairs", "simple"] as const

describe.each(strategies)("%s", (strategy) => {
  const scenarios = getScenarios({ strategy })
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
  const scenarios = getScenarios({ strategy: "transitions" })

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
    expect(faults(getScenarios({ strategy: "transitions", without: [] }))).toBe(true)
  })

  it("play over the relay's transport as well", async () => {
    const driver = createActorDriver({
      transport: (fetch) => createRelayTransport({ baseUrl: "https://app.example/api/auth", fetch }),
    })
    for (const scenario of getScenarios({ strategy: "shortest" })) {
      await expect(runScenario(scenario, driver)).resolves.toBeUndefined()
    }
  })
})

describe("without", () => {
  const without = ["reload", "asleep", "transport throws", "nothing sent"]
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
    expect(failures.missing).toEqual(["client/interrupted", "client/unexpected"])
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
    ["auth-intent", () => formatScenarios(getScenarios({ strategy: "transitions" }))],
    ["hosted-auth", () => formatScenarios(getScenarios({ strategy: "transitions", machine: hostedAuthMachine }))],
  ])("of %s holds what the machine does now", async (name, format) => {
    await expect(format()).toMatchFileSnapshot(`golden/${name}.scenarios.txt`)
  })
})

describe("coverage", () => {
  const all = ["transitions", "grid", "pairs"] as const
  const coverage = getCoverage(all.flatMap((strategy) => getScenarios({ strategy, without: [] })))

  it("names what no reply of this API can bring about", () => {
    const { states, transitions, delays, invokes, failures, eventsInStates, boundaries, pairs } = coverage
    const missing = [states, delays, invokes, failures, eventsInStates, boundaries].flatMap((each) => each.missing)
    expect(missing).toEqual([])
    // A poll that is taken over this late is in flight for longer than a request lasts.
    expect(pairs.missing).toEqual([
      "solving: inApp.approve [isPoll] → stays, then solving: after solveTimeout → expired",
    ])
    expect(transitions.missing).toEqual(["solving: phone.submit [canTypePhone] → solving"])
  })

  it("counts the definition's own parts", () => {
    expect(getCoverage([]).states).toMatchObject({ covered: 0, total: 14 })
    expect(getCoverage([]).delays.total).toBe(3)
    expect(getCoverage([], { machine: authIntentMachine }).invokes.total).toBe(4)
  })
})
