import * as v from "valibot"
import { boolean, custom, delay, func, headerValue, numberIn, only, plain, text, unchecked } from "../values.schema.ts"
import { recovery } from "./auth-transport.schema.ts"

const standardSchema = custom<{ "~standard"?: { validate?: unknown } }>(
  "a Standard Schema",
  (value) => typeof value?.["~standard"]?.validate === "function",
)

/** A type that the host declares, with the same limit as the type of a failure or a checkpoint. */
const type = text(100)

/** What `createPostpressTransport` accepts; its base URL is parsed where it is used. */
export const postpressOptions = only({
  baseUrl: unchecked,
  apiKey: headerValue,
  fetch: v.optional(func),
  timeout: delay(1),
  dangerouslyAllowBrowser: v.optional(boolean),
  failures: v.optional(v.pipe(plain, v.record(type, v.object({ status: numberIn(400, 599), recovery })))),
  checkpoints: v.optional(v.pipe(plain, v.record(type, standardSchema))),
  onResponse: v.optional(func),
})

/**
 * The credentials of postpress. `normalizeCredentials` refuses a blank user name.
 * @see postpress, Instagram guide, step 1.
 */
export const postpressCredentials = v.object({ username: text(1000), password: text(1000) })
