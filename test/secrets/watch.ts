import type { InspectionEvent } from "xstate"
import type { AuthIntentActor } from "../../src/intent/create-auth-intent.ts"
import { getStep } from "../../src/intent/get-step.ts"
import { saveIntent } from "../../src/intent/save-intent.ts"
import { Secret } from "../../src/secret.ts"
import type { Canaries } from "./canaries.ts"
import type { PlayHooks } from "./played-intent.ts"
import { textOf } from "./text-of.ts"

/** Whether a secret is in a value, boxed or spent. */
const holdsSecret = (value: unknown): boolean =>
  value instanceof Secret || (typeof value === "object" && value !== null && Object.values(value).some(holdsSecret))

/** Searches every surface of a login for canaries at each transition. */
export class Watch implements PlayHooks {
  /** Which canary was found where. */
  readonly leaks = new Set<string>()
  /** What was searched, by the state it was searched in. */
  readonly searched = new Map<string, Set<string>>()
  readonly #canaries: Canaries
  #state = "idle"

  constructor(canaries: Canaries) {
    this.#canaries = canaries
  }

  given(surface: string, value: unknown, depth?: number): void {
    this.searched.set(this.#state, (this.searched.get(this.#state) ?? new Set()).add(surface))
    for (const canary of this.#canaries.find(textOf(value, depth))) this.leaks.add(`${canary} in ${surface}`)
  }

  inspected(event: InspectionEvent): void {
    // Inspected whole, an event shows the actor, the actor the chart, and so on.
    this.given(`inspected ${event.type}`, event, 0)
    if ("event" in event) this.given("inspected event", event.event)
  }

  moved(actor: AuthIntentActor): void {
    const snapshot = actor.getSnapshot()
    const { value, context, output } = snapshot
    const persisted = actor.getPersistedSnapshot()
    this.#state = typeof value === "string" ? value : `checkpoint.${value.checkpoint}`
    if (holdsSecret(context)) this.leaks.add("a box in context")
    this.given("actor", actor, 2)
    this.given("snapshot", snapshot, 2)
    this.given("context", context)
    this.given("persisted snapshot", persisted)
    this.given("saved intent", saveIntent(snapshot))
    this.given("step", getStep(snapshot))
    this.given("output", output)
    this.given("clone", structuredClone({ context, output, persisted }))
  }
}
