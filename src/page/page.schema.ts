import * as v from "valibot"
import { delay, providers } from "../transports/auth-transport.schema.ts"
import { custom, func, having, text } from "../values.schema.ts"
import type { PageStep } from "./page-intent.types.ts"
import { type PageMessages, pageMessages } from "./page-messages.ts"

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
  having(({ transport }) => (transport ? [] : (["relay"] as const))),
)

/** Returns the first text that a translation lacks; those with a colon stand in for another. */
const missingIn = (texts: unknown) =>
  Object.keys(pageMessages).find((key) => !key.includes(":") && typeof Object(texts)[key] !== "string")

/** Every text of a page. */
export const pageTexts = v.custom<PageMessages>(
  (texts) => missingIn(texts) === undefined,
  ({ input }) => `a whole translation, with "${missingIn(input)}"`,
)

/** What `viewOf` accepts. */
export const viewArguments = v.object({
  state: v.object({ step: custom<PageStep>("a step", (step) => typeof step?.kind === "string") }),
  options: v.object({ texts: v.optional(pageTexts), intentLifetime: delay(1) }),
})
