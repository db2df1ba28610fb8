import type { AnyMachineSnapshot, SnapshotFrom } from "xstate"
import type { hostedAuthMachine } from "../../../machines/hosted-auth.machine.ts"
import type { HostedAuthInput } from "../../../machines/hosted-auth.types.ts"
import { parseSavedHostedAuth } from "../../hosted/parse-saved-hosted-auth.ts"
import { saveHostedAuth } from "../../hosted/save-hosted-auth.ts"

/** The input that takes up a login where it was saved, after a trip through JSON. */
export function resumeHostedAuth(snapshot: AnyMachineSnapshot): HostedAuthInput {
  const saved: unknown = saveHostedAuth(snapshot as SnapshotFrom<typeof hostedAuthMachine>)
  return { resume: parseSavedHostedAuth(JSON.parse(JSON.stringify(saved))) }
}
