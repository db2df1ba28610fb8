import { isSuccess } from "../failures/to-failure.ts"
import { createPostJson, type Fetch } from "../http/post-json.ts"

/** Sends the sandbox's own posts. */
export type Outbox = ReturnType<typeof createOutbox>

/** One post; `sendAt` is in epoch ms. */
type Delivery = { url: string; body: object; tries: number; sendAt: number }

/** The delay after each failed try, in ms. */
const retryDelays = [1_000, 10_000, 60_000]

/** Creates an outbox. The delays follow a clock, which may be moved or stand still. */
export function createOutbox({ fetch, now }: { fetch?: Fetch | undefined; now(): number }) {
  const postJson = createPostJson({ timeout: 10_000, fetch })
  const scheduled = new Map<Delivery, ReturnType<typeof setTimeout>>()
  // One controller for each request: a Cloudflare worker may make none before its first request, nor share one.
  const inFlight = new Set<AbortController>()
  let isClosed = false

  async function send(delivery: Delivery): Promise<void> {
    clearTimeout(scheduled.get(delivery))
    scheduled.delete(delivery)
    const { url, body, tries } = delivery
    const controller = new AbortController()
    inFlight.add(controller)
    const response = await postJson(url, body, { signal: controller.signal, now })
    inFlight.delete(controller)
    const isAccepted = response.kind === "response" && isSuccess(response.status)
    const delay = retryDelays[tries]
    if (isAccepted || delay === undefined || isClosed) return
    schedule({ url, body, tries: tries + 1, sendAt: now() + delay })
  }

  const isDue = ({ sendAt }: Delivery) => sendAt <= now()

  function schedule(delivery: Delivery): void {
    // After a clock was set back, the delay could exceed a timer's limit.
    const delay = Math.min(delivery.sendAt - now(), 60_000)
    const timer = setTimeout(() => (isDue(delivery) ? send(delivery) : schedule(delivery)), delay)
    // In Node, the timer must keep no process alive.
    timer.unref?.()
    scheduled.set(delivery, timer)
  }

  return {
    /** Posts at once, and again after 1, 10 and 60 s as long as no 2xx comes back. */
    post: (url: string, body: object) => void send({ url, body, tries: 0, sendAt: now() }),
    /** Posts every delivery whose time has come. */
    flush() {
      for (const delivery of [...scheduled.keys()].filter(isDue)) send(delivery)
    },
    /** Aborts what is in flight and forgets the rest. */
    close() {
      isClosed = true
      for (const controller of inFlight) controller.abort()
      for (const timer of scheduled.values()) clearTimeout(timer)
    },
  }
}
