import { type AnyActorRef, type AnyStateMachine, createActor, fromPromise } from "xstate"
import { createTestClock, type TestClock, tick } from "./create-test-clock.ts"
import { type ActorEnd, type Catalogue, type ModelState, observe } from "./model/catalogue.ts"
import { isReload } from "./model/create-model.ts"
import { readDefinition, toNodePath } from "./model/definition.ts"
import { fail } from "./model/fail.ts"
import type { Driver, Observation, Vocabulary } from "./scenario.ts"
import { catalogueOf } from "./study.ts"

/**
 * Creates a driver of any machine with a catalogue. Each actor that the machine invokes by name becomes a promise, and
 * the scenario settles it.
 * @throws AuthIntentError `unknown_machine`, or `invalid_option` where an invoked actor has no name in `setup`.
 * @example
 * const driver = createMachineDriver(checkoutMachine, checkoutCatalogue)
 */
export function createMachineDriver<V extends Vocabulary>(machine: AnyStateMachine, given?: Catalogue<V>): Driver<V> {
  const catalogue = catalogueOf(machine, given)
  const waiting = new Map<string, { request: ModelState<V>["requests"][number]; settle(ending: ActorEnd): void }>()
  let clock: TestClock = createTestClock()
  let actor: AnyActorRef | undefined
  let input: V["input"]
  let sent: unknown[] = []
  let done: V["person"][] = []
  let cause: V["person"] | undefined
  /** The snapshots of the promises in place of actors: a machine with `onSnapshot` expects other snapshots. */
  const own = new WeakSet<object>()

  /** Returns the model state as far as a driver knows it: without timers. */
  const toState = (): ModelState<V> => ({
    ...{ input, now: clock.now(), sent, done, timers: [], trace: [], armed: [], fired: [] },
    requests: [...waiting.values()].map(({ request }) => request),
    snapshot: current().getSnapshot(),
  })

  const toSlot = (src: string) => {
    const slot = fromPromise<unknown, unknown>(({ input: given, signal, self }) => {
      const request = { id: self.id, src, input: given, since: clock.now(), ...(cause && { cause }) }
      const refused = catalogue.refuse(request, clock.now())
      if (refused) return "error" in refused ? Promise.reject(refused.error) : Promise.resolve(refused.output)
      return new Promise((resolve, reject) => {
        const entry = {
          request,
          settle: (ending: ActorEnd) => ("error" in ending ? reject(ending.error) : resolve(ending.output)),
        }
        waiting.set(self.id, entry)
        signal.addEventListener("abort", () => {
          if (waiting.get(self.id) === entry) waiting.delete(self.id)
        })
        sent = [...sent, catalogue.describeRequest(request, toState())]
      })
    })
    const getInitialSnapshot: typeof slot.getInitialSnapshot = (...args) => {
      const snapshot = slot.getInitialSnapshot(...args)
      own.add(snapshot)
      return snapshot
    }
    return { ...slot, getInitialSnapshot }
  }

  // XState names an actor without a name by its place.
  const isNameless = ({ src }: { src: unknown }) => String(src).startsWith("xstate.invoke.")
  const node = readDefinition(machine).nodes.find(({ invoke }) => invoke.some(isNameless))
  if (node)
    fail("invalid_option", `${toNodePath(node)} invokes an actor without a name: give it one in setup({ actors })`)
  const names = Object.keys(machine.implementations.actors)
  const logic = machine.provide({ actors: Object.fromEntries(names.map((name) => [name, toSlot(name)])) })

  const { transition } = logic
  logic.transition = (snapshot, event, scope) =>
    own.has(Object(event["snapshot"])) ? snapshot : transition.call(logic, snapshot, event, scope)

  function current(): AnyActorRef {
    if (actor === undefined) throw new Error("The driver has not been started")
    return actor
  }

  function open(from: V["input"]) {
    actor?.stop()
    waiting.clear()
    actor = createActor(logic, { input: from, logger: () => {}, clock: clock as object as typeof globalThis })
    // `observe` finds an error in the snapshot. Without a listener the error would end the process.
    actor.subscribe({ error: () => {} })
    actor.start()
  }

  return {
    start(from) {
      input = from
      sent = []
      done = []
      clock = createTestClock()
      open(from)
      return tick()
    },
    person(move) {
      done = [...done, move]
      if (isReload(catalogue, move)) open(catalogue.resume?.(toState()))
      else {
        cause = move
        current().send(catalogue.toEvent(move))
        cause = undefined
      }
      return tick()
    },
    server(reply, to = [...waiting.keys()][0] ?? "") {
      const entry = waiting.get(to)
      if (entry === undefined) throw new Error(`There is nothing to respond to: ${to || "nothing"} does not wait`)
      waiting.delete(to)
      entry.settle(catalogue.interpret(reply, entry.request, clock.now()))
      return tick()
    },
    clock(ms, asleep) {
      if (!asleep) return clock.advanceAsync(ms, tick)
      clock.jump(ms)
    },
    observe() {
      const snapshot = current().getSnapshot()
      if (snapshot.status === "error") throw snapshot.error
      return { ...observe(catalogue, snapshot), isWhole: true, sent } as Observation<V>
    },
    stop() {
      actor?.stop()
    },
  }
}
