import type { Provider } from "../../machines/auth-intent.types.ts"
import type { HostedProvider } from "../../machines/hosted-auth.types.ts"
import type { CheckpointType } from "./checkpoints.ts"
import type { Outbox } from "./create-outbox.ts"
import type { Scenario } from "./scenarios.ts"

/** One attempt to connect one account. */
export interface Intent {
  readonly accountId: string
  readonly provider: Provider | HostedProvider
  readonly scenario: Scenario
  /** Epoch ms. */
  readonly expiresAt: number
  /** The checkpoints yet to be solved, the current one first; none is a connected account. */
  left: readonly CheckpointType[]
  /** How often an approval in the app has been asked about. */
  questions: number
  /** Whether it has said that its time is up. */
  over: boolean
}

/** A link to the hosted wizard, and how far whoever follows it has come. */
export interface HostedLink {
  readonly providers: readonly HostedProvider[]
  /** Epoch ms. */
  readonly expiresAt: number
  readonly reconnectAccount: string | undefined
  /** Where to hear of the account, and under which name. */
  readonly notifyUrl: string | undefined
  readonly name: string | undefined
  /** Where to send the person at the end. */
  readonly redirects: Readonly<Record<"connected" | "failed", string | undefined>>
  /** Counts the forms that were taken, so that an old one is known. */
  step: number
  /** Once one is chosen. */
  provider: HostedProvider | undefined
  /** Once the person has signed in. */
  intent: Intent | undefined
  /** What the last form met, for the person. */
  problem: string | undefined
  /** How it ended, once it has; it is not begun again. */
  ended: "connected" | "failed" | undefined
}

/** What a sandbox knows between two requests. */
export interface SandboxState {
  readonly intents: Map<string, Intent>
  /** By their tokens. */
  readonly links: Map<string, HostedLink>
  readonly outbox: Outbox
  /** Where to report what becomes of an account. */
  readonly statusUrl: string | undefined
  /** Ms. */
  readonly intentLifetime: number
  /** Epoch ms. */
  now(): number
  /** Moves the clock forward by so many ms. */
  advance(ms: number): void
}
