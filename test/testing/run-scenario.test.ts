import { describe, expect, it } from "vitest"
import { createActorDriver } from "../../src/testing/create-actor-driver.ts"
import { createScriptedFetch } from "../../src/testing/create-scripted-fetch.ts"
import type { Driver, Observation } from "../../src/testing/driver.ts"
import { getScenarios } from "../../src/testing/get-scenarios.ts"
import { runScenario } from "../../src/testing/run-scenario.ts"
import type { Scenario } from "../../src/testing/scenario.ts"
import { ScenarioError } from "../../src/testing/scenario-error.ts"

function find(wanted: string): Scenario {
  const found = getScenarios({ strategy: "shortest" }).find((scenario) => scenario.name === wanted)
  if (found === undefined) throw new Error(`No scenario is called "${wanted}"`)
  return found
}

const scenario = find("2FA, time is up: expired")
const { name, steps } = scenario

/** The actor's driver, with parts of it replaced. */
const drive = (replaced: Partial<Driver> = {}): Driver => ({
  ...createActorDriver(createScriptedFetch(scenario)),
  ...replaced,
})

/** What shows, with a change from the step on that has a number. */
function showFrom(number: number, change: (seen: Observation) => Observation): Driver {
  const driver = drive()
  let step = 0
  return {
    ...driver,
    async observe() {
      step += 1
      const seen = await driver.observe()
      return step < number ? seen : change(seen)
    },
  }
}

async function failure(driver: Driver, played = scenario): Promise<ScenarioError> {
  const error = await runScenario(played, driver).catch((reason: unknown) => reason)
  if (error instanceof ScenarioError) return error
  throw new Error("The scenario went well, or failed in another way", { cause: error })
}

describe("runScenario", () => {
  it("says at which step it went wrong, what was expected and what was seen", async () => {
    const { message } = await failure(showFrom(2, (seen) => ({ ...seen, state: "idle", step: { attempts: 7 } })))
    expect(message).toContain(`"${name}" went wrong at step 2 of 3, {"server":{"status":202`)
    expect(message).toContain('state: expected "checkpoint.twoFactor", saw "idle"')
    expect(message).toContain("step.attempts: expected 0, saw 7")
  })

  it.each([
    ["tags", (seen: Observation) => ({ ...seen, tags: ["busy"] }), 'tags: expected ["done"], saw ["busy"]'],
    ["requests", (seen: Observation) => ({ ...seen, requests: 9 }), "requests: expected 1, saw 9"],
    ["output", (seen: Observation) => ({ ...seen, output: undefined }), "output: expected {"],
    [
      "what should not show",
      (seen: Observation) => ({
        ...seen,
        step: { failure: { type: "x", status: 0, title: "", recovery: "stop" as const } },
      }),
      "step.failure: expected nothing, saw {",
    ],
  ])("compares %s", async (_, change, line) => {
    expect((await failure(showFrom(steps.length, change))).message).toContain(line)
  })

  it("compares only what a driver tells", async () => {
    const kinds: unknown[] = []
    const driver = drive()
    await runScenario(scenario, {
      ...driver,
      async observe() {
        const { step } = await driver.observe()
        kinds.push(step?.kind)
        return { step: { kind: step?.kind } }
      },
    })
    expect(kinds).toEqual(steps.map(({ expect: { step } }) => step.kind))
  })

  it("prints the scenario as code that fails in the same way", async () => {
    const { message } = await failure(showFrom(2, (seen) => ({ ...seen, state: "idle" })))
    const code = message.slice(message.indexOf("await runScenario("))
    const replay = new Function("runScenario", "driver", `return (async () => { ${code} })()`)
    const again = await replay(
      runScenario,
      showFrom(2, (seen: Observation) => ({ ...seen, state: "idle" })),
    ).catch((error: Error) => error.message)
    expect(again).toBe(message)
    await expect(replay(runScenario, drive())).resolves.toBeUndefined()
  })

  it("says at which step a driver gave up, and why", async () => {
    const cause = new Error("no such button")
    const error = await failure(
      drive({
        server() {
          throw cause
        },
      }),
    )
    expect(error.message).toContain("went wrong at step 2 of 3")
    expect(error.message).toContain("no such button")
    expect(error.cause).toBe(cause)
  })

  it("stops the driver, whatever came of it", async () => {
    const stopped: string[] = []
    await runScenario(scenario, drive({ stop: () => void stopped.push("well") }))
    await failure({ ...showFrom(1, () => ({ state: "idle" })), stop: () => void stopped.push("badly") })
    expect(stopped).toEqual(["well", "badly"])
  })

  it("tells a driver what the machine takes no notice of", async () => {
    // Sent twice: the second time the machine is busy already.
    const [first, ...rest] = steps
    const ignoring: Scenario = { ...scenario, steps: first ? [first, { ...first, ignored: true }, ...rest] : [] }
    const told: boolean[] = []
    const driver = createActorDriver(createScriptedFetch(ignoring))
    await runScenario(ignoring, {
      ...driver,
      person(move, ignored) {
        told.push(ignored)
        return driver.person(move, ignored)
      },
    })
    expect(told).toEqual([false, true])
  })

  it("finds a request that should not have been sent", async () => {
    const server = createScriptedFetch(scenario)
    const driver = createActorDriver(server)
    const error = await failure({
      ...driver,
      async person(move, ignored) {
        await driver.person(move, ignored)
        server.fetch("https://api.postpress.ai/v1/accounts").catch(() => {})
      },
    })
    expect(error.message).toContain("requests: expected 1, saw 2")
  })
})
