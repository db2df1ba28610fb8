import { type InspectionEvent, SimulatedClock, waitFor } from "xstate"
import type { AuthIntentEvent, Provider } from "../../machines/auth-intent.types.ts"
import { submitCode, submitCredentials, submitPhone } from "../../src/events.ts"
import { advanceIntent } from "../../src/intent/advance-intent.ts"
import { type AuthIntentActor, createAuthIntent } from "../../src/intent/create-auth-intent.ts"
import { saveIntent } from "../../src/intent/save-intent.ts"
import { waitForIntent } from "../../src/intent/wait-for-intent.ts"
import type { AuthTransport } from "../../src/transports/auth-transport.ts"
import { createIntelliwiseTransport } from "../../src/transports/intelliwise.ts"
import { createPostpressTransport } from "../../src/transports/postpress.ts"
import { type Answer, checkpoint, Sent } from "./answers.ts"
import type { Canaries } from "./canaries.ts"

export interface PlayOptions {
  provider?: Provider
  api?: "postpress" | "intelliwise"
  /** In place of the API's. */
  transport?: (canaries: Canaries) => AuthTransport
}

/** What is told to those who watch. */
export interface PlayHooks {
  inspected?(event: InspectionEvent): void
  /** After each transition. */
  moved?(actor: AuthIntentActor): void
  /** What a host is given besides: results, outputs, errors. */
  given?(what: string, value: unknown): void
}

/** A login with canaries for secrets, and with answers that are said as it goes. */
export class PlayedIntent {
  readonly canaries: Canaries
  readonly #options: PlayOptions
  readonly #hooks: PlayHooks
  readonly #clock = new SimulatedClock()
  readonly #transport: AuthTransport
  #actor: AuthIntentActor
  #answer: Answer = checkpoint("2FA")

  constructor(canaries: Canaries, options: PlayOptions, hooks: PlayHooks) {
    this.canaries = canaries
    this.#options = options
    this.#hooks = hooks
    const fetch = async (url: string, init: RequestInit) => this.#answer(new Sent(url, init))
    const { apiKey, sessionToken } = canaries
    const baseUrl = "https://api.example"
    this.#transport =
      options.transport?.(canaries) ??
      (options.api === "intelliwise"
        ? createIntelliwiseTransport({ baseUrl, sessionToken, fetch })
        : createPostpressTransport({ baseUrl, apiKey, fetch }))
    this.#actor = this.#start()
  }

  #start(resume?: unknown): AuthIntentActor {
    const { provider = "INSTAGRAM" } = this.#options
    const transport = this.#transport
    const inspect = (event: InspectionEvent) => this.#hooks.inspected?.(event)
    const times = { clock: this.#clock, inAppPollInterval: 1000 }
    const actor = createAuthIntent({ transport, provider, resume, inspect, ...times })
    actor.subscribe(() => this.#hooks.moved?.(actor))
    return actor.start()
  }

  /** Sends an event and has the server answer so. */
  send(event: AuthIntentEvent, answer = this.#answer): void {
    this.#answer = answer
    this.#actor.send(event)
  }

  /** Sends an event and waits for what its answer leads to. */
  async ask(event: AuthIntentEvent, answer: Answer): Promise<void> {
    this.send(event, answer)
    await this.settled()
  }

  async settled(): Promise<void> {
    await waitFor(this.#actor, (snapshot) => !snapshot.hasTag("busy"))
  }

  logIn(answer: Answer): Promise<void> {
    const { credentials, code } = this.canaries
    return this.ask(submitCredentials(this.#options.api === "intelliwise" ? { code } : credentials), answer)
  }

  typeCode(answer: Answer): Promise<void> {
    return this.ask(submitCode(this.canaries.code), answer)
  }

  typePhone(answer: Answer): Promise<void> {
    return this.ask(submitPhone(this.canaries.phone), answer)
  }

  pass(ms: number): void {
    this.#clock.increment(ms)
  }

  /** Goes on in a new actor from what was saved, as after a reload of the page. */
  reload(): void {
    const saved = JSON.parse(JSON.stringify(saveIntent(this.#actor.getSnapshot())))
    this.#actor.stop()
    this.#hooks.moved?.(this.#actor)
    this.#actor = this.#start(saved)
  }

  /** Looks at what is saved as a back end does, reloads, cancels what is left, and comes too late with each event. */
  async end(): Promise<void> {
    const saved = saveIntent(this.#actor.getSnapshot())
    const transport = this.#transport
    this.#hooks.given?.("advanced", await advanceIntent(saved, undefined, { transport, clock: this.#clock }))
    const left = waitForIntent(this.#actor).then(
      (output) => this.#hooks.given?.("output", output),
      (error: unknown) => this.#hooks.given?.("error", error),
    )
    this.reload()
    await left
    this.#actor.send({ type: "intent.cancel" })
    this.#hooks.given?.("output", await waitForIntent(this.#actor))
    const { credentials, code, phone } = this.canaries
    for (const late of [submitCredentials(credentials), submitCode(code), submitPhone(phone)]) this.#actor.send(late)
    // Answers that nobody waits for any more come in.
    await new Promise(setImmediate)
  }
}
