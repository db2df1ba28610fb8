export { authIntentCatalogue } from "./auth-intent/catalogue.ts"
export type { Sent } from "./auth-intent/sent.ts"
export type { AuthIntentVocabulary, PersonMove, Reply } from "./auth-intent/vocabulary.ts"
export {
  type Counterexample,
  checkProperties,
  type Moment,
  type Property,
  type PropertyOptions,
  type Standing,
} from "./check-properties.ts"
export { type ActorDriverOptions, createActorDriver } from "./create-actor-driver.ts"
export { createMachineDriver } from "./create-machine-driver.ts"
export { createPageDriver } from "./create-page-driver.ts"
export { createScriptedFetch, type ScriptedFetch } from "./create-scripted-fetch.ts"
export { createTestClock, type PendingTimer, type TestClock, type TestClockOptions } from "./create-test-clock.ts"
export { drawCoverage, drawScenario } from "./draw.ts"
export type {
  DrivenPage,
  PageButtons,
  PageEnds,
  PageFields,
  PageLocator,
  PageLocators,
  PageRoute,
} from "./driven-page.ts"
export { formatScenarios } from "./format-scenarios.ts"
export {
  type Coverage,
  type CoverageCount,
  type CoverageKind,
  type CoverageOptions,
  getCoverage,
} from "./get-coverage.ts"
export { getScenarios, type ScenarioOptions, type Strategy } from "./get-scenarios.ts"
export {
  type HostedAuthMove,
  type HostedAuthReply,
  type HostedAuthStep,
  type HostedAuthVocabulary,
  hostedAuthCatalogue,
} from "./hosted-auth/catalogue.ts"
export {
  type ActorEnd,
  type Catalogue,
  type CatalogueDefinition,
  defineCatalogue,
  type Fact,
  type ModelState,
} from "./model/catalogue.ts"
export type { Payload, Payloads, Random } from "./random-scenarios.ts"
export { type RunScenarioOptions, runScenario, ScenarioError } from "./run-scenario.ts"
export type { Driver, Expectation, Move, Observation, Scenario, ScenarioStep, Vocabulary } from "./scenario.ts"
export { type TransportCheck, testTransport } from "./test-transport.ts"
export type { ConnectedResponse, TransportTestOptions } from "./transport-probe.ts"
