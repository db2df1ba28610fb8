import type { Fetch } from "../http/post-json.ts"

/** What the sandbox posts by itself. */
export interface Outbox {
  /** Posts at once, and again after 1, 10 and 60 s as long as no 2xx comes back. */
  post(url: string, body: object): void
  /** Posts again what is due by the clock. */
  flush(): void
  /** Breaks off what is on its way and forgets the rest. */
  close(): void
}

interface OutboxOptions {
  fetch: Fetch | undefined
  /** Epoch ms. */
  now: () => number
}

interface Delivery {
  url: string
  body: object
  tries: number
  /** When to try again, in epoch ms. */
  due: number
}

/** How long to wait after each try that failed, in ms; after the last there is none. */
const waits = [1_000, 10_000, 60_000]

/** How long a try may take, in ms. */
const timeout = 10_000

/** Creates an outbox whose waits go by a clock that may be moved, or stand still. */
export function createOutbox({ fetch, now }: OutboxOptions): Outbox {
  const closing = new AbortController()
  const waiting = new Map<Delivery, ReturnType<typeof setTimeout>>()

  async function send(delivery: Delivery): Promise<void> {
    clearTimeout(waiting.get(delivery))
    waiting.delete(delivery)
    const { url, body, tries } = delivery
    // Whoever has nothing posted does without it.
    const { postJson } = await import("../http/post-json.ts")
    const request = { url, headers: {}, body, secrets: [], timeout, fetch }
    const answer = await postJson(request, { signal: closing.signal, now })
    const taken = answer.kind === "answer" && answer.status >= 200 && answer.status < 300
    const wait = waits[tries]
    if (taken || wait === undefined || closing.signal.aborted) return
    arm({ url, body, tries: tries + 1, due: now() + wait })
  }

  const isDue = ({ due }: Delivery) => due <= now()

  function arm(delivery: Delivery): void {
    const timer = setTimeout(() => (isDue(delivery) ? send(delivery) : arm(delivery)), delivery.due - now())
    // No process stays for it, where there are processes.
    timer.unref?.()
    waiting.set(delivery, timer)
  }

  return {
    post: (url, body) => void send({ url, body, tries: 0, due: now() }),
    flush() {
      for (const delivery of [...waiting.keys()].filter(isDue)) send(delivery)
    },
    close() {
      closing.abort()
      for (const timer of waiting.values()) clearTimeout(timer)
    },
  }
}
