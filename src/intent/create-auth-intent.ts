import { type Actor, type ActorOptions, createActor } from "xstate"
import type { AuthIntentMachine } from "../../machines/auth-intent.machine-type.ts"
import type { IntentTimes, SavedIntent } from "../../machines/auth-intent.types.ts"
import type { Provider } from "../../machines/providers.ts"
import { providerSchema } from "../transports/auth-transport.schema.ts"
import type { AuthTransport } from "../transports/auth-transport.ts"
import type { PostpressCredentials } from "../transports/postpress.ts"
import { parse } from "../values.schema.ts"
import { authIntentOptions } from "./intent-options.schema.ts"
import { parseSavedIntent } from "./saved-intent.ts"
import type { OnMistake } from "./slot.ts"
import { findProviderMistake, withParsedTransport } from "./with-transport.ts"

/**
 * XState's clock with `now()`, in epoch ms, for example `SimulatedClock`. A browser's own timers refuse a call as a
 * method: write `setTimeout: (run, ms) => setTimeout(run, ms)`.
 */
export type IntentClock = NonNullable<ActorOptions<AuthIntentMachine>["clock"]> & { now(): number }

/** The actor of one intent. */
export type AuthIntentActor<Credentials = PostpressCredentials> = Actor<AuthIntentMachine<Credentials>>

/** The options of every way to run an intent. */
export interface RunOptions<Credentials> extends IntentTimes {
  transport: AuthTransport<Credentials>
  /** @default the system's */
  clock?: IntentClock | undefined
  /** XState's `inspect`: called with each inspection event, for the Stately inspector. No event holds a secret. */
  inspect?: ActorOptions<AuthIntentMachine>["inspect"]
  /** Called with a mistake of the program, once per intent and message. @default writes to `console.error` */
  onMistake?: OnMistake | undefined
}

/** The options of `createAuthIntent`. */
export interface AuthIntentOptions<Credentials> extends RunOptions<Credentials> {
  provider: Provider
  /** A record to resume. @default a new intent */
  resume?: SavedIntent | undefined
}

/**
 * Creates the actor of one intent, not started. A resumed intent whose provider the transport no longer serves can only
 * be ended: nothing is sent, and `onMistake` is called with `invalid_provider`.
 * @throws AuthIntentError `invalid_option`, `invalid_provider`, or `invalid_saved_intent`.
 * @example
 * const actor = createAuthIntent({ transport, provider: "INSTAGRAM" }).start()
 * actor.subscribe((snapshot) => show(getStep(snapshot)))
 */
export function createAuthIntent<Credentials>(options: AuthIntentOptions<Credentials>): AuthIntentActor<Credentials> {
  parse(authIntentOptions, options, "invalid_option", "createAuthIntent")
  const { provider, resume } = options
  parse(providerSchema, provider, "invalid_provider", "provider")
  const saved = resume === undefined ? undefined : parseSavedIntent(resume, options)
  return createParsedIntent(options, { provider, resume: saved, inAppPollInterval: options.inAppPollInterval })
}

/** The options of one intent. `advanceIntent` has its own default of `inAppPollInterval`: 0. */
type IntentOptions<Credentials> = Pick<AuthIntentOptions<Credentials>, "provider" | "resume" | "inAppPollInterval">

/** Creates an actor from parsed options and a parsed record. @throws AuthIntentError `invalid_provider`. */
export function createParsedIntent<Credentials>(
  { transport, clock, inspect, onMistake, intentLifetime, solveGrace }: RunOptions<Credentials>,
  { provider, resume, inAppPollInterval }: IntentOptions<Credentials>,
): AuthIntentActor<Credentials> {
  // A resumed intent must reach its end even if its provider is no longer served. It then sends nothing.
  const mistake = resume === undefined && findProviderMistake(transport, provider)
  if (mistake) throw mistake
  return createActor(withParsedTransport(transport, onMistake), {
    // Each option by its name: every intent keeps this object, and a spread object takes more memory.
    input: { provider, resume, intentLifetime, solveGrace, inAppPollInterval },
    inspect,
    // XState would use an undefined clock.
    ...(clock && { clock }),
  })
}
