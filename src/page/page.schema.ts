import * as v from "valibot"
import { providers } from "../transports/auth-transport.schema.ts"
import { custom, func, text } from "../values.schema.ts"

/** What `createPageIntent` accepts, beside the options of an intent. */
export const pageOptions = v.pipe(
  v.object({
    transport: v.optional(v.unknown()),
    relay: v.optional(v.unknown()),
    providers: v.optional(providers),
    storage: v.nullish(v.object({ getItem: func, setItem: func })),
    storageKey: v.optional(text(1000)),
    onConnected: v.optional(func),
    onEnd: v.optional(func),
  }),
  v.check(
    ({ transport, relay }) => transport !== undefined || relay !== undefined,
    () => "complete, with a relay, or a transport in its place",
  ),
)

/** What a storage has: one whose methods are asynchronous, as React Native's is, would keep nothing. */
export const stored = custom<string | null | undefined>(
  "a text or null, at once",
  (value) => typeof (value ?? "") === "string",
)
