import type { PlayedIntent, PlayOptions } from "./played-intent.ts"

/** A login to play, up to a failure or to its end. */
export interface Login {
  title: string
  options?: PlayOptions
  /** The state that it ends in; without one it is canceled. */
  ends?: "connected" | "expired"
  play(intent: PlayedIntent): Promise<void>
}
