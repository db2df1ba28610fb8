import type { AuthIntentError } from "../auth-intent-error.ts"
import { type AuthIntentActor, createAuthIntent } from "../intent/create-auth-intent.ts"
import { transportSchema } from "../transports/auth-transport.schema.ts"
import type { AuthTransport } from "../transports/auth-transport.ts"
import { createPostpressTransport, type PostpressCredentials } from "../transports/postpress.ts"
import { parse } from "../values.schema.ts"
import { authIntentCatalogue, resumeIntent } from "./auth-intent/catalogue.ts"
import { type AuthIntentVocabulary, type PersonMove, toEvent } from "./auth-intent/vocabulary.ts"
import { createScriptedFetch, type ScriptedFetch } from "./create-scripted-fetch.ts"
import { createTestClock, type TestClock, tick } from "./create-test-clock.ts"
import { observe } from "./model/catalogue.ts"
import type { Driver } from "./scenario.ts"
import { actorDriverOptions } from "./testing.schema.ts"

/** The options of `createActorDriver`. */
export interface ActorDriverOptions {
  /** Builds the transport under test. @default createPostpressTransport */
  transport?: (fetch: ScriptedFetch["fetch"]) => AuthTransport<PostpressCredentials>
}

/** How long an actor may be busy before it counts as stuck, in ms of real time. */
const timeout = 5_000

/** Returns a transport that throws where the scenario has that fault. */
function withFault(transport: AuthTransport<PostpressCredentials>, isBroken: () => boolean): typeof transport {
  const orThrow = async <Result>(request: Promise<Result> | undefined): Promise<Result> => {
    const result = await request
    if (result === undefined || isBroken()) throw new Error("The transport throws")
    return result
  }
  return {
    submit: (...args) => orThrow(transport.submit(...args)),
    solve: (...args) => orThrow(transport.solve?.(...args)),
  }
}

/**
 * Creates a driver of the actor itself. The scenario moves the actor's clock, and responds to its requests. One driver
 * plays any number of scenarios, one after the other.
 * @throws AuthIntentError `invalid_option`.
 * @example
 * const driver = createActorDriver()
 * for (const scenario of getScenarios({ strategy: "transitions" })) await runScenario(scenario, driver)
 */
export function createActorDriver(options: ActorDriverOptions = {}): Driver<AuthIntentVocabulary> {
  parse(actorDriverOptions, options, "invalid_option", "createActorDriver")
  const server = createScriptedFetch()
  const build =
    options.transport ?? ((fetch) => createPostpressTransport({ apiKey: "test", fetch, dangerouslyAllowBrowser: true }))
  const built = build(server.fetch)
  parse(transportSchema, built, "invalid_option", "createActorDriver: what its transport returned")
  let isBroken = false
  const transport = withFault(built, () => isBroken)
  let clock: TestClock = createTestClock()
  let actor: AuthIntentActor | undefined
  let input: AuthIntentVocabulary["input"] = { provider: "INSTAGRAM" }
  let mistakes: AuthIntentError[] = []
  let looked = 0

  function current(): AuthIntentActor {
    if (actor === undefined) throw new Error("The driver has not been started")
    return actor
  }

  /** Waits until a busy actor has a request at the server, and an idle actor has none. A transport may not throw. */
  async function settle(): Promise<void> {
    const until = performance.now() + timeout
    await tick()
    while (current().getSnapshot().hasTag("busy") && !server.waiting) {
      if (performance.now() > until) throw new Error("The actor is busy, but no request has come to the server")
      await tick()
      await new Promise((resolve) => setTimeout(resolve))
    }
    if (server.waiting && !current().getSnapshot().hasTag("busy"))
      throw new Error("The transport has not aborted the request that was left: it was given a signal")
    const mistake = mistakes.slice(looked).find(({ code }) => code !== "invalid_secret")
    looked = mistakes.length
    if (mistake && !isBroken) throw mistake
  }

  function open() {
    actor?.stop()
    actor = createAuthIntent({ ...input, transport, clock, onMistake: (error) => mistakes.push(error) }).start()
  }

  /** Sends an event, and checks that `can` and `onMistake` report what the machine does with it. */
  async function send(move: PersonMove, ignored: boolean): Promise<void> {
    const event = toEvent(move) as never
    const before = mistakes.length
    if (current().getSnapshot().can(event) === ignored) {
      throw new Error(
        `can() says that ${move.person} ${ignored ? "applies, though it should not" : "does not apply, though it should"}`,
      )
    }
    current().send(event)
    await settle()
    // An ended login shows its end instead.
    const isOver = current().getSnapshot().status === "done"
    if ("spent" in move && !ignored && !isOver && mistakes.length === before)
      throw new Error(`A spent ${move.person} was not reported`)
  }

  return {
    start(from) {
      input = from
      server.reset()
      isBroken = false
      mistakes = []
      looked = 0
      clock = createTestClock()
      open()
      return settle()
    },
    person(move, ignored) {
      server.note(move)
      if (move.person !== "reload") return send(move, ignored)
      input = resumeIntent(input, current().getSnapshot(), clock)
      open()
      return settle()
    },
    server(reply) {
      isBroken = "fault" in reply && reply.fault === "transport throws"
      const [id] = Object.keys(current().getSnapshot().children)
      // The slots of this actor never reject: the driver sends the event that XState sends for a rejection.
      if ("fault" in reply && reply.fault === "slot rejects") {
        const rejected: object = { type: `xstate.error.actor.${id}`, error: new Error(reply.fault) }
        current().send(rejected as never)
      } else server.respond(reply)
      return settle()
    },
    clock(ms, asleep) {
      if (!asleep) return clock.advanceAsync(ms, settle)
      clock.jump(ms)
      return settle()
    },
    observe() {
      return { ...observe(authIntentCatalogue, current().getSnapshot()), isWhole: true, sent: [...server.sent] }
    },
    stop() {
      actor?.stop()
    },
  }
}
