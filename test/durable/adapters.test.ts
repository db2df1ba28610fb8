import { AsyncLocalStorage } from "node:async_hooks"
import type { ServerResponse } from "node:http"
import { beforeEach, describe, expect, it, vi } from "vitest"
import { createDbosIntents, type DbosModule } from "../../src/dbos/create-dbos-intents.ts"
import { createDurable } from "../../src/durable/create-durable.ts"
import type { DurableIntent } from "../../src/durable/durable-intent.ts"
import { submitCredentials } from "../../src/intent/events.ts"
import { newIntent } from "../../src/intent/saved-intent.ts"
import { createRestateIntents } from "../../src/restate/create-restate-intents.ts"
import { createSandbox } from "../../src/sandbox/create-sandbox.ts"
import { createTestClock } from "../../src/testing/create-test-clock.ts"
import { createPostpressTransport } from "../../src/transports/postpress.ts"
import { serve } from "../harness/serve.ts"
import { firstKey } from "./conformance.ts"

const failed = { code: "engine_failed" }
const never = () => new Promise<never>(() => {})
const kept = { id: "ada", saved: newIntent({ provider: "INSTAGRAM" }), turn: 0, at: Date.now() }

/** A call's timeout uses the platform's timer: the test moves it. */
beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval"] }))

const options = () => ({
  transport: createPostpressTransport({ apiKey: "sandbox", fetch: createSandbox().fetch }),
  keys: [firstKey],
})

const restate = {
  object: () => ({}),
  handlers: { object: { exclusive: () => undefined, shared: () => undefined } },
  serde: { json: undefined },
}
const DBOS = { registerWorkflow: () => {} }

const adapters = {
  createRestateIntents: {
    create: createRestateIntents as (options: unknown) => unknown,
    good: { restate, ingress: "http://localhost:8080" },
  },
  createDbosIntents: { create: createDbosIntents as (options: unknown) => unknown, good: { DBOS } },
}

it.each<[keyof typeof adapters, string, unknown]>([
  ["createRestateIntents", "ingress", undefined],
  ["createRestateIntents", "ingress", ""],
  ["createRestateIntents", "ingress", "localhost:8080"],
  ["createRestateIntents", "ingress", new URL("http://localhost:8080")],
  ["createRestateIntents", "restate", undefined],
  ["createRestateIntents", "restate", {}],
  ["createRestateIntents", "headers", Promise.resolve({ authorization: "x" })],
  ["createRestateIntents", "name", ""],
  ["createRestateIntents", "fetch", "fetch"],
  ["createDbosIntents", "DBOS", undefined],
  ["createDbosIntents", "DBOS", {}],
  ["createDbosIntents", "name", 7],
  ["createRestateIntents", "onended", () => {}],
  ["createDbosIntents", "onended", () => {}],
])("an option that does not fit is refused by %s, and named: %s of %o", (name, option, value) => {
  const { create, good } = adapters[name]
  const message = expect.stringMatching(new RegExp(`^${name}: (it should be without )?${option}\\b`))
  const refused = expect.objectContaining({ code: "invalid_option", message })
  expect(() => create({ ...good, ...options(), [option]: value })).toThrow(refused)
  for (const none of [undefined, null]) {
    expect(() => create(none)).toThrow(expect.objectContaining({ code: "invalid_option" }))
  }
})

describe("intents on Restate", () => {
  /** Starts a server in place of Restate, and creates intents on it. */
  async function open(respond: (response: ServerResponse, url?: string) => void) {
    const { url: ingress, received } = await serve(({ path }, raw) => void respond(raw, path))
    return { received, intents: createRestateIntents({ restate, ingress, ...options() }) }
  }

  it.each(["start", "look", "send"] as const)("leave a Restate that never responds: %s", async (name) => {
    const { received, intents } = await open((response, url) => {
      // The adapter first looks for the intent.
      if (name !== "look" && url?.endsWith("/look")) response.end(JSON.stringify(name === "send" ? kept : null))
    })
    const calls = {
      start: () => intents.start("ada", { provider: "INSTAGRAM" }),
      look: () => intents.look("ada"),
      send: () => intents.send("ada", submitCredentials({ username: "ada", password: "correct horse" })),
    }
    const message = expect.stringContaining("took more than 90000 ms")
    const rejected = expect(calls[name]()).rejects.toMatchObject({ ...failed, message })
    await vi.waitFor(() => expect(received.at(-1)?.path).toMatch(new RegExp(`/${name}$`)))
    await vi.advanceTimersByTimeAsync(90_000)
    await rejected
    expect(await received.at(-1)?.left).toBe(true)
  })

  it("let go of the body of a refusal, which would keep its connection", async () => {
    const cancel = vi.fn()
    const fetch = async () => new Response(new ReadableStream({ cancel }), { status: 502 })
    const intents = createRestateIntents({ restate, ingress: "http://localhost:8080", fetch, ...options() })
    await expect(intents.look("ada")).rejects.toMatchObject({ ...failed, message: "Restate: look met 502" })
    expect(cancel).toHaveBeenCalled()
  })

  it("follow no redirect: the host's headers are for the ingress alone", async () => {
    const { received, intents } = await open((response) => response.writeHead(307, { location: "/elsewhere" }).end())
    await expect(intents.look("ada")).rejects.toMatchObject({ ...failed, message: "Restate: look met 307" })
    expect(received.map(({ path }) => path)).not.toContain("/elsewhere")
  })

  it.each([
    ["one that breaks off", '{"id":', true],
    ["no JSON", "<html>"],
    ["an empty body", ""],
    ["a text", '"pong"'],
    ["a page of a proxy as JSON", '{"message":"Welcome, ada"}'],
    ["a result of something else", '{"kept":{"id":"ada"},"accepted":true}'],
    ["a result that does not say whether it applied", '{"kept":{"id":"ada","saved":{},"turn":0,"at":0}}'],
  ])("take %s for no response of Restate's, nor for an intent that is not there", async (_, body, isBroken = false) => {
    const { intents } = await open((response) => {
      response.writeHead(200, { "content-type": "application/json" })
      if (!isBroken) return response.end(body)
      response.write(body, () => response.destroy())
    })
    const event = submitCredentials({ username: "ada", password: "correct horse" })
    await expect(intents.start("ada", { provider: "INSTAGRAM" })).rejects.toMatchObject(failed)
    await expect(intents.look("ada")).rejects.toMatchObject(failed)
    await expect(intents.send("ada", event)).rejects.toMatchObject(failed)
  })

  it("are returned by start where they are there, though their writer is held up", async () => {
    const { intents } = await open((response, url) => {
      if (url?.endsWith("/look")) response.end(JSON.stringify(kept))
    })
    const started = await intents.start("ada", { provider: "INSTAGRAM" })
    expect(started).toMatchObject({ step: { kind: "credentials" }, accepted: false })
  })

  interface Service {
    options: object
    handlers: {
      start(context: object, first: unknown): Promise<unknown>
      send(context: object, sealed: string): Promise<{ kept: DurableIntent }>
      end(context: object): Promise<void>
      wake(context: object, at: number): Promise<void>
    }
  }

  /** Returns the definition of the service with its plain handlers. */
  function define(more: object): Service {
    const exclusive = (of: object, handler: object) => Object.assign(handler, of)
    const object = (definition: object) => definition as Service
    const module = { object, handlers: { object: { exclusive, shared: exclusive } }, serde: { json: undefined } }
    return createRestateIntents({ ...options(), ingress: "http://localhost:8080", restate: module, ...more }).service
  }

  const ended = { ...kept.saved, state: "connected", accountId: "acc_1" }
  const unserved = { ...kept.saved, provider: "TWITTER" }
  it.each([...[null, "x", {}, { ...kept, turn: -1 }], ...[{}, ended, unserved].map((saved) => ({ ...kept, saved }))])(
    "are not begun by what is none, which anybody can post to Restate: %o",
    async (junk) => {
      const transport = { ...options().transport, providers: ["INSTAGRAM"] as const }
      const service = define({ transport })
      // By default Restate pauses a failing call, and keeps its input for a day.
      expect(service.options).toEqual({
        retryPolicy: expect.objectContaining({ maxAttempts: 1_000_000 }),
        journalRetention: 0,
      })
      const writes: string[] = []
      const context = { get: async () => null, set: (name: string) => writes.push(name), genericSend: () => {} }
      expect(await service.handlers.start(context, junk)).toBeNull()
      expect(writes).toEqual([])
      expect(await service.handlers.start(context, kept)).toEqual({ kept, accepted: true })
      expect(writes).toContain("kept")
    },
  )

  it("send nothing once Restate has given the attempt up", async () => {
    const fetch = vi.fn(createSandbox().fetch)
    const of = { ...options(), transport: createPostpressTransport({ apiKey: "sandbox", fetch }) }
    const service = define(of)
    const event = submitCredentials({ username: "2fa", password: "correct horse" })
    const sealed = (await createDurable(of).seal({ event }, kept)) ?? ""
    const context = {
      get: async (name: string) => (name === "kept" ? kept : null),
      set: () => {},
      genericSend: () => {},
      run: (_: string, action: () => Promise<unknown>) => action(),
      request: () => ({ attemptCompletedSignal: AbortSignal.abort() }),
    }
    const result = await service.handlers.send(context, sealed)
    expect(result.kept.saved.state).toBe("idle")
    expect(fetch).not.toHaveBeenCalled()
  })

  it("write the same when Restate replays them by a clock that was set back: it refuses what differs", async () => {
    const clock = createTestClock({ now: 1_800_000_000_000 })
    const first = { ...kept, at: clock.now() }
    const { handlers } = define({ clock })
    const set = vi.fn()
    const context = { get: async () => null, set, genericSend: () => {} }
    await handlers.start(context, first)
    const written = set.mock.calls.splice(0)
    clock.jump(-3_600_000)
    await handlers.start(context, first)
    expect(set.mock.calls).toEqual(written)
    expect(written).toEqual([
      ["kept", first],
      ["armed", first.at + 3_600_000],
    ])
  })

  it("are woken again by a timer that was early, at once by one that is late, and by no other", async () => {
    const clock = createTestClock({ now: 1_800_000_000_000 })
    const { handlers } = define({ clock })
    const stored = new Map<string, unknown>()
    const delays: number[] = []
    const context = {
      get: async (name: string) => stored.get(name) ?? null,
      set: (name: string, value: unknown) => stored.set(name, value),
      genericSend: ({ delay }: { delay: number }) => delays.push(delay),
      run: (_: string, action: () => Promise<unknown>) => action(),
      request: () => ({ attemptCompletedSignal: undefined }),
    }
    await handlers.start(context, { ...kept, at: clock.now() })
    const at = clock.now() + 3_600_000
    clock.jump(3_599_999)
    await handlers.wake(context, at - 1)
    await handlers.wake(context, at)
    stored.clear()
    await handlers.start(context, { ...kept, at: clock.now() - 3_600_001 })
    expect(delays).toEqual([3_600_000, 1, 0])
    // Anybody at the ingress could end or forget another user's intent.
    for (const name of ["wake", "end", "forget"]) expect(handlers).toHaveProperty([name, "ingressPrivate"], true)
  })

  it("are forgotten, also where an operator cancels the call of an onEnd that fails", async () => {
    const canceled = new Error("Cancelled")
    const genericSend = vi.fn()
    const context = { get: async () => kept, genericSend, run: () => Promise.reject(canceled) }
    await expect(define({}).handlers.end(context)).rejects.toBe(canceled)
    expect(genericSend.mock.calls).toEqual([[expect.objectContaining({ method: "forget", delay: 3_600_000 })]])
  })

  it("are not there where Restate says so, which is asked at its address and with the headers of the host", async () => {
    const { url, received } = await serve((_, response) => void response.end("null"))
    const more = { ingress: `${url}/`, headers: { authorization: "Bearer x" } }
    const intents = createRestateIntents({ restate, ...options(), ...more })
    expect(await intents.look("ada")).toBeUndefined()
    expect(received).toMatchObject([
      { path: expect.stringMatching(/^\/auth-intent\//), headers: { authorization: "Bearer x" } },
    ])
  })
})

describe("intents on DBOS", () => {
  const createIntents = (module: Partial<DbosModule>) => {
    const registerWorkflow = <Args extends unknown[]>(workflow: (...args: Args) => Promise<void>) => workflow
    return createDbosIntents({ DBOS: { registerWorkflow, ...module } as DbosModule, ...options() })
  }

  it.each([undefined, null, "code.submit", {}, { type: "xstate.stop" }])("send no event %j", async (event) => {
    const getEvent = vi.fn(never)
    const sending = createIntents({ getEvent }).send("ada", event as never)
    await expect(sending).rejects.toMatchObject({ name: "AuthIntentError", code: "invalid_event" })
    expect(getEvent).not.toHaveBeenCalled()
  })

  it("wait for as long by the system's clock as it is by the one that was given", async () => {
    vi.spyOn(Date, "now").mockReturnValue(1_800_000_000_000)
    const recv = vi.fn(never)
    const registerWorkflow = vi.fn((workflow: (first: DurableIntent) => Promise<void>) => workflow)
    const clock = createTestClock({ now: 7 })
    createDbosIntents({ DBOS: { registerWorkflow, setEvent: async () => {}, recv } as never, clock, ...options() })
    void registerWorkflow.mock.lastCall?.[0]({ id: "ada", saved: newIntent({ provider: "INSTAGRAM" }), turn: 0, at: 7 })
    await vi.waitFor(() => expect(recv).toHaveBeenCalledWith("event", { deadlineEpochMS: 1_800_003_600_000 }))
  })

  const context = new AsyncLocalStorage<string>()

  /** Starts an intent's workflow, one of whose statements fails; `resumeWorkflow` stands in for DBOS's own. */
  function interrupt(error: object, resumeWorkflow: DbosModule["resumeWorkflow"], isInitialized = true) {
    const onMistake = vi.fn()
    const registerWorkflow = vi.fn((workflow: (first: DurableIntent) => Promise<void>) => workflow)
    const setEvent = () => Promise.reject(error)
    const workflow = { resumeWorkflow, workflowID: "auth-intent:ada", isInitialized: () => isInitialized }
    createDbosIntents({ DBOS: { registerWorkflow, setEvent, ...workflow } as never, ...options(), onMistake })
    const settled = vi.fn()
    context.run("a workflow", () => registerWorkflow.mock.lastCall?.[0](kept).then(settled, settled))
    return { settled, onMistake }
  }

  it("are run again where Postgres has refused a statement, as what their workflow throws would end them for good", async () => {
    class DatabaseError extends Error {}
    const resumeWorkflow = vi.fn().mockRejectedValueOnce(new Error("it is read-only still")).mockResolvedValue({})
    const { settled, onMistake } = interrupt(new DatabaseError(JSON.stringify(kept)), resumeWorkflow)
    await vi.advanceTimersByTimeAsync(60_000)
    expect(resumeWorkflow.mock.calls).toEqual([["auth-intent:ada"], ["auth-intent:ada"]])
    expect(settled).not.toHaveBeenCalled()
    const message = "DBOS: an intent is run again, as its workflow threw a DatabaseError"
    expect(onMistake.mock.calls).toEqual([[expect.objectContaining({ ...failed, message })]])
  })

  it("wait for the next launch where a shutdown has interrupted their workflow", async () => {
    const pool = new Error("Cannot use a pool after calling end on the pool")
    const { settled, onMistake } = interrupt(pool, () => expect.fail("it is called"), false)
    await vi.advanceTimersByTimeAsync(60_000)
    expect(settled).not.toHaveBeenCalled()
    expect(onMistake).not.toHaveBeenCalled()
  })

  it.each([
    ["another process has taken up", 5],
    ["an operator has canceled", 24],
  ])("are left to DBOS where %s their workflow", async (_, dbosErrorCode) => {
    const error = Object.assign(new Error("it stops"), { dbosErrorCode })
    const { settled, onMistake } = interrupt(error, () => expect.fail("it is called"))
    await vi.advanceTimersByTimeAsync(60_000)
    expect(settled.mock.calls).toEqual([[error]])
    expect(onMistake).not.toHaveBeenCalled()
  })

  it("are no part of the workflow or the step of the host's that calls them, nor of the one that is interrupted", async () => {
    const calls: [name: string, context: string | undefined][] = []
    const noted =
      <Args extends unknown[], Result>(name: string, call: (...args: Args) => Result) =>
      (...args: Args) => {
        calls.push([name, context.getStore()])
        return call(...args)
      }
    const { start, look, send } = createIntents({
      startWorkflow: () => noted("startWorkflow", async () => {}),
      getEvent: noted("getEvent", async (_, key) => (key === "start" ? "another" : kept)) as DbosModule["getEvent"],
      send: noted("send", () => Promise.reject(new Error("that is enough"))),
    })
    await context.run("a step", async () => {
      // The intent exists: another call has started it.
      expect(await start("ada", { provider: "INSTAGRAM" })).toMatchObject({ accepted: false })
      await look("ada")
      await send("ada", submitCredentials({ username: "ada", password: "correct horse" })).catch(() => {})
    })
    // Fake timers keep no async context.
    vi.stubGlobal("setTimeout", (call: () => void) => setImmediate(call))
    const resumeWorkflow = vi.fn(async () => {})
    interrupt(new Error("refused"), noted("resumeWorkflow", resumeWorkflow))
    await vi.waitFor(() => expect(resumeWorkflow).toHaveBeenCalled())
    expect(new Set(calls.map(([name]) => name))).toEqual(
      new Set(["startWorkflow", "getEvent", "send", "resumeWorkflow"]),
    )
    expect(calls.filter(([, store]) => store !== undefined)).toEqual([])
  })

  it("are deleted within a minute where they have ended, however many", async () => {
    let ended = Array.from({ length: 2_345 }, (_, index) => `auth-intent:${index}`)
    createIntents({
      listWorkflows: async ({ limit }: { limit?: number }) =>
        ended.slice(0, limit).map((workflowID) => ({ workflowID })),
      deleteWorkflows: async (ids) => {
        ended = ended.filter((id) => !ids.includes(id))
      },
    })
    await vi.advanceTimersByTimeAsync(60_000)
    expect(ended).toHaveLength(0)
  })

  it("are left until the next minute where their deletions have no effect", async () => {
    const listWorkflows = vi
      .fn(async () => [{ workflowID: "auth-intent:1" }])
      .mockImplementationOnce(async () => Array.from({ length: 1_000 }, (_, index) => ({ workflowID: `${index}` })))
    createIntents({
      listWorkflows,
      deleteWorkflows: async () => {
        if (listWorkflows.mock.calls.length > 9) throw new Error("it does not end")
      },
    })
    await vi.advanceTimersByTimeAsync(60_000)
    expect(listWorkflows).toHaveBeenCalledTimes(2)
  })

  it("repeat nothing of what DBOS throws but its class", async () => {
    const intents = createIntents({
      startWorkflow:
        () =>
        async (...args) => {
          throw new RangeError(`no connection: ${JSON.stringify(args)}`)
        },
    })
    const error = await intents.start("ada", { provider: "INSTAGRAM" }).catch((thrown) => thrown)
    expect(error).toMatchObject({ ...failed, message: expect.stringMatching(/ threw a RangeError:/) })
    expect(`${error.message} ${error.cause}`).not.toContain("ada")
  })
})
