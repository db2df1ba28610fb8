import { describe } from "vitest"
import { testBeside } from "./beside.ts"
import { testJourneys } from "./journeys.ts"
import { testLooks } from "./looks.ts"
import { testScenarios } from "./scenarios.ts"
import { testSecrets } from "./secrets.ts"
import { setStage } from "./stage.ts"

// One browser for all.
const stage = setStage()
describe("Scenarios", () => testScenarios(stage))
describe("Journeys", () => testJourneys(stage))
describe("Looks", () => testLooks(stage))
describe("Secrets", () => testSecrets(stage))
describe("Beside the form", () => testBeside(stage))
