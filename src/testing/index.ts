export { createActorDriver } from "./create-actor-driver.ts"
export { createHostedAuthDriver } from "./create-hosted-auth-driver.ts"
export { createScriptedFetch, type ScriptedFetch } from "./create-scripted-fetch.ts"
export { createTestClock, type TestClock } from "./create-test-clock.ts"
export type { Driver, Observation } from "./driver.ts"
export { getCoverage } from "./get-coverage.ts"
export { getScenarios, type ScenarioOptions } from "./get-scenarios.ts"
export type {
  HostedAuthMove,
  HostedAuthReply,
  HostedAuthStep,
  HostedAuthVocabulary,
} from "./hosted-auth/hosted-auth-vocabulary.ts"
export type { Strategy } from "./model/generate-scenarios.ts"
export type { Coverage, CoverageCount } from "./model/measure-coverage.ts"
export { runScenario } from "./run-scenario.ts"
export type { Expectation, Move, PersonMove, Reply, Scenario, ScenarioStep } from "./scenario.ts"
export { ScenarioError } from "./scenario-error.ts"
