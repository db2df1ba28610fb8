import { adjacencyMapToArray, getAdjacencyMap } from "@xstate/graph"
import type { AnyStateMachine, EventFromLogic, InputFrom, SnapshotFrom } from "xstate"

/** Walks a machine by every event from every state, as far as `keyOf` tells states apart; an actor ends where it runs. */
export function walkGraph<Machine extends AnyStateMachine>(
  machine: Machine,
  input: InputFrom<Machine>,
  catalogue: object[],
  keyOf: (snapshot: SnapshotFrom<Machine>) => string,
) {
  const events = ({ children }: SnapshotFrom<Machine>) =>
    catalogue.filter((event) => !("actorId" in event) || String(event.actorId) in children)
  const options = { input, events, serializeState: keyOf }
  const edges = adjacencyMapToArray(getAdjacencyMap(machine, options as never)) as {
    state: SnapshotFrom<Machine>
    event: EventFromLogic<Machine>
    nextState: SnapshotFrom<Machine>
  }[]
  // A snapshot is in many edges, and its key takes long to build.
  const keys = new Map<SnapshotFrom<Machine>, string>()
  const keyAt = (state: SnapshotFrom<Machine>) => {
    const key = keys.get(state) ?? keyOf(state)
    keys.set(state, key)
    return key
  }
  const states = new Map(edges.map(({ state }) => [keyAt(state), state]))
  const isDone = (snapshot: unknown) => (snapshot as { status: string }).status === "done"
  const open = [...states].filter(([, state]) => !isDone(state))

  /** The states that are not final and from which a final one cannot be reached. */
  function deadEnds(final: string): string[] {
    const reaching = new Set([...states].filter(([, { value }]) => value === final).map(([key]) => key))
    for (let before = -1; before < reaching.size; ) {
      before = reaching.size
      for (const { state, nextState } of edges) {
        if (reaching.has(keyAt(nextState))) reaching.add(keyAt(state))
      }
    }
    return open.map(([key]) => key).filter((key) => !reaching.has(key))
  }

  /** The events that move a final state. */
  const movesOfFinals = () =>
    edges.filter(({ state, nextState }) => isDone(state) && keyAt(nextState) !== keyAt(state)).map(({ event }) => event)

  return { edges, states, open, deadEnds, movesOfFinals }
}

/** The event by which an actor's outcome comes. */
export const done = (id: string, output: unknown) => ({ type: `xstate.done.actor.${id}`, output, actorId: id })

/** The event by which an actor rejects. */
export const threw = (id: string) => ({ type: `xstate.error.actor.${id}`, error: new Error("A bug"), actorId: id })
