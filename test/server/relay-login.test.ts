import { expect, it } from "vitest"
import { waitFor } from "xstate"
import type { AuthIntentEvent, Provider } from "../../machines/auth-intent.types.ts"
import { approveInApp, submitCode, submitCredentials, submitPhone, switchMethod } from "../../src/events.ts"
import type { Fetch } from "../../src/http/post-json.ts"
import { createAuthIntent } from "../../src/intent/create-auth-intent.ts"
import { getStep } from "../../src/intent/get-step.ts"
import { waitForIntent } from "../../src/intent/wait-for-intent.ts"
import { createRelayTransport } from "../../src/transports/relay.ts"
import { textOf } from "../secrets/text-of.ts"
import { apiKey, hostRelay, origin, password } from "./host-relay.ts"

/** What the page sends, all of it, as text. */
function page(relay: (request: Request) => Promise<Response>) {
  const sent: string[] = []
  const fetch: Fetch = (path, init) => {
    sent.push(path, JSON.stringify([...new Headers(init.headers)]), String(init.body))
    return relay(new Request(new URL(path, origin), init))
  }
  return { sent, transport: createRelayTransport({ baseUrl: "/api/auth", headers: { "x-user": "ada" }, fetch }) }
}

const code = () => submitCode("123456")

it.each<[username: string, Provider, (() => AuthIntentEvent)[], types: unknown[]]>([
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
])("connects %s at %s from a page with no key", async (username, provider, events, types) => {
  const { relay, sent, connected, problems } = hostRelay()
  const { transport, sent: fromPage } = page(relay)
  const actor = createAuthIntent({ transport, provider, inAppPollInterval: 0 }).start()
  const seen: unknown[] = []
  for (const event of [() => submitCredentials({ username, password }), ...events]) {
    actor.send(event())
    const snapshot = await waitFor(actor, (state) => !state.hasTag("busy"))
    if (snapshot.status === "active") seen.push(getStep(snapshot).checkpoint?.type)
  }
  const output = await waitForIntent(actor)

  expect(seen).toEqual(types)
  expect(output.status).toBe("connected")
  expect(connected).toEqual([{ userId: "ada", provider, accountId: expect.stringMatching(/^acc_/) }])
  expect(problems).toEqual([])
  expect(sent.every(({ headers }) => headers["x-api-key"] === apiKey)).toBe(true)
  const [account] = connected
  for (const secret of [apiKey, account?.accountId ?? "none"]) {
    expect(fromPage.join("\n")).not.toContain(secret)
    expect(textOf(actor.getPersistedSnapshot())).not.toContain(secret)
    expect(textOf(output)).not.toContain(secret)
  }
})

it("sends the API what a page cannot: the key, the account id and the words of the wire", async () => {
  const { login, solve, sent, connected } = hostRelay()
  const { token } = await login("in-app")
  const { token: next } = await solve(token, undefined, { kind: "anotherWay" })
  await solve(next)
  const accountId = connected[0]?.accountId
  expect(sent.map(({ url, body }) => [url, body])).toEqual([
    ["https://api.postpress.ai/v1/accounts", { provider: "INSTAGRAM", username: "in-app", password }],
    ...["TRY_ANOTHER_WAY", "123456"].map((code) => [
      "https://api.postpress.ai/v1/accounts/checkpoint",
      { provider: "INSTAGRAM", account_id: accountId, code },
    ]),
  ])
})
