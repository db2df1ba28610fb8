import { describe, expect, it } from "vitest"
import { authIntentMachine } from "../../machines/auth-intent.machine.ts"
import { authIntentCatalogue } from "../../src/testing/auth-intent/auth-intent-catalogue.ts"
import { refusal } from "../../src/testing/auth-intent/auth-intent-replies.ts"
import { authIntentTitle } from "../../src/testing/auth-intent/auth-intent-title.ts"
import { createActorDriver } from "../../src/testing/create-actor-driver.ts"
import { createScriptedFetch } from "../../src/testing/create-scripted-fetch.ts"
import { getCoverage } from "../../src/testing/get-coverage.ts"
import { getScenarios } from "../../src/testing/get-scenarios.ts"
import { generateScenarios } from "../../src/testing/model/generate-scenarios.ts"
import { runScenario } from "../../src/testing/run-scenario.ts"
import { answerLittle } from "./answer-little.ts"

const strategies = ["shortest", "simple", "transitions"] as const

const scenarios = {
  shortest: getScenarios({ strategy: "shortest" }),
  simple: getScenarios({ strategy: "simple" }),
  transitions: getScenarios({ strategy: "transitions" }),
}

describe.each(strategies)("%s", (strategy) => {
  it.each(scenarios[strategy].map((scenario) => [scenario.name, scenario] as const))("%s", async (_, scenario) => {
    await runScenario(scenario, createActorDriver(createScriptedFetch(scenario)))
  })

  it("gives plain JSON, under names of its own", () => {
    expect(JSON.parse(JSON.stringify(scenarios[strategy]))).toEqual(scenarios[strategy])
    expect(new Set(scenarios[strategy].map(({ name }) => name)).size).toBe(scenarios[strategy].length)
  })

  it("meets every state", () => {
    expect(getCoverage(scenarios[strategy]).states.missing).toEqual([])
  })
})

it.each([
  ["shortest", 2],
  ["simple", 3],
  ["transitions", 7],
] as const)("%s keeps to the depth that it is given", (strategy, maxDepth) => {
  const scenarios = generateScenarios(authIntentMachine, answerLittle(authIntentCatalogue), strategy, maxDepth)
  const lengths = scenarios.map(({ steps }) => steps.length)
  expect(Math.max(...lengths)).toBe(maxDepth)
})

it("says what happens as a person would", () => {
  const phrases = ["credentials", "2FA", "wrong code", refusal, "right code", "connected"]
  expect(authIntentTitle("", phrases, "connected")).toBe("2FA, wrong code, then right code: connected")
  const names = Object.values(scenarios).flatMap((each) => each.map(({ name }) => name))
  expect(names).toEqual(
    expect.arrayContaining([
      "credentials: connected",
      "2FA, time is up: expired",
      "2FA, right code: connected",
      "2FA, another way, then OTP: checkpoint.otp",
      "Messenger: 2FA, approved: connected",
      "approval in the app, poll due, then not yet: checkpoint.inApp",
    ]),
  )
})
