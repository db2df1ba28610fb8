import { fromPromise } from "xstate"
import { timeOf } from "../../machines/clock.ts"
import type { ConnectionOutcome, FindInput, LinkOutcome, LinkRequest } from "../../machines/hosted-auth.types.ts"
import type { SendContext } from "../http/post-json.ts"
import { createPostToRelay, type RelayTransportOptions } from "../transports/relay.ts"
import { parse } from "../values.schema.ts"
import { fragment, relayConnection, relayLink } from "./link.schema.ts"
import { postHosted } from "./post-hosted.ts"

/** The two slots of `hostedAuthMachine` in a page, and `confirmReturn` for the page that people return to. */
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

  /** Posts the token of a return and keeps it until the relay accepts or refuses it. A refused token is a failure. */
  async function postReturn(token: string, context: SendContext): Promise<"success" | "failure"> {
    const response = await postHosted(relayConnection, postToRelay, hostedPaths.confirmReturn, { token }, context)
    const failure = response.kind === "rejected" ? response.failure : undefined
    // After the session has ended, the token remains valid for the user who signs in again.
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
     * Requests a link from the relay. `reconnectAccount` is the host's own name for an account: `getReconnectAccount`
     * receives it as the query parameter `account`.
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

    /** Requests the status of a link's login. The account id of a connected login is a token for the relay alone. */
    findConnection: fromPromise<ConnectionOutcome, FindInput>(async ({ input, self, signal }) => {
      const { url, earlierUrls = [] } = input
      const context = { signal, now: () => timeOf(self) }
      if (unconfirmed !== undefined) await postReturn(unconfirmed, context)
      // Without the return nothing is connected. The end of a session does not end the login.
      if (unconfirmed !== undefined) return { kind: "pending" }
      // Another tab may connect by an earlier link. Any other end of an earlier link does not concern the newest.
      for (const earlier of earlierUrls) {
        const found = await find(earlier, context)
        if (found.kind === "connected") return found
      }
      return find(url, context)
    }),

    /**
     * Posts the token of a return to the relay: without the token nothing is connected. The page at `returnTo` has the
     * token in `location.hash`. Returns how the person came back, or `undefined` for a page that was opened otherwise.
     * A return that did not get through, or came while nobody was signed in, is a success too: `findConnection` posts
     * it again if the machine has the link. Otherwise call `confirmReturn` again after the sign-in or a reload.
     * @throws AuthIntentError `invalid_option` for a value that is no text.
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
