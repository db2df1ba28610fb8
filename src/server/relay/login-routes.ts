import { defaultLifetime } from "../../../machines/clock.ts"
import type { Failure } from "../../../machines/failures.ts"
import { about } from "../../../machines/restore-facts.ts"
import type { TransportOutcome } from "../../failures/interpret-response.ts"
import { Secret } from "../../secret.ts"
import type { Solution } from "../../transports/auth-transport.ts"
import { read } from "../../values.schema.ts"
import { type Note, noteHandedOver, type Sent } from "../intents/hand-off.ts"
import { countSubmit, toLoginLimits } from "../limits.ts"
import { type Login, openLogin, toUser } from "../logins.ts"
import { Refusal, type Route, readJson, toRefusal, unavailable } from "../route.ts"
import { retention, toStoreKey } from "../store.ts"
import { type SolveBody, solveBody, submitBody } from "./relay.schema.ts"
import { createRequests, type LoginOptions } from "./requests.ts"

function box(solution: SolveBody["solution"]): Solution {
  if (solution.kind === "code") return { kind: "code", secret: new Secret(solution.value) }
  if (solution.kind === "phone") return { kind: "phone", secret: new Secret(solution.value) }
  return solution
}

/** Builds the two routes of a login: its credentials are posted to one, the solutions of its checkpoints to the other. */
export function createLoginRoutes(options: LoginOptions): Route[] {
  const { transport, keys, store, limits, now } = options
  const { request: sendInTurn, unlessStoreFails } = createRequests(options)
  const loginLimits = toLoginLimits(limits)

  async function submit(request: Request, userId: string): Promise<Response> {
    const { provider, credentials } = await readJson(request, (json) => read(submitBody, json))
    const username = credentials.username.normalize("NFKC").toLowerCase()
    const user = await toUser(userId)
    const key = await toStoreKey("submit", userId, provider, username)
    return sendInTurn({
      userId,
      turns: { key, expiresAt: () => now() + defaultLifetime },
      kind: "submit",
      toLogin: (accountId) => ({
        id: crypto.randomUUID(),
        provider,
        user,
        accountId,
        expiresAt: now() + defaultLifetime,
      }),
      async send(context, sendBy) {
        await countSubmit(store, { userId, login: { provider, username } }, limits, now())
        if (now() > sendBy) throw unavailable(1_000)
        return transport.submit({ provider, credentials: new Secret(credentials) }, context)
      },
    })
  }

  /** Writes what is sent and its outcome into the entry of `createIntents` that the login comes from. */
  const note = async ({ entry, id }: Login, noted: Note, sent?: Sent) =>
    entry === undefined ? undefined : noteHandedOver(store, { key: entry, login: id }, noted, sent)

  async function solve(request: Request, userId: string): Promise<Response> {
    const { provider, token, solution } = await readJson(request, (json) => read(solveBody, json))
    const login = await openLogin(token, { keys, userId, provider, time: now() })
    const { kind } = solution
    const { accountId, expiresAt } = login
    // A canceled operation does not end a login that waits for an approval.
    const endsLogin = ({ type, recovery }: Refusal) =>
      (recovery === "restart" || recovery === "stop") && !(kind === "inApp" && type === "errors/operation_canceled")
    const noteOutcome = (outcome: TransportOutcome, sent?: Sent) => {
      const at = now()
      if (outcome.kind !== "rejected") return note(login, { ...outcome, at }, sent)
      const failure: Failure = { about: about(kind), ...outcome.failure }
      return note(login, { ...outcome, at, failure, endsLogin: endsLogin(toRefusal(outcome, at)) }, sent)
    }
    const response = sendInTurn({
      userId,
      turns: { key: await toStoreKey("login", login.id), expiresAt: () => expiresAt + retention },
      kind,
      limits: loginLimits,
      toLogin: (accountId) => ({ ...login, accountId }),
      async send(context, sendBy) {
        const sent = await note(login, { kind: "sent" })
        // A slow store may have taken until then.
        const time = now()
        if (time >= expiresAt || time > sendBy) {
          await unlessStoreFails(() => note(login, { kind: "unsent" }, sent))
          throw time >= expiresAt ? new Refusal(408, "errors/request_timeout") : unavailable(1_000)
        }
        const outcome = await transport.solve?.(
          { provider, accountId, solution: box(solution) },
          { ...context, expiresAt },
        )
        if (outcome === undefined) throw new Error("the transport solves nothing")
        await unlessStoreFails(() => noteOutcome(outcome, sent))
        return outcome
      },
      endsLogin,
    })
    return response.catch(async (error: unknown) => {
      if (error instanceof Refusal && error.type === "errors/too_many_attempts") {
        const failure: Failure = { type: error.type, status: error.status, recovery: "restart" }
        await noteOutcome({ kind: "rejected", failure })
      }
      throw error
    })
  }

  return [
    { kind: "page", path: "/accounts", handle: submit },
    { kind: "page", path: "/accounts/checkpoint", handle: solve },
  ]
}
