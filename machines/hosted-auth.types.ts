import type { Failure } from "./failures.ts"
import type { HostedProvider } from "./providers.ts"

/** One provider, several, or `"*"` for all. */
export type HostedProviders = "*" | HostedProvider | readonly HostedProvider[]

/** The parameters of a link request; also the input of the `createLink` slot. */
export interface LinkRequest {
  providers: HostedProviders
  /** The host's own id of the person. Without an id, only callbacks without an id are accepted. */
  userId?: string | undefined
  /** The account to reconnect; without it, the link connects a new one. */
  reconnectAccount?: string | undefined
}

/** The outcome of a link request. Times are in epoch ms; `at` is when the response arrived. */
export type LinkOutcome =
  | { kind: "linked"; at?: number; url: string; expiresAt: number }
  | { kind: "rejected"; at?: number; failure: Failure }

/** The input of the `findConnection` slot. */
export interface FindInput {
  url: string
  /** The links requested before `url`. A person may still finish one of them. */
  earlierUrls?: readonly string[]
  userId?: string
}

/** The status of a hosted login, from the host's back end. */
export type ConnectionOutcome =
  | { kind: "connected"; accountId: string }
  | { kind: "pending" }
  | { kind: "rejected"; at?: number; failure: Failure }

/** The context of a login through the hosted wizard: plain JSON. */
export interface HostedAuthContext extends LinkRequest {
  /** The state that a saved login goes on from. */
  resumedFrom?: SavedHostedAuth["state"]
  /** The current link. The host sends the person there. */
  url?: string
  /** The links requested before `url`. */
  earlierUrls?: readonly string[]
  /** When the link expires, in epoch ms. */
  expiresAt?: number
  /** What the return URL reported. A page may show it, but not rely on it: anybody can open that URL. */
  returned?: "success" | "failure"
  /** The return URL has reported success, and no callback has come yet. */
  mayBeConnected?: true
  accountId?: string
  failure?: Failure
}

/** The events that a host may send. */
export type HostedAuthEvent =
  | { type: "link.request" }
  | {
      type: "callback.received"
      accountId: string
      status: "CREATION_SUCCESS" | "RECONNECTED"
      userId?: string | undefined
    }
  | { type: "return.success" }
  | { type: "return.failure" }
  | { type: "intent.cancel" }

/** A record: a login as `saveHostedAuth` writes it, plain JSON. */
export interface SavedHostedAuth extends Omit<HostedAuthContext, "resumedFrom"> {
  version: 1
  state: "idle" | "linking" | "redirected" | "connected" | "expired" | "failed"
}

/** The parameters of a link request, or a record from `parseSavedHostedAuth` to resume. */
export type HostedAuthInput =
  | (LinkRequest & { resume?: undefined })
  | (Partial<LinkRequest> & { resume: SavedHostedAuth })

/** How a login through the hosted wizard ended. `mayBeConnected`: look whether the account is connected. */
export type HostedAuthOutput =
  | { status: "connected"; userId?: string; accountId: string }
  | { status: "expired"; userId?: string; expiresAt: number; failure?: Failure; mayBeConnected?: true }
  | { status: "failed"; userId?: string; failure: Failure; mayBeConnected?: true }
