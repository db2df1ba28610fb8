import * as v from "valibot"
import { readUrl } from "../../http/base-url.ts"
import { Secret } from "../../secret.ts"
import { providerSchema } from "../../transports/auth-transport.schema.ts"
import { normalizeCode, normalizeCredentials, normalizePhone } from "../../transports/normalize.ts"
import { isOwnPath } from "../../transports/relay.schema.ts"
import {
  accountId,
  clock,
  count,
  custom,
  func,
  headerValue,
  matches,
  numberIn,
  only,
  plain,
  text,
  unchecked,
} from "../../values.schema.ts"
import { relayUrls } from "../hosted/hosted.schema.ts"
import { keysSchema, lock, store } from "../server.schema.ts"

/** An origin as a browser sends it; the pages of an app may have a scheme of their own. */
export const namedOrigin = custom<string>("an origin, for example https://app.example.com", (value) => {
  if (!matches(value, /^[a-z][a-z\d+.-]*:\/\/[^\s/?#@\\*]+$/)) return false
  return /^https?:/.test(value) ? readUrl(value)?.origin === value : !value.startsWith("file:")
})

/** A path as a parsed URL has it, so that both can be compared. A router's pattern is refused. */
const basePath = custom<string>('a path of a URL with no slash at its end, "/api/auth" or ""', (value) => {
  if (value === "") return true
  return isOwnPath(value) && !/[*[]|\/$/.test(value) && readUrl(`http://localhost${value}`)?.pathname === value
})

const limit = v.optional(
  custom<number | false>(
    "a whole number from 1 to 1000, or false",
    (value) => value === false || (Number.isInteger(value) && Number(value) >= 1 && Number(value) <= 1000),
  ),
)

const limits = ["codes", "phones", "switches", "approvals", "submits", "submitsPerUsername"] as const

const passedOn = ["baseUrl", "fetch", "failures", "checkpoints", "onResponse", "dangerouslyAllowBrowser"] as const

/** What `createRelay` accepts, with the names of the options that it passes on. */
export const relayOptions = only({
  ...v.entriesFromList(passedOn, unchecked),
  ...v.partial(relayUrls).entries,
  apiKey: headerValue,
  keys: keysSchema,
  basePath,
  getUserId: func,
  origins: v.optional(v.array(namedOrigin)),
  store: v.optional(store),
  clock,
  limits: v.optional(v.pipe(plain as v.GenericSchema, only(v.entriesFromList(limits, limit)))),
  onConnected: v.optional(func),
  onUnconfirmed: v.optional(func),
  onNeedsReconnect: v.optional(func),
  onProblem: v.optional(func),
  getReconnectAccount: v.optional(func),
})

/** Input of a person, normalized as at the edge of the machine, so that limits count what is sent. */
const normalized = <Value>(normalize: (typed: unknown) => Value | undefined) =>
  v.pipe(
    v.unknown(),
    v.transform((typed) => normalize(typed) as Value),
    custom<Value>("what a provider could accept", (value) => value !== undefined),
  )

const boxed = <const Kind extends string, Value>(kind: Kind, normalize: (typed: unknown) => Value | undefined) =>
  v.pipe(
    v.object({ kind: v.literal(kind), value: normalized(normalize) }),
    v.transform(({ kind, value }) => ({ kind, secret: new Secret(value) })),
  )

/** The id of a page's request: by it the relay recognizes a request that the browser has repeated by itself. */
const id = v.optional(numberIn(0, 1))

/** What a page posts to `/accounts`. */
export const submitBody = v.object({ provider: providerSchema, id, credentials: normalized(normalizeCredentials) })

/** What a page posts to `/accounts/checkpoint`. */
export const solveBody = v.object({
  provider: providerSchema,
  id,
  token: text(16_384),
  solution: v.variant("kind", [
    boxed("code", normalizeCode),
    boxed("phone", normalizePhone),
    v.object({ kind: v.picklist(["inApp", "method"]) }),
  ]),
})

/** The store's entry of a login, or of one user's submits with the same username. */
export const turnsState = v.object({
  counts: v.object({ code: count, phone: count, method: count, inApp: count }),
  /** The request upstream. */
  lock: v.exactOptional(lock),
  /** The approval upstream. Another request may overtake it. */
  approval: v.exactOptional(lock),
  /** The account that was connected. */
  connected: v.exactOptional(accountId),
  /** The ids of the last requests: a browser repeats a request by itself where the connection is lost. */
  requestIds: v.exactOptional(v.array(v.number())),
  /** The id of the request that got a 408 from the API: a browser repeats such a request by itself. */
  timedOut: v.exactOptional(v.number()),
  /** The type of the refusal of any further request. */
  ended: v.exactOptional(v.picklist(["errors/too_many_attempts", "errors/unknown_authentication_context"])),
})

export type TurnsState = v.InferOutput<typeof turnsState>
