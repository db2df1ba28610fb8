import { describe, expect, it, onTestFinished } from "vitest"
import { SimulatedClock } from "xstate"
import { createSandbox } from "../../src/sandbox/create-sandbox.ts"
import { startSandbox } from "../../src/sandbox/start-sandbox.ts"
import { createClient } from "./client.ts"

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
  it("rejects with a TypeError and is connected then, at one provider and by no other username", async () => {
    const { fetch, url } = await start()
    const { login, solve } = createClient(fetch, url)
    const account = await login("2fa-lost", "LINKEDIN")
    await expect(solve(account, "123456", "LINKEDIN")).rejects.toThrow(TypeError)
    expect((await login("2fa-lost", "LINKEDIN")).short).toBe("409 errors/already_exists")
    expect((await login("2fa-lost", "TWITTER")).short).toBe("202 2FA")
    expect((await login("2fa", "LINKEDIN")).short).toBe("202 2FA")
  })

  it("connects nothing that was not solved in time", async () => {
    const { fetch, url } = await start()
    const { login, solve } = createClient(fetch, url)
    const account = await login("2fa-lost")
    expect((await solve(account, "000000")).status).toBe(401)
    clock.increment(300_000)
    expect((await solve(account, "123456")).short).toBe("408 errors/request_timeout")
    expect((await login("2fa-lost")).short).toBe("202 2FA")
  })
})
