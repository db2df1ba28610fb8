import type { SnapshotFrom } from "xstate"
import type { authIntentMachine } from "../../machines/auth-intent.machine.ts"

/** The state as the chart names it, `checkpoint.otp` say. */
export const stateName = ({ value }: SnapshotFrom<typeof authIntentMachine>): string =>
  typeof value === "string" ? value : `checkpoint.${value.checkpoint}`
