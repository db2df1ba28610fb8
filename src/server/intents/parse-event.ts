import type { AuthIntentEvent } from "../../../machines/auth-intent.types.ts"
import { submitCode, submitCredentials, submitPhone } from "../../intent/events.ts"
import type { PostpressCredentials } from "../../transports/postpress.ts"
import { parse } from "../../values.schema.ts"
import { eventJson } from "./intents.schema.ts"

/**
 * Parses an event out of a request's JSON, for example `{ "type": "code.submit", "code": "123456" }`, and boxes its secret.
 * The transport checks the credentials when it sends them.
 * @throws AuthIntentError `invalid_event`, whose message repeats nothing of the JSON.
 * @example
 * const status = await intents.send(id, parseEvent(await request.json()))
 */
export function parseEvent<Credentials = PostpressCredentials>(json: unknown): AuthIntentEvent<Credentials> {
  const event = parse(eventJson, json, "invalid_event", "event")
  switch (event.type) {
    case "credentials.submit":
      return submitCredentials(event.credentials as Credentials)
    case "code.submit":
      return submitCode(event.code)
    case "phone.submit":
      return submitPhone(event.phone)
    default:
      return { type: event.type }
  }
}
