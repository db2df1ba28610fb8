import type { AuthIntentEvent } from "../../machines/auth-intent.types.ts"
import { AuthIntentError } from "../auth-intent-error.ts"
import { logMistake } from "../intent/slot.ts"
import { Secret } from "../secret.ts"
import { parseEvent } from "../server/intents/parse-event.ts"
import { createKeyRing } from "../server/keys.ts"
import type { DurableIntent, DurableOptions } from "./durable-intent.ts"

/**
 * Builds what seals events and opens them: a JWE each, good for one intent, for the turn that its sender has seen, and
 * for a lifetime: nobody is waiting for an event that the engine held for longer.
 */
export function createSealer<Credentials>(options: DurableOptions<Credentials>, time: () => number) {
  const { keys, intentLifetime = 300_000, onMistake = logMistake } = options
  const ring = createKeyRing(keys)
  return {
    seal: (event: AuthIntentEvent<Credentials>, { id, turn }: DurableIntent): Promise<string> =>
      ring.seal("event", { id, turn, event: openEvent(event) }, time() + intentLifetime),

    /** Returns the event that was sealed for this turn of this intent, or for any turn where it is a cancel. */
    async open(sealed: string, { id, turn }: DurableIntent): Promise<AuthIntentEvent<Credentials> | undefined> {
      const { claims, expiresAt = 0 } = (await ring.open("event", sealed)) ?? {}
      if (claims?.["id"] !== id) {
        onMistake(new AuthIntentError("invalid_event", "an event of another intent, or of a key that is not there"))
        return undefined
      }
      const event = parseEvent<Credentials>(claims["event"])
      if (event.type === "intent.cancel") return event
      return claims["turn"] === turn && time() < expiresAt ? event : undefined
    },
  }
}

/** Returns an event as JSON, its secret opened. @throws AuthIntentError `secret_spent`, `invalid_secret`. */
function openEvent(event: AuthIntentEvent): object {
  const parts = Object.entries(event).map(([name, value]: [string, unknown]) => {
    if (name === "type") return [name, value]
    if (value instanceof Secret) return [name, value.open()]
    throw new AuthIntentError("invalid_secret", `${event.type}: its ${name} is no Secret`)
  })
  const json = Object.fromEntries(parts)
  parseEvent(json)
  return json
}
