import * as v from "valibot"
import { maxDelay } from "../../machines/clock.ts"
import { func, headers, numberIn } from "../values.schema.ts"

/** What `createPostJson` accepts. */
export const postJsonOptions = v.object({
  headers: v.optional(headers),
  timeout: v.optional(numberIn(1, maxDelay)),
  fetch: v.optional(func),
})
