import { fromPromise } from "xstate"
import { timeOf } from "../../machines/clock.ts"
import type { ConnectionOutcome, FindInput, LinkOutcome, LinkRequest } from "../../machines/hosted-auth.types.ts"
import type { SendContext } from "../http/post-json.ts"
import { createPostToRelay, type RelayTransportOptions } from "../transports/relay.ts"
import { parse } from "../values.schema.ts"
import { fragment, relayConnection, relayLink } from "./link.schema.ts"
import { postHosted } from "./post-hosted.ts"

/** The two slots of `hostedAuthMachine` in a page, and what the page that people return to calls. */
export type RelayLinks = ReturnType<typeof createRelayLinks>

/** The relay's routes of the hosted wizard, below its `basePath`. */
export const hostedPaths = {
  link: "/hosted/link",
  connection: "/hosted/connection",
  confirmReturn: "/hosted/returned",
  return: "/hosted/return",
  notification: "/hosted/notification",
  status: "/hosted/status",
} as const

/** The parameter that holds the token of a return. */
export const returnParameter = "hosted_return"

/**
 * Fills the slots of `hostedAuthMachine` in a page from the relay's hosted routes.
 * @throws AuthIntentError `invalid_option` or `invalid_base_url`.
 * @example
 * const { createLink, findConnection, confirmReturn } = createRelayLinks({ baseUrl: "/api/auth" })
 * const machine = hostedAuthMachine.provide({ actors: { createLink, findConnection } })
 */
export function createRelayLinks(options: RelayTransportOptions) {
  const postToRelay = createPostToRelay(options, "createRelayLinks")
  let unconfirmed: string | undefined

  /** Posts the token of a return, and keeps it until the relay has accepted or refused it: refused, it is a failure. */
  async function postReturn(token: string, context: SendContext): Promise<"success" | "failure"> {
    const response = await postHosted(relayConnection, postToRelay, hostedPaths.confirmReturn, { token }, context)
    const failure = response.kind === "rejected" ? response.failure : undefined
    // Where a session has ended meanwhile, the token is still good for the user who signs in again.
    if (failure?.recovery === "retry" || failure?.status === 401) return "success"
    if (unconfirmed === token) unconfirmed = undefined
    return failure === undefined ? "success" : "failure"
  }

  async function find(url: string, context: SendContext): Promise<ConnectionOutcome> {
    const response = await postHosted(relayConnection, postToRelay, hostedPaths.connection, { url }, context)
    if (response.kind === "rejected") return response
    const { body } = response
    return body.status === "connected" ? { kind: "connected", accountId: body.token } : { kind: "pending" }
  }

  return {
    /**
     * Requests a link from the relay. A `reconnectAccount` is the host's own word for an account: it arrives at
     * `getReconnectAccount` as the query parameter `account`.
     */
    createLink: fromPromise<LinkOutcome, LinkRequest>(async ({ input, self, signal }) => {
      const { providers, reconnectAccount } = input
      const type = reconnectAccount === undefined ? "create" : "reconnect"
      const query = reconnectAccount === undefined ? "" : `?account=${encodeURIComponent(reconnectAccount)}`
      const context = { signal, now: () => timeOf(self) }
      const path = `${hostedPaths.link}${query}`
      const response = await postHosted(relayLink, postToRelay, path, { type, providers }, context)
      if (response.kind === "rejected") return response
      const { at, body } = response
      return { kind: "linked", at, url: body.url, expiresAt: at + body.expiresIn }
    }),

    /** Requests how the login of a link stands. The account id of a connected one is a token that the relay alone can read. */
    findConnection: fromPromise<ConnectionOutcome, FindInput>(async ({ input, self, signal }) => {
      const { url, earlierUrls = [] } = input
      const context = { signal, now: () => timeOf(self) }
      if (unconfirmed !== undefined) await postReturn(unconfirmed, context)
      // Nothing is connected without the return, and where a session has ended the login has not.
      if (unconfirmed !== undefined) return { kind: "pending" }
      // Another tab may follow an earlier link to its end. How else it ends is no matter of the newest.
      for (const earlier of earlierUrls) {
        const found = await find(earlier, context)
        if (found.kind === "connected") return found
      }
      return find(url, context)
    }),

    /**
     * Posts the token of a return to the relay: without it nothing is connected. The page that `returnTo` names has the token
     * in `location.hash`. Returns how the person has come back, or `undefined` for a page that was opened otherwise.
     * A return that did not get through, or came while nobody was signed in, is a success too: `findConnection` posts it again
     * where the machine has the link. Elsewhere call this again when the person is signed in, or the page is loaded again.
     * @throws AuthIntentError `invalid_option` for what is no text.
     */
    async confirmReturn(hash: string): Promise<"success" | "failure" | undefined> {
      const text = parse(fragment, hash, "invalid_option", "confirmReturn")
      // The API may have added a query to the address of a failure.
      const parameters = new URLSearchParams(text.replace(/^#|\?.*/g, ""))
      const token = parameters.get(returnParameter)
      if (token === null) return parameters.get("hosted") === "failure" ? "failure" : undefined
      unconfirmed = token
      return postReturn(token, { now: () => Date.now() })
    },
  }
}
