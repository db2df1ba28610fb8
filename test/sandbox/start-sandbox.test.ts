import { once } from "node:events"
import { connect } from "node:net"
import { describe, expect, it, onTestFinished, vi } from "vitest"
import { AuthIntentError } from "../../src/auth-intent-error.ts"
import { type SandboxServerOptions, startSandbox } from "../../src/sandbox/start-sandbox.ts"
import { createClient } from "./client.ts"
import { start } from "./hosted-link.ts"

const portOf = (url: string) => Number(new URL(url).port)

/** Writes bytes on a connection that stays open for the test, and returns the response. */
async function openConnection(port: number, bytes: string): Promise<string> {
  const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true })
  socket.on("error", () => {})
  onTestFinished(() => void socket.destroy())
  socket.write(bytes)
  const [data] = await once(socket, "data")
  return String(data)
}

describe("startSandbox", () => {
  it.each<[string, SandboxServerOptions, RegExp]>([
    ["on any free port of loopback, under /v1", {}, /^http:\/\/127\.0\.0\.1:[1-9]\d*\/v1$/],
    ["with no base path", { basePath: "" }, /:\d+$/],
    ["with a base path", { basePath: "/api/v2" }, /:\d+\/api\/v2$/],
    ["on a host by name", { host: "localhost" }, /^http:\/\/(127\.0\.0\.1|\[::1\]):\d+\/v1$/],
    ["on all addresses, as in a container", { host: "0.0.0.0" }, /^http:\/\/127\.0\.0\.1:\d+\/v1$/],
  ])("returns a URL that it responds to %s", async (_, options, expected) => {
    const { url } = await start(options)
    expect(url).toMatch(expected)
    expect((await createClient(fetch, url).login("ok")).short).toBe("201")
  })

  it("listens on the port that it is given", async () => {
    // Below the ports that a system assigns by itself.
    const port = 20_000 + (process.pid % 10_000)
    expect(portOf((await start({ port })).url)).toBe(port)
  })

  it("listens on its host alone", async () => {
    const { url } = await start()
    await expect(fetch(url.replace("127.0.0.1", "127.0.0.2"))).rejects.toThrow("fetch failed")
  })

  it("rejects a port in use", async () => {
    const { url } = await start()
    const error = await startSandbox({ port: portOf(url) }).catch((error: unknown) => error)
    expect(error).toBeInstanceOf(AuthIntentError)
    expect(error).toMatchObject({
      code: "invalid_option",
      message: `startSandbox: cannot listen on 127.0.0.1, port ${portOf(url)}: the port is in use`,
    })
  })

  it.each([
    ["192.0.2.1", "startSandbox: cannot listen on 192.0.2.1, port 0: EADDRNOTAVAIL"],
    ["::ffff:127.0.0.1", "startSandbox: host should be loopback, or 0.0.0.0 or ::"],
  ])(
    "rejects the host %s, which is not this machine's, or by which it would refuse each request",
    async (host, message) => {
      await expect(startSandbox({ host })).rejects.toThrow(message)
    },
  )

  it("prints nothing and listens to no signal", async () => {
    const out = vi.spyOn(process.stdout, "write")
    const err = vi.spyOn(process.stderr, "write")
    const log = vi.spyOn(console, "log")
    const error = vi.spyOn(console, "error")
    const count = () => process.eventNames().reduce((sum, name) => sum + process.listenerCount(name), 0)
    const before = count()
    const { url, close } = await startSandbox()
    await createClient(fetch, url).login("2fa")
    const listeners = count()
    await close()
    const printed = [out, err, log, error].flatMap(({ mock }) => mock.calls)
    expect(printed).toEqual([])
    expect(listeners).toBe(before)
  })
})

describe("close", () => {
  const head =
    "POST /v1/accounts HTTP/1.1\r\nHost: localhost\r\nX-API-KEY: sandbox\r\nContent-Type: application/json\r\n"

  it.each([
    ["an idle connection", "GET /v1/accounts HTTP/1.1\r\nHost: localhost\r\n\r\n", "405"],
    ["a request that is still being sent", `${head}Expect: 100-continue\r\nContent-Length: 500\r\n\r\n{`, "100"],
    ["a connection that was refused and is left open", "no HTTP\r\n\r\n", "400"],
    ["a tunnel that was refused and is left open", "CONNECT a.example:443 HTTP/1.1\r\nHost: localhost\r\n\r\n", "400"],
  ])("breaks off %s", async (_, bytes, status) => {
    const { url, close } = await startSandbox()
    expect(await openConnection(portOf(url), bytes)).toContain(`HTTP/1.1 ${status} `)
    await close()
    await expect(fetch(`${url}/accounts`)).rejects.toThrow("fetch failed")
  })

  it("can be called twice", async () => {
    const { close } = await startSandbox()
    expect(await Promise.all([close(), close()])).toEqual([undefined, undefined])
  })
})
