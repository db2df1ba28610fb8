import type { Solution } from "../../../machines/auth-intent.types.ts"
import type { TransportOutcome } from "../../failures/interpret-response.ts"
import type { AuthTransport, TransportContext } from "../../transports/auth-transport.ts"
import type { PostpressCredentials } from "../../transports/postpress.ts"
import type { RelayParts } from "../deliveries.ts"
import type { LoginLimits } from "../limits.ts"
import { type Login, sealLogin } from "../logins.ts"
import { respondCheckpoint, respondConnected, toRefusal } from "../route.ts"
import { callTwice, StoreError } from "../store.ts"
import { beginRequest, endRequest, findConnected, type Turns } from "./turns.ts"

/** What the two routes of a login work with. */
export interface LoginOptions extends RelayParts {
  transport: AuthTransport<PostpressCredentials>
}

/** A request of a page that goes upstream. */
interface UpstreamRequest {
  userId: string
  turns: Turns
  kind: "submit" | Solution["kind"]
  limits?: LoginLimits
  /** Returns the login as it is once the request has a response. */
  toLogin(accountId: string): Login
  /** @throws Refusal where nothing may be sent any more: the store has taken until past `sendBy`, in epoch ms. */
  send(context: TransportContext, sendBy: number): Promise<TransportOutcome>
}

/** Builds the function that sends a request when it is its turn, and responds with what it came to. */
export function createRequests({ keys, store, deliveries, report, now }: LoginOptions) {
  // What is upstream goes on whether or not the page still waits for it.
  const context = (): TransportContext => ({
    signal: new AbortController().signal,
    now,
    onMistake: ({ message }) => report({ code: "callback_threw", message }),
  })

  /** Returns what the store returned, or `undefined` and a report where it failed twice: the provider's response stands without it. */
  const unlessStoreFails = <Value>(run: () => Promise<Value>): Promise<Value | undefined> =>
    callTwice(run).catch((error: unknown) => {
      if (!(error instanceof StoreError)) throw error
      report({ code: "store_failed", message: error.message })
      return undefined
    })

  /** @throws Refusal */
  async function request({ userId, turns, kind, limits, toLogin, send }: UpstreamRequest): Promise<Response> {
    const respond = async (login: Login) => respondConnected(await sealLogin(login, keys))
    const repeat = async (accountId: string) => {
      await deliveries.settle(userId)
      return respond(toLogin(accountId))
    }
    const begun = await beginRequest(store, turns, { kind, now, ...(limits && { limits }) })
    // The page has lost the response that said so.
    if ("connected" in begun) return repeat(begun.connected)

    const end = (result: Parameters<typeof endRequest>[3]) => endRequest(store, turns, begun.holder, result)
    const outcome = await send(context(), begun.sendBy).catch(async (error: unknown) => {
      await unlessStoreFails(() => end("open"))
      throw error
    })
    if (outcome.kind === "connected") {
      const login = toLogin(outcome.accountId)
      const { provider, accountId } = login
      // The approval and what overtook it may both have connected the account.
      if ((await unlessStoreFails(() => findConnected(store, turns))) === accountId) return repeat(accountId)
      await deliveries.deliver({ userId, provider, accountId }, () => end({ connected: accountId }))
      return respond(login)
    }
    const refusal = outcome.kind === "rejected" ? toRefusal(outcome, now()) : undefined
    // An approval may have been overtaken by what goes on without it, and other credentials may be right.
    const endsLogin = refusal?.isFatal && kind !== "inApp" && kind !== "submit"
    const connected = await unlessStoreFails(() => end(endsLogin ? "ended" : "open"))
    if (connected !== undefined) return repeat(connected)
    if (outcome.kind === "rejected") throw refusal
    return respondCheckpoint(await sealLogin(toLogin(outcome.accountId), keys), outcome.checkpoint)
  }

  return { request, unlessStoreFails }
}
