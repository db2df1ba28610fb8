import { toAbout } from "../../machines/auth-intent.requests.ts"
import type { SavedIntent } from "../../machines/auth-intent.types.ts"
import { clientFailure } from "../../machines/failures.ts"
import type { Provider } from "../../machines/providers.ts"
import { AuthIntentError } from "../auth-intent-error.ts"
import { providerSchema } from "../transports/auth-transport.schema.ts"
import { parse } from "../values.schema.ts"
import { bringUpToDate, type TimeOptions } from "./bring-up-to-date.ts"
import type { IntentSnapshot } from "./get-step.ts"
import { parseSavedIntentOptions } from "./intent-options.schema.ts"
import { savedIntent } from "./saved-intent.schema.ts"

/**
 * Builds the record of an intent: a few hundred bytes of plain JSON, without a secret, session or option. A request in
 * flight is saved as unanswered, and a resume shows a person's request as interrupted. The `revision` is 0.
 * @example
 * sessionStorage.setItem("intent", JSON.stringify(saveIntent(actor.getSnapshot())))
 */
export function saveIntent({ value, context }: IntentSnapshot): SavedIntent {
  const { provider, checkpoint, attempts, request } = context
  const isBusy = value === "submitting" || value === "solving"
  const isOpen = isBusy || typeof value !== "string"
  const state = isOpen ? (checkpoint ? "checkpoint" : "idle") : (value as SavedIntent["state"])
  const remembered = facts.map((name) => [name, context[name]]).filter(([, fact]) => fact)
  const failure = clientFailure("client/interrupted", { about: toAbout(request) })
  const shown = request !== "poll" && (checkpoint ? { left: { failure } } : { failure })
  const busy = isBusy && { ...shown, unanswered: true }
  return { version: 1, revision: 0, provider, state, attempts, ...Object.fromEntries(remembered), ...busy }
}

/** The properties that a record copies from the context, unless they are false, 0 or unset. */
const facts = [
  "accountId",
  "checkpoint",
  "expiresAt",
  "failure",
  "failureBy",
  "failedPolls",
  "retryAt",
  "timedOut",
  "unanswered",
] as const satisfies readonly (keyof SavedIntent)[]

/** The options of `parseSavedIntent`. */
export interface ParseOptions extends TimeOptions {
  /** The provider that the record must have. @default any */
  provider?: Provider | undefined
}

/**
 * Parses a record of `saveIntent` and brings it up to date: past its deadline it is `expired`, and a deadline further
 * away than a lifetime is lowered. Returns what `input.resume` accepts.
 * @throws AuthIntentError `invalid_saved_intent` for a record that is not one of ours, is of a later version or is for
 * another provider; `invalid_option`.
 * @example
 * const stored = sessionStorage.getItem("intent")
 * const resume = stored ? parseSavedIntent(JSON.parse(stored), { provider: "INSTAGRAM" }) : undefined
 */
export function parseSavedIntent(record: unknown, options: ParseOptions = {}): SavedIntent {
  const { provider } = parse(parseSavedIntentOptions, options, "invalid_option", "parseSavedIntent")
  const saved = parseRecord(record)
  if (provider !== undefined && saved.provider !== provider) {
    throw new AuthIntentError("invalid_saved_intent", `saved intent: it is for ${saved.provider}`)
  }
  return bringUpToDate(saved, options)
}

/** Parses a record as it was saved, also an expired record. @throws AuthIntentError `invalid_saved_intent`. */
export function parseRecord(record: unknown): SavedIntent {
  return parse(savedIntent, record, "invalid_saved_intent", "saved intent")
}

/**
 * Returns the first record of an intent, for `advanceIntent`.
 * @throws AuthIntentError `invalid_provider`.
 * @example
 * const record = newIntent({ provider: "INSTAGRAM" })
 */
export function newIntent(options: { provider: Provider }): SavedIntent {
  const provider = parse(providerSchema, options?.provider, "invalid_provider", "provider")
  return { version: 1, revision: 0, provider, state: "idle", attempts: 0 }
}
