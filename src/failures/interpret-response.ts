import type { Checkpoint, Outcome } from "../../machines/auth-intent.types.ts"
import { checkpointKinds, unsupportedTypes } from "../../machines/checkpoint-kinds.ts"
import type { Recovery } from "../../machines/failures.ts"
import { attempt } from "../attempt.ts"
import { AuthIntentError } from "../auth-intent-error.ts"
import { callWithin, TimeoutError } from "../call-within.ts"
import { read } from "../values.schema.ts"
import { type ApiResponse, getOwn, isSuccess, toFailure } from "./to-failure.ts"
import { checkpointBody, success } from "./wire.schema.ts"

export type { ApiResponse, Operation } from "./to-failure.ts"

type WithoutAt<Each> = Each extends unknown ? Omit<Each, "at"> : never

/** An outcome as a transport returns it. The caller adds the arrival time, `at`. */
export type TransportOutcome = WithoutAt<Outcome>

/** A schema of any library that implements Standard Schema: valibot, zod, arktype. */
export interface DataSchema {
  readonly "~standard": {
    validate(value: unknown): ValidationResult | Promise<ValidationResult>
  }
}

interface ValidationResult {
  readonly value?: unknown
  readonly issues?: readonly unknown[] | undefined
}

/** What a host knows of its API beyond the documents. Nothing undeclared enters an outcome. */
export interface Declarations {
  /**
   * Error types, each with the status it comes with and what can be done about it.
   * @example { "errors/account_locked": { status: 423, recovery: "stop" } }
   */
  failures?: Readonly<Record<string, { status: number; recovery: Recovery }>> | undefined
  /**
   * Checkpoint types, each with the schema of the data beside its `type`. The schema's result becomes
   * `checkpoint.data`: plain JSON of at most 16 KiB; data that does not match is left out.
   * @example { CAPTCHA: v.object({ public_key: v.string() }) }
   */
  checkpoints?: Readonly<Record<string, DataSchema>> | undefined
}

/** The largest `checkpoint.data`, in bytes of JSON. */
const maxDataBytes = 16_384

/** How long a declared schema may take, in ms: the person waits for it. */
const maxValidation = 5_000

/**
 * Turns a response of the API into an outcome, for people who write transports. Undeclared text of the provider never
 * enters the outcome.
 * @param context - The transport's context. `onMistake` is called when a declared schema throws or takes more than 5 s:
 * the checkpoint then comes without data. `signal` ends the wait for a schema.
 * @example
 * const outcome = await interpretResponse({ operation: "submit", provider, status: 201, json: await response.json() })
 * @see postpress, "Solve a code checkpoint", Response 201 and Errors; Instagram guide, step 2; Messenger guide, step 3.
 */
export async function interpretResponse(
  response: ApiResponse,
  declared: Declarations = {},
  { onMistake, signal }: { onMistake?: (error: AuthIntentError) => void; signal?: AbortSignal } = {},
): Promise<TransportOutcome> {
  const outcome = toOutcome(response, declared)
  if (outcome.kind !== "checkpoint") return outcome
  const { checkpoint } = outcome
  const schema = getOwn(declared.checkpoints, checkpoint.type)
  if (schema === undefined) return outcome
  const { type, ...rest } = read(checkpointBody, response.json)?.checkpoint ?? {}
  try {
    const { value, issues } = await callWithin(maxValidation, () => schema["~standard"].validate(rest), { signal })
    const data = issues ? undefined : toSmallJson(value)
    return data === undefined ? outcome : { ...outcome, checkpoint: { ...checkpoint, data } }
  } catch (error) {
    if (signal?.aborted) return outcome
    // The error may hold the provider's text, so it is not reported. The checkpoint comes without its data.
    const problem = error instanceof TimeoutError ? `took more than ${maxValidation} ms` : "threw"
    onMistake?.(new AuthIntentError("callback_threw", `the schema of the checkpoint ${checkpoint.type} ${problem}`))
    return outcome
  }
}

const toRejection = (response: ApiResponse, { failures }: Declarations): TransportOutcome => ({
  kind: "rejected",
  failure: toFailure(response, failures),
})

/** Turns a response into an outcome, without its checkpoint's data. A relay has its own schema for a success. */
export function toOutcome(response: ApiResponse, declared: Declarations = {}, schema = success): TransportOutcome {
  const { status, json, provider } = response
  const body = isSuccess(status) ? read(schema, json) : undefined
  if (body === undefined) return toRejection(response, declared)
  if (body.object !== "Checkpoint") return { kind: "connected", accountId: body.account_id }
  const demand = read(checkpointBody, json)?.checkpoint
  if (demand === undefined) return toRejection(response, declared)

  const { source } = demand
  const isKnown =
    Object.hasOwn(checkpointKinds, demand.type) ||
    unsupportedTypes.some((type) => type === demand.type) ||
    getOwn(declared.checkpoints, demand.type) !== undefined
  const type = isKnown ? demand.type : "UNKNOWN"
  const checkpoint: Checkpoint = {
    type,
    // Messenger's own app can approve its 2FA.
    ...(provider === "MESSENGER" && type === "2FA" && { canApproveInApp: true }),
    ...((source === "SMS" || source === "APP") && { hint: source }),
  }
  return { kind: "checkpoint", accountId: body.account_id, checkpoint }
}

/** Returns a JSON copy of a value, or `undefined` if there is none or it is too large. */
const toSmallJson = (value: unknown): unknown =>
  attempt(() => {
    const json = JSON.stringify(value)
    // React Native's older engines have no TextEncoder.
    const bytes = encodeURIComponent(json).replace(/%../g, "x").length
    return bytes > maxDataBytes ? undefined : JSON.parse(json)
  })
