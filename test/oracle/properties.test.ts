import { describe, expect, it } from "vitest"
import { assign, raise } from "xstate"
import * as actions from "../../machines/auth-intent.actions.ts"
import { authIntentMachine } from "../../machines/auth-intent.machine.ts"
import { authIntentSetup, solveInput, toContext } from "../../machines/auth-intent.setup.ts"
import type { AuthIntentContext } from "../../machines/auth-intent.types.ts"
import { getState } from "../../src/intent/get-step.ts"
import { checkProperties } from "../../src/testing/check-properties.ts"
import { contractCatalogue, type Machine, memory, type Now, remember } from "./catalogue.ts"
import { states } from "./contract.ts"
import { findBroken, properties } from "./properties.ts"

/** A part of the chart, as plain data. */
interface Config {
  [part: string]: Config
}

const changing: Record<string, unknown> = { ...actions }
type Changes = Partial<AuthIntentContext>
type Given = { context: AuthIntentContext }
type Change = (args: never) => Changes

/** Builds the machine with its chart changed. */
function chart(change: (states: Record<string, Config>, config: Config) => void): Machine {
  const config = copy(authIntentMachine.config) as Config
  change(config["states"] as Record<string, Config>, config)
  return authIntentSetup.createMachine(config as never) as unknown as Machine
}

/** Builds the machine with parts of one state changed; an `undefined` part is left out. */
const state = (path: string, more: object): Machine =>
  chart((states) => {
    const node = path.split(".").reduce<Config>((at, name) => at["states"]?.[name] as Config, { states })
    Object.assign(node, more)
  })

/** Copies data and keeps functions. */
const copy = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(copy)
  if (typeof value !== "object" || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, copy(part)]))
}

/** Builds the machine with a guard, an action or a delay changed. */
const guard = (name: string, holds: (args: { context: AuthIntentContext; event: never }) => boolean): Machine =>
  authIntentMachine.provide({ guards: { [name]: holds } } as never)
const delay = (name: string, ms: unknown): Machine => authIntentMachine.provide({ delays: { [name]: ms } } as never)
const action = (name: string, more: (changes: Changes, context: AuthIntentContext) => Changes): Machine =>
  authIntentMachine.provide({
    actions: {
      [name]: assign((args) => {
        const changes = (changing[name] as Change)(args as never)
        return { ...changes, ...more(changes, args.context as AuthIntentContext) }
      }),
    },
  } as never)

const context = (more: (context: AuthIntentContext) => object) =>
  chart((_, config) => {
    config["context"] = ((args: never) => {
      const of = toContext(args)
      return { ...of, ...(of.resumedFrom && more(of)) }
    }) as unknown as Config
  })

const first = (of: unknown): Config => (of as Config[])[0] as Config

/** For each property, a machine that breaks it. */
const bugs: Record<string, () => Machine> = {
  "one request is in flight at a time, and one exactly while busy": () => state("solving", { invoke: undefined }),
  "only the states of the contract are shown": () =>
    chart(({ checkpoint }) => {
      const always = checkpoint?.["states"]?.["recognizing"]?.["always"] as Config[] | undefined
      always?.pop()
    }),
  "a state has the tag of what a person can do in it": () => state("solving", { tags: "input" }),
  "can() says what the contract's table says": () => guard("canTypeCode", () => true),
  "what does not apply changes nothing": () =>
    chart(({ idle }) => Object.assign(idle?.["on"] ?? {}, { "method.switch": { actions: "countAttempt" } })),
  "what applies leads somewhere": () => state("checkpoint.phone", { on: undefined }),
  "an intent is never shown past its deadline": () => delay("intentTimeout", 300_001),
  "every model state after the first checkpoint has a timer that ends it in time": () =>
    state("solving", { after: undefined }),
  "the deadline is one lifetime after the first checkpoint, and so is its timer": () => delay("intentTimeout", 299_999),
  "the deadline only ever comes closer": () =>
    action("rememberCheckpoint", ({ expiresAt = 0 }, { checkpoint }) => ({
      expiresAt: expiresAt + (checkpoint ? 1 : 0),
    })),
  "a clock that was set back gives one lifetime from now at most": () =>
    action("rememberFailure", (_, { expiresAt = 0 }) => ({ expiresAt })),
  "a response past the deadline ends the intent": () => guard("isLate", () => false),
  "a 408 ends the intent at the deadline and no sooner": () =>
    guard("isIntentOver", ({ event }) => JSON.stringify(event).includes('"status":408')),
  "a 400 ends the intent after a 408 near the deadline, and only then": () =>
    action("rememberFailure", () => ({ timedOut: false })),
  "nothing is armed or in flight after the end": () =>
    state("failed", { entry: raise({ type: "intent.cancel" }, { delay: 1, id: "late" }) }),
  "nothing is sent by resuming, and resuming leads to no request": () =>
    state("checkpoint.inApp", {
      always: { guard: ({ context: of }: Given) => of.resumedFrom === "checkpoint", target: "#solving" },
    }),
  "what is sent is what its event holds, to the latest account, with the deadline": () =>
    chart(({ solving }) =>
      Object.assign(solving?.["invoke"] ?? {}, {
        input: (args: never) => ({ ...solveInput(args), accountId: "acc_1" }),
      }),
    ),
  "a reload keeps what stood, and arms what is left": () => context(() => ({ timedOut: false })),
  "a request that was in flight at a reload is shown as interrupted, a poll is not": () =>
    context(() => ({ failure: undefined })),
  "a finished intent is resumed with the same output, but for a session": () =>
    context(({ resumedFrom }) => (resumedFrom === "failed" ? { accountId: "another" } : {})),
  "a record's step is that of the intent that resumes it": () => context(() => ({ attempts: 7 })),
  "every unanswered end says so, and no other": () => action("leaveRequest", () => ({ unanswered: false })),
  "an output names the provider, the latest account and the deadline": () =>
    action("rememberCheckpoint", ({ accountId = "" }, { accountId: before = accountId }) => ({ accountId: before })),
  "a failed intent says why": () =>
    state("failed", { output: ({ context: of }: Given) => ({ status: "failed", ...of, failure: undefined }) }),
  "connected is connected, whenever it comes": () =>
    chart(({ solving }) => {
      const onDone = solving?.["invoke"]?.["onDone"] as unknown as Config[]
      onDone.push(onDone.shift() as Config)
      Object.assign(first(onDone), { guard: ({ context: of }: Given) => of.timedOut })
    }),
  "a session is in the output": () => state("connected", { output: { status: "connected" } }),
  "a checkpoint is shown as it came": () =>
    action("rememberCheckpoint", ({ checkpoint }) => ({ checkpoint: checkpoint && { type: checkpoint.type } })),
  "a rejection that can be corrected or retried ends nothing before the deadline": () =>
    guard(
      "isFatal",
      ({ event }) => "output" in event && (event as { output: { kind: string } }).output.kind === "rejected",
    ),
  "a fatal rejection ends the intent, unless another task has overtaken an approval": () =>
    guard("isFatal", () => false),
  "attempts count the codes and phone numbers that were refused": () => guard("isWrongEntry", () => false),
  "from everywhere a final state can be reached, without giving up or reloading": () =>
    state("connected", { type: undefined }),
  "from everywhere before the deadline the account can be connected": () => guard("isConnected", () => false),
  "cancel always works": () => state("submitting", { on: undefined }),
  "each reply to a person's request shows what came of it": () =>
    action("rememberFailure", ({ failure }) => ({ failure: failure?.recovery === "retry" ? undefined : failure })),
  "a request of the person's clears what was shown": () => action("startSolving", (_, { failure }) => ({ failure })),
  "a poll never blinks": () => action("startSolving", () => ({ failure: undefined })),
  "a poll comes one interval later, and never before a retryAt": () => state("checkpoint.inApp", { after: undefined }),
  "an interval or a retryAt passes before the next poll": () => delay("inAppPoll", 5_000),
  "a poll in flight becomes the person's and sends nothing": () =>
    chart(({ solving }) =>
      Object.assign(solving?.["on"]?.["inApp.approve"] ?? {}, { target: "solving", reenter: true }),
    ),
  "the context is plain JSON with no secret in it": () =>
    authIntentMachine.provide({ actions: { startSubmitting: assign(({ event }) => ({ event }) as never) } } as never),
}

describe("the guarantees of the contract", () => {
  it("hold in every situation of the whole graph, which has every state", { timeout: 300_000 }, () => {
    const unmet = Object.fromEntries(
      states.map((state) => [state, { never: ({ snapshot }: Now) => getState(snapshot) === state }]),
    )
    let walked = 0
    const counted = {
      always: () => {
        walked += 1
        return true
      },
    }
    const broken = checkProperties({
      ...{ machine: authIntentMachine, catalogue: contractCatalogue(), memory, remember },
      properties: { ...properties, ...unmet, counted },
    })
    const isState = ({ property }: { property: string }) => states.includes(property)
    const broke = broken.filter((each) => !isState(each))
    expect(broke.map(({ property, scenario }) => `${property}: ${scenario.name}`)).toEqual([])
    expect(broken.filter(isState).map(({ property }) => property)).toEqual(states)
    // A smaller walk would still meet every state, and its loss would go unnoticed.
    expect(walked).toBeGreaterThan(70_000)
  })

  it("are each broken by some bug", () => expect(Object.keys(properties)).toEqual(Object.keys(bugs)))

  it.for(Object.keys(properties))("find a machine without this: %s", { timeout: 300_000 }, (name) => {
    // Reachability needs a whole graph. The graph of few replies is whole and small.
    const replies = name.startsWith("from everywhere") ? ["connected", "2FA", "400"] : undefined
    expect(findBroken(bugs[name]?.(), [name], replies).map(({ property }) => property)).toEqual([name])
    if (replies) expect(findBroken(undefined, [name], replies)).toEqual([])
  })
})
