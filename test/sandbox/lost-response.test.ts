import { describe, expect, it, onTestFinished } from "vitest"
import { SimulatedClock } from "xstate"
import { createSandbox } from "../../src/sandbox/create-sandbox.ts"
import { startSandbox } from "../../src/sandbox/start-sandbox.ts"
import { createClient } from "./client.ts"

const unknown = "403 errors/unknown_authentication_context"
const exists = "409 errors/already_exists"

const clock = new SimulatedClock()

const places = {
  "in process": async () => ({ fetch: createSandbox({ clock }).fetch, url: "https://api.postpress.ai/v1" }),
  async "over HTTP"() {
    const { url, close } = await startSandbox({ clock })
    onTestFinished(close)
    return { fetch, url }
  },
}

describe.each(Object.entries(places))("2fa-lost %s", (_, start) => {
  it("rejects with a TypeError, and behaves afterwards as a connected account does", async () => {
    const { fetch, url } = await start()
    const { login, solve } = createClient(fetch, url)
    const account = await login("2fa-lost")
    expect(account.short).toBe("202 2FA")
    expect((await solve(account, "000000")).short).toBe("401 errors/invalid_checkpoint_solution")
    await expect(solve(account, "123456")).rejects.toThrow(TypeError)
    for (const code of ["123456", "TRY_ANOTHER_WAY"]) expect((await solve(account, code)).short).toBe(unknown)
    expect((await login("2fa-lost")).short).toBe(exists)
  })

  it("is one account for each provider, and no other username's", async () => {
    const { fetch, url } = await start()
    const { login, solve } = createClient(fetch, url)
    const account = await login("2fa-lost", "LINKEDIN")
    await expect(solve(account, "123456", "LINKEDIN")).rejects.toThrow(TypeError)
    expect((await login("2fa-lost", "LINKEDIN")).short).toBe(exists)
    expect((await login("2fa-lost", "TWITTER")).short).toBe("202 2FA")
    expect((await login("2fa", "LINKEDIN")).short).toBe("202 2FA")
  })

  it("loses the response however the account is connected, and no other", async () => {
    const { fetch, url } = await start()
    const { login, solve } = createClient(fetch, url)
    const one = await login("2fa-lost")
    expect((await solve(one, "TRY_ANOTHER_WAY")).short).toBe("202 OTP")
    await expect(solve(one, "123456")).rejects.toThrow(TypeError)
    const other = await login("2fa-lost", "MESSENGER")
    await expect(solve(other, "in_app_validation", "MESSENGER")).rejects.toThrow(TypeError)
  })

  it("connects nothing that was not solved in time", async () => {
    const { fetch, url } = await start()
    const { login, solve } = createClient(fetch, url)
    const account = await login("2fa-lost")
    clock.increment(300_000)
    expect((await solve(account, "123456")).short).toBe("408 errors/request_timeout")
    expect((await login("2fa-lost")).short).toBe("202 2FA")
  })
})
