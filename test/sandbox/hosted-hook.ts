import type { ServerResponse } from "node:http"
import { serve } from "../harness/serve.ts"

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
  const { url } = await serve(({ method, headers, body }, raw) => {
    const count = received.push({ method, type: headers["content-type"], body: JSON.parse(body) })
    const reply = replies[Math.min(count, replies.length) - 1]
    if (typeof reply === "function") reply(raw)
    else raw.writeHead(reply ?? 500).end()
    waiting.get(count)?.()
    return undefined
  })

  return {
    url: `${url}/hook`,
    received,
    /** Waits until that many posts have come in, and gives their bodies. */
    async until(count: number): Promise<unknown[]> {
      if (received.length < count) await new Promise<void>((resolve) => waiting.set(count, resolve))
      return received.map(({ body }) => body)
    },
  }
}
