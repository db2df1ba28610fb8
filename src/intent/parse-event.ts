import type { AuthIntentEvent } from "../../machines/auth-intent.types.ts"
import { attempt } from "../attempt.ts"
import { AuthIntentError } from "../auth-intent-error.ts"
import { Secret } from "../secret.ts"
import type { PostpressCredentials } from "../transports/postpress.ts"
import { isPlain, parse } from "../values.schema.ts"
import { eventJson } from "./event.schema.ts"
import { submitCode, submitCredentials, submitPhone } from "./events.ts"

/**
 * Parses an event from a request's JSON, for example `{ "type": "code.submit", "code": "123456" }`. Boxes its secret.
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

/**
 * Returns an event as the JSON that `parseEvent` parses, with its secret opened. Refuses what JSON would change:
 * a date becomes a text, and a map becomes empty.
 * @throws AuthIntentError `secret_spent`, `invalid_secret`, `invalid_event`.
 */
export function openEvent({ type, ...secrets }: AuthIntentEvent): object {
  const opened = Object.entries(secrets).map(([name, secret]: [string, unknown]) => {
    if (secret instanceof Secret) return [name, secret.open()]
    throw new AuthIntentError("invalid_secret", "event: what it holds besides its type should be a Secret")
  })
  if (!attempt(() => opened.every(([, value]) => isJson(value)))) {
    throw new AuthIntentError("invalid_event", "event: what its secret holds is no JSON")
  }
  return parse(eventJson, { type, ...Object.fromEntries(opened) }, "invalid_event", "event")
}

/** Whether JSON keeps a value unchanged; `undefined` is left out. Throws for a value that holds itself. */
const isJson = (value: unknown): boolean =>
  ["string", "boolean", "undefined"].includes(typeof value) ||
  value === null ||
  Number.isFinite(value) ||
  ((Array.isArray(value) || isPlain(value)) && !("toJSON" in value) && Object.values(value).every(isJson))
