import * as v from "valibot"
import { boolean, custom, func, matches, numberIn, only, plain, text, unchecked } from "../values.schema.ts"
import { delay, recovery } from "./auth-transport.schema.ts"

/** A value of a header. */
export const headerValue = custom<string>("a text of visible ASCII characters, not empty", (value) =>
  matches(value, /^[!-~]+$/),
)

const standardSchema = custom<{ "~standard"?: { validate?: unknown } }>(
  "a Standard Schema",
  (value) => typeof value?.["~standard"]?.validate === "function",
)

/** A type that the host declares: no longer than a failure or a checkpoint carries. */
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
