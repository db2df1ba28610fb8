import { waitFor } from "xstate"
import type { AuthIntentEvent, AuthIntentOutput, SavedIntent } from "../../machines/auth-intent.types.ts"
import { type AuthIntentOptions, createAuthIntent } from "./create-auth-intent.ts"
import { getStep, type IntentStep } from "./get-step.ts"
import { parseSavedIntent } from "./parse-saved-intent.ts"
import { saveIntent } from "./save-intent.ts"

export type AdvanceOptions<Credentials> = Omit<
  AuthIntentOptions<Credentials>,
  "provider" | "resume" | "inAppPollInterval"
>

export interface Advanced {
  /** To store; its `revision` has risen by one if anything changed. */
  saved: SavedIntent
  /** To answer the page with. */
  step: IntentStep
  /** How it ended, once it has. */
  output?: AuthIntentOutput
}

/**
 * Takes an intent out of its record, sends it one event, waits for what that leads to and gives the record to store.
 * With no event it looks whether the intent has expired; an event that does not apply changes nothing. It never polls.
 * @throws AuthIntentError `invalid_saved_intent` or `invalid_option`.
 */
export async function advanceIntent<Credentials>(
  record: unknown,
  event: AuthIntentEvent | undefined,
  options: AdvanceOptions<Credentials>,
): Promise<Advanced> {
  const before = parseSavedIntent(record)
  const { provider } = before
  const actor = createAuthIntent({ ...options, provider, resume: before, inAppPollInterval: 0 }).start()
  if (event && actor.getSnapshot().can(event)) actor.send(event)
  const snapshot = await waitFor(actor, (state) => !state.hasTag("busy"))
  actor.stop()

  // Parsed like the record before it, so that the two compare as JSON.
  const after = { ...parseSavedIntent(saveIntent(snapshot)), revision: before.revision }
  const changed = JSON.stringify(after) !== JSON.stringify(before)
  return {
    saved: changed ? { ...after, revision: before.revision + 1 } : before,
    step: getStep(snapshot),
    output: snapshot.output,
  }
}
