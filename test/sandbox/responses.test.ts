import { describe, expect, it } from "vitest"
import { createSandbox } from "../../src/sandbox/create-sandbox.ts"
import { createClient } from "./client.ts"

describe("a response", () => {
  const { login, post, solve } = createClient(createSandbox().fetch)

  const account_id = expect.stringMatching(/^acc_[\w-]{20,}$/)
  const restricted = {
    title: "Account restricted",
    detail: expect.stringMatching(/^[A-Z].+\.$/),
    instance: expect.stringMatching(/^req_[\w-]{20,}$/),
    type: "errors/account_restricted",
    status: 403,
  }
  const tooMany = { ...restricted, title: "Too many requests", type: "errors/too_many_requests", status: 429 }
  const captcha = { type: "CAPTCHA", public_key: "sandbox", attempts_left: 3 }

  it.each([
    ["ok", 201, { object: "AccountCreated", account_id }],
    ["2fa", 202, { object: "Checkpoint", account_id, checkpoint: { type: "2FA" } }],
    ["unknown-checkpoint", 202, { object: "Checkpoint", account_id, checkpoint: captcha }],
    ["error:403:errors/account_restricted", 403, restricted],
    ["error:429:errors/too_many_requests", 429, tooMany],
  ])("to %s is JSON as the documents have it", async (username, expected, json) => {
    const { status, body, headers } = await login(username)
    expect({ status, body }).toEqual({ status: expected, body: json })
    expect(headers.get("content-type")).toBe("application/json")
  })

  it("has a request id of its own each time", async () => {
    const [one, two] = [await login("error:500:errors/x"), await login("error:500:errors/x")]
    expect(one.body["instance"]).not.toBe(two.body["instance"])
  })

  it("keeps the account id through an intent", async () => {
    const first = await login("2fa-then-otp")
    const second = await solve(first, "123456")
    const third = await solve(first, "123456")
    expect([second.body["account_id"], third.body["account_id"]]).toEqual(Array(2).fill(first.body["account_id"]))
  })

  it.each(["error:429:errors/too_many_requests", "2fa-error:429:errors/too_many_requests"])(
    "has a Retry-After: %s",
    async (username) => {
      const account = await login(username)
      const { status, headers } = account.status === 202 ? await solve(account, "123456") : account
      expect([status, headers.get("retry-after")]).toEqual([429, "30"])
    },
  )

  it("has a Retry-After for a 429 alone", async () => {
    expect((await login("error:503:errors/network_down")).headers.has("retry-after")).toBe(false)
  })

  it("to any password, and to unknown parameters, is a 201", async () => {
    const body = { provider: "TWITTER", username: "ok", password: " ", country: "FR" }
    expect((await post("/accounts", body)).short).toBe("201")
  })

  it("to an unknown username names those that choose, and not the one that was sent", async () => {
    const { short, body, text } = await login("canary-username")
    expect(short).toBe("401 errors/invalid_credentials")
    expect(body["detail"]).toMatch(/username chooses what happens: ok, 2fa, .*2fa-lost/)
    expect(text).not.toContain("canary")
  })
})
