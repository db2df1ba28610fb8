import * as v from "valibot"
import { custom, delay, epoch } from "../values.schema.ts"
import type { PageStep } from "./page-intent.types.ts"
import { type PageMessages, pageMessages } from "./page-messages.ts"

/** Returns the first key that a translation lacks. Keys with a colon are optional. */
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
  options: v.object({ texts: v.optional(pageTexts), now: v.optional(epoch), intentLifetime: delay(1) }),
})
