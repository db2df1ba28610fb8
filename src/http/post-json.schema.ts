import * as v from "valibot"
import { delay, func, headers } from "../values.schema.ts"

/** What `createPostJson` accepts. */
export const postJsonOptions = v.object({
  headers: v.optional(headers),
  timeout: delay(1),
  fetch: v.optional(func),
})
