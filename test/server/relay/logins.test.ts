import { expect, it } from "vitest"
import { waitFor } from "xstate"
import type { AuthIntentEvent } from "../../../machines/auth-intent.types.ts"
import type { Provider } from "../../../machines/providers.ts"
import { createAuthIntent } from "../../../src/intent/create-auth-intent.ts"
import { approveInApp, submitCode, submitCredentials, submitPhone, switchMethod } from "../../../src/intent/events.ts"
import { waitForIntent } from "../../../src/intent/wait-for-intent.ts"
import type { PostpressCredentials } from "../../../src/transports/postpress.ts"
import { apiKey, createPageTransport, hostRelay, password } from "./host-relay.ts"

/** Builds a page's transport and records all that the page sends and receives. */
function openPage(relay: (request: Request) => Promise<Response>) {
  const seen: string[] = []
  const transport = createPageTransport(async (request) => {
    seen.push(request.url, JSON.stringify([...request.headers]), await request.clone().text())
    const response = await relay(request)
    seen.push(await response.clone().text())
    return response
  })
  return { seen, transport }
}

const code = () => submitCode("123456")

it.each<[username: string, Provider, (() => AuthIntentEvent<PostpressCredentials>)[], types: unknown[]]>([
  ["ok", "LINKEDIN", [], []],
  ["2fa", "INSTAGRAM", [code], ["2FA"]],
  ["2fa", "MESSENGER", [approveInApp], ["2FA"]],
  ["otp", "TWITTER", [code], ["OTP"]],
  ["in-app", "LINKEDIN", [approveInApp], ["IN_APP_VALIDATION"]],
  ["in-app", "LINKEDIN", [switchMethod, code], ["IN_APP_VALIDATION", "2FA"]],
  ["2fa-then-otp", "INSTAGRAM", [() => submitCode("000000"), code, code], ["2FA", "2FA", "OTP"]],
  ["unknown-checkpoint", "INSTAGRAM", [code], ["CAPTCHA"]],
  [
    "phone",
    "INSTAGRAM",
    [() => submitPhone({ countryCode: "33", number: "06 12 34 56 78" }), code],
    ["PHONE_REGISTER", "2FA"],
  ],
])("connects %s at %s from a page that knows no key and no account id", async (username, provider, events, types) => {
  const { relay, sent, connected, problems } = hostRelay()
  const { transport, seen } = openPage(relay)
  const actor = createAuthIntent({ transport, provider, inAppPollInterval: 0 }).start()
  const met: unknown[] = []
  for (const event of [() => submitCredentials({ username, password }), ...events]) {
    actor.send(event())
    const snapshot = await waitFor(actor, (state) => !state.hasTag("busy"))
    if (snapshot.status === "active") met.push(snapshot.context.checkpoint?.type)
  }
  const output = await waitForIntent(actor)

  expect(met).toEqual(types)
  expect(output.status).toBe("connected")
  expect(connected).toEqual([{ userId: "ada", provider, accountId: expect.stringMatching(/^acc_/) }])
  expect(problems).toEqual([])
  expect(sent.every(({ headers }) => headers["x-api-key"] === apiKey)).toBe(true)
  for (const secret of [apiKey, connected[0]?.accountId ?? "none"]) {
    expect(seen.join("\n")).not.toContain(secret)
    expect(JSON.stringify([actor.getPersistedSnapshot(), output])).not.toContain(secret)
  }
})
