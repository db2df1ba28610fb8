import * as v from "valibot"
import { boolean, func, headerValue, only, text, unchecked } from "../values.schema.ts"

/** What `createIntelliwiseTransport` accepts; its base URL is parsed where it is used. */
export const intelliwiseOptions = only({
  baseUrl: unchecked,
  sessionToken: headerValue,
  buildId: v.optional(text(1000)),
  packageId: v.optional(text(1000)),
  fetch: v.optional(func),
})

/** @see intelliwise, "Do log in with instagram code". */
export const intelliwiseCredentials = v.object({
  code: text(1000),
  type: v.nullish(text(1000)),
  clientId: v.nullish(text(1000)),
})

/**
 * The parts that decide whether there is a session. An incomplete session may have no id.
 * @see intelliwise, "Do log in with instagram code", Response 200.
 */
export const intelliwiseSession = v.object({
  id: v.optional(v.unknown()),
  valid: v.optional(v.unknown()),
  missing2fa: v.nullish(boolean),
})
