import { toAbout } from "../../../machines/auth-intent.requests.ts"
import type { Outcome, SolveInput, SubmitInput } from "../../../machines/auth-intent.types.ts"
import { type ClientFailureType, clientFailure, clientFailures, type Failure } from "../../../machines/failures.ts"
import { toOutcome } from "../../failures/interpret-response.ts"
import { normalizeSolution } from "../../intent/with-transport.ts"
import type { Secret } from "../../secret.ts"
import type { Solution } from "../../transports/auth-transport.ts"
import { normalizeCredentials } from "../../transports/normalize.ts"
import type { ActorEnd, ModelState } from "../model/catalogue.ts"
import type { Request } from "../model/pure-machine.ts"
import { firstReplies } from "./moves.ts"
import { describeSent, enteredIn } from "./sent.ts"
import { type AuthIntentVocabulary, checkReply, type PersonMove, type Reply } from "./vocabulary.ts"

type State = ModelState<AuthIntentVocabulary>
type Input = SubmitInput | SolveInput

const requestOf = (input: Input) => ("solution" in input ? input.solution.kind : undefined)

const rejected = (
  input: Input,
  at: number,
  type: ClientFailureType,
  { sent, ...more }: { sent?: false; recovery?: "retry" } = {},
): ActorEnd => ({
  output: {
    kind: "rejected",
    at,
    ...(sent === false && { sent }),
    failure: clientFailure(type, { about: toAbout(requestOf(input)), ...more }),
  } satisfies Outcome,
})

/** Interprets a reply as the transport and the edge do. */
export function interpret(reply: Reply, request: Request, at: number): ActorEnd {
  const input = request.input as Input
  checkReply(reply)
  if ("fault" in reply) {
    if (reply.fault === "slot rejects") return { error: new Error(reply.fault) }
    if (reply.fault === "no connection") return rejected(input, at, "client/network")
    if (reply.fault === "nothing sent") return rejected(input, at, "client/network", { sent: false })
    return rejected(input, at, "client/unexpected", "solution" in input ? { recovery: "retry" } : {})
  }
  const { status, body: json, headers } = reply
  const seconds = headers ? Number(new Headers(headers).get("retry-after")) : 0
  const operation = "solution" in input ? "solve" : "submit"
  const retryAt = seconds > 0 && { retryAt: at + seconds * 1000 }
  const outcome = toOutcome({ operation, provider: input.provider, status, json, ...retryAt })
  if (outcome.kind !== "rejected") return { output: { ...outcome, at } }
  return { output: { ...outcome, at, failure: { about: toAbout(requestOf(input)), ...outcome.failure } } }
}

/** Refuses input that the edge does not send: a solution after the deadline, and input that no provider accepts. */
export function refuse({ input: raw }: Request, now: number): ActorEnd | undefined {
  const input = raw as Input
  if ("credentials" in input) {
    const secret = input.credentials as Secret<unknown>
    const isValid = !secret.spent && normalizeCredentials(secret.open()) !== undefined
    return isValid ? undefined : rejected(input, now, "client/invalid_input", { sent: false })
  }
  if (now >= input.expiresAt) return rejected(input, now, "client/timeout", { sent: false })
  const solution = input.solution as Solution
  const isSpent = "secret" in solution && solution.secret.spent
  const isValid = !isSpent && normalizeSolution(solution) !== undefined
  return isValid ? undefined : rejected(input, now, "client/invalid_input", { sent: false })
}

export function describeRequest({ input: raw, cause }: Request & { cause?: unknown }, { done }: State) {
  const input = raw as Input
  const { provider } = input
  const entered = cause ? enteredIn(cause as PersonMove) : {}
  if (!("solution" in input)) return describeSent({ provider, credentials: entered }, done)
  const { accountId, solution } = input
  const value = entered.code ?? entered.phone
  return describeSent({ provider, accountId, solution: { kind: solution.kind, value } }, done)
}

export const nameFailure = ({ status, type }: Failure): string => (status ? `${status} ${type}` : type)

/** Names the failures in the outputs of invoked actors. */
const failuresOf = (endings: readonly object[]): string[] =>
  endings.flatMap((ending) => {
    const { failure } = (ending as { output?: { failure?: Failure } }).output ?? {}
    return failure ? nameFailure(failure) : []
  })

/** Names the failures in the last move's events, and the failure in the context. */
export const failuresIn = ({ trace, snapshot: { context } }: Pick<ModelState, "trace" | "snapshot">): string[] =>
  failuresOf([...trace.map(({ event }) => event), { output: context }])

/** Names every failure that a reply causes, and the library's own except those of other transports and machines. */
export function everyFailure(): string[] {
  const inputs = [{ provider: "TWITTER" }, { provider: "TWITTER", solution: { kind: "method" } }]
  const endings = Object.values(firstReplies).flatMap((reply) =>
    inputs.map((input) => interpret(reply, { id: "", src: "", input }, 0)),
  )
  const elsewhere = ["client/hosted_failed", "client/invalid_session", "client/second_factor_required"]
  const own = Object.keys(clientFailures).filter((type) => ![...elsewhere, "client/invalid_response"].includes(type))
  return [...new Set([...failuresOf(endings), ...own])]
}
