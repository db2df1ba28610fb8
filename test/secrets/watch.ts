import { inspect } from "node:util"
import { afterEach, beforeEach, vi } from "vitest"
import { type InspectionEvent, StateMachine } from "xstate"
import type { AuthIntentEvent, OpaqueSecret } from "../../machines/auth-intent.types.ts"
import type { AuthIntentActor } from "../../src/intent/create-auth-intent.ts"
import { getState, getStep } from "../../src/intent/get-step.ts"
import { saveIntent } from "../../src/intent/saved-intent.ts"
import { Secret } from "../../src/secret.ts"
import { Canaries } from "./canaries.ts"
import { type Login, PlayedIntent, type PlayHooks } from "./logins.ts"

/** Every text and number reachable from a value by its own properties, hidden ones and symbols included. */
function reachable(root: unknown): string[] {
  const seen = new Set<unknown>([root])
  // A set also iterates over items added meanwhile.
  for (const value of seen) {
    if (value === null || (typeof value !== "object" && typeof value !== "function")) continue
    // All intents share the chart. Its search is separate.
    if (value instanceof StateMachine && value !== root) continue
    if (value instanceof Map || value instanceof Set) for (const item of value) seen.add(item)
    for (const key of Reflect.ownKeys(value)) {
      seen.add(key)
      seen.add(Object.getOwnPropertyDescriptor(value, key)?.value)
    }
  }
  return [...seen].filter((value) => typeof value !== "object" && typeof value !== "function").map(String)
}

function json(value: unknown): string {
  try {
    return JSON.stringify(value) ?? ""
  } catch (error) {
    return String(error)
  }
}

/** Everything that a value shows: as JSON, as inspected to `depth` levels, and by walking its properties. */
export const textOf = (value: unknown, depth = Number.POSITIVE_INFINITY): string =>
  [json(value), inspect(value, { depth, showHidden: true, maxStringLength: null }), ...reachable(value)].join("\n")

/** Whether a value holds a secret, boxed or spent. */
const holdsSecret = (value: unknown): boolean =>
  value instanceof Secret || (typeof value === "object" && value !== null && Object.values(value).some(holdsSecret))

/** Searches every surface of a login for canaries at each transition. */
class Watch implements PlayHooks {
  /** The canaries found, with their places. */
  readonly leaks = new Set<string>()
  /** The searched surfaces, by state. */
  readonly searched = new Map<string, Set<string>>()
  /** The canaries in the bodies that the host opened. */
  readonly opened: unknown[] = []
  readonly #canaries: Canaries
  readonly #texts = new Map<string, string[]>()
  #state = "idle"

  /** Whether to search values that hold the whole chart too: the actor, its snapshot, each inspection event. */
  readonly #isWhole: boolean

  constructor(canaries: Canaries, isWhole: boolean) {
    this.#canaries = canaries
    this.#isWhole = isWhole
  }

  given(surface: string, value: unknown, depth?: number): void {
    this.searched.set(this.#state, (this.searched.get(this.#state) ?? new Set()).add(surface))
    const text = textOf(value, depth)
    const found = this.#texts.get(text) ?? this.#canaries.find(text)
    this.#texts.set(text, found)
    for (const canary of found) this.leaks.add(`${canary} in ${surface}`)
  }

  inspected(event: InspectionEvent): void {
    // A full inspection of an event would show the actor, then the chart, and so on.
    if (this.#isWhole) this.given(`inspected ${event.type}`, event, 0)
    if ("event" in event) this.given("inspected event", event.event)
  }

  moved(actor: AuthIntentActor<unknown>): void {
    const snapshot = actor.getSnapshot()
    const { context, output } = snapshot
    const persisted = actor.getPersistedSnapshot()
    const saved = saveIntent(snapshot)
    this.#state = getState(snapshot)
    if (holdsSecret(context)) this.leaks.add("a box in context")
    if (this.#isWhole) {
      this.given("actor", actor, 2)
      this.given("snapshot", snapshot, 2)
    }
    this.given("context", context)
    this.given("persisted snapshot", persisted)
    this.given("record", saved)
    this.given("step", [getStep(snapshot), getStep(saved)])
    this.given("output", output)
    this.given("clone", structuredClone({ context, output, persisted }))
  }
}

/** Sets a test file up to watch logins, the process's output, and its unhandled errors. */
export function watchLogins() {
  const noticed: { surface: string; value: unknown }[] = []
  const notice = (surface: string) => (value: unknown) => noticed.push({ surface, value })
  const listeners = ["unhandledRejection", "uncaughtExceptionMonitor", "warning"].map(
    (name) => [name, notice(name)] as const,
  )

  beforeEach(() => {
    noticed.length = 0
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] })
    for (const [name, listener] of listeners) process.on(name, listener)
    for (const [name, method] of Object.entries(console)) {
      if (typeof method !== "function" || name === "Console") continue
      vi.spyOn(console, name as "log").mockImplementation((...values) => void notice(`console.${name}`)(values))
    }
    for (const stream of [process.stdout, process.stderr]) {
      vi.spyOn(stream, "write").mockImplementation((text) => notice("stream")(text) > 0)
    }
  })
  afterEach(() => {
    for (const [name, listener] of listeners) process.off(name, listener)
  })

  return async ({ options, play }: Pick<Login, "options" | "play">, { isWhole = true } = {}): Promise<Watch> => {
    const canaries = new Canaries()
    const watch = new Watch(canaries, isWhole)
    const intent = new PlayedIntent(canaries, options ?? {}, watch)
    await play(intent)
    await intent.end()
    // An unhandled error is thrown a moment later, and reported a turn after that.
    vi.advanceTimersByTime(1)
    await new Promise(setImmediate)
    for (const { surface, value } of noticed) watch.given(surface, value)
    return watch
  }
}

/** Credentials as they would travel unboxed. */
class Unboxed {
  readonly content: unknown

  constructor(content: unknown) {
    this.content = content
  }

  open(): unknown {
    return this.content
  }

  drop(): void {}
}

/** Submits unboxed credentials. */
export function submitUnboxed({ credentials }: Canaries): AuthIntentEvent {
  const unboxed: unknown = new Unboxed(credentials)
  return { type: "credentials.submit", credentials: unboxed as OpaqueSecret }
}
