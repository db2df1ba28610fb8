import { waitFor } from "xstate"
import type { AuthIntentEvent, AuthIntentOutput, SavedIntent } from "../../machines/auth-intent.types.ts"
import { parse } from "../values.schema.ts"
import { bringUpToDate } from "./bring-up-to-date.ts"
import { createParsedIntent, type RunOptions } from "./create-auth-intent.ts"
import { hostEvent } from "./event.schema.ts"
import { getStep, type IntentStep } from "./get-step.ts"
import { authIntentOptions } from "./intent-options.schema.ts"
import { parseRecord, saveIntent } from "./saved-intent.ts"

/** The options of `advanceIntent`. The function never polls, whatever `inAppPollInterval` is. */
export interface AdvanceOptions<Credentials> extends RunOptions<Credentials> {
  /** Aborts the request in flight: the record then shows the request as interrupted. */
  signal?: AbortSignal | undefined
}

/** The result of `advanceIntent`. */
export interface AdvanceResult {
  /** The record to store; its `revision` has risen by one if anything changed. */
  saved: SavedIntent
  /** What to send to the page. */
  step: IntentStep
  /** How the intent ended, once it has. */
  output?: AuthIntentOutput
  /** Whether the event applied; `false` without an event. */
  accepted: boolean
}

/**
 * The event of the machine's own poll timer, for a caller with a timer of its own. The event applies while an approval
 * is awaited and `inAppPollInterval` is above 0. For the compiler it is an `inApp.approve`, as the machine's type has
 * no event of XState's own. To recognize a poll, compare an event, or its type, with `pollEvent`.
 */
export const pollEvent = { type: "xstate.after.inAppPoll.authIntent.checkpoint.inApp" } as unknown as {
  type: "inApp.approve"
}

/** Refuses an event that no host may send, such as a timer's, from JSON. @throws AuthIntentError `invalid_event`. */
export function assertHostEvent(event: unknown): void {
  if (event !== pollEvent) parse(hostEvent, event, "invalid_event", "event")
}

/**
 * Resumes an intent from its record, sends it one event, waits until no request is in flight and returns the record to
 * store. Without an event it only checks whether the intent has expired. It never polls for an approval. An intent
 * whose provider the transport does not serve can only be ended: nothing is sent, and `onMistake` is called with
 * `invalid_provider`.
 * @throws AuthIntentError `invalid_saved_intent`, `invalid_event` for an event without a type or of XState's own, or
 * `invalid_option`.
 * @example
 * const { saved, step } = await advanceIntent(record, submitCode("123456"), { transport })
 */
export async function advanceIntent<Credentials>(
  record: SavedIntent,
  event: AuthIntentEvent<NoInfer<Credentials>> | undefined,
  options: AdvanceOptions<Credentials>,
): Promise<AdvanceResult> {
  parse(authIntentOptions, options, "invalid_option", "advanceIntent")
  if (event !== undefined) assertHostEvent(event)
  const { signal, inAppPollInterval = 0 } = options
  const before = parseRecord(record)
  const { provider } = before
  const resume = (saved: SavedIntent) =>
    createParsedIntent(options, { provider, resume: bringUpToDate(saved, options), inAppPollInterval })
  const actor = resume(before).start()
  const accepted = event !== undefined && !signal?.aborted && actor.getSnapshot().can(event)
  if (accepted) actor.send(event)
  const idle = waitFor(actor, (state) => !state.hasTag("busy"), { ...(signal && { signal }) })
  const snapshot = await idle.catch(() => actor.getSnapshot())
  actor.stop()

  // A request that was aborted makes the record an interrupted one.
  const last = snapshot.hasTag("busy") ? resume(saveIntent(snapshot)).getSnapshot() : snapshot
  const { output } = last
  const saved = revise(record, before, saveIntent(last))
  return { saved, step: getStep(last), ...(output && { output }), accepted }
}

/** Returns the changed record with the next revision, or the record before if nothing changed. */
function revise(record: SavedIntent, before: SavedIntent, after: SavedIntent): SavedIntent {
  const { revision } = before
  const isSame =
    before.state === after.state && JSON.stringify(before) === JSON.stringify(parseRecord({ ...after, revision }))
  return isSame ? record : { ...after, revision: revision + 1 }
}
