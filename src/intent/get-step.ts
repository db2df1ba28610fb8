import type { SnapshotFrom } from "xstate"
import type { authIntentMachine } from "../../machines/auth-intent.machine.ts"
import type { AuthIntentOutput, Checkpoint, Failure } from "../../machines/auth-intent.types.ts"

/** What a page shows. */
export interface IntentStep {
  /** What is asked for; `wait` while a request is on its way, `done` at the end. */
  kind: "credentials" | "code" | "approval" | "phone" | "wait" | "done"
  /** How it ended, when `done`. */
  status?: AuthIntentOutput["status"]
  checkpoint?: Pick<Checkpoint, "type" | "hint" | "data">
  /** Whether `switchMethod()` would be taken. */
  canSwitchMethod: boolean
  /** Whether the login can be approved in the provider's app, and so while an approval is asked about. */
  canApproveInApp: boolean
  canCancel: boolean
  /** The deadline, in epoch ms, once there is one. */
  expiresAt?: number
  /** How many codes and phone numbers the provider has refused. */
  attempts: number
  /** What the last try met, until the next one starts. */
  failure?: Failure
}

function kindOf({ type }: Checkpoint): IntentStep["kind"] {
  if (type === "IN_APP_VALIDATION") return "approval"
  return type === "PHONE_REGISTER" ? "phone" : "code"
}

/** Turns a snapshot into what a page needs and nothing else. */
export function getStep(snapshot: SnapshotFrom<typeof authIntentMachine>): IntentStep {
  const { checkpoint, expiresAt, attempts, failure, solution } = snapshot.context
  const done = snapshot.status === "done"
  // An approval is asked about in the background: the person stays where they are.
  const atCheckpoint = checkpoint && (snapshot.matches("checkpoint") || solution === "approval")
  const kind = () => {
    if (done) return "done"
    if (atCheckpoint) return kindOf(checkpoint)
    return snapshot.matches("idle") ? "credentials" : "wait"
  }
  return {
    kind: kind(),
    status: done ? (snapshot.value as AuthIntentOutput["status"]) : undefined,
    checkpoint:
      checkpoint && !done ? { type: checkpoint.type, hint: checkpoint.hint, data: checkpoint.data } : undefined,
    canSwitchMethod: snapshot.can({ type: "method.switch" }),
    canApproveInApp: Boolean(atCheckpoint && (checkpoint.canApproveInApp || checkpoint.type === "IN_APP_VALIDATION")),
    canCancel: !done,
    expiresAt,
    attempts,
    failure,
  }
}
