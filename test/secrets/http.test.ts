import { once } from "node:events"
import { createServer, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest"
import { createPostpressTransport } from "../../src/transports/postpress.ts"
import { checkpoint, connected, refusal, Sent } from "./answers.ts"
import type { PlayOptions } from "./played-intent.ts"
import { watchLogins } from "./watch-logins.ts"

const watch = watchLogins()

/** What the server does with a request and the connection that it came on. */
type Treatment = (sent: Sent, response: ServerResponse) => unknown

let treat: Treatment = () => {}
/** How many requests came with their secrets. */
let requests = 0

async function respond(answer: Response | Promise<Response>, response: ServerResponse): Promise<void> {
  const { status, headers, body } = await answer
  response.writeHead(status, Object.fromEntries(headers))
  for await (const chunk of body ?? []) response.write(chunk)
  response.end()
}

const server = createServer(async (request, response) => {
  const body = (await request.toArray()).join("")
  const headers = { "x-api-key": String(request.headers["x-api-key"]) }
  requests += 1
  treat(new Sent(request.url ?? "", { headers, body }), response)
})

beforeAll(async () => {
  server.listen(0, "127.0.0.1")
  await once(server, "listening")
})
afterAll(async () => {
  server.close()
  server.closeAllConnections()
  await once(server, "close")
})

const treatments: Record<string, Treatment> = {
  "an error": (sent, response) => respond(refusal(401, "errors/invalid_checkpoint_solution")(sent), response),
  "an error with its reason phrase": ({ values }, response) =>
    response.writeHead(500, encodeURIComponent(values)).end(values),
  "a redirect": ({ url, values }, response) =>
    response.writeHead(307, { location: `${url}?${encodeURIComponent(values)}` }).end(values),
  "a connection that is reset": (_, { socket }) => socket?.resetAndDestroy(),
  "an answer that breaks off": ({ values }, response) => {
    response.writeHead(500, { "content-length": 10_000 }).write(values, () => response.destroy())
  },
  "an answer that is not HTTP": ({ values }, { socket }) => socket?.end(`HTTP/9 ${values}\r\n\r\n`),
  "a header that is none": ({ values }, { socket }) => socket?.end(`HTTP/1.1 200 OK\r\n: ${values}\r\n\r\n`),
  "an answer that never comes": () => vi.advanceTimersByTime(30_000),
}

const options: PlayOptions = {
  transport({ apiKey }) {
    const { port } = server.address() as AddressInfo
    return createPostpressTransport({ apiKey, baseUrl: `http://127.0.0.1:${port}` })
  },
}

/** The answer that a play would say in process: here the server has its own. */
const any = connected

describe("Over HTTP no canary leaves through", () => {
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
