import { readFileSync } from "node:fs"
import { createRequire } from "node:module"
import { expect, it } from "vitest"

const require = createRequire(import.meta.url)

/** Every value that an entry point gives away: to change this is to change what others build on. */
const entries: Record<string, string[]> = {
  ".": [
    "AuthIntentError",
    "Secret",
    "advanceIntent",
    "approveInApp",
    "authIntentMachine",
    "cancelIntent",
    "createAuthIntent",
    "createIntelliwiseTransport",
    "createPostpressTransport",
    "createRelayTransport",
    "failureTable",
    "getMessage",
    "getStep",
    "hostedAuthMachine",
    "messages",
    "parseSavedHostedAuth",
    "parseSavedIntent",
    "saveHostedAuth",
    "saveIntent",
    "startIntent",
    "submitCode",
    "submitCredentials",
    "submitPhone",
    "switchMethod",
    "waitForIntent",
  ],
  "./server": [
    "HostedAuthError",
    "NotificationError",
    "createHostedAuth",
    "createNotificationHandler",
    "createRelay",
    "getStatusKey",
    "parseAccountStatus",
    "parseNotification",
    "rewriteHostedUrl",
  ],
  "./sandbox": ["createSandbox", "startSandbox"],
  "./testing": [
    "ScenarioError",
    "createActorDriver",
    "createHostedAuthDriver",
    "createScriptedFetch",
    "createTestClock",
    "getCoverage",
    "getScenarios",
    "runScenario",
  ],
}

it("has these entry points and no other", () => {
  const { exports } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"))
  expect(Object.keys(exports).sort()).toEqual([...Object.keys(entries), "./package.json"].sort())
})

it.each(Object.entries(entries))("%s exports these values and no other", async (entry, names) => {
  const module = await import(require.resolve(`auth-intent${entry.slice(1)}`))
  expect(Object.keys(module).sort()).toEqual(names)
})
