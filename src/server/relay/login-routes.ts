import type { Outcome } from "../../../machines/auth-intent.types.ts"
import { defaultLifetime } from "../../../machines/clock.ts"
import { about } from "../../../machines/restore-facts.ts"
import type { TransportOutcome } from "../../failures/interpret-response.ts"
import { Secret } from "../../secret.ts"
import type { Solution } from "../../transports/auth-transport.ts"
import { read } from "../../values.schema.ts"
import { noteOutcome, noteSent, type Sent } from "../intents/hand-off.ts"
import { countSubmit, toLoginLimits } from "../limits.ts"
import { openLogin, toUser } from "../logins.ts"
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

  async function solve(request: Request, userId: string): Promise<Response> {
    const { provider, token, solution } = await readJson(request, (json) => read(solveBody, json))
    const login = await openLogin(token, { keys, userId, provider, time: now() })
    const { kind } = solution
    const { accountId, expiresAt, id, entry } = login
    // The entry of `createIntents` that the login comes from.
    const handedOver = entry === undefined ? undefined : { key: entry, login: id }
    let sent: Sent | undefined
    const note = async (outcome: TransportOutcome) => {
      const at = now()
      const told: Outcome =
        outcome.kind === "rejected"
          ? { ...outcome, at, failure: { about: about(kind), ...toRefusal(outcome, at).failure } }
          : { ...outcome, at }
      if (handedOver) await noteOutcome(store, handedOver, kind, told, sent)
    }
    const response = sendInTurn({
      userId,
      turns: { key: await toStoreKey("login", login.id), expiresAt: () => expiresAt + retention },
      kind,
      limits: loginLimits,
      toLogin: (accountId) => ({ ...login, accountId }),
      async send(context, sendBy) {
        if (handedOver) sent = await noteSent(store, handedOver)
        // A slow store may have taken until then.
        const time = now()
        if (time >= expiresAt || time > sendBy) {
          const refusal = time >= expiresAt ? new Refusal(408, "errors/request_timeout") : unavailable(1_000)
          await unlessStoreFails(() => note({ kind: "rejected", sent: false, failure: refusal.failure }))
          throw refusal
        }
        const outcome = await transport.solve?.(
          { provider, accountId, solution: box(solution) },
          { ...context, expiresAt },
        )
        if (outcome === undefined) throw new Error("the transport solves nothing")
        await unlessStoreFails(() => note(outcome))
        return outcome
      },
    })
    return response.catch(async (error: unknown) => {
      // The relay, too, ends a login.
      if (error instanceof Refusal && error.isFatal) await note({ kind: "rejected", failure: error.failure })
      throw error
    })
  }

  return [
    { kind: "page", path: "/accounts", handle: submit },
    { kind: "page", path: "/accounts/checkpoint", handle: solve },
  ]
}
