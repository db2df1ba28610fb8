import { readUrl } from "../../http/base-url.ts"
import { hostId, read } from "../../values.schema.ts"
import { callHost, type Report } from "../host.ts"
import { Refusal } from "../refusal.ts"
import { namedOrigin } from "./relay.schema.ts"

/**
 * Whether the request is from a page of the host: its origin is in `origins`, its browser reports `same-origin`, or its
 * origin is the request's host, as sent or as forwarded by a proxy. With neither header it is from no browser: allowed.
 */
function isAllowed({ url, headers }: Request, origins: readonly string[]): boolean {
  const origin = headers.get("origin")
  if (origin !== null && origins.includes(origin)) return true
  const site = headers.get("sec-fetch-site")
  if (site !== null) return site === "same-origin"
  if (origin === null) return true

  const page = readUrl(origin)
  if (page === undefined || page.origin !== origin || !/^https?:$/.test(page.protocol)) return false
  const target = new URL(url)
  const schemes = headers.get("x-forwarded-proto") ?? target.protocol.slice(0, -1)
  // Anybody on the network can alter a page on http, so it gets no access to a site that a proxy serves on https.
  if (page.protocol === "http:" && schemes.split(",").some((scheme) => scheme.trim() !== "http")) return false
  // Proxies append to this header: the last value is from the proxy next to us.
  const forwarded = headers.get("x-forwarded-host")?.split(",").at(-1)?.trim()
  const hosts = [target.host, headers.get("host"), forwarded]
  // The default port may be written out.
  return hosts.some(
    (host) => host && /^[^\s/\\?#@]+$/.test(host) && readUrl(`${page.protocol}//${host}`)?.host === page.host,
  )
}

/**
 * Refuses a request that is not a POST of JSON by a page of the host. No other site can make a browser send such a
 * POST: from another origin a browser first sends a preflight, and stops where the preflight is refused.
 * @throws Refusal 405, 403 or 415
 */
export function authorizePage(request: Request, origins: readonly string[], report: Report): void {
  const { method, headers } = request
  if ((method === "POST" || method === "OPTIONS") && !isAllowed(request, origins)) {
    report({ code: "origin_not_allowed", message: explainRefusal(headers.get("origin")) })
    throw new Refusal(403, "errors/origin_not_allowed")
  }
  if (method !== "POST") throw new Refusal(405, "errors/invalid_request", { headers: { allow: "POST" } })
  // A form of another site can send any other type without a preflight.
  if (!/^application\/json\s*(;|$)/i.test(headers.get("content-type") ?? "")) {
    throw new Refusal(415, "errors/invalid_request")
  }
}

/** Returns the message about a refused page, without characters that a terminal could take for a command. */
function explainRefusal(origin: string | null): string {
  if (!origin) return "a page whose browser sends no Origin was refused, since it is of another site"
  const name = origin.slice(0, 200).replace(/[^ -~]/g, "?")
  const advice =
    read(namedOrigin, name) === undefined
      ? "no option allows such an origin, so serve the page from one of its own, for example https://app.example.com"
      : `if it is yours, add ${JSON.stringify(name)} to the option origins`
  return `the page at ${name} was refused: ${advice}`
}

/** Returns the id of the user who sent a request, by the host's session, or nothing where nobody is signed in. */
export type GetUserId = (request: Request) => string | null | undefined | Promise<string | null | undefined>

/** Returns the id of the user who sent a request. @throws Refusal 401, or 503 where `getUserId` threw or timed out */
export async function identifyUser(request: Request, getUserId: GetUserId, report: Report): Promise<string> {
  const userId: unknown = await callHost(report, "getUserId", () => getUserId(request))
  const id = read(hostId, userId)
  if (id !== undefined) return id
  if (userId !== undefined && userId !== null && userId !== "") {
    const message = "getUserId should return a text of 1 to 500 characters that is well-formed Unicode, or nothing"
    report({ code: "callback_threw", message })
  }
  throw new Refusal(401, "errors/not_signed_in")
}

/** Returns the CORS headers: a page of an origin in `origins` may send cookies and read the response. */
export function corsHeaders({ headers }: Request, origins: readonly string[]): Record<string, string> {
  const origin = headers.get("origin")
  if (origin === null || !origins.includes(origin)) return { vary: "origin" }
  return {
    vary: "origin",
    "access-control-allow-origin": origin,
    "access-control-allow-credentials": "true",
    "access-control-expose-headers": "retry-after",
  }
}

/** Returns the response to a preflight from an origin in `origins`, or `undefined` for any other request. */
export function respondToPreflight({ method, headers }: Request, origins: readonly string[]): Response | undefined {
  if (method !== "OPTIONS" || !origins.includes(headers.get("origin") ?? "")) return undefined
  const wanted = headers.get("access-control-request-headers") ?? "content-type"
  // These headers are for proxies to set: a page could set them to its own host.
  const allowed = wanted.split(",").filter((name) => !/^\s*(x-forwarded-.*|forwarded)\s*$/i.test(name))
  return new Response(null, {
    status: 204,
    headers: { "access-control-allow-methods": "POST", "access-control-allow-headers": allowed.join(",") },
  })
}
