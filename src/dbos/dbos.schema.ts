import * as v from "valibot"
import { custom, text } from "../values.schema.ts"

/** What `createDbosIntents` accepts beside what every adapter does. */
export const dbosOptions = v.object({
  DBOS: custom<{ registerWorkflow?: unknown }>(
    "the class DBOS of @dbos-inc/dbos-sdk",
    (value) => typeof value?.registerWorkflow === "function",
  ),
  name: v.optional(text(100)),
})
