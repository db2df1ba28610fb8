import { toAbout } from "../../../machines/auth-intent.requests.ts"
import type { Checkpoint, Outcome, SavedIntent } from "../../../machines/auth-intent.types.ts"
import { defaultLifetime } from "../../../machines/clock.ts"
import type { TransportOutcome } from "../../failures/interpret-response.ts"
import { Secret } from "../../secret.ts"
import { type AuthTransport, paths, type Solution, type TransportContext } from "../../transports/auth-transport.ts"
import type { PostpressCredentials } from "../../transports/postpress.ts"
import { reportApiFailure } from "../host.ts"
import { noteOutcome, noteSent } from "../intents/hand-off.ts"
import { countSubmit } from "../limits.ts"
import { type Login, openLogin, sealAccount, sealLogin, toUserDigest } from "../logins.ts"
import { forbidden, Refusal, respond, toRefusal, unavailable } from "../refusal.ts"
import { parseBody, type RelayParts, type Route } from "../route.ts"
import { retention, StoreError, toStoreKey, tryStoreTwice } from "../store.ts"
import { solveBody, submitBody } from "./relay.schema.ts"
import { createTurns } from "./turns.ts"

interface LoginOptions extends RelayParts {
  transport: AuthTransport<PostpressCredentials>
}

/** A request of a page that goes upstream. */
interface UpstreamRequest {
  userId: string
  turns: ReturnType<typeof createTurns>
  kind: "submit" | Solution["kind"]
  requestId: number | undefined
  /** Returns the login as it is once the request has a response. */
  toLogin(accountId: string): Login
  /** Sends the request. @throws Refusal where it may not be sent, for example after `sendBy` (epoch ms). */
  send(context: TransportContext, sendBy: number): Promise<TransportOutcome>
}

/** Returns the outcome of a handed-over intent that another request has connected. */
const toConnected = ({ state, accountId }: Partial<SavedIntent> = {}) =>
  state === "connected" && accountId !== undefined ? { kind: "connected" as const, accountId } : undefined

/** Builds the two routes of a login: one for its credentials, one for the solutions of its checkpoints. */
export function createLoginRoutes({ transport, keys, store, limits, deliveries, report, now }: LoginOptions): Route[] {
  const shared = { store, now, limits }

  // A request to the API goes on whether or not the page still waits.
  const createContext = (): TransportContext => ({
    signal: new AbortController().signal,
    now,
    onMistake: ({ message }) => report({ code: "callback_threw", message }),
  })

  /** Reports that the store has held up a request for too long, and returns the refusal. */
  function tooLate(): Refusal {
    report({ code: "store_failed", message: "a request was not sent: the store took more than five seconds in all" })
    return unavailable(1_000)
  }

  const respondConnected = async (login: Login) =>
    respond(201, { object: "AccountCreated", account_id: await sealAccount(login, keys) })

  /**
   * Responds with the declared fields of a checkpoint, and no other text. `declared` tells the page that this host
   * knows the type, with or without its data.
   */
  async function respondCheckpoint(login: Login, { type, canApproveInApp, hint, data }: Checkpoint): Promise<Response> {
    const checkpoint = { type, canApproveInApp, hint, data }
    return respond(202, { object: "Checkpoint", account_id: await sealLogin(login, keys), declared: true, checkpoint })
  }

  /** Sends a request in its turn, and responds with the outcome. @throws Refusal */
  async function sendInTurn({ userId, turns, kind, requestId, toLogin, send }: UpstreamRequest): Promise<Response> {
    const respondAgain = async (accountId: string) => {
      await deliveries.waitUntilDelivered({ userId, accountId })
      return respondConnected(toLogin(accountId))
    }
    const turn = await turns.begin(kind, requestId)
    // The page has lost the response that reported the account.
    if ("connected" in turn) return respondAgain(turn.connected)

    const { holder, sendBy } = turn
    const outcome = await send(createContext(), sendBy).catch(async (error: unknown) => {
      const isUnsent = error instanceof Refusal || error instanceof StoreError
      await tryStoreTwice(report, () => turns.end(holder, isUnsent ? { unsent: requestId } : {}))
      throw error
    })

    if (outcome.kind === "connected") {
      const login = toLogin(outcome.accountId)
      const { provider, accountId } = login
      // An approval and the request that overtook it may both have connected the account.
      const found = await tryStoreTwice(report, turns.findConnected)
      if (found?.value === accountId) return respondAgain(accountId)
      await deliveries.deliver({ userId, provider, accountId }, () => turns.end(holder, { connected: accountId }))
      return respondConnected(login)
    }

    if (outcome.kind === "rejected") reportApiFailure(report, kind, outcome.failure)
    const refusal = outcome.kind === "rejected" ? toRefusal(outcome, now()) : undefined
    const ended = await tryStoreTwice(report, () =>
      turns.end(holder, {
        // Another request may have overtaken an approval, and other credentials may be right.
        isFatal: refusal?.isFatal === true && kind !== "inApp" && kind !== "submit",
        unsent: outcome.kind === "rejected" && outcome.sent === false ? requestId : undefined,
        timedOut: refusal?.status === 408 ? requestId : undefined,
      }),
    )
    if (ended?.value !== undefined) return respondAgain(ended.value)
    if (outcome.kind === "rejected") throw refusal
    return respondCheckpoint(toLogin(outcome.accountId), outcome.checkpoint)
  }

  async function submit(request: Request, userId: string): Promise<Response> {
    const { provider, credentials, id: requestId } = await parseBody(request, submitBody)
    const username = credentials.username.normalize("NFKC").toLowerCase()
    const user = await toUserDigest(userId)
    const key = await toStoreKey("submit", userId, provider, username)
    const expiresAt = () => now() + defaultLifetime
    return sendInTurn({
      userId,
      turns: createTurns({ ...shared, key, expiresAt }),
      kind: "submit",
      requestId,
      toLogin: (accountId) => ({ id: crypto.randomUUID(), provider, user, accountId, expiresAt: expiresAt() }),
      async send(context, sendBy) {
        await countSubmit(store, { userId, login: { provider, username } }, limits, now())
        if (now() > sendBy) throw tooLate()
        return transport.submit({ provider, credentials: new Secret(credentials) }, context)
      },
    })
  }

  async function solve(request: Request, userId: string): Promise<Response> {
    const { provider, token, solution, id: requestId } = await parseBody(request, solveBody)
    const login = await openLogin(token, { keys, userId, provider, time: now() })
    const { kind } = solution
    const { accountId, id, entry } = login
    // The `createIntents` entry that was handed over to this login.
    const handedOver = entry === undefined ? undefined : { key: entry, login: id }
    let before: SavedIntent | undefined
    const note = async (outcome: TransportOutcome) => {
      const at = now()
      const shown: Outcome =
        outcome.kind === "rejected"
          ? { ...outcome, at, failure: { about: toAbout(kind), ...toRefusal(outcome, at).failure } }
          : { ...outcome, at }
      return handedOver && noteOutcome(store, handedOver, kind, shown, before)
    }
    const key = await toStoreKey("login", id)
    const response = sendInTurn({
      userId,
      turns: createTurns({ ...shared, key, expiresAt: () => login.expiresAt + retention }),
      kind,
      requestId,
      toLogin: (accountId) => ({ ...login, accountId }),
      async send(context, sendBy) {
        if (handedOver) {
          before = await noteSent(store, handedOver)
          // The back end has ended the intent.
          if (before === undefined) throw forbidden()
          const connected = toConnected(before)
          if (connected) return connected
        }
        // A clock that was set back may have lowered the deadline of the entry.
        const expiresAt = Math.min(login.expiresAt, before?.expiresAt ?? login.expiresAt)
        // A slow store may have held the request up for too long.
        const time = now()
        if (time >= expiresAt || time > sendBy) {
          const refusal = time >= expiresAt ? new Refusal(408, "errors/request_timeout") : tooLate()
          await tryStoreTwice(report, () => note({ kind: "rejected", sent: false, failure: refusal.failure }))
          throw refusal
        }
        const outcome = await transport.solve?.({ provider, accountId, solution }, { ...context, expiresAt })
        if (outcome === undefined) throw new Error("transport.solve is missing")
        const noted = await tryStoreTwice(report, () => note(outcome))
        return toConnected(noted?.value?.saved) ?? outcome
      },
    })
    return response.catch(async (error: unknown) => {
      // A refusal by the relay ends the back end's entry as well.
      if (error instanceof Refusal && error.isFatal) {
        const { failure } = error
        await tryStoreTwice(report, () => note({ kind: "rejected", failure }))
      }
      throw error
    })
  }

  return [
    { kind: "page", path: paths.submit, handle: submit },
    { kind: "page", path: paths.solve, handle: solve },
  ]
}
