import { defaultLifetime, timeOf } from "../../machines/clock.ts"
import { accountStatus } from "../hosted/link.schema.ts"
import { readUrl } from "../http/base-url.ts"
import type { Fetch } from "../http/post-json.ts"
import { parse } from "../values.schema.ts"
import { createAccount, solveCheckpoint } from "./accounts.ts"
import { ApiError, ConnectionLost, methodNotAllowed } from "./api-error.ts"
import { createOutbox } from "./create-outbox.ts"
import { createLink, hostedPath } from "./hosted-links.ts"
import { serveHosted } from "./hosted-wizard.ts"
import { parseBody, parseFields } from "./parse-request.ts"
import { advanceRequest, sandboxOptions } from "./sandbox.schema.ts"
import type { SandboxState } from "./state.ts"

/** The options of `createSandbox`. */
export interface SandboxOptions {
  /** The API key that requests need. @default "sandbox" */
  apiKey?: string | undefined
  /** How long an intent lives after its first checkpoint, in ms. @default 300000 */
  intentLifetime?: number | undefined
  /** The path before every route. @default "/v1" */
  basePath?: string | undefined
  /** Returns the time in epoch ms, as XState's `SimulatedClock` does. @default the system's */
  clock?: { now(): number } | undefined
  /** Sends the sandbox's own posts: callbacks of the hosted wizard, account statuses. @default the platform's */
  fetch?: Fetch | undefined
  /** Where to post account statuses: an https URL, or http on loopback. */
  statusUrl?: string | undefined
}

/** The API in process. */
export interface Sandbox {
  /** Responds in process, for any origin. Rejects with a TypeError if a connection dies, as a real `fetch` does. */
  fetch: typeof fetch
  /**
   * Moves the sandbox's clock forward by so many ms.
   * @throws AuthIntentError `invalid_option`.
   */
  advance(ms: number): void
}

/**
 * Creates the postpress API in process, without real accounts. Its `fetch` is an option of the transport.
 * The username chooses what happens; any password is right, and so is the code `123456`.
 * @throws AuthIntentError `invalid_option`.
 * @example
 * const transport = createPostpressTransport({ apiKey: "sandbox", fetch: createSandbox().fetch })
 * @see docs/sandbox.md for its behavior where the API's documents are silent.
 */
export function createSandbox(options: SandboxOptions = {}): Sandbox {
  parse(sandboxOptions, options, "invalid_option", "createSandbox")
  const { handle, advance } = createHandler(options)
  return {
    async fetch(input, init) {
      const request = new Request(input, init)
      request.signal.throwIfAborted()
      const response = await handle(request)
      request.signal.throwIfAborted()
      return response
    },
    advance,
  }
}

/**
 * Creates the sandbox itself from parsed options. `handle` rejects only with a ConnectionLost; `close` aborts the
 * sandbox's own posts. No timer and no AbortController is created: the top level of a worker forbids them.
 */
export function createHandler(options: SandboxOptions) {
  const { apiKey = "sandbox", basePath = "/v1", intentLifetime = defaultLifetime, statusUrl, clock } = options
  let advanced = 0
  const now = () => timeOf({ clock }) + advanced
  const outbox = createOutbox({ fetch: options.fetch, now })
  function advance(ms: number): void {
    parse(advanceRequest, { ms }, "invalid_option", "advance")
    advanced += ms
    outbox.flush()
  }
  const maps = { intents: new Map(), links: new Map(), lostAccounts: new Set<string>() }
  const state: SandboxState = { ...maps, outbox, statusUrl, intentLifetime, now, advance }

  async function respond(request: Request): Promise<Response> {
    const url = readUrl(request.url)
    if (url === undefined) throw new ApiError(400, "errors/invalid_request", "The path and the Host make no URL.")
    const baseUrl = url.origin + basePath
    const path = url.pathname.startsWith(basePath) ? url.pathname.slice(basePath.length) : ""
    if (path.startsWith(hostedPath)) return serveHosted(request, path.slice(hostedPath.length), state)
    const route = routes.get(path)
    if (route === undefined) throw new ApiError(404, "errors/not_found", "There is nothing at this path.")
    if (request.method !== "POST") throw methodNotAllowed("POST")
    if (request.headers.get("x-api-key") !== apiKey) {
      throw new ApiError(401, "errors/invalid_api_key", "The X-API-KEY header is missing or not right.")
    }
    return route(await parseBody(request), state, baseUrl)
  }

  return { handle: (request: Request) => respond(request).catch(toResponse), advance, close: outbox.close }
}

/** Builds a response to a body; `baseUrl` is the request's. A route throws an ApiError to refuse. */
type Route = (body: object, state: SandboxState, baseUrl: string) => Response

/** Every route but the pages of the hosted wizard, by its path under the base path. Each is a POST. */
const routes = new Map<string, Route>([
  ["/accounts", createAccount],
  ["/accounts/checkpoint", solveCheckpoint],
  ["/hosted/accounts/link", createLink],
  ["/sandbox/account-status", reportStatus],
  ["/sandbox/advance", advanceClock],
])

/**
 * `POST /sandbox/account-status`: posts an account's status to `statusUrl`.
 * @see postpress, Hosted auth wizard, "Reconnecting an account".
 */
function reportStatus(body: object, { statusUrl, outbox }: SandboxState): Response {
  const { account_id, status } = parseFields(accountStatus, body)
  if (statusUrl === undefined) {
    throw new ApiError(400, "errors/invalid_request", "The sandbox was started without a statusUrl.")
  }
  outbox.post(statusUrl, { account_id, status })
  return Response.json({ object: "SandboxAccountStatus", account_id, status })
}

/** `POST /sandbox/advance`: moves the clock forward by `ms` and returns its time. The API has nothing like it. */
function advanceClock(body: object, { advance, now }: SandboxState): Response {
  advance(parseFields(advanceRequest, body).ms)
  return Response.json({ object: "SandboxClock", now: now() })
}

function toResponse(error: unknown): Response {
  if (error instanceof ApiError) return error.toResponse()
  if (error instanceof ConnectionLost) throw error
  return new ApiError(500, "errors/unexpected_error", "The sandbox itself failed.").toResponse()
}
