import { once } from "node:events"
import { connect } from "node:net"
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest"
import { type SandboxServer, startSandbox } from "../../src/sandbox/start-sandbox.ts"
import { createClient } from "./client.ts"
import { rawRequest } from "./raw-request.ts"

// What no answer may repeat.
const password = "canary-password"
const login = { provider: "INSTAGRAM", username: "ok", password }

let server: SandboxServer

beforeAll(async () => {
  server = await startSandbox()
})
afterEach(async () => {
  // Whatever was sent: it is still there.
  expect((await createClient(fetch, server.url).post("/accounts", login)).short).toBe("201")
})
afterAll(() => server.close())

describe("bytes", () => {
  const head = `POST /v1/accounts HTTP/1.1\r\nHost: a\r\nX-API-KEY: sandbox\r\nContent-Type: application/json\r\nConnection: close\r\n`
  const body = JSON.stringify(login)
  const right = `${head}Content-Length: ${body.length}\r\n\r\n${body}`

  // biome-ignore format: a table
  it.each<[title: string, bytes: string, end?: "end"]>([
    ["no HTTP",                       `${password}\r\n\r\n`],
    ["a TLS handshake",               "\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\x03\x03"],
    ["HTTP/2",                        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"],
    ["a version nobody has seen",     "POST /v1/accounts HTTP/7.3\r\n\r\n"],
    ["a path with a NUL",             "POST /v1/\0 HTTP/1.1\r\nHost: a\r\n\r\n"],
    ["a header without a colon",      `${head}nothing\r\n\r\n`],
    ["a header with a NUL",           `${head}X-Other: a\0b\r\n\r\n`],
    ["64 KB of headers",              `${head}X-Other: ${"a".repeat(65_536)}\r\n\r\n`],
    ["a length that is no number",    `${head}Content-Length: many\r\n\r\n${body}`],
    ["a negative length",             `${head}Content-Length: -1\r\n\r\n${body}`],
    ["a length beyond all numbers",   `${head}Content-Length: ${"9".repeat(40)}\r\n\r\n${body}`],
    ["two lengths",                   `${head}Content-Length: 1\r\nContent-Length: 2\r\n\r\n${body}`],
    ["a length and chunks",           `${head}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`],
    ["a chunk of no length",          `${head}Transfer-Encoding: chunked\r\n\r\nzz\r\n${body}`],
    ["a body that breaks off",        `${head}Content-Length: 500\r\n\r\n${body}`, "end"],
    ["chunks that break off",         `${head}Transfer-Encoding: chunked\r\n\r\n5\r\n{`, "end"],
    ["headers that break off",        head, "end"],
    ["a tunnel",                      "CONNECT api.postpress.ai:443 HTTP/1.1\r\nHost: a\r\n\r\n"],
    ["a Host that is none",           `${head.replace("Host: a", "Host: a:99999")}Content-Length: 0\r\n\r\n`],
    ["a Host that is none, and a path", `${head.replace("Host: a", "Host: a:99999").replace("/v1", "/<v1>")}Content-Length: 0\r\n\r\n`],
  ])("are refused with an envelope when they are %s", async (_, bytes, end) => {
    const answer = await rawRequest(server.url, bytes, { end: end === "end" })
    expect(answer).toMatch(/^HTTP\/1\.1 400 /)
    expect(answer.toLowerCase()).toContain("content-type: application/json")
    expect(JSON.parse(answer.slice(answer.indexOf("{"), answer.lastIndexOf("}") + 1))).toEqual({
      title: "Invalid request",
      detail: expect.stringMatching(/^[A-Z].+\.$/),
      instance: expect.stringMatching(/^req_/),
      type: "errors/invalid_request",
      status: 400,
    })
    expect(answer).not.toContain(password)
  })

  // biome-ignore format: a table
  it.each<[title: string, bytes: string, status: number]>([
    ["a request without a Host",      right.replace("Host: a\r\n", ""), 201],
    ["a request to another origin",   right.replace("/v1", "https://api.postpress.ai/v1"), 201],
    ["a request that expects much",   right.replace("Host: a", "Host: a\r\nExpect: a-miracle"), 201],
    ["a request to switch protocols", right.replace("Connection: close", "Connection: close, Upgrade\r\nUpgrade: websocket"), 201],
    ["a request of HTTP/1.0",         right.replace("HTTP/1.1", "HTTP/1.0"), 201],
    ["a request for no path",         right.replace("/v1/accounts", "*").replace("POST", "OPTIONS"), 404],
    ["another scheme",                right.replace("/v1", "ftp://a/v1"), 201],
    ["a TRACE",                       "TRACE /v1/accounts HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", 405],
  ])("are answered when they are %s", async (_, bytes, status) => {
    expect(await rawRequest(server.url, bytes)).toMatch(new RegExp(`^HTTP/1\\.1 ${status} [\\s\\S]+\\{.+\\}`))
  })

  it("are refused by the length that they announce, before they come", async () => {
    const answer = await rawRequest(server.url, `${head}Content-Length: 99999999999\r\n\r\n{`)
    expect(answer).toMatch(/^HTTP\/1\.1 400 [\s\S]+"type":"errors\/content_too_large"/)
  })

  it("may stop in the middle for good", async () => {
    const socket = connect(Number(new URL(server.url).port), "127.0.0.1")
    await once(socket, "connect")
    await new Promise((resolve) => socket.write(`${head}Content-Length: 500\r\n\r\n{`, resolve))
    socket.resetAndDestroy()
    await once(socket, "close")
    expect(socket.destroyed).toBe(true)
  })

  it("may be nothing at all", async () => {
    expect(await rawRequest(server.url, "", { end: true })).toBe("")
  })
})
