import * as v from "valibot"
import { providers } from "../transports/auth-transport.schema.ts"
import { custom, func, having, text, unchecked } from "../values.schema.ts"

const options = v.object({
  transport: unchecked,
  relay: unchecked,
  providers: v.optional(providers),
  storage: v.optional(
    custom<Pick<Storage, "getItem" | "setItem"> | null>(
      "a Storage or null",
      (value) => value === null || (typeof value.getItem === "function" && typeof value.setItem === "function"),
    ),
  ),
  storageKey: v.optional(text(1000)),
  onConnected: v.optional(func),
  onEnd: v.optional(func),
})

/** What `createPageIntent` accepts, beside the options of an intent: a relay, or a transport in its place. */
export const pageOptions = v.pipe(
  options,
  having<v.InferOutput<typeof options>>(({ transport }) => (transport === undefined ? ["relay"] : [])),
)

/** The value in a storage. An asynchronous storage, such as React Native's, would keep nothing. */
export const stored = custom<string | null | undefined>(
  "a text or null, at once",
  (value) => typeof (value ?? "") === "string",
)
