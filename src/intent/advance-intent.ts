import { waitFor } from "xstate"
import type { AuthIntentEvent, AuthIntentOutput, SavedIntent } from "../../machines/auth-intent.types.ts"
import { parse } from "../values.schema.ts"
import { bringUpToDate } from "./bring-up-to-date.ts"
import { createParsedIntent, type RunOptions } from "./create-auth-intent.ts"
import { hostEvent } from "./event.schema.ts"
import { getStep, type IntentStep } from "./get-step.ts"
import { authIntentOptions } from "./intent-options.schema.ts"
import { parseRecord, saveIntent } from "./saved-intent.ts"

/** The options of `advanceIntent`, which never polls, whatever `inAppPollInterval` is. */
export interface AdvanceOptions<Credentials> extends RunOptions<Credentials> {
  /** Aborted to leave the request in flight: the record is then an interrupted one. */
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
 * The event of the machine's own timer, by which it polls for an approval: for a caller with a timer of its own.
 * It applies where an approval is awaited and `inAppPollInterval` is above 0. To the compiler it is an `inApp.approve`, as the
 * machine's type has no event of XState's own: to recognize it, compare an event, or its type, with this one.
 */
export const pollEvent = { type: "xstate.after.inAppPoll.authIntent.checkpoint.inApp" } as unknown as {
  type: "inApp.approve"
}

/** Refuses what no host may send, such as the event of a timer in a request's JSON. @throws AuthIntentError `invalid_event`. */
export function assertHostEvent(event: unknown): void {
  if (event !== pollEvent) parse(hostEvent, event, "invalid_event", "event")
}

/**
 * Resumes an intent from its record, sends it one event, waits until no request is in flight and returns the record to
 * store. Without an event it only checks whether the intent has expired. It never polls for an approval. A record whose
 * provider the transport does not serve can only be ended: it sends nothing, and `onMistake` is called with `invalid_provider`.
 * @throws AuthIntentError `invalid_saved_intent`, `invalid_event` for what has no type or one of XState's own, or `invalid_option`.
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

/** Returns the record after a change with the next revision, or the one before where nothing changed. */
function revise(record: SavedIntent, before: SavedIntent, after: SavedIntent): SavedIntent {
  const { revision } = before
  const isSame =
    before.state === after.state && JSON.stringify(before) === JSON.stringify(parseRecord({ ...after, revision }))
  return isSame ? record : { ...after, revision: revision + 1 }
}
