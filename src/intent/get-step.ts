import type { StateValue } from "xstate"
import type {
  AuthIntentContext,
  AuthIntentOutput,
  Checkpoint,
  IntentFacts,
  SavedIntent,
} from "../../machines/auth-intent.types.ts"
import { type Requirement, requirementOf } from "../../machines/checkpoint-kinds.ts"
import type { Failure } from "../../machines/failures.ts"
import { bringUpToDate, type TimeOptions } from "./bring-up-to-date.ts"

/** The properties of every step but the last. */
interface OpenStep {
  /** The intent can be canceled. */
  canCancel: true
  /** The failure of the last try, until the next try starts. */
  failure?: Failure
}

/** The properties of a step at a checkpoint, also while a poll is in flight. */
interface CheckpointStep extends OpenStep {
  checkpoint: Pick<Checkpoint, "type" | "hint" | "data">
  /** The deadline, in epoch ms. */
  expiresAt: number
  /** How many codes and phone numbers the provider has refused. */
  attempts: number
  /** Whether `switchMethod()` is accepted. */
  canSwitchMethod: boolean
  /** Whether `approveInApp()` is accepted. */
  canApproveInApp: boolean
}

/** What a page shows: what is required of the person, `wait` while a request is in flight, `done` at the end. */
export type IntentStep =
  | ({ kind: "credentials" } & OpenStep)
  | { [Kind in Requirement]: { kind: Kind } & CheckpointStep }[Requirement]
  | ({ kind: "wait" } & OpenStep & Partial<Pick<CheckpointStep, "checkpoint" | "expiresAt" | "attempts">>)
  | {
      kind: "done"
      status: AuthIntentOutput["status"]
      failure?: Failure
      /** A request was lost: the person should look whether the account is connected before starting again. */
      mayBeConnected?: true
    }

/** The parts that are read of a snapshot of `authIntentMachine`, with any transport. */
export interface IntentSnapshot {
  readonly value: StateValue
  readonly context: AuthIntentContext
}

/**
 * Returns what a page shows for a snapshot, or what it would show if a record were resumed.
 * @example
 * const step = getStep(actor.getSnapshot())
 * if (step.kind === "code") showCodeField(step.checkpoint.hint, step.expiresAt)
 */
export function getStep(intent: IntentSnapshot | SavedIntent, options?: TimeOptions): IntentStep {
  if ("context" in intent) return stepOf(intent.value, intent.context)
  const saved = bringUpToDate(intent, { ...options })
  return stepOf(saved.state, saved)
}

/**
 * Returns the state of a snapshot as a path.
 * @example
 * getState(actor.getSnapshot()) // "checkpoint.otp"
 */
export function getState({ value }: { value: StateValue }): string {
  if (typeof value === "string") return value
  return Object.entries(value)
    .map(([name, inner]) => (inner === undefined ? name : `${name}.${getState({ value: inner })}`))
    .join(",")
}

/** Whether a state is an end. */
export const isFinal = (state: StateValue): state is AuthIntentOutput["status"] =>
  state === "connected" || state === "expired" || state === "failed"

/** What a request in flight is for; `end`: the deadline has passed, and the engine has not written the end yet. */
export type InFlight = "credentials" | NonNullable<IntentFacts["request"]> | "end"

type StepFacts = Omit<SavedIntent, "state" | "version" | "revision" | "provider"> & { request?: InFlight | undefined }

/** Builds the step of a state. A record has no request in flight, so that its checkpoint is shown. */
export function stepOf(
  state: StateValue,
  { expiresAt, attempts, checkpoint, unanswered, request, failure, left }: StepFacts,
): IntentStep {
  if (state === "connected") return { kind: "done", status: state }
  const shown = failure && { failure }
  if (state === "expired" || state === "failed") {
    return { kind: "done", status: state, ...shown, ...(unanswered && { mayBeConnected: true }) }
  }
  const open = { ...shown, ...left, canCancel: true as const }
  if (!checkpoint) return { kind: state === "idle" ? "credentials" : "wait", ...open }

  const { canApproveInApp = false, ...demand } = checkpoint
  // The first checkpoint sets the deadline.
  const common = { ...open, expiresAt: expiresAt as number, attempts, checkpoint: demand }
  // An approval is requested in the background: the person stays where they are.
  if (request && request !== "inApp" && request !== "poll") return { kind: "wait", ...common }
  const kind = requirementOf(demand.type)
  return {
    kind,
    ...common,
    // The person can take over a poll, but cannot report the same approval twice.
    canApproveInApp: request ? request === "poll" : kind === "approval" || canApproveInApp,
    canSwitchMethod: true,
  }
}
