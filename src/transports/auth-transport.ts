import type { Solution as AnySolution, Outcome, Phone, Provider } from "../../machines/auth-intent.types.ts"
import type { Secret } from "../secret.ts"

/** What solves a checkpoint; a code is trimmed and sound, a phone number is digits alone. */
export type Solution = AnySolution<Secret<string>, Secret<Phone>>

/** An outcome as a transport gives it; without `at` it counts as arrived when it is given. */
export type Answer = Outcome extends infer Each
  ? Each extends Outcome
    ? Omit<Each, "at"> & { at?: number }
    : never
  : never

export interface TransportContext {
  /** Aborted when the answer is no longer wanted. */
  signal: AbortSignal
  /** The time in epoch ms, by the clock of the intent. */
  now(): number
  /** From when on nothing may be sent any more, in epoch ms. */
  expiresAt?: number
}

/**
 * The port to a provider's API. It answers with an outcome whatever a server or a network does;
 * it opens a secret with `open()`, once, when it sends it.
 */
export interface AuthTransport<Credentials = unknown> {
  submit(request: { provider: Provider; credentials: Secret<Credentials> }, context: TransportContext): Promise<Answer>
  solve(
    request: { provider: Provider; accountId: string; solution: Solution },
    context: TransportContext,
  ): Promise<Answer>
}
