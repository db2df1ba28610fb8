import { once } from "node:events"
import { createServer, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import { json } from "node:stream/consumers"
import { onTestFinished } from "vitest"

/** What came in, as far as anybody looks at it. */
interface Received {
  method: string | undefined
  type: string | undefined
  body: unknown
}

type Reply = number | ((response: ServerResponse) => void)

/** Receives posts over HTTP for the length of a test; the replies are used one after the other, the last for all that follow. */
export async function startHook(...replies: [Reply, ...Reply[]]) {
  const received: Received[] = []
  const waiting = new Map<number, () => void>()
  const server = createServer(async (request, response) => {
    const { method, headers } = request
    const count = received.push({ method, type: headers["content-type"], body: await json(request) })
    const reply = replies[Math.min(count, replies.length) - 1]
    if (typeof reply === "function") reply(response)
    else response.writeHead(reply ?? 500).end()
    waiting.get(count)?.()
  }).listen(0, "127.0.0.1")
  await once(server, "listening")
  onTestFinished(async () => {
    server.closeAllConnections()
    server.close()
    await once(server, "close")
  })

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    received,
    /** Waits until that many posts have come in, and gives their bodies. */
    async until(count: number): Promise<unknown[]> {
      if (received.length < count) await new Promise<void>((resolve) => waiting.set(count, resolve))
      return received.map(({ body }) => body)
    },
  }
}
