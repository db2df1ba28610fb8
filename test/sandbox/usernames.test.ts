import { describe, expect, it } from "vitest"
import { createSandbox } from "../../src/sandbox/create-sandbox.ts"
import { createClient } from "./client.ts"

const right = "123456"
const approve = "in_app_validation"
const another = "TRY_ANOTHER_WAY"

const created = "201"
const inApp = "202 IN_APP_VALIDATION"
const phone = "202 PHONE_REGISTER"
const wrong = "401 errors/invalid_checkpoint_solution"
const noOtherWay = "400 errors/invalid_request"
const malformed = "400 errors/invalid_parameters"
const unknown = "403 errors/unknown_authentication_context"
/** The connection dies before the response. */
const lost = "TypeError"

type Case = [title: string, username: string, expected: string, ...solutions: [code: string, expected: string][]]

// biome-ignore format: a table
const instagram: Case[] = [
  ["ok connects at once, and has nothing to solve",       "ok", created, [right, unknown]],
  ["2fa survives wrong codes",                            "2fa", "202 2FA", ["000000", wrong], ["1234567", wrong], [" 123456", wrong], [right, created]],
  ["2fa accepts the code, and no other after it",         "2fa", "202 2FA", [right, created], [right, unknown], [another, unknown]],
  ["in_app_validation is a wrong code for a 2FA",         "2fa", "202 2FA", [approve, wrong], [right, created]],
  ["otp takes the code",                                  "otp", "202 OTP", [right, created]],
  ["otp survives a wrong code",                           "otp", "202 OTP", ["654321", wrong], [right, created]],
  ["in_app_validation is a wrong code for an OTP",        "otp", "202 OTP", [approve, wrong], [right, created]],
  ["in-app is approved at the first request",            "in-app", inApp, [approve, created]],
  ["in-app takes no code",                                "in-app", inApp, [right, wrong], [approve, created]],
  ["in-app-pending-1 is approved at the first request",  "in-app-pending-1", inApp, [approve, created]],
  ["in-app-pending-3 is approved at the third request",  "in-app-pending-3", inApp, [approve, inApp], [approve, inApp], [approve, created]],
  ["a wrong code is no request about an approval",       "in-app-pending-2", inApp, [right, wrong], [approve, inApp], [approve, created]],
  ["an error is named with or without errors/",           "error:403:account_restricted", "403 errors/account_restricted"],
  ["phone takes a number, then a 2FA",                    "phone", phone, ["(+33)0612345678", "202 2FA"], ["000000", wrong], [right, created]],
  ["phone takes a short number",                          "phone", phone, ["(+1)5550", "202 2FA"]],
  ["phone takes a long number",                           "phone", phone, ["(+998)012345678901234", "202 2FA"]],
  ["phone takes no number without its country",           "phone", phone, ["0612345678", malformed], ["(+)0612345678", malformed], ["(33)0612345678", malformed]],
  ["phone takes no other number",                         "phone", phone, ["(+33)", malformed], ["(+1234)0612345678", malformed], ["(+33)0612345678901234", malformed]],
  ["phone takes no other text",                           "phone", phone, ["(+33)06 12 34 56 78", malformed], ["(+33)0612345678\n", malformed], [right, malformed]],
  ["in_app_validation is a wrong code for a phone",       "phone", phone, [approve, wrong], ["(+33)0612345678", "202 2FA"]],
  ["2fa-then-otp demands both",                           "2fa-then-otp", "202 2FA", [right, "202 OTP"], ["000000", wrong], [right, created]],
  ["unknown-checkpoint takes the code",                   "unknown-checkpoint", "202 CAPTCHA", ["000000", wrong], [approve, wrong], [right, created]],
  ["another way leads from in-app to 2FA to OTP",         "in-app", inApp, [another, "202 2FA"], [another, "202 OTP"], [right, created]],
  ["another way than a pending approval takes the code",  "in-app-pending-9", inApp, [approve, inApp], [another, "202 2FA"], [approve, wrong], [right, created]],
  ["another way leads from 2fa to OTP",                   "2fa", "202 2FA", [another, "202 OTP"], [right, created]],
  ["another way leads from otp nowhere",                  "otp", "202 OTP", [another, noOtherWay], [right, created]],
  ["another way leads from phone nowhere",                "phone", phone, [another, noOtherWay], ["(+33)0612345678", "202 2FA"], [another, "202 OTP"], [right, created]],
  ["another way leads from unknown-checkpoint to 2FA",    "unknown-checkpoint", "202 CAPTCHA", [another, "202 2FA"], [right, created]],
  ["another way to what comes next demands it once",      "2fa-then-otp", "202 2FA", [another, "202 OTP"], [right, created]],
  ["another way than the last of several leads nowhere",  "2fa-then-otp", "202 2FA", [right, "202 OTP"], [another, noOtherWay], [right, created]],
  ["2fa-lost loses the response that connects, and no other", "2fa-lost", "202 2FA", ["000000", wrong], [right, lost], [right, unknown], [another, unknown]],
  ["2fa-lost loses it after another way too",             "2fa-lost", "202 2FA", [another, "202 OTP"], [right, lost]],
  ["the error is the response to the login",               "error:409:errors/already_exists", "409 errors/already_exists"],
  ["error takes a type that nobody has seen",             "error:418:errors/teapot", "418 errors/teapot"],
  ["the error is the response to every solution",          "2fa-error:503:errors/x", "202 2FA", ...[right, "000000", another, approve].map((code): [string, string] => [code, "503 errors/x"])],
]

// biome-ignore format: a table
const messenger: Case[] = [
  ["2fa can be approved in the app",                      "2fa", "202 2FA", [approve, created]],
  ["2fa-lost loses the response to an approval",          "2fa-lost", "202 2FA", [approve, lost]],
  ["2fa takes the code too",                              "2fa", "202 2FA", ["000000", wrong], [right, created]],
  ["an approved 2FA is followed by what comes next",      "2fa-then-otp", "202 2FA", [approve, "202 OTP"], [approve, wrong], [right, created]],
  ["another way than in-app can be approved in the app",  "in-app-pending-9", inApp, [another, "202 2FA"], [approve, created]],
  ["an unknown checkpoint cannot be approved in the app", "unknown-checkpoint", "202 CAPTCHA", [approve, wrong]],
]

describe.each(Object.entries({ INSTAGRAM: instagram, MESSENGER: messenger }))("at %s", (provider, cases) => {
  it.each(cases)("%s", async (_, username, expected, ...solutions) => {
    const { login, solve } = createClient(createSandbox().fetch)
    const account = await login(username, provider)
    expect(account.short).toBe(expected)
    const responses = []
    for (const [code] of solutions) {
      const { short } = await solve(account, code, provider).catch(({ name }: Error) => ({ short: name }))
      responses.push([code, short])
    }
    expect(responses).toEqual(solutions)
  })
})

it.each([
  "somebody",
  "",
  "OK",
  "ok ",
  "2fa\n",
  "in-app-pending-",
  "in-app-pending-0",
  "in-app-pending-x",
  "error",
  "error:99:x",
  "error:200:errors/fine",
  "error:600:errors/odd",
  "error:403:errors/",
  "error:403:errors/a b",
  "2fa-error:403",
  "__proto__",
  "constructor",
])("the username %j chooses nothing", async (username) => {
  const { login } = createClient(createSandbox().fetch)
  expect((await login(username)).short).toBe(username === "" ? malformed : "401 errors/invalid_credentials")
})

it("2fa-lost is connected at one provider and by no other username, and only where it was solved in time", async () => {
  const { fetch, advance } = createSandbox()
  const { login, solve } = createClient(fetch)
  const late = await login("2fa-lost", "LINKEDIN")
  advance(300_000)
  expect((await solve(late, right, "LINKEDIN")).short).toBe("408 errors/request_timeout")
  const account = await login("2fa-lost", "LINKEDIN")
  expect(account.short).toBe("202 2FA")
  await expect(solve(account, right, "LINKEDIN")).rejects.toThrow(TypeError)
  expect((await login("2fa-lost", "LINKEDIN")).short).toBe("409 errors/already_exists")
  expect((await login("2fa-lost", "TWITTER")).short).toBe("202 2FA")
  expect((await login("2fa", "LINKEDIN")).short).toBe("202 2FA")
})
