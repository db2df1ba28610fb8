import { readFileSync } from "node:fs"
import { createRequire } from "node:module"
import { expect, it } from "vitest"

const require = createRequire(import.meta.url)

/** Every exported value of each entry point: a change here affects the programs of users. */
const entries: Record<string, string> = {
  ".": `
    AuthIntentError Secret advanceIntent approveInApp authIntentMachine cancelIntent checkpointKinds clientFailure
    createAuthIntent createIntelliwiseTransport createPostJson createPostpressTransport createRelayLinks
    createRelayTransport failureTable getMessage getState getStep hostedAuthMachine hostedProviders
    interpretResponse messages newIntent parseSavedHostedAuth parseSavedIntent providers saveHostedAuth saveIntent
    submitCode submitCredentials submitPhone switchMethod toLost waitForIntent withTransport`,
  "./server": `
    createHostedLinks createIntents createMemoryStore createNodeFetch createRelay parseAccountStatus parseEvent
    parseNotification rewriteHostedUrl`,
  "./sandbox": "createSandbox startSandbox",
  "./testing": `
    ScenarioError authIntentCatalogue checkProperties createActorDriver createMachineDriver createPageDriver
    createScriptedFetch createTestClock defineCatalogue drawCoverage drawScenario formatScenarios getCoverage
    getScenarios hostedAuthCatalogue runScenario testTransport`,
  "./page": `
    chooseCountry createPageIntent getCodeLength getCountries moveFocus pageMessages submitForm tidyCode viewOf`,
  "./react": "ConnectAccount pageMessages useAuthIntent",
  "./durable": "createDurable createEngineIntents",
  "./restate": "createRestateIntents",
  "./dbos": "createDbosIntents",
}

const { exports } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"))

it("there are no entry points but the documented ones", () => {
  const known = [...Object.keys(entries), "./react/style.css", "./package.json"]
  expect(Object.keys(exports).sort()).toEqual(known.sort())
})

it.each(Object.entries(entries))("%s exports these values and no other", async (entry, names) => {
  const module = await import(require.resolve(`auth-intent${entry.slice(1)}`))
  expect(Object.keys(module).sort()).toEqual(names.trim().split(/\s+/))
})
