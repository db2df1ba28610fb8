import type { SnapshotFrom } from "xstate"
import type { hostedAuthMachine } from "../../machines/hosted-auth.machine.ts"
import type { SavedHostedAuth } from "../../machines/hosted-auth.types.ts"
import { AuthIntentError } from "../auth-intent-error.ts"
import { parse } from "../values.schema.ts"
import { parseSavedHostedAuthOptions, savedHostedAuth } from "./saved-hosted-auth.schema.ts"

/**
 * Builds the record of a login through the hosted wizard: plain JSON.
 * @example
 * sessionStorage.setItem("login", JSON.stringify(saveHostedAuth(actor.getSnapshot())))
 */
export function saveHostedAuth({ value, context }: SnapshotFrom<typeof hostedAuthMachine>): SavedHostedAuth {
  const state = typeof value === "string" ? value : "redirected"
  const { resumedFrom, ...facts } = context
  // A copy without undefined values.
  return JSON.parse(JSON.stringify({ version: 1, state, ...facts }))
}

/**
 * Parses a record of `saveHostedAuth` and returns what `input.resume` of `hostedAuthMachine` accepts. With `userId`, a
 * record of another user is refused.
 * @throws AuthIntentError `invalid_saved_intent` for a record that is not one of ours, is of a later version or is
 * another user's; `invalid_option`.
 * @example
 * const resume = stored ? parseSavedHostedAuth(JSON.parse(stored), { userId }) : undefined
 */
export function parseSavedHostedAuth(record: unknown, options: { userId?: string | undefined } = {}): SavedHostedAuth {
  parse(parseSavedHostedAuthOptions, options, "invalid_option", "parseSavedHostedAuth")
  const { userId } = options
  const saved: SavedHostedAuth = parse(savedHostedAuth, record, "invalid_saved_intent", "saved login")
  if (userId !== undefined && saved.userId !== userId) {
    throw new AuthIntentError("invalid_saved_intent", "saved login: it is another user's, so drop it")
  }
  return saved
}
