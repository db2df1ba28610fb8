import { describe, expect, it } from "vitest"
import { type AnyActorLogic, type AnyStateMachine, createActor, toPromise } from "xstate"
import { authIntentMachine } from "../../machines/auth-intent.machine.ts"
import { hostedAuthMachine } from "../../machines/hosted-auth.machine.ts"

interface Node {
  type?: string
  description?: string
  on?: object
  after?: object
  always?: unknown
  invoke?: { src: string; onDone: unknown; onError: unknown }
  entry?: unknown
  exit?: unknown
  states?: Record<string, Node>
}

const list = (value: unknown): unknown[] => (value === undefined ? [] : [value].flat())
const isObject = (value: unknown): value is object => typeof value === "object" && value !== null

/** Every node below one, itself included, by its path. */
const nodesOf = (node: Node, path: string): [string, Node][] => [
  [path, node],
  ...Object.entries(node.states ?? {}).flatMap(([name, child]) => nodesOf(child, `${path}.${name}`)),
]

const machines = [
  {
    machine: authIntentMachine as AnyStateMachine,
    id: "authIntent",
    shown: ["idle", "submitting", "checkpoint", "solving", "connected", "expired", "failed"],
    inner: ["twoFactor", "otp", "inApp", "phone", "unsupported"],
    transient: ["authIntent.resuming", "authIntent.checkpoint.recognizing"],
    delays: ["intentTimeout", "solveTimeout", "inAppPoll"],
    actors: ["submitCredentials", "solveCheckpoint"],
  },
  {
    machine: hostedAuthMachine as AnyStateMachine,
    id: "hostedAuth",
    shown: ["idle", "linking", "redirected", "connected", "expired", "failed"],
    inner: ["waiting", "finding"],
    transient: ["hostedAuth.resuming"],
    delays: ["linkTimeout", "findInterval"],
    actors: ["createLink", "findConnection"],
  },
]

describe.each(machines)("the definition of $id", ({ machine, id, shown, inner, transient, delays, actors }) => {
  const config = machine.config as Node
  const nodes = nodesOf(config, id)
  const isTransient = ([path]: [string, Node]) => transient.includes(path)
  const transitions = nodes.flatMap(([, { on = {}, after = {}, always, invoke }]) =>
    [...Object.values(on), ...Object.values(after), always, invoke?.onDone, invoke?.onError].flatMap(list),
  )
  const parts = (part: "guard" | "actions") =>
    transitions.flatMap((each) => (isObject(each) ? list(Reflect.get(each, part)) : []))

  it("has the id and the states that are promised, in order", () => {
    expect(machine.id).toBe(id)
    expect(Object.keys(machine.states)).toEqual(["resuming", ...shown])
    const names = nodes.filter((node) => !isTransient(node)).map(([path]) => path.split(".").at(-1))
    expect([...names].sort()).toEqual([id, ...shown, ...inner].sort())
  })

  it("leaves every transient state at once, by a last branch without a guard", () => {
    for (const [, { always, on, after, invoke, type }] of nodes.filter(isTransient)) {
      expect([on, after, invoke, type]).toEqual([undefined, undefined, undefined, undefined])
      const last = list(always).at(-1)
      expect(last).toEqual({ target: expect.any(String) })
    }
    expect(nodes.filter(isTransient)).toHaveLength(transient.length)
  })

  it.each([
    ["guards", parts("guard")],
    ["actions", [...parts("actions"), ...nodes.flatMap(([, { entry, exit }]) => [...list(entry), ...list(exit)])]],
    ["actors", nodes.flatMap(([, { invoke }]) => (invoke ? [invoke.src] : []))],
    ["delays", nodes.flatMap(([, { after }]) => Object.keys(after ?? {}))],
  ] as const)("names all its %s", (kind, used) => {
    expect(used.length).toBeGreaterThan(0)
    const implemented = Object.keys(machine.implementations[kind])
    expect(used.filter((name) => !implemented.includes(name as string))).toEqual([])
    // A guard or an action of an unused name would be reached by no test.
    const unused = implemented.filter((name) => !used.includes(name))
    expect(unused).toEqual([])
    if (kind === "delays") expect(implemented.sort()).toEqual([...delays].sort())
    if (kind === "actors") expect(implemented.sort()).toEqual([...actors].sort())
  })

  it("is JSON but for what the machine is given and what it returns", () => {
    const dynamic = new Set<string>()
    JSON.stringify(config, (key, value) => {
      if (typeof value === "function") dynamic.add(key)
      return value
    })
    expect(dynamic).toEqual(new Set(["context", "input", "output"]))
  })

  it("describes itself and every state, in a sentence each", () => {
    expect(nodes.filter(([, { description = "" }]) => !/^[A-Z].{10,}/.test(description)).map(([path]) => path)).toEqual(
      [],
    )
    for (const each of transitions) if (isObject(each)) expect(each).not.toHaveProperty("description", "")
  })

  it.each(actors.filter((name) => name !== "findConnection"))("has nobody in its slot %s", async (name) => {
    const actor = createActor(machine.implementations.actors[name] as AnyActorLogic).start()
    await expect(toPromise(actor)).rejects.toThrow("slot is empty")
  })

  it("catches every error of an actor", () => {
    for (const [path, { invoke }] of nodes) if (invoke) expect([path, invoke.onError]).not.toContain(undefined)
  })
})
