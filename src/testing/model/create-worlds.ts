import type { AnyStateMachine } from "xstate"
import type { Move, Vocabulary } from "../scenario.ts"
import type { Catalogue, Ending } from "./catalogue.ts"
import { type Computed, createPureMachine } from "./create-pure-machine.ts"
import type { World } from "./world.ts"

/** How a world starts, and what a move makes of it. */
export interface Worlds<V extends Vocabulary> {
  start(input: V["input"]): World<V>
  step(world: World<V>, move: Move<V>): World<V>
}

/** Moves a machine, its clock and its server together; a world is a value, and nothing runs. */
export function createWorlds<V extends Vocabulary>(machine: AnyStateMachine, catalogue: Catalogue<V>): Worlds<V> {
  const pure = createPureMachine(machine, Object.values(catalogue.starts)[0] ?? {})

  /** The world after what the machine computed; a request that the edge refuses is answered at once. */
  function apply(world: World<V>, { snapshot, trace, effects }: Computed, move?: Move<V>): World<V> {
    const next: World<V> = { ...world, snapshot, trace: [...world.trace, ...trace] }
    let refused: Ending | undefined
    for (const effect of effects) {
      if ("drop" in effect) next.timers = next.timers.filter(({ id }) => id !== effect.drop)
      if ("arm" in effect) next.timers = [...next.timers, effect.arm].sort((one, other) => one.due - other.due)
      if ("request" in effect) {
        refused = catalogue.refuse(effect.request, next.now)
        next.request = { ...effect.request, cause: move }
        if (!refused) next.requests += 1
      }
    }
    if (Object.keys(snapshot.children).length === 0) next.request = undefined
    return refused ? end(next, refused) : next
  }

  function end(world: World<V>, ending: Ending): World<V> {
    const id = Object.keys(world.snapshot.children)[0]
    const type = `xstate.${"output" in ending ? "done" : "error"}.actor.${id}`
    return apply(world, pure.send(world.snapshot, { type, actorId: id, ...ending }, world.now))
  }

  function start(input: V["input"], before?: World<V>): World<V> {
    const { now, requests, input: first } = before ?? { now: 0, requests: 0, input }
    const computed = pure.start(input, now)
    return apply({ input: first, snapshot: computed.snapshot, now, timers: [], requests, trace: [] }, computed)
  }

  /** Time passes timer by timer, or, asleep, past all of them. */
  function pass(world: World<V>, ms: number): World<V> {
    const until = world.now + ms
    let next = world
    for (let [timer] = next.timers; timer && timer.due <= until; [timer] = next.timers) {
      next = { ...next, now: timer.due, timers: next.timers.slice(1) }
      next = apply(next, pure.send(next.snapshot, timer.event, next.now), { clock: ms })
    }
    return { ...next, now: until }
  }

  function sleep(world: World<V>, ms: number): World<V> {
    const timers = world.timers.map((timer) => ({ ...timer, due: timer.due + ms }))
    return { ...world, now: world.now + ms, timers }
  }

  return {
    start: (input) => start(input),
    step(before, move) {
      const world = { ...before, trace: [] }
      if ("clock" in move) return move.asleep ? sleep(world, move.clock) : pass(world, move.clock)
      if ("server" in move) {
        if (!world.request) throw new Error("The server answers, but no request is on its way")
        return end(world, catalogue.judge(move.server, world.request, world.now))
      }
      if (move.person === "reload") return start(catalogue.resume(world), world)
      return apply(world, pure.send(world.snapshot, catalogue.toEvent(move), world.now), move)
    },
  }
}
