import * as v from "valibot"
import { hostedLink, linkBody } from "./hosted.schema.ts"
import { accountId, epoch, failure, having } from "./outcome.schema.ts"
import { userId } from "./relay.schema.ts"

const parts = {
  idle: [],
  linking: [],
  redirected: ["url", "expiresAt"],
  connected: ["accountId"],
  expired: ["expiresAt"],
  failed: ["failure"],
} as const

/** What `saveHostedAuth` writes, as it comes back from a database or a browser's storage. */
export const savedHostedAuth = v.pipe(
  v.object({
    version: v.picklist([1]),
    state: v.picklist(["idle", "linking", "redirected", "connected", "expired", "failed"]),
    providers: linkBody.entries.providers,
    userId: v.optional(userId),
    reconnectAccount: v.optional(accountId),
    // A page goes there: nothing but a link to the web.
    url: v.optional(hostedLink.entries.url),
    expiresAt: v.optional(epoch),
    returned: v.optional(v.picklist(["success", "failure"])),
    accountId: v.optional(accountId),
    failure: v.optional(failure),
  }),
  having(({ state, url }) => (url === undefined ? parts[state] : ([...parts[state], "expiresAt"] as const))),
)
