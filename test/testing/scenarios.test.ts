import { afterAll, beforeEach, describe, expect, it, vi } from "vitest"
import { hostedAuthMachine } from "../../machines/hosted-auth.machine.ts"
import type { AuthIntentVocabulary } from "../../src/testing/auth-intent/vocabulary.ts"
import { createActorDriver } from "../../src/testing/create-actor-driver.ts"
import { createMachineDriver } from "../../src/testing/create-machine-driver.ts"
import { formatScenarios } from "../../src/testing/format-scenarios.ts"
import { getCoverage } from "../../src/testing/get-coverage.ts"
import { getScenarios } from "../../src/testing/get-scenarios.ts"
import { runScenario } from "../../src/testing/run-scenario.ts"
import type { Scenario, ScenarioStep } from "../../src/testing/scenario.ts"
import { createRelayTransport } from "../../src/transports/relay.ts"

const strategies = ["shortest", "transitions", "grid", "pairs", "simple"] as const
type Scenarios = Scenario<AuthIntentVocabulary>[]

/** Generated once for all tests: with everything in a catalogue, and by default. */
const whole = Object.fromEntries(
  strategies.map((strategy) => [strategy, getScenarios({ strategy, without: [] })]),
) as Record<(typeof strategies)[number], Scenarios>
const usual = getScenarios({ strategy: "transitions" })
const hosted = getScenarios({ strategy: "transitions", machine: hostedAuthMachine })
const hostedGrid = getScenarios({ strategy: "grid", machine: hostedAuthMachine })

describe.each([...strategies.map((strategy) => [strategy, whole[strategy]] as const), ["by default", usual] as const])(
  "%s",
  (_, scenarios) => {
    const driver = createActorDriver()
    // The machine logs a slot that rejects.
    beforeEach(() => void vi.spyOn(console, "log").mockImplementation(() => {}))

    it.each(scenarios.map((scenario) => [scenario.name, scenario] as const))("%s", async (_, scenario) => {
      await expect(runScenario(scenario, driver)).resolves.toBeUndefined()
    })

    it("returns plain JSON, under names of its own", () => {
      expect(JSON.parse(JSON.stringify(scenarios))).toStrictEqual(scenarios)
      expect(new Set(scenarios.map(({ name }) => name)).size).toBe(scenarios.length)
    })
  },
)

describe("transitions", () => {
  it("are fewer than 150 scenarios", () => {
    expect(usual.length).toBeLessThan(150)
  })

  it("hold no password, code or phone number in what must hold", () => {
    const expected = JSON.stringify(usual.map(({ steps }) => steps.map(({ expect: held }) => held)))
    for (const entered of ["correct horse", "123456", "0612345678"]) expect(expected).not.toContain(entered)
    expect(expected).toContain('"value":"<code 1>"')
  })

  it("leave out what HTTP cannot do, unless it is required", () => {
    const moves = (each: Scenarios) => JSON.stringify(each.flatMap(({ steps }) => steps.map((step) => step.do)))
    for (const word of ["transport throws", "slot rejects"]) {
      expect(moves(usual)).not.toContain(`"fault":"${word}"`)
      expect(moves(whole.transitions)).toContain(`"fault":"${word}"`)
    }
  })

  it("play over the relay's transport as well", async () => {
    const driver = createActorDriver({
      transport: (fetch) => createRelayTransport({ baseUrl: "https://app.example/api/auth", fetch }),
    })
    for (const scenario of whole.shortest) {
      await expect(runScenario(scenario, driver)).resolves.toBeUndefined()
    }
  })
})

describe("grid", () => {
  it("responds with errors that have all that the API's documents demand", () => {
    const moves = whole.grid.flatMap(({ steps }) => steps.map((step) => step.do))
    const replies = moves.flatMap((move) => ("server" in move && "body" in move.server ? [move.server] : []))
    const errors = replies.filter(({ status, body }) => status >= 400 && typeof body === "object")
    expect(errors.length).toBeGreaterThan(30)
    // @see postpress, "Solve a code checkpoint", Errors.
    const demanded = { title: expect.stringMatching(/./), type: expect.stringMatching(/^errors\/./) }
    for (const { status, body } of errors) expect(body).toMatchObject({ ...demanded, status })
  })

  it.each(["submitting", "solving"])("lets time pass while %s, as long as a transport waits", (state) => {
    const moves = whole.grid.flatMap(({ steps }) =>
      steps.flatMap(({ do: move }, index) => (steps[index - 1]?.expect.state === state ? [move] : [])),
    )
    expect(moves).toContainEqual({ clock: 29_999 })
  })

  it("reloads an hour after the deadline", () => {
    const late = whole.grid.find(({ name }) => name.endsWith("OTP, slept too long, then reloaded: expired"))
    expect(late?.steps.at(-2)?.do).toEqual({ clock: 3_900_000, asleep: true })
  })
})

/** Whether a part of the machine is no side of a guard: some guards are always true or always false. */
const isNoGuard = (name: string) => !/ when (true|false)$/.test(name)

describe("without", () => {
  const without = ["reload", "asleep", "transport throws", "slot rejects", "nothing sent", "other times"]
  const scenarios = getScenarios({ strategy: "transitions", without })

  it("leaves the moves out", () => {
    const moves = scenarios.flatMap(({ steps }) => steps.map((step) => step.do))
    expect(moves.filter((move) => "person" in move && move.person === "reload")).toEqual([])
    expect(moves.filter((move) => "clock" in move && move.asleep)).toEqual([])
  })

  it("leaves out what is sent during a pause, by default: time passes first", () => {
    const isEarly = ({ do: move }: ScenarioStep) => "early" in move
    expect(whole.transitions.some(({ steps }) => steps.some(isEarly))).toBe(true)
    const steps = usual.flatMap((scenario) => scenario.steps)
    expect(steps.filter(isEarly)).toEqual([])
    expect(steps.map((step) => step.do)).toContainEqual({ clock: 31_000 })
  })

  it("covers everything that is left", () => {
    const { conditions, boundaries, failures } = getCoverage(scenarios, { without })
    expect(conditions.missing.filter(isNoGuard)).toEqual([])
    expect(boundaries.missing).toEqual([])
    expect(failures.missing).toEqual(["client/unexpected", "client/interrupted"])
  })
})

describe("the hosted machine", () => {
  const machine = hostedAuthMachine
  const driver = createMachineDriver(machine)
  afterAll(() => driver.stop?.())

  it.each([...hosted, ...hostedGrid].map((scenario) => [scenario.name, scenario] as const))(
    "%s",
    async (_, scenario) => {
      await expect(runScenario(scenario, driver as never, { machine })).resolves.toBeUndefined()
    },
  )

  it("hears of an account that was connected again", () => {
    const moves = hostedGrid.flatMap(({ steps }) => steps.map((step) => step.do))
    expect(moves).toContainEqual(expect.objectContaining({ person: "callback.received", status: "RECONNECTED" }))
  })
})

// `npx vitest run test/testing/scenarios.test.ts --update` rewrites them.
it.each([
  ["auth-intent", () => formatScenarios(usual)],
  ["hosted-auth", () => formatScenarios(hosted)],
])("the golden file of %s holds what the machine does now", async (name, format) => {
  await expect(format()).toMatchFileSnapshot(`golden/${name}.scenarios.txt`)
})

describe("coverage", () => {
  const coverage = getCoverage([...whole.transitions, ...whole.grid, ...whole.pairs])

  it("names what no reply can bring about", () => {
    const { pairs, ...parts } = coverage
    const missing = Object.values(parts).flatMap((each) => each.missing)
    expect(missing.filter(isNoGuard)).toEqual([])
    expect(pairs.missing).toEqual([])
  })

  it("misses no part of the hosted machine", () => {
    const { states, transitions, conditions, delays, invokes } = getCoverage(hosted, { machine: hostedAuthMachine })
    expect([states, transitions, conditions, delays, invokes].flatMap(({ missing }) => missing)).toEqual([])
  })

  it("counts the definition's own parts", () => {
    const { states, delays, invokes } = coverage
    expect([states.total, delays.total, invokes.total]).toEqual([14, 3, 4])
  })
})
