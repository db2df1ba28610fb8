import * as v from "valibot"
import { pageTexts } from "../page/page-view.schema.ts"
import { providers } from "../transports/auth-transport.schema.ts"
import { count, oneOf } from "../values.schema.ts"

/** What `ConnectAccount` accepts, beside the options of a page's login. */
export const connectAccountProps = v.object({
  providers: v.optional(providers),
  messages: v.optional(pageTexts),
  codeLength: v.optional(count),
  theme: v.optional(oneOf(["light", "dark"])),
  dir: v.optional(oneOf(["ltr", "rtl"])),
  lang: v.optional(v.string()),
})
