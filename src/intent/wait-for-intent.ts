import { type ActorRefFromLogic, type AnyActor, toPromise } from "xstate"
import type { AuthIntentMachine } from "../../machines/auth-intent.machine-type.ts"
import type { AuthIntentOutput } from "../../machines/auth-intent.types.ts"
import { AuthIntentError } from "../auth-intent-error.ts"

/**
 * Resolves with how the intent ends: connected, expired or failed.
 * @throws AuthIntentError `intent_stopped` when the actor is stopped before that.
 * @example
 * const output = await waitForIntent(actor)
 */
export async function waitForIntent<Credentials>(
  actor: ActorRefFromLogic<AuthIntentMachine<Credentials>>,
): Promise<AuthIntentOutput> {
  const { status } = (actor as AnyActor).getSnapshot()
  const output: AuthIntentOutput | undefined = status === "stopped" ? undefined : await toPromise(actor)
  if (output === undefined) throw new AuthIntentError("intent_stopped", "the actor was stopped")
  return output
}
