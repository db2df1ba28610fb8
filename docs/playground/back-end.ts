import type { IncomingMessage, ServerResponse } from "node:http"
import { toNodeHandler } from "srvx/node"
import type { Connect, Plugin } from "vite"
import { createSandbox } from "../../src/sandbox/create-sandbox.ts"
import { createMemoryStore } from "../../src/server/memory-store.ts"
import { createRelay, type Relay } from "../../src/server/relay/create-relay.ts"

/** Secrets that no page may see. */
export const apiKey = "the-playgrounds-api-key"

const readSession = (cookies = "") => /(?:^|; )session=([^;]+)/.exec(cookies)?.[1]

/** Creates a session for every visitor, as a host's own sign-in would. */
function giveSession({ headers }: IncomingMessage, response: ServerResponse, next: () => void): void {
  if (readSession(headers.cookie) === undefined) {
    response.setHeader("set-cookie", `session=${crypto.randomUUID()}; HttpOnly; SameSite=Lax; Path=/`)
  }
  next()
}

/** Serves the host's back end, and the sandbox in place of the API, on the port of the page. */
export function backEnd(): Plugin {
  let ahead = 0
  const clock = { now: () => Date.now() + ahead }
  const sandbox = createSandbox({ apiKey, fetch: (url, init) => relayAt(new URL(url).origin)(new Request(url, init)) })
  const relays = new Map<string, Relay>()

  /** Returns the relay of an origin, built at its first request: a browser has another session at each host. */
  function relayAt(origin: string): Relay {
    const known = relays.get(origin)
    if (known) return known
    const relay = createRelay({
      apiKey,
      basePath: "/api/auth",
      baseUrl: `${origin}/v1`,
      publicUrl: `${origin}/api/auth`,
      returnTo: `${origin}/`,
      fetch: (url, init) => sandbox.fetch(url, init),
      store: createMemoryStore({ clock }),
      // A visitor of a sandbox may try without limit.
      limits: { submits: false, submitsPerUsername: false },
      keys: [{ id: "playground", secret: crypto.randomUUID() + crypto.randomUUID() }],
      getUserId: ({ headers }) => readSession(headers.get("cookie") ?? undefined),
      onConnected: () => {},
      onUnconfirmed: () => {},
      clock,
    })
    relays.set(origin, relay)
    return relay
  }

  /** Moves the clock of the sandbox and of the relay. */
  async function advance(request: Request): Promise<Response> {
    const { ms } = (await request.json().catch(() => undefined)) ?? {}
    if (request.method !== "POST" || !Number.isInteger(ms) || ms < 0 || ms > 86_400_000) {
      return new Response(null, { status: 400 })
    }
    sandbox.advance(ms)
    ahead += ms
    return new Response(null, { status: 204 })
  }

  /** The platform's `fetch` does not accept the adapter's request, so this builds another. */
  async function showHosted(request: Request): Promise<Response> {
    const { url, method, headers } = request
    const body = method === "POST" ? await request.text() : null
    return sandbox.fetch(url, { method, headers: { "content-type": headers.get("content-type") ?? "" }, body })
  }

  const routes: Record<string, (request: Request) => Promise<Response>> = {
    "/api/auth/": (request) => relayAt(new URL(request.url).origin)(request),
    "/v1/hosted/auth/": showHosted,
    "/sandbox/advance": advance,
  }

  function mount({ middlewares }: { middlewares: Connect.Server }) {
    middlewares.use(giveSession)
    for (const [path, handle] of Object.entries(routes)) {
      const listener = toNodeHandler(handle) as (request: IncomingMessage, response: ServerResponse) => Promise<void>
      middlewares.use((request, response, next) => {
        if (!request.url?.startsWith(path)) return next()
        // A response that the sandbox loses, or a request that breaks off, must not end the process.
        listener(request, response).catch(() => request.socket.destroy())
      })
    }
  }
  return { name: "back-end", configureServer: mount, configurePreviewServer: mount }
}
