import { connect } from "node:net"
import { text } from "node:stream/consumers"
import { afterAll, afterEach, describe, expect, it } from "vitest"
import { startSandbox } from "../../src/sandbox/start-sandbox.ts"
import { createClient } from "./client.ts"

// No response may repeat it.
const password = "canary-password"
const login = { provider: "INSTAGRAM", username: "ok", password }

const server = await startSandbox()
afterEach(async () => {
  // The server survives every request.
  expect((await createClient(fetch, server.url).post("/accounts", login)).short).toBe("201")
})
afterAll(() => server.close())

/** Writes bytes on a new connection, closes its side with `end`, and returns the whole response. */
function sendRaw(bytes: string, end?: "end"): Promise<string> {
  const socket = connect({ port: Number(new URL(server.url).port), host: "127.0.0.1", allowHalfOpen: true })
  socket.write(bytes)
  if (end) socket.end()
  return text(socket)
}

describe("bytes", () => {
  const head = `POST /v1/accounts HTTP/1.1\r\nHost: localhost\r\nX-API-KEY: sandbox\r\nContent-Type: application/json\r\nConnection: close\r\n`
  const body = JSON.stringify(login)
  const right = `${head}Content-Length: ${body.length}\r\n\r\n${body}`

  // biome-ignore format: a table
  it.each<[title: string, bytes: string, end?: "end"]>([
    ["no HTTP",                       `${password}\r\n\r\n`],
    ["64 KB of headers",              `${head}X-Other: ${"a".repeat(65_536)}\r\n\r\n`],
    ["a length and chunks",           `${head}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`],
    ["a body that breaks off",        `${head}Content-Length: 500\r\n\r\n${body}`, "end"],
    ["chunks that break off",         `${head}Transfer-Encoding: chunked\r\n\r\n5\r\n{`, "end"],
    ["headers that break off",        head, "end"],
    ["a tunnel",                      "CONNECT api.postpress.ai:443 HTTP/1.1\r\nHost: localhost\r\n\r\n"],
  ])("are refused with Problem Details when they are %s", async (_, bytes, end) => {
    const response = await sendRaw(bytes, end)
    expect(response).toMatch(/^HTTP\/1\.1 400 /)
    expect(response.toLowerCase()).toContain("content-type: application/json")
    expect(JSON.parse(response.slice(response.indexOf("{"), response.lastIndexOf("}") + 1))).toEqual({
      title: "Invalid request",
      detail: expect.stringMatching(/^[A-Z].+\.$/),
      instance: expect.stringMatching(/^req_/),
      type: "errors/invalid_request",
      status: 400,
    })
    expect(response).not.toContain(password)
  })

  // biome-ignore format: a table
  it.each<[title: string, bytes: string, status: number]>([
    ["a request to another origin",   right.replace("/v1", "https://api.postpress.ai/v1"), 201],
    ["a request that expects much",   right.replace("Host: localhost", "Host: localhost\r\nExpect: a-miracle"), 201],
    ["a request to switch protocols", right.replace("Connection: close", "Connection: close, Upgrade\r\nUpgrade: websocket"), 201],
    ["a request of HTTP/1.0",         right.replace("HTTP/1.1", "HTTP/1.0"), 201],
    ["a request for no path",         right.replace("/v1/accounts", "*").replace("POST", "OPTIONS"), 404],
    ["a TRACE",                       "TRACE /v1/accounts HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", 405],
  ])("get a response when they are %s", async (_, bytes, status) => {
    expect(await sendRaw(bytes)).toMatch(new RegExp(`^HTTP/1\\.1 ${status} [\\s\\S]+\\{.+\\}`))
  })

  // biome-ignore format: a table
  it.each<[host: string, status: number]>([
    ["localhost",                     201],
    ["127.0.0.1",                     201],
    ["[::1]:4010",                    201],
    ["evil.example",                  421],
    ["localhost.evil.example",        421],
    ["evil.example@127.0.0.1",        421],
    ["localhost/evil.example",        421],
    ["localhost\\evil.example",       421],
    ["localhost:99999",               421],
    ["",                              421],
  ])("for the Host %j get a %i", async (host, status) => {
    const response = await sendRaw(right.replace("Host: localhost", `Host: ${host}`))
    expect(response).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `))
    if (status === 421) expect(response).toContain('"type":"errors/misdirected_request"')
  })

  it("for no Host at all get a 421", async () => {
    expect(await sendRaw(right.replace("Host: localhost\r\n", ""))).toMatch(/^HTTP\/1\.1 421 /)
  })

  it("for another Host move nothing", async () => {
    const client = createClient(fetch, server.url)
    const time = async () => Number((await client.post("/sandbox/advance", { ms: 0 })).body["now"])
    const before = await time()
    const ahead = JSON.stringify({ ms: 3_600_000 })
    const bytes = `${head.replace("/accounts", "/sandbox/advance").replace("localhost", "evil.example")}Content-Length: ${ahead.length}\r\n\r\n${ahead}`
    expect(await sendRaw(bytes)).toMatch(/^HTTP\/1\.1 421 /)
    expect((await time()) - before).toBeLessThan(3_600_000)
  })

  it("are refused by the length that they announce, before they come", async () => {
    const response = await sendRaw(`${head}Content-Length: 99999999999\r\n\r\n{`)
    expect(response).toMatch(/^HTTP\/1\.1 400 [\s\S]+"type":"errors\/content_too_large"/)
  })
})
