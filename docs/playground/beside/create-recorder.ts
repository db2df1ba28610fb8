import type { AnyTransitionDefinition, InspectionEvent } from "xstate"

/** One event as the machine took it. */
export interface Entry {
  id: number
  /** Epoch ms. */
  at: number
  type: string
  /** What came with it, as JSON: secrets print as boxes. */
  payload: string
  /** Where it led. */
  state: string
  /** The transitions it took; none where it changed nothing. */
  taken: readonly AnyTransitionDefinition[]
}

export interface Recorder {
  /** For the actor's `inspect`. */
  inspect(event: InspectionEvent): void
  /** Hears all that was inspected of the present actor, and what follows. */
  connect(hear: (event: InspectionEvent) => void): void
  subscribe(changed: () => void): () => void
  getEntries(): readonly Entry[]
}

/** The most that is kept of each. */
const most = 500

const stateOf = (value: unknown): string =>
  typeof value === "string"
    ? value
    : Object.entries(value ?? {})
        .map(([key, inner]) => `${key}.${stateOf(inner)}`)
        .join()

/** Creates what listens to an actor for the log, the chart and the inspector. */
export function createRecorder(now: () => number): Recorder {
  const listeners = new Set<() => void>()
  const hearers = new Set<(event: InspectionEvent) => void>()
  let inspected: InspectionEvent[] = []
  let entries: readonly Entry[] = []
  let taken: AnyTransitionDefinition[] = []

  function record(event: InspectionEvent) {
    if (event.actorRef.sessionId !== event.rootId) return
    if (event.type === "@xstate.microstep") taken.push(...event._transitions)
    if (event.type !== "@xstate.snapshot") return
    const { type, output, input, ...rest } = event.event
    const payload = JSON.stringify(output ?? input ?? rest)
    const { value } = event.snapshot as { value?: unknown }
    const entry = { id: entries.length, at: now(), type, payload, state: stateOf(value), taken }
    entries = [...entries, entry].slice(-most)
    taken = []
    for (const changed of listeners) changed()
  }

  return {
    inspect(event) {
      // A new intent: nothing of the one before is inspected any more.
      if (event.type === "@xstate.actor" && event.actorRef.sessionId === event.rootId) inspected = []
      inspected = [...inspected, event].slice(-most)
      for (const hear of hearers) hear(event)
      record(event)
    },
    connect(hear) {
      inspected.forEach(hear)
      hearers.add(hear)
    },
    subscribe(changed) {
      listeners.add(changed)
      return () => listeners.delete(changed)
    },
    getEntries: () => entries,
  }
}
