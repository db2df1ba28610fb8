import type { SnapshotFrom } from "xstate"
import type { hostedAuthMachine } from "../../machines/hosted-auth.machine.ts"
import type { SavedHostedAuth } from "../../machines/hosted-auth.types.ts"

/** Writes a login through the hosted wizard as a small plain record. */
export function saveHostedAuth({ value, context }: SnapshotFrom<typeof hostedAuthMachine>): SavedHostedAuth {
  // A copy, without what is not there.
  return JSON.parse(JSON.stringify({ version: 1, state: value, ...context }))
}
