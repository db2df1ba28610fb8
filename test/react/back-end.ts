import { createSandbox } from "../../src/sandbox/create-sandbox.ts"
import { createMemoryStore } from "../../src/server/memory-store.ts"
import { createRelay } from "../../src/server/relay/create-relay.ts"

/** Creates a page's back end: a relay with its own sandbox, whose clocks move together. It records its requests. */
export function createBackEnd() {
  const sandbox = createSandbox()
  const sent: { path: string; body: Record<string, unknown> }[] = []
  let ahead = 0
  const clock = { now: () => Date.now() + ahead }
  const basePath = "/api/auth"
  const relay = createRelay({
    apiKey: "sandbox",
    basePath,
    fetch: sandbox.fetch,
    store: createMemoryStore({ clock }),
    keys: [{ id: "test", secret: crypto.randomUUID() }],
    getUserId: () => "ada",
    clock,
  })
  return {
    sent,
    async respond(request: Request): Promise<Response> {
      const body = await request.clone().json()
      sent.push({ path: new URL(request.url).pathname.slice(basePath.length), body })
      return relay(request)
    },
    advance(ms: number) {
      sandbox.advance(ms)
      ahead += ms
    },
  }
}
