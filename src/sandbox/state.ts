import type { HostedProvider, Provider } from "../../machines/providers.ts"
import type { Outbox } from "./create-outbox.ts"
import type { LoginBehavior, SandboxCheckpoint } from "./usernames.ts"

/** One attempt to connect one account. */
export interface Intent {
  readonly accountId: string
  readonly provider: Provider | HostedProvider
  readonly username: string
  readonly behavior: LoginBehavior
  /** Epoch ms. */
  readonly expiresAt: number
  /** The checkpoints to be solved, the current one first; none: the account is connected. */
  remaining: readonly SandboxCheckpoint[]
  /** How many requests about an approval in the app have come. */
  approvalPolls: number
  /** Whether the 408 after the deadline was sent. */
  isExpired: boolean
}

/** A link to the hosted wizard, and the person's progress. */
export interface HostedLink {
  readonly providers: readonly HostedProvider[]
  /** Epoch ms. */
  readonly expiresAt: number
  readonly reconnectAccount: string | undefined
  /** Where to report the account, and under which name. */
  readonly notifyUrl: string | undefined
  readonly name: string | undefined
  /** Where to send the person at the end. */
  readonly redirects: Readonly<Record<"connected" | "failed", string | undefined>>
  /** Counts the forms that were accepted, so that an old one is recognized. */
  step: number
  /** The page whose form was accepted last. */
  lastPage?: string | null
  provider?: HostedProvider | undefined
  intent?: Intent | undefined
  /** Why the last form was refused, for the person. */
  problem?: string | undefined
  /** How the login ended. The link cannot be used again. */
  ended?: "connected" | "failed"
}

/** What a sandbox keeps between two requests. */
export interface SandboxState {
  /** By their account ids. */
  readonly intents: Map<string, Intent>
  /** By their tokens. */
  readonly links: Map<string, HostedLink>
  /** Provider and username of each account whose connecting response was lost. */
  readonly lostAccounts: Set<string>
  readonly outbox: Outbox
  readonly statusUrl: string | undefined
  readonly intentLifetime: number
  now(): number
  advance(ms: number): void
}

/** How many entries of one kind are kept. */
const maxEntries = 10_000

/** Adds an entry, and removes the oldest entry if there are too many. */
export function rememberNewest<Value>(map: Map<string, Value>, key: string, value: Value): void {
  map.set(key, value)
  const [oldest] = map.keys()
  if (map.size > maxEntries && oldest !== undefined) map.delete(oldest)
}
