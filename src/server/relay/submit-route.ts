import { Secret } from "../../secret.ts"
import { read } from "../../values.schema.ts"
import { lifetime, toUser } from "../logins.ts"
import { type Route, readJson } from "../route.ts"
import { toStoreKey } from "../store.ts"
import { countSubmit } from "./limits.ts"
import { submitBody } from "./relay.schema.ts"
import { createRequests, type LoginOptions } from "./requests.ts"

/** Builds the route that the credentials of a login are posted to. */
export function createSubmitRoute(options: LoginOptions): Route {
  const { transport, store, limits, now } = options
  const { request: sendInTurn } = createRequests(options)

  async function handle(request: Request, userId: string): Promise<Response> {
    const { provider, credentials } = await readJson(request, (json) => read(submitBody, json))
    const username = credentials.username.normalize("NFKC").toLowerCase()
    const user = await toUser(userId)
    const key = await toStoreKey("submit", userId, provider, username)
    return sendInTurn({
      userId,
      turns: { key, expiresAt: () => now() + lifetime },
      kind: "submit",
      toLogin: (accountId) => ({ id: crypto.randomUUID(), provider, user, accountId, expiresAt: now() + lifetime }),
      async send(context) {
        await countSubmit(store, { userId, provider, username }, limits, now())
        return transport.submit({ provider, credentials: new Secret(credentials) }, context)
      },
    })
  }

  return { kind: "page", path: "/accounts", handle }
}
