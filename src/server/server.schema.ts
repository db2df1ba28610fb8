import * as v from "valibot"
import { hostedProviders, providers } from "../../machines/providers.ts"
import { attempt } from "../attempt.ts"
import { readUrl } from "../http/base-url.ts"
import { accountId, clock, custom, epoch, func, matches, only, text } from "../values.schema.ts"

/** The placeholder of a secret in docs/relay.md: everybody can read it, so it is refused. */
const sampleSecret = "replace this by 32 random characters or more"

const key = v.object({
  id: custom<string>("1 to 32 letters, digits, dots, dashes or underscores", (value) =>
    matches(value, /^[\w.-]{1,32}$/),
  ),
  secret: custom<string>(
    "32 to 1000 random characters, not those of the documentation: openssl rand -base64 32",
    (value) => matches(value, /^[^\p{Surrogate}]{32,1000}$/su) && !String(value).includes(sampleSecret),
  ),
})

/** The keys of a server: the first key signs, every key verifies. */
export const keysSchema = v.pipe(
  v.array(key),
  custom<v.InferOutput<typeof key>[]>(
    "at least one key, each with an id of its own",
    (keys) => keys.length > 0 && new Set(keys.map(({ id }) => id)).size === keys.length,
  ),
)

export const store = v.object({ get: func, swap: func })

/** The clock option of `createMemoryStore` and `parseNotification`. */
export const clockOptions = v.object({ clock })

/** What `createNodeFetch` accepts. */
export const nodeFetchOptions = only({
  undici: v.object({ request: func, Agent: func, ProxyAgent: func }),
  proxy: v.optional(
    custom<string>("the URL of a proxy, http://…, or nothing where there is none", (value) => {
      const url = matches(value, /^https?:\/\/[^/]/) ? readUrl(value) : undefined
      return url !== undefined && attempt(() => decodeURIComponent(url.username + url.password)) !== undefined
    }),
  ),
})

/** A lock: until `until` (epoch ms) only its holder may go on. The lock of a dead process ends then. */
export const lock = v.object({ holder: text(100), until: epoch })

export type Lock = v.InferOutput<typeof lock>

/** The claims of a login's token, without its expiry. */
export const loginClaims = v.object({
  /** The id of the login, the same in all its tokens. */
  id: text(100),
  accountId,
  provider: v.picklist(providers),
  /** A digest of the user's id, as `toUserDigest` returns it. */
  user: text(100),
  /** The key of the `createIntents` entry that was handed over to this login. */
  entry: v.exactOptional(text(200)),
})

export type LoginClaims = v.InferOutput<typeof loginClaims>

/** The store's entry of the accounts that a user has connected and the host has not stored yet. */
export const pendingAccounts = v.object({
  accounts: v.array(
    v.object({ accountId, provider: v.exactOptional(v.picklist([...new Set([...providers, ...hostedProviders])])) }),
  ),
  lock: v.exactOptional(lock),
})

export type Pending = v.InferOutput<typeof pendingAccounts>

/** The store's entry of a limit: when the requests of one kind were sent (epoch ms). */
export const sendTimes = v.object({ times: v.array(epoch) })
