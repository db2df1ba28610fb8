import { expect, it } from "vitest"
import { createMachine } from "xstate"
import { createPureMachine } from "../../src/testing/model/pure-machine.ts"

it("XState still reports the transitions of a microstep", () => {
  const machine = createMachine({
    id: "light",
    initial: "off",
    states: { off: { on: { press: "on" } }, on: { always: "warm" }, warm: {} },
  })
  const pure = createPureMachine(machine, undefined)
  const { snapshot } = pure.start(undefined, 0)
  const { trace } = pure.send(snapshot, { type: "press" }, 0)
  expect(trace.map(({ taken, after }) => [taken.map(({ source }) => source.key), after])).toEqual([
    [["off"], "on"],
    [["on"], "warm"],
  ])
})
