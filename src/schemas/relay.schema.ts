import * as v from "valibot"
import { is, matches, method, text } from "./is.ts"
import { provider } from "./options.schema.ts"
import { accountId, epoch } from "./outcome.schema.ts"
import { code, phone, postpressCredentials } from "./person.schema.ts"

/** What signs or encrypts: long enough not to be guessed. */
export const longSecret = is<string>("a text of 32 to 1000 characters", (value) => matches(value, /^.{32,1000}$/s))

const key = v.object({
  id: is<string>("1 to 32 letters, digits, dots, dashes or underscores", (value) => matches(value, /^[\w.-]{1,32}$/)),
  secret: longSecret,
})

const origin = is<string>(
  "an origin, say https://app.example.com",
  (value) => matches(value, /^https?:/) && URL.canParse(value) && new URL(value).origin === value,
)

/** What `createRelay` takes, beside what it passes on. */
export const relayOptions = v.object({
  getUserId: method,
  keys: v.pipe(
    v.array(key),
    is<v.InferOutput<typeof key>[]>(
      "at least one key, each with an id of its own",
      (keys) => keys.length > 0 && new Set(keys.map(({ id }) => id)).size === keys.length,
    ),
  ),
  origins: v.optional(v.array(origin)),
  spent: v.optional(v.object({ has: method, add: method })),
  onConnected: v.optional(method),
  onError: v.optional(method),
})

/** Whose request it is, as `getUserId` says. */
export const userId = text(500)

/** What a page posts to `/accounts`. */
export const submitBody = v.object({ provider, credentials: postpressCredentials })

/** What a page posts to `/accounts/checkpoint`. */
export const solveBody = v.object({
  provider,
  token: text(16_384),
  solution: v.variant("kind", [
    v.object({ kind: v.literal("code"), value: code }),
    v.object({ kind: v.literal("phone"), value: phone }),
    v.object({ kind: v.literal("approval") }),
    v.object({ kind: v.literal("anotherWay") }),
  ]),
})

export type SolveBody = v.InferOutput<typeof solveBody>

/** What a token holds. */
export const login = v.object({
  id: text(100),
  accountId,
  provider,
  user: text(100),
  expiresAt: epoch,
  over: v.optional(v.literal(true)),
})
