import { timeOf } from "../../../machines/clock.ts"
import { attempt } from "../../attempt.ts"
import { hostedPaths } from "../../hosted/relay-links.ts"
import { readUrl } from "../../http/base-url.ts"
import { createPostpressTransport, type PostpressOptions } from "../../transports/postpress.ts"
import { parse } from "../../values.schema.ts"
import { createDeliveries } from "../deliveries.ts"
import { createProblemReporter, type OnConnected, type RelayProblem } from "../host.ts"
import { createHostedRoutes, type HostedOptions, hostedRoutesMissing, type RelayHosted } from "../hosted/routes.ts"
import { createHandOff, type HandOff } from "../intents/hand-off.ts"
import { createKeyRing, type RelayKey } from "../keys.ts"
import type { RelayLimits } from "../limits.ts"
import { createMemoryStore } from "../memory-store.ts"
import { Refusal, unavailable } from "../refusal.ts"
import { BodyMissing, type Route } from "../route.ts"
import { guardStore, type Store, StoreError } from "../store.ts"
import { authorizePage, corsHeaders, type GetUserId, identifyUser, respondToPreflight } from "./authorize-page.ts"
import { createLoginRoutes } from "./login-routes.ts"
import { relayOptions } from "./relay.schema.ts"
import { apiTimeout } from "./turns.ts"

/** The options of `createRelay`. */
export interface RelayOptions
  extends Pick<
      PostpressOptions,
      "apiKey" | "baseUrl" | "fetch" | "failures" | "checkpoints" | "onResponse" | "dangerouslyAllowBrowser"
    >,
    HostedOptions {
  /** The path that the relay is mounted at, as it stands in the URL of a request: "/api/auth", or "" for the root. */
  basePath: string
  /** Returns the id of the signed-in user by the headers of the request alone; `undefined` or "" for no user. */
  getUserId: GetUserId
  /** The first key seals and signs, every key opens and verifies. @see docs/relay.md, "Keys", on how to rotate keys. */
  keys: readonly RelayKey[]
  /** Other origins whose pages may use the relay, for example "https://app.example.com". @default [] */
  origins?: readonly string[] | undefined
  /** Remembers logins, limits and what was delivered, for all processes that share it. @default this process's memory */
  store?: Store | undefined
  /** How much may be sent upstream. */
  limits?: RelayLimits | undefined
  /** Returns the time in epoch ms. @default the system's */
  clock?: { now(): number } | undefined
  /** Stores a connected account: the page waits for it. It may be called again for the same account, so upsert. @default none: the API alone knows the account */
  onConnected?: OnConnected | undefined
  /** Called with each problem that the host should know of, such as a refused page. @default writes to `console.error` */
  onProblem?: ((problem: RelayProblem) => unknown) | undefined
}

/** A relay: a web-standard handler, with functions for the host's back end. */
export interface Relay {
  (request: Request): Promise<Response>
  handOff: HandOff
  hosted: RelayHosted
}

/**
 * Creates the relay between pages and the API. The relay keeps the API key, and names a login to its page by an
 * encrypted token. A request to the API goes on when its page leaves; in a worker, pass the promise to `waitUntil` too.
 * @throws AuthIntentError `invalid_option`, `invalid_base_url`, or `api_key_in_page`.
 * @example
 * const relay = createRelay({ apiKey, basePath: "/api/auth", getUserId, onConnected, keys: [{ id: "2026-11", secret }] })
 * app.all("/api/auth/*", (context) => relay(context.req.raw))
 * @see docs/relay.md
 */
export function createRelay(options: RelayOptions): Relay {
  parse(relayOptions, options, "invalid_option", "createRelay")
  const { basePath, origins = [], limits = {}, clock, getUserId, onConnected } = options
  const now = () => timeOf({ clock })
  const report = createProblemReporter(options.onProblem)
  const keys = createKeyRing(options.keys)
  const store = guardStore(options.store ?? createMemoryStore({ clock }))
  const deliveries = createDeliveries({ store, onConnected, report, now })
  const parts = { keys, store, limits, deliveries, report, now }
  const { apiKey, baseUrl, fetch, failures, checkpoints, onResponse, dangerouslyAllowBrowser } = options
  const ofApi = { apiKey, baseUrl, fetch, timeout: apiTimeout }
  const transport = createPostpressTransport({ ...ofApi, failures, checkpoints, onResponse, dangerouslyAllowBrowser })
  const { routes: hostedRoutes, hosted } = createHostedRoutes({ ...options, ...parts })
  const served = [...createLoginRoutes({ ...parts, transport }), ...hostedRoutes]
  const routes = new Map(served.map((route) => [`${basePath}${route.path}`, route]))
  let isStoreReported = options.store !== undefined

  /** Returns the route of a request, or reports what the host has mounted wrongly. @throws Refusal 404 */
  function findRoute(request: Request): Route {
    // Express passes its own request and drops the response: without a report its page waits in silence.
    if (typeof request?.headers?.get !== "function") {
      const message =
        "the relay was called with something that is no web-standard Request: mount it by an adapter, such as getRequestListener of @hono/node-server"
      report({ code: "not_a_request", message })
    }
    // An adapter may have built no URL.
    const path = attempt(() => readUrl(request.url)?.pathname) ?? ""
    const route = routes.get(path)
    if (route) return route
    const endsWith = (own: string) => path.replace(/\/$/, "").endsWith(own)
    if (served.some((each) => endsWith(each.path))) {
      const message =
        "a route of the relay was requested at a path that is not basePath with the route, as the relay gets it: app.use of Express and app.mount of Hono cut it, trailingSlash of Next.js adds a slash"
      report({ code: "base_path_mismatch", message })
    } else if (Object.values(hostedPaths).some(endsWith))
      report({ code: "public_url_missing", message: hostedRoutesMissing })
    throw new Refusal(404, "errors/unknown")
  }

  async function handlePage(route: Route & { kind: "page" }, request: Request): Promise<Response> {
    const preflight = respondToPreflight(request, origins)
    if (preflight) return preflight
    authorizePage(request, origins, report)
    const userId = await identifyUser(request, getUserId, report)
    if (!isStoreReported) {
      isStoreReported = true
      const message = "logins and limits are kept in this process alone: pass a store where there are several"
      report({ code: "store_in_memory", message })
    }
    await deliveries.deliverPending(userId)
    return route.handle(request, userId)
  }

  async function handle(request: Request): Promise<Response> {
    const route = findRoute(request)
    if (route.kind === "open") {
      const { method } = route
      if (request.method !== method) throw new Refusal(405, "errors/invalid_request", { headers: { allow: method } })
      return route.handle(request)
    }
    const response = await handlePage(route, request).catch(toErrorResponse)
    for (const [name, value] of Object.entries(corsHeaders(request, origins))) response.headers.set(name, value)
    return response
  }

  function toErrorResponse(error: unknown): Response {
    if (error instanceof Refusal) return error.toResponse()
    if (error instanceof StoreError) {
      report({ code: "store_failed", message: error.message, error: error.thrown })
      return unavailable().toResponse()
    }
    if (error instanceof BodyMissing) {
      const message =
        "a body was read before the relay could read it: mount the relay before express.json(), and let getUserId read headers alone"
      report({ code: "body_missing", message })
      if (!error.isCertain) return new Refusal(400, "errors/malformed_request").toResponse()
    } else report({ code: "unexpected", message: "a request ended in an error", error })
    return new Refusal(500, "errors/unexpected_error").toResponse()
  }

  async function relay(request: Request): Promise<Response> {
    const response = await handle(request).catch(toErrorResponse)
    // An adapter may have built no request.
    cancelBody(request).catch(() => {})
    return response
  }
  return Object.assign(relay, { hosted, handOff: createHandOff({ keys, store: options.store, now }) })
}

/** Cancels a body that was refused: an unread body would hold its connection until the end. */
async function cancelBody({ body, bodyUsed }: Request): Promise<void> {
  if (!bodyUsed) await body?.cancel()
}
