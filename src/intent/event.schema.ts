import * as v from "valibot"
import { custom, matches } from "../values.schema.ts"

const enteredText = custom<string>("a text of at most 1000 characters", (value) => {
  return typeof value === "string" && value.length <= 1000
})

/** An event that a host may send, whether it applies or not. XState's own events, such as a timer's, are excluded. */
export const hostEvent = custom<{ type: string }>("an object with a type, which is none of XState's own", (value) =>
  matches(value?.type, /^(?!xstate\.)./),
)

/** An event as JSON, with its secrets not boxed yet. The transport checks the credentials itself. */
export const eventJson = v.variant("type", [
  v.object({
    type: v.literal("credentials.submit"),
    credentials: custom<object>("an object", (value) => typeof value === "object" && value !== null),
  }),
  v.object({ type: v.literal("code.submit"), code: enteredText }),
  v.object({ type: v.literal("phone.submit"), phone: v.object({ countryCode: enteredText, number: enteredText }) }),
  v.object({ type: v.picklist(["inApp.approve", "method.switch", "intent.cancel"]) }),
])
