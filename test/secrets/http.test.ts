import type { ServerResponse } from "node:http"
import { afterAll, describe, expect, test, vi } from "vitest"
import type { AuthTransport } from "../../src/transports/auth-transport.ts"
import { createPostpressTransport } from "../../src/transports/postpress.ts"
import { listen } from "../harness/serve.ts"
import { checkpoint, connected, type PlayOptions, refusal, type Sent } from "./logins.ts"
import { watchLogins } from "./watch.ts"

const watch = watchLogins()

/** What the server does with a request and the connection that it came on. */
type Treatment = (sent: Sent, response: ServerResponse) => unknown

/** What the server repeats, beside the request. */
let everything = ""

let treat: Treatment = () => {}
/** How many requests came with their secrets. */
let requests = 0

async function respond(reply: Response | Promise<Response>, response: ServerResponse): Promise<void> {
  const { status, headers, body } = await reply
  response.writeHead(status, Object.fromEntries(headers))
  for await (const chunk of body ?? []) response.write(chunk)
  response.end()
}

const { origin, close } = await listen(async (request, response) => {
  const body = (await request.toArray()).join("")
  requests += 1
  const init = { method: "POST", headers: {}, body, redirect: "manual" as const, signal: new AbortController().signal }
  const echo = `${everything} ${body} ${request.headers["x-api-key"]}`
  treat({ init, echo }, response)
})

afterAll(close)

const treatments: Record<string, Treatment> = {
  "an error": (sent, response) => respond(refusal(401, "errors/invalid_checkpoint_solution")(sent), response),
  "an error with its reason phrase": ({ echo }, response) =>
    response.writeHead(500, encodeURIComponent(echo).slice(0, 4_000)).end(echo),
  "a redirect": ({ echo }, response) =>
    response.writeHead(307, { location: `/?${encodeURIComponent(echo).slice(0, 4_000)}` }).end(echo),
  "a connection that is reset": (_, { socket }) => socket?.resetAndDestroy(),
  "a response that breaks off": ({ echo }, response) => {
    response.writeHead(500, { "content-length": 10_000 }).write(echo, () => response.destroy())
  },
  "a response that is not HTTP": ({ echo }, { socket }) => socket?.end(`HTTP/9 ${echo}\r\n\r\n`),
  "a header that is none": ({ echo }, { socket }) => socket?.end(`HTTP/1.1 200 OK\r\n: ${echo}\r\n\r\n`),
  "a response that never comes": () => vi.advanceTimersByTime(30_000),
}

const options: PlayOptions = {
  transport(canaries) {
    everything = canaries.everything
    return createPostpressTransport({ apiKey: canaries.apiKey, baseUrl: origin }) as AuthTransport<unknown>
  },
}

/** The reply of a server in process: here the server has its own. */
const any = connected

describe("over HTTP no secret leaves through", () => {
  test.each(Object.entries(treatments))("%s", async (_title, treatment) => {
    requests = 0
    const submit = await watch({
      options,
      async play(intent) {
        treat = treatment
        await intent.logIn(any)
      },
    })
    const solve = await watch({
      options,
      async play(intent) {
        treat = (sent, response) => respond(checkpoint("2FA")(sent), response)
        await intent.logIn(any)
        treat = treatment
        await intent.typeCode(any)
      },
    })
    expect([...submit.leaks, ...solve.leaks]).toEqual([])
    expect([...solve.searched.keys()]).toContain("solving")
    expect(requests).toBe(3)
  })
})
