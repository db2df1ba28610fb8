import { type AuthIntentActor, getState } from "auth-intent"
import type { InspectionEvent } from "xstate"

/** One event that the machine received. */
export interface Entry {
  id: number
  /** Epoch ms. */
  at: number
  type: string
  /** The event's payload as JSON: secrets print as boxes. */
  payload: string
  /** The states before and after the event. */
  from: string
  state: string
  /** The event changed nothing. */
  isIgnored: boolean
}

/** A line in words about the next step. */
interface Note {
  id: number
  at: number
  note: string
}

/** The recording; the same object until something is added. */
interface Recording {
  lines: readonly (Entry | Note)[]
  /** The last event that changed something. */
  last: Entry | undefined
  /** The actor of the present login. */
  actor: AuthIntentActor | undefined
}

export interface Recorder {
  /** Passed to the actor as `inspect`. */
  inspect(event: InspectionEvent): void
  /** Adds a line in words. */
  note(note: string): void
  /** Calls back with every inspection event of the present actor so far, and with each that follows. */
  connect(observer: (event: InspectionEvent) => void): void
  subscribe(changed: () => void): () => void
  getRecording(): Recording
}

/** The maximum length of each list. */
const maxEntries = 500

/** Creates the recorder of an actor for the log, the chart and the inspector. */
export function createRecorder(now: () => number): Recorder {
  const listeners = new Set<() => void>()
  const observers = new Set<(event: InspectionEvent) => void>()
  let inspected: InspectionEvent[] = []
  let recording: Recording = { lines: [], last: undefined, actor: undefined }
  let before: unknown
  let count = 0

  function add(line: Entry | Note, rest: Partial<Recording> = {}) {
    recording = { ...recording, ...rest, lines: [...recording.lines, line].slice(-maxEntries) }
    for (const changed of listeners) changed()
  }

  function stamp() {
    count += 1
    return { id: count, at: now() }
  }

  function record(event: InspectionEvent) {
    if (event.actorRef.sessionId !== event.rootId || event.type !== "@xstate.snapshot") return
    const { type, output, input, ...rest } = event.event
    const { snapshot } = event
    if (!("value" in snapshot)) return
    const isFirst = type === "xstate.init"
    const entry: Entry = {
      ...stamp(),
      type,
      payload: JSON.stringify(output ?? input ?? rest),
      from: isFirst ? "" : (recording.last?.state ?? ""),
      state: getState(snapshot as { value: string }),
      isIgnored: !isFirst && snapshot === before,
    }
    before = snapshot
    add(entry, { actor: event.actorRef as AuthIntentActor, ...(!entry.isIgnored && { last: entry }) })
  }

  return {
    inspect(event) {
      // A new intent drops the inspection events of the one before.
      if (event.type === "@xstate.actor" && event.actorRef.sessionId === event.rootId) inspected = []
      inspected = [...inspected, event].slice(-maxEntries)
      for (const observer of observers) observer(event)
      record(event)
    },
    note: (note) => add({ ...stamp(), note }),
    connect(observer) {
      inspected.forEach(observer)
      observers.add(observer)
    },
    subscribe(changed) {
      listeners.add(changed)
      return () => listeners.delete(changed)
    },
    getRecording: () => recording,
  }
}
