import * as v from "valibot"
import { pageTexts } from "../page/page-view.schema.ts"
import { providers } from "../transports/auth-transport.schema.ts"

/** What `ConnectAccount` accepts, beside the options of a page's login. */
export const connectAccountProps = v.object({ providers: v.optional(providers), messages: v.optional(pageTexts) })
