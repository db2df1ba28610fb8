import * as v from "valibot"
import { eventJson } from "../intent/event.schema.ts"
import { authIntentOptions } from "../intent/intent-options.schema.ts"
import { store } from "../server/server.schema.ts"
import { boolean, count, delay, epoch, func, unchecked } from "../values.schema.ts"

const entries = { retention: delay(0), onEnd: v.optional(func), store: v.optional(store) }

/** The entries of `durableOptions`; the keys are checked by their ring. */
export const durableEntries = { ...authIntentOptions.entries, ...entries, keys: unchecked }

/** What every adapter accepts. */
export const durableOptions = v.intersect([authIntentOptions, v.object(entries)])

/** The content of a sealed message: an event, or a relay's change of the entry, for one intent in one turn. */
export const sealedMessage = v.object({
  id: v.string(),
  turn: count,
  event: v.exactOptional(eventJson),
  swap: v.exactOptional(v.object({ before: v.string(), after: v.string() })),
})

/** An intent; its record is parsed where it is resumed. */
export const durableIntent = v.object({
  id: v.string(),
  saved: v.object({}),
  request: v.optional(v.string()),
  turn: count,
  at: epoch,
  handOff: v.optional(v.string()),
})

/** What an engine returns where it reads an intent. */
export const readResult = v.nullable(durableIntent)

/** What an engine returns where it creates an intent. */
export const createResult = v.object({ kept: durableIntent, accepted: boolean })

/** What an engine returns where it delivers a message. */
export const deliverResult = v.nullable(createResult)
