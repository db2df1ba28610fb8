import * as v from "valibot"
import type { SavedHostedAuth } from "../../machines/hosted-auth.types.ts"
import { failure } from "../transports/outcome.schema.ts"
import { accountToken, custom, epoch, having, hostId, oneOf, only, read, version } from "../values.schema.ts"
import { linkProviders, webUrl } from "./link.schema.ts"

const parts: Record<SavedHostedAuth["state"], readonly ("url" | "expiresAt" | "accountId" | "failure")[]> = {
  idle: [],
  linking: [],
  redirected: ["url"],
  connected: ["accountId"],
  expired: ["expiresAt"],
  failed: ["failure"],
}

const webUrls = custom<string[]>(
  "a list of URLs",
  (value) => Array.isArray(value) && value.every((each) => read(webUrl, each) !== undefined),
)

/** What `parseSavedHostedAuth` accepts beside its record. */
export const parseSavedHostedAuthOptions = only({ userId: v.optional(hostId) })

/** A record of `saveHostedAuth`. A record with a link has an expiry. */
export const savedHostedAuth = v.pipe(
  v.object({
    version,
    state: oneOf(Object.keys(parts) as SavedHostedAuth["state"][]),
    providers: linkProviders,
    userId: v.exactOptional(hostId),
    reconnectAccount: v.exactOptional(accountToken),
    url: v.exactOptional(webUrl),
    earlierUrls: v.exactOptional(webUrls),
    expiresAt: v.exactOptional(epoch),
    returned: v.exactOptional(v.picklist(["success", "failure"])),
    mayBeConnected: v.exactOptional(v.literal(true)),
    accountId: v.exactOptional(accountToken),
    failure: v.exactOptional(failure),
  }),
  having(({ state, url }) => (url === undefined ? parts[state] : ([...parts[state], "expiresAt"] as const))),
)
