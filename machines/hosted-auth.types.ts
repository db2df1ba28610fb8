import type { Failure } from "./auth-intent.types.ts"

/** Whose account the hosted wizard connects. */
export type HostedProvider = "LINKEDIN" | "WHATSAPP" | "INSTAGRAM" | "TELEGRAM" | "GOOGLE" | "MICROSOFT" | "IMAP"

/** One, several, or `"*"` for all. */
export type HostedProviders = "*" | HostedProvider | readonly HostedProvider[]

/** What a link is asked for; also what the `createLink` slot is given. */
export interface LinkRequest {
  providers: HostedProviders
  /** The host's own id of the person. Without one, only callbacks without one are taken. */
  userId?: string
  /** The account to reconnect; without it, the link connects a new one. */
  reconnectAccount?: string
}

/** What asking for a link amounts to; `at` is when the answer arrived, and all times are in epoch ms. */
export type LinkOutcome =
  | { kind: "linked"; at: number; url: string; expiresAt: number }
  | { kind: "rejected"; at: number; failure: Failure }

/** What a login through the hosted wizard knows: plain JSON. */
export interface HostedAuthContext extends LinkRequest {
  /** The link that is out, to send the person to. */
  url?: string
  /** When the link expires, in epoch ms. */
  expiresAt?: number
  /** What the return URL said, to show and not to rely on: anybody can open it. */
  returned?: "success" | "failure"
  accountId?: string
  failure?: Failure
}

/** What a host may send. */
export type HostedAuthEvent =
  | { type: "link.request" }
  | { type: "callback.received"; accountId: string; status: "CREATION_SUCCESS" | "RECONNECTED"; userId?: string }
  | { type: "return.success" }
  | { type: "return.failure" }
  | { type: "intent.cancel" }

/** A login as `saveHostedAuth` writes it: plain JSON. */
export interface SavedHostedAuth extends HostedAuthContext {
  version: 1
  state: "idle" | "linking" | "redirected" | "connected" | "expired" | "failed"
}

/** What to ask a link for, or where to start from: a record that `parseSavedHostedAuth` returned. */
export type HostedAuthInput = LinkRequest | { resume: SavedHostedAuth }

/** How a login through the hosted wizard ended. */
export type HostedAuthOutput =
  | { status: "connected"; userId?: string; accountId: string }
  | { status: "expired"; userId?: string; expiresAt: number; failure?: Failure }
  | { status: "failed"; userId?: string; failure: Failure }
