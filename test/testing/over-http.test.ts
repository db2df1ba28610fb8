import { afterAll, beforeAll, describe, it } from "vitest"
import { createActorDriver } from "../../src/testing/create-actor-driver.ts"
import { createScriptedFetch } from "../../src/testing/create-scripted-fetch.ts"
import { getScenarios } from "../../src/testing/get-scenarios.ts"
import { runScenario } from "../../src/testing/run-scenario.ts"
import { createPostpressTransport } from "../../src/transports/postpress.ts"
import { asFetched } from "./as-fetched.ts"
import { type ScenarioServer, serveScenarios } from "./serve-scenarios.ts"

const scenarios = getScenarios({ strategy: "transitions" }).map(asFetched)

describe("over HTTP", () => {
  let server: ScenarioServer

  beforeAll(async () => {
    server = await serveScenarios()
  })

  afterAll(() => server.close())

  it.each(scenarios.map((scenario) => [scenario.name, scenario] as const))("%s", async (_, scenario) => {
    const played = server.play(createScriptedFetch(scenario))
    const transport = createPostpressTransport({ apiKey: "test", baseUrl: server.url, fetch: played.fetch })
    await runScenario(scenario, createActorDriver(played, transport))
  })
})
