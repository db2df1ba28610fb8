import * as v from "valibot"
import { between, flag, is, matches, method, text } from "./is.ts"

export const provider = v.picklist(["INSTAGRAM", "LINKEDIN", "MESSENGER", "TWITTER"])

/** Ms, up to the longest delay that timers take. */
const ms = (least: number) => v.optional(between(least, 2_147_483_647))

const observer = is<{ next?: unknown } | (() => void)>(
  "a function or an observer",
  (value) => typeof value === "function" || typeof value?.next === "function",
)

/** What `createAuthIntent` takes. */
export const authIntentOptions = v.object({
  transport: v.object({ submit: method, solve: method }),
  inspect: v.optional(observer),
  clock: v.optional(v.object({ now: method, setTimeout: method, clearTimeout: method })),
  intentLifetime: ms(1),
  solveGrace: ms(0),
  inAppPollInterval: ms(0),
})

/** What goes into a header. */
const headerValue = is<string>("a text of visible ASCII characters", (value) => matches(value, /^[!-~]+$/))

export const postpressOptions = v.object({
  apiKey: headerValue,
  fetch: v.optional(method),
  timeout: ms(1),
  dangerouslyAllowBrowser: v.optional(flag),
})

export const intelliwiseOptions = v.object({
  sessionToken: headerValue,
  buildId: v.optional(text(1000)),
  packageId: v.optional(text(1000)),
  fetch: v.optional(method),
})
