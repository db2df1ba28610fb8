import type { IncomingMessage, RequestListener, ServerResponse } from "node:http"
import { toNodeHandler } from "srvx/node"
import type { Connect, Plugin } from "vite"
import { createSandbox } from "../../src/sandbox/create-sandbox.ts"
import { createRelay } from "../../src/server/create-relay.ts"

/** What no page may see. */
export const apiKey = "the-playgrounds-api-key"

const readSession = (cookies = "") => /(?:^|; )session=([^;]+)/.exec(cookies)?.[1]

/** Gives everyone who comes a session, as a host's own sign-in would. */
function giveSession({ headers }: IncomingMessage, response: ServerResponse, next: () => void): void {
  if (readSession(headers.cookie) === undefined) {
    response.setHeader("set-cookie", `session=${crypto.randomUUID()}; HttpOnly; SameSite=Lax; Path=/`)
  }
  next()
}

/** The host's back end, and the sandbox in place of the API: all that the page talks to, on the port that serves it. */
export function backEnd(): Plugin {
  const sandbox = createSandbox({ apiKey })
  let relay: ReturnType<typeof createRelay> | undefined

  /** Built when it is first asked: only then is it known where the sandbox's hosted pages are. */
  function relayAt(origin: string) {
    relay ??= createRelay({
      apiKey,
      baseUrl: `${origin}/v1`,
      fetch: sandbox.fetch,
      getUserId: ({ headers }) => readSession(headers.get("cookie") ?? undefined),
      keys: [{ id: "playground", secret: crypto.randomUUID() }],
    })
    return relay
  }

  async function askSandbox(request: Request, path: string, key = "") {
    const { method, url, headers } = request
    const body = method === "POST" ? await request.text() : undefined
    const contentType = headers.get("content-type") ?? ""
    return sandbox.fetch(new URL(path, url), {
      method,
      headers: { "content-type": contentType, "x-api-key": key },
      body,
    })
  }

  const routes: Record<string, (request: Request) => Promise<Response>> = {
    "/api/auth/": (request) => relayAt(new URL(request.url).origin)(request),
    "/v1/hosted/auth/": (request) => askSandbox(request, request.url),
    "/sandbox/advance": (request) => askSandbox(request, "/v1/sandbox/advance", apiKey),
  }

  function mount({ middlewares }: { middlewares: Connect.Server }) {
    middlewares.use(giveSession)
    for (const [path, answer] of Object.entries(routes)) {
      const listener = toNodeHandler(answer) as RequestListener
      middlewares.use((request, response, next) =>
        request.url?.startsWith(path) ? listener(request, response) : next(),
      )
    }
  }
  return { name: "back-end", configureServer: mount, configurePreviewServer: mount }
}
