import type { Provider } from "../../machines/auth-intent.types.ts"
import type { CheckpointType } from "./checkpoints.ts"
import type { Scenario } from "./scenarios.ts"

/** One attempt to connect one account. */
export interface Intent {
  readonly accountId: string
  readonly provider: Provider
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

/** What a sandbox knows between two requests. */
export interface SandboxState {
  readonly intents: Map<string, Intent>
  /** Ms. */
  readonly intentLifetime: number
  /** Epoch ms. */
  now(): number
  /** Moves the clock forward by so many ms. */
  advance(ms: number): void
}
