import { check } from "../schemas/check.ts"
import { advanceRequest } from "../schemas/sandbox.schema.ts"
import { ApiError } from "./api-error.ts"
import { createOutbox } from "./create-outbox.ts"
import type { SandboxOptions } from "./create-sandbox.ts"
import { hostedPath } from "./hosted-path.ts"
import { readBody } from "./read-body.ts"
import { routes } from "./routes.ts"
import type { SandboxState } from "./sandbox-state.ts"
import { serveHosted } from "./serve-hosted.ts"

export interface Handler {
  /** Answers whatever comes, and never throws. */
  handle(request: Request): Promise<Response>
  advance(ms: number): void
  /** Breaks off what it posts by itself. */
  close(): void
}

function readUrl(request: Request): URL {
  try {
    return new URL(request.url)
  } catch {
    throw new ApiError(400, "errors/invalid_request", "The path and the Host header make no URL.")
  }
}

function findRoute(path: string, method: string) {
  const there = routes.filter((route) => route.path === path)
  if (there.length === 0) throw new ApiError(404, "errors/not_found", "There is nothing at this path.")
  const route = there.find((route) => route.method === method)
  if (route) return route
  const Allow = there.map((route) => route.method).join(", ")
  throw new ApiError(405, "errors/method_not_allowed", "This path does not take this method.", { Allow })
}

function refuse(error: unknown): Response {
  const { envelope, headers } =
    error instanceof ApiError ? error : new ApiError(500, "errors/unexpected_error", "The sandbox itself failed.")
  return Response.json(envelope, { status: envelope.status, headers })
}

/** Builds the sandbox itself, from sound options: requests in, responses out, and a clock. */
export function createHandler(options: SandboxOptions): Handler {
  const { apiKey = "sandbox", basePath = "/v1", intentLifetime = 300_000, now: time = Date.now } = options
  let advanced = 0
  const now = () => time() + advanced
  const outbox = createOutbox({ fetch: options.fetch, now })
  const state: SandboxState = {
    intents: new Map(),
    links: new Map(),
    outbox,
    statusUrl: options.statusUrl,
    intentLifetime,
    now,
    advance(ms) {
      check(advanceRequest, { ms }, "invalid_option", "advance")
      advanced += ms
      outbox.flush()
    },
  }

  async function answer(request: Request): Promise<Response> {
    const { origin, pathname } = readUrl(request)
    const path = pathname.startsWith(basePath) ? pathname.slice(basePath.length) : ""
    if (path.startsWith(hostedPath)) return serveHosted(request, path.slice(hostedPath.length), state)
    const route = findRoute(path, request.method)
    if (request.headers.get("x-api-key") !== apiKey) {
      throw new ApiError(401, "errors/invalid_api_key", "The X-API-KEY header is missing or not right.")
    }
    const { status, body } = route.answer(await readBody(request), state, origin + basePath)
    return Response.json(body, { status })
  }

  return {
    handle: (request) => answer(request).catch(refuse),
    advance: state.advance,
    close: outbox.close,
  }
}
