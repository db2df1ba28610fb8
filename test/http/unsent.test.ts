import nodeFetch from "node-fetch"
import { Agent, fetch as undiciFetch } from "undici"
import { describe, expect, it, onTestFinished, vi } from "vitest"
import { createPostJson, type Fetch } from "../../src/http/post-json.ts"
import { holdTimers } from "../harness/hold-timers.ts"
import { createContext } from "../harness/send-postpress.ts"
import { serve } from "../harness/serve.ts"

const post = (url: string, fetch?: Fetch, context = createContext()) =>
  createPostJson({ headers: {}, timeout: 5_000, fetch })(url, {}, context)

/** A port without a listener: another test could get a port that was just closed. */
const refusedPort = 2

const unsent = { kind: "network", sent: false }
const lost = { kind: "network" }

const implementations: [string, Fetch][] = [
  ["the platform's fetch", (url, init) => fetch(url, init)],
  ["undici's fetch", (url, init) => undiciFetch(url, init)],
  ["node-fetch", (url, init) => nodeFetch(url, init)],
]

describe.each(implementations)("%s", (_, fetch) => {
  it("reports a refused connection as one that nothing left by", async () => {
    expect(await post(`http://127.0.0.1:${refusedPort}`, fetch)).toEqual(unsent)
  })

  it("reports a name that does not exist as one that nothing left for", async () => {
    expect(await post("http://no-such-host.invalid", fetch)).toEqual(unsent)
  })

  it("reports a connection that is reset after the request as lost", async () => {
    const server = await serve((_, raw) => void raw.socket?.resetAndDestroy())
    expect(await post(server.url, fetch)).toEqual(lost)
    expect(server.received).toHaveLength(1)
  })

  it("reports a kept connection that is closed under the next request as lost, and sends it once", async () => {
    const server = await serve((request, raw) => {
      if (request.path === "/first") return Response.json({})
      raw.socket?.destroy()
      return undefined
    })
    expect(await post(`${server.url}/first`, fetch)).toMatchObject({ kind: "response" })
    expect(await post(`${server.url}/second`, fetch)).toEqual(lost)
    expect(server.received.map(({ path }) => path)).toEqual(["/first", "/second"])
  })
})

it("a name with several addresses that all refuse is known to have sent nothing", async () => {
  const dispatcher = new Agent({
    connect: {
      autoSelectFamily: true,
      lookup: (_name, _options, found) =>
        found(null, [
          { address: "127.0.0.1", family: 4 },
          { address: "127.0.0.2", family: 4 },
        ]),
    },
  })
  onTestFinished(() => dispatcher.close())
  expect(
    await post(`http://two.example:${refusedPort}`, (url, init) => undiciFetch(url, { ...init, dispatcher })),
  ).toEqual(unsent)
})

describe("an error of a fetch", () => {
  const fail =
    (error: unknown): Fetch =>
    () =>
      Promise.reject(error)
  const coded = (code: unknown) => Object.assign(new Error("connect"), { code })

  it.each([
    "ENOTFOUND",
    "EAI_AGAIN",
    "ECONNREFUSED",
    "EHOSTUNREACH",
    "ENETUNREACH",
    "UND_ERR_CONNECT_TIMEOUT",
    "ConnectionRefused",
  ])("with the code %s is known to have sent nothing, by itself or as a cause", async (code) => {
    expect(await post("https://a.example", fail(coded(code)))).toEqual(unsent)
    expect(await post("https://a.example", fail(new TypeError("fetch failed", { cause: coded(code) })))).toEqual(unsent)
  })

  it.each(["read", "write"])("with a host that becomes unreachable at a %s may have been sent", async (syscall) => {
    for (const code of ["EHOSTUNREACH", "ENETUNREACH"]) {
      const cause = Object.assign(coded(code), { syscall })
      expect(await post("https://a.example", fail(cause))).toEqual(lost)
      expect(await post("https://a.example", fail(new TypeError("fetch failed", { cause })))).toEqual(lost)
    }
  })

  it.each(["ECONNRESET", "EPIPE", "ETIMEDOUT", "UND_ERR_SOCKET", "UND_ERR_HEADERS_TIMEOUT", "toString", 7])(
    "with the code %s may have been sent",
    async (code) => {
      expect(await post("https://a.example", fail(coded(code)))).toEqual(lost)
    },
  )

  it.each<[string, unknown[], object]>([
    ["that all refused", [coded("ECONNREFUSED"), coded("ENETUNREACH")], unsent],
    ["of which one was reset", [coded("ECONNREFUSED"), coded("ECONNRESET")], lost],
    ["of which there is none", [], lost],
  ])("of several addresses %s", async (_, errors, expected) => {
    expect(await post("https://a.example", fail(new AggregateError(errors)))).toEqual(expected)
  })

  it("that is its own cause ends", async () => {
    const error: Error & { cause?: unknown } = new Error("loop")
    error.cause = error
    expect(await post("https://a.example", fail(error))).toEqual(lost)
  })

  it("that throws when it is read may have been sent", async () => {
    const unreadable = Object.defineProperty(new Error("unreadable"), "code", {
      get() {
        throw new Error("no")
      },
    })
    expect(await post("https://a.example", fail(unreadable))).toEqual(lost)
  })
})

describe("a page", () => {
  /** A page's browser, which describes no error. */
  const online = (...states: boolean[]) => {
    vi.stubGlobal("navigator", {
      get onLine() {
        return states.length > 1 ? states.shift() : states[0]
      },
    })
  }
  const fails: Fetch = () => Promise.reject(new TypeError("Failed to fetch"))

  it.each([
    ["is offline before and after", [false, false], unsent],
    ["goes offline while it sends", [true, false], lost],
    ["comes online while it sends", [false, true], lost],
    ["is online", [true, true], lost],
  ] as const)("that %s", async (_, states, expected) => {
    online(...states)
    expect(await post("https://a.example", fails)).toEqual(expected)
  })

  it("that reports it is offline, and gets a response, has it", async () => {
    online(false)
    expect(await post("https://a.example", () => Response.json({}))).toMatchObject({ kind: "response", status: 200 })
  })

  it("that is offline still times out as lost, as its browser may have sent it meanwhile", async () => {
    holdTimers()
    online(false)
    const response = post("https://a.example", () => new Promise(() => {}))
    await vi.advanceTimersByTimeAsync(5_000)
    expect(await response).toEqual({ kind: "timeout" })
  })
})

it("a request that is aborted before it starts is known to have sent nothing", async () => {
  const fetch = vi.fn<Fetch>()
  const context = createContext({ signal: AbortSignal.abort() })
  expect(await post("https://a.example", fetch, context)).toEqual(unsent)
  expect(fetch).not.toHaveBeenCalled()
})
