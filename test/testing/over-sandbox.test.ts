import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { createSandbox } from "../../src/sandbox/create-sandbox.ts"
import { type SandboxServer, startSandbox } from "../../src/sandbox/start-sandbox.ts"
import { getScenarios } from "../../src/testing/get-scenarios.ts"
import { runScenario } from "../../src/testing/run-scenario.ts"
import type { Scenario } from "../../src/testing/scenario.ts"
import { asFetched } from "./as-fetched.ts"
import { createSandboxDriver } from "./create-sandbox-driver.ts"
import { castUsers, expectNoWords } from "./sandbox-scenarios.ts"

/** The scenario as the sandbox tells it, if it does: where its answers are others, a step differs. */
async function tell(scenario: Scenario): Promise<Scenario[]> {
  for (const cast of castUsers(scenario)) {
    const played = runScenario(expectNoWords(cast), createSandboxDriver(createSandbox({ now: () => 0 })))
    const isTold = await played.then(
      () => true,
      () => false,
    )
    if (isTold) return [cast]
  }
  return []
}

const scenarios = [...getScenarios({ strategy: "transitions" }), ...getScenarios({ strategy: "simple" })]
const told = (await Promise.all(scenarios.map(tell))).flat()

describe("over the sandbox", () => {
  let sandbox: SandboxServer

  beforeAll(async () => {
    sandbox = await startSandbox({ now: () => 0 })
  })

  afterAll(() => sandbox.close())

  it.each(told.map((scenario) => [scenario.name, scenario] as const))("%s", async (_, scenario) => {
    await runScenario(expectNoWords(asFetched(scenario)), createSandboxDriver(sandbox))
  })
})

it("the sandbox tells most scenarios", () => {
  expect(told.length).toBeGreaterThan(scenarios.length / 2)
  expect(told.map(({ name }) => name)).toEqual(
    expect.arrayContaining([
      "credentials: connected",
      "2FA, right code: connected",
      "2FA, right code, then 408 request_timeout: checkpoint.twoFactor",
      "2FA, another way, then OTP: checkpoint.otp",
      "phone number wanted, phone number, then 2FA: checkpoint.twoFactor",
      "approval in the app, poll due, then approval in the app: checkpoint.inApp",
      "approval in the app, another way, then 2FA: checkpoint.twoFactor",
      "Messenger: 2FA, approved: connected",
    ]),
  )
})
