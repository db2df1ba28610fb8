import * as v from "valibot"
import { maxLinkLifetime } from "../../machines/clock.ts"
import type { HostedProviders } from "../../machines/hosted-auth.types.ts"
import { hostedProviders } from "../../machines/providers.ts"
import { isSecure, readUrl } from "../http/base-url.ts"
import { accountId, accountToken, custom, matches, numberIn, text } from "../values.schema.ts"

/** An absolute URL to send a person or a callback to, with any path, query and fragment. */
export const webUrl = custom<string>("an https URL, or http on loopback, with no user", (value) => {
  if (!matches(value, /^https?:\/\/[^\s\\/?#@]+([/?#][^\s\\]*)?$/i) || value.length > 2000) return false
  const url = readUrl(value)
  return url !== undefined && isSecure(url)
})

/** Builds the schema of one name, several names, or `"*"` for all. */
const linkOf = /* @__NO_SIDE_EFFECTS__ */ (names: readonly unknown[]) =>
  custom<HostedProviders>(
    `"*", one of ${names.join(" ")}, or a list of these`,
    (value) =>
      value === "*" ||
      names.includes(value) ||
      // The copy has no holes, over which `every` would pass.
      (Array.isArray(value) && value.length > 0 && [...value].every((each) => names.includes(each))),
  )

/** What a link does. */
export const linkType = v.picklist(["create", "reconnect"])

export const linkProviders = linkOf(hostedProviders)

/**
 * A change of an account's status. Assumed, because its shape is not documented.
 * @see postpress, Hosted auth wizard, "Reconnecting an account".
 */
export const accountStatus = v.object({ account_id: accountId, status: text(100) })

/** What `confirmReturn` accepts. */
export const fragment = custom<string>("a text, for example location.hash", (value) => typeof value === "string")

/** A link as the relay passes it on; `expiresIn` is in ms. */
export const relayLink = v.object({ url: webUrl, expiresIn: numberIn(0, maxLinkLifetime) })

/** The status of a login, as the relay reports it. */
export const relayConnection = v.variant("status", [
  v.object({ status: v.literal("pending") }),
  v.object({ status: v.literal("connected"), token: accountToken }),
])
