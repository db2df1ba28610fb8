import { fromPromise } from "xstate"
import { authIntentMachine } from "../../machines/auth-intent.machine.ts"
import type { Outcome, SolveInput, SubmitInput } from "../../machines/auth-intent.types.ts"
import { now } from "../../machines/now.ts"
import { AuthIntentError } from "../auth-intent-error.ts"
import { type ClientFailureType, clientFailure } from "../failures/client-failure.ts"
import { check } from "../schemas/check.ts"
import { outcome } from "../schemas/outcome.schema.ts"
import { Secret } from "../secret.ts"
import type { Answer, AuthTransport, Solution, TransportContext } from "../transports/auth-transport.ts"
import { soundSolution } from "./sound-solution.ts"

const machines = new WeakMap<object, typeof authIntentMachine>()

/** Gives the machine with a transport in its slots, built once per transport, however many intents it serves. */
export function provideTransport<Credentials>(transport: AuthTransport<Credentials>): typeof authIntentMachine {
  const provided = machines.get(transport) ?? provide(transport)
  machines.set(transport, provided)
  return provided
}

/** An actor that asks once and stamps the answer with the time by its own clock. */
const ask = <Input>(call: (input: Input, context: TransportContext) => Promise<Answer>) =>
  fromPromise<Outcome, Input>(async ({ input, self, signal }) => {
    const context = { signal, now: () => now(self) }
    const answer = await call(input, context).catch(() => {
      // What it threw may carry the request.
      throw new AuthIntentError("invalid_outcome", "the transport threw instead of giving an outcome")
    })
    const stamped = { ...answer, at: answer?.at ?? context.now() }
    return check(outcome, stamped, "invalid_outcome", "the transport's outcome") as Outcome
  })

/** Lends a secret to one request and drops it once that has settled or is left. */
async function lend(secret: unknown, signal: AbortSignal, request: () => Promise<Answer>) {
  const drop = () => secret instanceof Secret && secret.drop()
  signal.addEventListener("abort", drop)
  try {
    return await request()
  } finally {
    drop()
  }
}

const refused = (type: ClientFailureType): Answer => ({ kind: "rejected", failure: clientFailure(type) })

const provide = <Credentials>(transport: AuthTransport<Credentials>) =>
  authIntentMachine.provide({
    actors: {
      submitCredentials: ask<SubmitInput>(async ({ provider, credentials: opaque }, context) => {
        const credentials = opaque as Secret<Credentials>
        return lend(credentials, context.signal, () => transport.submit({ provider, credentials }, context))
      }),
      solveCheckpoint: ask<SolveInput>(async ({ provider, accountId, expiresAt, solution: typed }, context) => {
        const solution = soundSolution(typed as Solution)
        // A timer that slept through the deadline must not let anything out after it.
        if (context.now() >= expiresAt) return refused("client/timeout")
        if (solution === undefined) return refused("client/invalid_input")
        const secret = "secret" in solution ? solution.secret : undefined
        const request = { provider, accountId, solution }
        return lend(secret, context.signal, () => transport.solve(request, { ...context, expiresAt }))
      }),
    },
  })
