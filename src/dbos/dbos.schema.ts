import * as v from "valibot"
import { durableEntries } from "../durable/durable.schema.ts"
import { custom, only, text } from "../values.schema.ts"

/** What `createDbosIntents` accepts. */
export const dbosOptions = only({
  ...durableEntries,
  DBOS: custom<{ registerWorkflow?: unknown }>(
    "the class DBOS of @dbos-inc/dbos-sdk",
    (value) => typeof value?.registerWorkflow === "function",
  ),
  name: v.optional(text(100)),
})
