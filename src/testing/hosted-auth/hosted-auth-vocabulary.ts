import type { Failure } from "../../../machines/auth-intent.types.ts"
import type { HostedAuthContext, HostedAuthInput } from "../../../machines/hosted-auth.types.ts"

/** What a page or a back end tells; `reload` leaves and comes back to what was saved. A callback may say anything. */
export type HostedAuthMove =
  | { person: "link.request" | "return.success" | "return.failure" | "intent.cancel" | "reload" }
  | { person: "callback.received"; accountId: string; status: string; userId?: string }

/** What comes back for a request: a link that lives so many ms, a failure, or a `createLink` that throws. */
export type HostedAuthReply =
  | { link: { url: string; lifetime: number } }
  | { failure: Failure }
  | { fault: "createLink throws" }

/** What a page shows of a login through the hosted wizard; times in ms since the scenario's start. */
export type HostedAuthStep = Pick<HostedAuthContext, "url" | "expiresAt" | "returned" | "accountId" | "failure">

/** The words in which the scenarios of `hostedAuthMachine` are told. */
export interface HostedAuthVocabulary {
  person: HostedAuthMove
  reply: HostedAuthReply
  input: HostedAuthInput
  step: HostedAuthStep
}
