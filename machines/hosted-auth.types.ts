import type { Failure } from "./failures.ts"
import type { HostedProvider } from "./providers.ts"

/** One provider, several, or `"*"` for all. */
export type HostedProviders = "*" | HostedProvider | readonly HostedProvider[]

/** What a link is requested for; also the input of the `createLink` slot. */
export interface LinkRequest {
  providers: HostedProviders
  /** The host's own id of the person. Without one, only callbacks without one are accepted. */
  userId?: string | undefined
  /** The account to reconnect; without it, the link connects a new one. */
  reconnectAccount?: string | undefined
}

/** What a request for a link amounts to; times are in epoch ms, and `at` is when the response arrived. */
export type LinkOutcome =
  | { kind: "linked"; at?: number; url: string; expiresAt: number }
  | { kind: "rejected"; at?: number; failure: Failure }

/** The input of the `findConnection` slot. */
export interface FindInput {
  url: string
  /** The links that were requested before it, which may still be followed to their end. */
  earlierUrls?: readonly string[]
  userId?: string
}

/** How a hosted login stands, as the host's back end knows it. */
export type ConnectionOutcome =
  | { kind: "connected"; accountId: string }
  | { kind: "pending" }
  | { kind: "rejected"; at?: number; failure: Failure }

/** What a login through the hosted wizard knows: plain JSON. */
export interface HostedAuthContext extends LinkRequest {
  /** The state that a saved login goes on from. */
  resumedFrom?: SavedHostedAuth["state"]
  /** The link that is out, to send the person to. */
  url?: string
  /** The links that were out before it. */
  earlierUrls?: readonly string[]
  /** When the link expires, in epoch ms. */
  expiresAt?: number
  /** What the return URL reported, to show and not to rely on: anybody can open it. */
  returned?: "success" | "failure"
  /** The return URL has reported success, and no callback has come yet. */
  mayBeConnected?: true
  accountId?: string
  failure?: Failure
}

/** What a host may send. */
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

/** What to request a link for, or a record that `parseSavedHostedAuth` returned to go on from. */
export type HostedAuthInput =
  | (LinkRequest & { resume?: undefined })
  | (Partial<LinkRequest> & { resume: SavedHostedAuth })

/** How a login through the hosted wizard ended. `mayBeConnected`: look whether the account is connected. */
export type HostedAuthOutput =
  | { status: "connected"; userId?: string; accountId: string }
  | { status: "expired"; userId?: string; expiresAt: number; failure?: Failure; mayBeConnected?: true }
  | { status: "failed"; userId?: string; failure: Failure; mayBeConnected?: true }
