import type { AuthIntentEvent } from "../../machines/auth-intent.types.ts"
import { now } from "../../machines/clock.ts"
import { AuthIntentError } from "../auth-intent-error.ts"
import { logMistake } from "../intent/slot.ts"
import { Secret } from "../secret.ts"
import { parseEvent } from "../server/intents/parse-event.ts"
import { createKeyRing } from "../server/keys.ts"
import { read } from "../values.schema.ts"
import { swapOfEntry } from "./durable.schema.ts"
import type { DurableIntent, DurableOptions } from "./durable-intent.ts"

/** What an engine delivers: an event, or the relay's change of an entry, as its store compares and swaps it. */
export type Message<Credentials> = { event?: AuthIntentEvent<Credentials>; swap?: { before: string; after: string } }

/** An engine journals what it delivers, and some stop at a message that is too large for them. */
const maxLength = 1_048_576

/**
 * Builds what seals messages and opens them: a JWE each, good for one intent and for a lifetime, as nobody is waiting for
 * what the engine held for longer. An event is good for the turn that its sender has seen, a cancel for any.
 */
export function createSealer<Credentials>(options: DurableOptions<Credentials>) {
  const { keys, intentLifetime = 300_000, onMistake = logMistake } = options
  const ring = createKeyRing(keys)
  const time = () => now(options)
  return {
    async seal({ event, swap }: Message<Credentials>, { id, turn }: DurableIntent): Promise<string> {
      const claims = { id, turn, ...(event ? { event: openEvent(event) } : { swap }) }
      const sealed = await ring.seal("event", claims, time() + intentLifetime)
      if (sealed.length <= maxLength) return sealed
      throw new AuthIntentError("invalid_event", `the event is larger than ${maxLength} characters once it is sealed`)
    },

    async open(sealed: string, { id, turn }: DurableIntent): Promise<Message<Credentials>> {
      const { claims, expiresAt = 0 } = (await ring.open("event", sealed)) ?? {}
      if (claims?.["id"] !== id) {
        onMistake(new AuthIntentError("invalid_event", "an event of another intent, or of a key that is not there"))
        return {}
      }
      const swap = read(swapOfEntry, claims["swap"])
      if (swap) return time() < expiresAt ? { swap } : {}
      const event = parseEvent<Credentials>(claims["event"])
      const applies = event.type === "intent.cancel" || (claims["turn"] === turn && time() < expiresAt)
      return applies ? { event } : {}
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
