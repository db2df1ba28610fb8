import type { LinkOutcome } from "../../../machines/hosted-auth.types.ts"
import { AuthIntentError } from "../../auth-intent-error.ts"
import { hostedPaths, returnParameter } from "../../hosted/relay-links.ts"
import { accountId, parse, read, unchecked } from "../../values.schema.ts"
import { callHost, reportApiFailure } from "../host.ts"
import { countSubmit } from "../limits.ts"
import { sealAccount, toUserDigest } from "../logins.ts"
import { forbidden, Refusal, respond, toRefusal } from "../refusal.ts"
import { parseBody, type RelayParts, type Route } from "../route.ts"
import {
  callbackGrace,
  createLinker,
  type HostedLinkOptions,
  type HostedLinksOptions,
  rewriteHostedUrl,
} from "./create-hosted-links.ts"
import { createHalves } from "./halves.ts"
import { connectionBody, linkBody, relayUrls, returnBody, returnClaims, webhookClaims } from "./hosted.schema.ts"
import { type AccountStatus, parseAccountStatus, type UnconfirmedAccount, verifyNotification } from "./notifications.ts"

/** The relay's options for the hosted wizard. */
export interface HostedOptions {
  /** The relay's own address as the API and browsers reach it, for example "https://app.example.com/api/auth". Without it the relay has no hosted routes. */
  publicUrl?: string | undefined
  /** The page that people return to from the wizard. Its fragment has the token of the return. */
  returnTo?: string | undefined
  /** Your own domain for links, once postpress has set it up, for example "auth.yourapp.com". @default the API's */
  hostedDomain?: string | undefined
  /** Returns the account that a user may reconnect, by the URL and the headers of the page's request; nothing for none. */
  getReconnectAccount?:
    | ((request: Request, userId: string) => string | null | undefined | Promise<string | null | undefined>)
    | undefined
  /**
   * Called when the API has connected an account and its user has not returned. Note the account as pending, and use it
   * for nothing: somebody else may have finished the wizard. The call may be repeated, and may still run when
   * `onConnected` is called for the same account: leave a connected account as it is.
   */
  onUnconfirmed?: ((account: UnconfirmedAccount) => unknown) | undefined
  /** Called when the API reports that the person of an account has to sign in again. */
  onNeedsReconnect?: ((status: AccountStatus) => unknown) | undefined
}

interface RoutesOptions extends HostedOptions, RelayParts, Omit<HostedLinksOptions, "keys" | "clock"> {}

/** The options of a link to the wizard. The relay itself sets the URLs that the link leads back to. */
export type HostedLinkRequest = Omit<HostedLinkOptions, "successUrl" | "failureUrl" | "notifyUrl">

/** What the hosted part of a relay does for the host's back end. */
export interface RelayHosted {
  /**
   * Creates a link that leads back to this relay, for example a link for a mail.
   * @throws AuthIntentError `invalid_option`.
   */
  createLink(options: HostedLinkRequest): Promise<LinkOutcome>
  /** Returns the URL to register at the API for changes of an account's status. The URL holds a secret. */
  getStatusUrl(): Promise<string>
}

/** The message for a hosted route that is requested without `publicUrl`. */
export const hostedRoutesMissing = "the hosted routes are there when createRelay is given publicUrl and returnTo"

/** Returns a parameter of a request's URL. The API may add its own query after another `?`. */
const getParameter = ({ url }: Request, name: string): string =>
  new URL(url).searchParams.get(name)?.split("?")[0] ?? ""

const unsigned = "notification: the secret in its URL is of no key, or of one that has been dropped"
const unreadable = "notification: its body should be JSON of at most 16 KiB, within ten seconds"
const rejectMissing = () => Promise.reject(new AuthIntentError("invalid_option", hostedRoutesMissing))

/** How long a link of a page lives, in ms. */
const lifetime = 3_600_000

/** Builds the routes of the hosted wizard: links, how a login stands, the browser's return and the API's callbacks. */
export function createHostedRoutes(options: RoutesOptions): { routes: Route[]; hosted: RelayHosted } {
  const { publicUrl, keys, store, limits, report, now, hostedDomain, getReconnectAccount } = options
  if (publicUrl === undefined) return { routes: [], hosted: { createLink: rejectMissing, getStatusUrl: rejectMissing } }
  const urls = parse(relayUrls, options, "invalid_option", "createRelay")
  const base = new URL(urls.publicUrl).href.replace(/\/+$/, "")
  const returnTo = new URL(urls.returnTo).href
  const requestLink = createLinker({ ...options, clock: { now } }, keys)
  const halves = createHalves(options)
  const withSecret = async (path: string) => `${base}${path}?key=${await keys.sign("webhook", {}, 8.64e15)}`

  async function createLink(given: HostedLinkRequest, nonce?: string): Promise<LinkOutcome> {
    const notifyUrl = await withSecret(hostedPaths.notification)
    const failureUrl = `${returnTo}#hosted=failure`
    const successUrl = `${base}${hostedPaths.return}`
    const outcome = await requestLink({ ...given, successUrl, failureUrl, notifyUrl }, nonce)
    if (outcome.kind === "rejected" || hostedDomain === undefined) return outcome
    return { ...outcome, url: rewriteHostedUrl(outcome.url, hostedDomain) }
  }

  async function respondAccount(accountId: string | undefined, userId: string): Promise<Response> {
    if (accountId === undefined) return respond(202, { status: "pending" })
    const account = { accountId, user: await toUserDigest(userId), expiresAt: now() + callbackGrace }
    return respond(200, { status: "connected", token: await sealAccount(account, keys) })
  }

  async function handleLink(request: Request, userId: string): Promise<Response> {
    const { type, providers } = await parseBody(request, linkBody)
    const find = () => getReconnectAccount?.(request, userId)
    const found = type === "reconnect" ? await callHost(report, "getReconnectAccount", find) : undefined
    const reconnectAccount = read(accountId, found)
    if (type === "reconnect" && reconnectAccount === undefined) {
      const mistake = getReconnectAccount
        ? found && "should return an account id"
        : "is missing, and a page wants to reconnect an account"
      if (mistake) report({ code: "callback_threw", message: `getReconnectAccount ${mistake}` })
      throw new Refusal(403, "errors/resource_access_restricted")
    }
    await countSubmit(store, { userId }, limits, now())
    const nonce = crypto.randomUUID()
    const expiresAt = now() + lifetime
    const outcome = await createLink({ type, userId, providers, expiresAt, reconnectAccount }, nonce)
    if (outcome.kind === "rejected") {
      reportApiFailure(report, "a hosted link", outcome.failure)
      throw toRefusal(outcome, now())
    }
    await halves.rememberLink(userId, outcome.url, { nonce, expiresAt: expiresAt + callbackGrace })
    return respond(201, { url: outcome.url, expiresIn: expiresAt - now() })
  }

  async function handleConnection(request: Request, userId: string): Promise<Response> {
    const { url } = await parseBody(request, connectionBody)
    const link = await halves.findLink(userId, url)
    const account = link && (await halves.finish(link, userId, await halves.find(link)))
    return respondAccount(account, userId)
  }

  async function handleConfirmReturn(request: Request, userId: string): Promise<Response> {
    const { token } = await parseBody(request, returnBody)
    const link = await keys.open("return", returnClaims, token)
    if (link === undefined || now() >= link.expiresAt) throw forbidden()
    const isOwner = link.user === (await toUserDigest(userId))
    const noted = await halves.noteReturn(link, isOwner)
    if (!isOwner) throw new Refusal(403, "errors/account_mismatch")
    return respondAccount(await halves.finish(link, userId, noted), userId)
  }

  async function redirectToPage(request: Request): Promise<Response> {
    const token = getParameter(request, returnParameter)
    const fragment = /^[\w.-]{1,4000}$/.test(token) ? `#${returnParameter}=${token}` : ""
    const headers = { "referrer-policy": "no-referrer", "cache-control": "no-store" }
    return new Response(null, { status: 303, headers: { ...headers, location: returnTo + fragment } })
  }

  /** Reads what the API posts. The secret in the URL authorizes the request: the API has no session. */
  async function receive<Body>(request: Request, parse: (json: unknown) => Body | Promise<Body>): Promise<Body> {
    const key = getParameter(request, "key")
    try {
      const isOurs = await keys.verify("webhook", webhookClaims, key)
      if (!isOurs) throw new AuthIntentError("invalid_notification", unsigned)
      return await parse(await parseBody(request, unchecked))
    } catch (error) {
      const isUnreadable = error instanceof Refusal
      if (!isUnreadable && !(error instanceof AuthIntentError)) throw error
      report({ code: "notification_refused", message: isUnreadable ? unreadable : error.message })
      throw isUnreadable ? error : forbidden()
    }
  }

  async function handleNotification(request: Request): Promise<Response> {
    const link = await receive(request, (body) => verifyNotification(body, keys, now()))
    const { status, userId, accountId, expiresAt: until, fault } = link
    // A link of type `create`, too, may lead to an account that existed before.
    const type = status === "RECONNECTED" ? "reconnect" : link.type
    const account = { userId, accountId }
    const noted = fault === undefined ? await halves.noteAccount(link, accountId) : {}
    if (noted.accountId !== accountId) {
      const remedy = type === "create" ? ": remove this one at the API" : ""
      const reason = fault ?? `its link has brought another account already${remedy}`
      report({ code: "notification_refused", message: `notification: ${reason}`, ...account })
      throw forbidden()
    }
    if (noted.isReturned && !noted.isEnded) await halves.finish(link, userId, noted)
    else await callHost(report, "onUnconfirmed", () => options.onUnconfirmed?.({ type, ...account, until }), account)
    return new Response(null, { status: 204 })
  }

  async function handleStatus(request: Request): Promise<Response> {
    const change = await receive(request, parseAccountStatus)
    const call = () => options.onNeedsReconnect?.(change)
    if (change.needsReconnect) await callHost(report, "onNeedsReconnect", call, { accountId: change.accountId })
    return new Response(null, { status: 204 })
  }

  const routes: Route[] = [
    { kind: "page", path: hostedPaths.link, handle: handleLink },
    { kind: "page", path: hostedPaths.connection, handle: handleConnection },
    { kind: "page", path: hostedPaths.confirmReturn, handle: handleConfirmReturn },
    { kind: "open", method: "GET", path: hostedPaths.return, handle: redirectToPage },
    { kind: "open", method: "POST", path: hostedPaths.notification, handle: handleNotification },
    { kind: "open", method: "POST", path: hostedPaths.status, handle: handleStatus },
  ]
  return {
    routes,
    hosted: { createLink: (given) => createLink(given), getStatusUrl: () => withSecret(hostedPaths.status) },
  }
}
