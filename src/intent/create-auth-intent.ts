import { type Actor, type ActorOptions, createActor } from "xstate"
import type { authIntentMachine } from "../../machines/auth-intent.machine.ts"
import type { IntentOptions, Provider, SavedIntent } from "../../machines/auth-intent.types.ts"
import { now } from "../../machines/now.ts"
import { check } from "../schemas/check.ts"
import { authIntentOptions, provider as providerSchema } from "../schemas/options.schema.ts"
import type { AuthTransport } from "../transports/auth-transport.ts"
import { parseSavedIntent } from "./parse-saved-intent.ts"
import { provideTransport } from "./provide-transport.ts"

type Machine = typeof authIntentMachine

/** XState's clock that also tells the time, in epoch ms; `SimulatedClock` is one. */
export type IntentClock = NonNullable<ActorOptions<Machine>["clock"]> & { now(): number }

export interface AuthIntentOptions<Credentials> extends IntentOptions {
  transport: AuthTransport<Credentials>
  provider: Provider
  /** Where to start from: what `saveIntent` gave. */
  resume?: unknown
  /** Default the system's. */
  clock?: IntentClock
  /** As XState's: hears what happens, for the Stately inspector, say. */
  inspect?: ActorOptions<Machine>["inspect"]
}

export type AuthIntentActor = Actor<Machine>

/** Brings a record up to the present: a deadline never moves away, and one that has passed ends the intent. */
function upToDate(saved: SavedIntent, time: number, lifetime = 300_000): SavedIntent {
  if (saved.state !== "checkpoint" && saved.state !== "solving") return saved
  const expiresAt = Math.min(saved.expiresAt ?? time, time + lifetime)
  return { ...saved, expiresAt, state: time >= expiresAt ? "expired" : saved.state }
}

/**
 * Creates the actor of one intent, not started. Options in ms: `intentLifetime` (300 000), `solveGrace` (10 000),
 * `inAppPollInterval` (5 000, 0 never asks).
 * @throws AuthIntentError `invalid_option`, `invalid_provider`, or `invalid_saved_intent`.
 */
export function createAuthIntent<Credentials>(options: AuthIntentOptions<Credentials>): AuthIntentActor {
  const { intentLifetime, solveGrace, inAppPollInterval } = check(
    authIntentOptions,
    options,
    "invalid_option",
    "createAuthIntent",
  )
  const { transport, provider, resume, clock, inspect } = options
  check(providerSchema, provider, "invalid_provider", "provider")
  const saved = resume === undefined ? undefined : parseSavedIntent(resume, provider)

  return createActor(provideTransport(transport), {
    input: {
      provider,
      resume: saved && upToDate(saved, now(options), intentLifetime),
      intentLifetime,
      solveGrace,
      inAppPollInterval,
    },
    ...(clock && { clock }),
    ...(inspect && { inspect }),
  })
}
