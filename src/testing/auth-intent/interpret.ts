import type { Outcome, SolveInput, SubmitInput } from "../../../machines/auth-intent.types.ts"
import { type ClientFailureType, clientFailure } from "../../../machines/failures.ts"
import { about } from "../../../machines/restore-facts.ts"
import { toOutcome } from "../../failures/interpret-response.ts"
import { normalizeSolution } from "../../intent/with-transport.ts"
import type { Secret } from "../../secret.ts"
import { postpressCredentials } from "../../transports/auth-transport.schema.ts"
import type { Solution } from "../../transports/auth-transport.ts"
import { read } from "../../values.schema.ts"
import { type Ending, listOf, type ModelState } from "../model/catalogue.ts"
import type { Request } from "../model/pure-machine.ts"
import { describeSent } from "./sent.ts"
import type { AuthIntentVocabulary, Reply } from "./vocabulary.ts"

type State = ModelState<AuthIntentVocabulary>
type Input = SubmitInput | SolveInput

const requestOf = (input: Input) => ("solution" in input ? input.solution.kind : undefined)

const rejected = (input: Input, at: number, type: ClientFailureType, sent?: false, recovery?: "retry"): Ending => ({
  output: {
    kind: "rejected",
    at,
    ...(sent === false && { sent }),
    failure: clientFailure(type, { about: about(requestOf(input)), ...(recovery && { recovery }) }),
  } satisfies Outcome,
})

/** Interprets a reply as the transport and the edge do. */
export function interpret(reply: Reply, request: Request, at: number): Ending {
  const input = request.input as Input
  if ("fault" in reply) {
    if (reply.fault === "transport throws") {
      // The edge says when it was thrown, which counts past the deadline alone; a slot that rejects cannot.
      const isLate = "expiresAt" in input && at >= input.expiresAt
      return isLate ? rejected(input, at, "client/unexpected", undefined, "retry") : { error: new Error(reply.fault) }
    }
    return rejected(input, at, "client/network", reply.fault === "nothing sent" ? false : undefined)
  }
  const { status, body: json, headers } = reply
  const seconds = Number(headers?.["Retry-After"] ?? 0)
  const operation = "solution" in input ? "solve" : "submit"
  const retryAt = seconds > 0 && { retryAt: at + seconds * 1000 }
  const outcome = toOutcome({ operation, provider: input.provider, status, json, ...retryAt })
  if (outcome.kind !== "rejected") return { output: { ...outcome, at } }
  return { output: { ...outcome, at, failure: { about: about(requestOf(input)), ...outcome.failure } } }
}

/** Refuses what the edge does not send: a solution after the deadline, and what no provider could accept. */
export function refuse({ input: raw }: Request, now: number): Ending | undefined {
  const input = raw as Input
  if ("credentials" in input) {
    const credentials = (input.credentials as Secret<unknown>).open()
    return read(postpressCredentials, credentials) ? undefined : rejected(input, now, "client/invalid_input", false)
  }
  if (now >= input.expiresAt) return rejected(input, now, "client/timeout", false)
  const isValid = normalizeSolution(input.solution as Solution) !== undefined
  return isValid ? undefined : rejected(input, now, "client/invalid_input", false)
}

/** Describes what is sent for a request. */
export function describeRequest({ input: raw, cause }: Request & { cause?: unknown }, { done }: State) {
  const input = raw as Input
  const { provider } = input
  const move = done?.last
  const moves = listOf(done)
  if (!("solution" in input)) {
    return describeSent(
      { provider, ...(move?.person === "credentials.submit" && { credentials: move.credentials }) },
      moves,
    )
  }
  const { accountId, solution } = input
  const { kind } = solution
  const entered =
    cause && move?.person === "code.submit"
      ? move.code
      : cause && move?.person === "phone.submit"
        ? move.phone
        : undefined
  const value = entered === undefined ? {} : { value: entered }
  return describeSent({ provider, accountId, solution: { kind, ...value } }, moves)
}
