import type { Failure, Recovery } from "../../../machines/failures.ts"
import type { HostedAuthContext, HostedAuthInput } from "../../../machines/hosted-auth.types.ts"
import { parseSavedHostedAuth, saveHostedAuth } from "../../hosted/saved-hosted-auth.ts"
import { failuresIn, nameFailure } from "../auth-intent/interpret.ts"
import { defineCatalogue, type ModelState } from "../model/catalogue.ts"

/** A move of a page or a back end. `reload` leaves and resumes the saved login. A callback may hold anything. */
export type HostedAuthMove =
  | { person: "link.request" | "return.success" | "return.failure" | "intent.cancel" | "reload" }
  | { person: "callback.received"; accountId: string; status: string; userId?: string }

/** The reply to a request: a link with its lifetime in ms, a login's state, a failure, or a slot that throws. */
export type HostedAuthReply =
  | { link: { url: string; lifetime: number } }
  | { connected: string }
  | { pending: true }
  | { failure: Failure }
  | { fault: "slot throws" }

/** What a page shows of a login through the hosted wizard. Times are in ms since the scenario's start. */
export type HostedAuthStep = Pick<
  HostedAuthContext,
  "url" | "expiresAt" | "returned" | "accountId" | "failure" | "mayBeConnected"
>

/** The words of the scenarios of `hostedAuthMachine`. */
export interface HostedAuthVocabulary {
  person: HostedAuthMove
  reply: HostedAuthReply
  input: HostedAuthInput
  step: HostedAuthStep
}

type State = ModelState<HostedAuthVocabulary>
type Replies = Record<string, HostedAuthReply>

const contextOf = ({ snapshot }: State): HostedAuthContext => snapshot.context

/** One failure for each recovery. */
const failures: Record<Recovery, Failure> = {
  correct: { type: "errors/invalid_parameters", status: 400, recovery: "correct" },
  retry: { type: "errors/service_unavailable", status: 503, recovery: "retry" },
  restart: { type: "errors/action_required", status: 403, recovery: "restart" },
  stop: { type: "errors/subscription_required", status: 403, recovery: "stop" },
}
const own = ["canceled", "interrupted", "unexpected", "hosted_failed"] as const

const refusals: Replies = Object.fromEntries(
  Object.entries(failures).map(([recovery, failure]) => [`refused (${recovery})`, { failure }]),
)
const link = (url: string, lifetime = 600_000): HostedAuthReply => ({ link: { url, lifetime } })

function replies(src: string, { url, reconnectAccount }: HostedAuthContext): Replies {
  const common: Replies = { ...refusals, "the slot throws": { fault: "slot throws" } }
  if (src === "findConnection") {
    return { pending: { pending: true }, found: { connected: reconnectAccount ?? "account-1" }, ...common }
  }
  const first: Replies = { linked: link("https://auth.example/first") }
  const further: Replies = { "a fresh link": link("https://auth.example/fresh") }
  const odd: Replies = { "an expired link": link("https://auth.example/expired", 0), "no link": { pending: true } }
  return { ...(url === undefined ? first : further), ...odd, ...common }
}

/** Returns the callback of the login's own user, and wrong callbacks. */
function callbacks({ userId, reconnectAccount }: HostedAuthContext): Record<string, HostedAuthMove> {
  const nobody = {
    person: "callback.received",
    accountId: reconnectAccount ?? "account-1",
    status: reconnectAccount ? "RECONNECTED" : "CREATION_SUCCESS",
  } as const
  const callback = { ...nobody, ...(userId && { userId }) }
  return {
    callback,
    "another user's callback": { ...callback, userId: "eve" },
    "a callback that is not of success": { ...callback, status: "CREATION_FAILURE" },
    ...(userId && { "nobody's callback": nobody }),
    ...(reconnectAccount && { "another account's callback": { ...callback, accountId: "account-2" } }),
  }
}

/** How often the back end is called, in ms. */
const interval = 5_000

function zone({ now }: State, { expiresAt }: HostedAuthContext): string | undefined {
  if (expiresAt === undefined) return undefined
  if (now >= expiresAt) return now === expiresAt ? "at the expiry" : "past the expiry"
  const left = expiresAt - now
  return left === 1 ? "one moment left" : `${Math.min(Math.floor(left / interval), 2)} calls left`
}

/** The catalogue of everything that can happen to a login through the hosted wizard. */
export const hostedAuthCatalogue = defineCatalogue<HostedAuthVocabulary>({
  starts: {
    "": { providers: "*", userId: "ada" },
    reconnect: { providers: "LINKEDIN", userId: "ada", reconnectAccount: "account-1" },
    "no user": { providers: ["GOOGLE", "MICROSOFT"] },
  },
  goal: "connected",
  person: (state) => ({
    "link requested": { person: "link.request" },
    "back with success": { person: "return.success" },
    "back with failure": { person: "return.failure" },
    canceled: { person: "intent.cancel" },
    ...callbacks(contextOf(state)),
  }),
  replies: ({ src }, state) => replies(src, contextOf(state)),
  interpret(reply, _request, at) {
    if ("fault" in reply) return { error: new Error(reply.fault) }
    if ("failure" in reply) return { output: { kind: "rejected", at, failure: reply.failure } }
    if ("connected" in reply) return { output: { kind: "connected", accountId: reply.connected } }
    if ("pending" in reply) return { output: { kind: "pending" } }
    const { url, lifetime } = reply.link
    return { output: { kind: "linked", at, url, expiresAt: at + lifetime } }
  },
  resume({ snapshot }) {
    const saved: unknown = saveHostedAuth(snapshot)
    return { resume: parseSavedHostedAuth(JSON.parse(JSON.stringify(saved))) }
  },
  facts(state) {
    const context = contextOf(state)
    const { url, returned, failure, mayBeConnected } = context
    if (state.snapshot.status === "done") return { mayBeConnected }
    return { url, returned, zone: zone(state, context), failure: failure?.recovery, mayBeConnected }
  },
  moments(state): Record<string, number> {
    const { expiresAt } = contextOf(state)
    return expiresAt === undefined ? {} : { "time is up": expiresAt }
  },
  jumps(state): Record<string, number> {
    // After this jump the back end is called once more: the deadline comes before the next call.
    const close = 2 * interval - 1
    const left = (contextOf(state).expiresAt ?? 0) - state.now
    return { ...(left > 0 && { "slept too long": left }), ...(left > close && { "slept long": left - close }) }
  },
  timers: { linkTimeout: "time is up", findInterval: "the next poll" },
  describe: ({ context: { url, expiresAt, returned, accountId, failure, mayBeConnected } }) =>
    ({ url, expiresAt, returned, accountId, failure, mayBeConnected }) as HostedAuthStep,
  save: (snapshot) => saveHostedAuth(snapshot),
  failures: [...Object.values(failures).map(nameFailure), ...own.map((name) => `client/${name}`)],
  failuresIn,
})
