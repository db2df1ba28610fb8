import { describe, expect, it, vi } from "vitest"
import { authIntentMachine } from "../../machines/auth-intent.machine.ts"
import { authIntentCatalogue } from "../../src/testing/auth-intent/catalogue.ts"
import { personMoves } from "../../src/testing/auth-intent/moves.ts"
import type { AuthIntentVocabulary, PersonMove } from "../../src/testing/auth-intent/vocabulary.ts"
import { createActorDriver } from "../../src/testing/create-actor-driver.ts"
import type { ScriptedFetch } from "../../src/testing/create-scripted-fetch.ts"
import { drawScenario } from "../../src/testing/draw.ts"
import { formatScenarios } from "../../src/testing/format-scenarios.ts"
import { getCoverage } from "../../src/testing/get-coverage.ts"
import { runScenario, ScenarioError } from "../../src/testing/run-scenario.ts"
import type { Driver, Observation } from "../../src/testing/scenario.ts"
import { getStudy } from "../../src/testing/study.ts"
import { createPostpressTransport } from "../../src/transports/postpress.ts"
import { throwing } from "../harness/throwing.ts"
import { showing } from "./catalogue-parts.ts"

type Scenario = import("../../src/testing/scenario.ts").Scenario<AuthIntentVocabulary>

/** Writes the scenario of these labels. */
function write(...labels: string[]): Scenario {
  const draft = getStudy(authIntentMachine, authIntentCatalogue).write({ provider: "INSTAGRAM" })
  for (const label of labels) if (!draft.play(label)) throw new Error(`There is no move "${label}"`)
  return draft.finish()
}

const { credentials: login } = personMoves["credentials"] as Extract<PersonMove, { credentials: object }>
const refused = "401 invalid_checkpoint_solution"
const scenario = write("credentials", "2FA", "wrong code", refused, "another way", "OTP", "right code", "connected")

const showFailure = (seen: Observation) =>
  ({ ...seen, step: { ...seen.step, failure: "shown" } }) as object as Observation

async function failure(driver: Driver, played = scenario): Promise<ScenarioError> {
  const error = await runScenario(played, driver).catch((reason: unknown) => reason)
  if (error instanceof ScenarioError) return error
  throw new Error("The scenario went well, or failed in another way", { cause: error })
}

describe("runScenario", () => {
  it.each<[string, (seen: Observation) => Observation, string]>([
    ["a state", (seen) => ({ ...seen, state: "idle" }), 'state: expected "submitting", saw "idle"'],
    ["tags", (seen) => ({ ...seen, tags: [] }), 'tags: expected ["busy"], saw []'],
    ["a step", (seen) => ({ ...seen, step: { kind: "done" } }), 'step.kind: expected "wait", saw "done"'],
    ["a step", (seen) => ({ ...seen, step: { kind: "wait" } }), "step.canCancel: expected true, saw nothing"],
    ["no step", (seen) => ({ ...seen, step: undefined as never }), 'step: expected {"canCancel":true'],
    ["what is sent", (seen) => ({ ...seen, sent: [] }), 'sent[0]: expected {"operation":"submit"'],
    ["what is sent", (seen) => ({ ...seen, sent: "" as never }), 'sent: expected [{"operation":"submit"'],
    ["a failure", (seen) => showFailure(seen), 'step.failure: expected nothing, saw "shown"'],
    ["what would be saved", (seen) => ({ ...seen, saved: {} }), 'saved: expected {"attempts":0'],
    ["an output", (seen) => ({ ...seen, output: 7 }), "output: expected nothing, saw 7"],
  ])("finds %s that differs", async (_, change, message) => {
    const error = await failure(showing(change))
    expect(error.message).toContain("went wrong at step 1 of 1")
    expect(error.message).toContain(message)
  })

  it("reports of what was sent the first request that differs, and what of it", async () => {
    const change = (request: unknown) => ({ ...(request as object), value: "<code 2>" })
    const altered = showing((seen) => ({
      ...seen,
      sent: seen.sent?.map((each, index) => (index ? change(each) : each)),
    }))
    const { differences } = await failure(altered)
    expect(differences).toEqual(['sent[1].value: expected "<code 1>", saw "<code 2>"'])
  })

  it("compares no further a failure that is shown where there is one", async () => {
    const showingOne = showing((seen) => ((seen.step as { failure?: object }).failure ? showFailure(seen) : seen))
    await expect(runScenario(scenario, showingOne)).resolves.toBeUndefined()
  })

  it("compares nothing that a driver leaves out", async () => {
    const silent = showing(() => ({}))
    await expect(runScenario(scenario, silent)).resolves.toBeUndefined()
  })

  it("shrinks a failure to the moves that it needs", async () => {
    const isOtp = ({ state }: Observation) => state === "checkpoint.otp"
    const { scenario: shrunk, message } = await failure(showing((seen) => (isOtp(seen) ? { state: "lost" } : seen)))
    expect(shrunk.steps.map((step) => step.do)).toEqual([
      personMoves["credentials"],
      expect.objectContaining({ server: expect.anything() }),
    ])
    expect(message).toContain("await runScenario({")
    expect(message).toContain("sequenceDiagram")
    expect(message).toContain("✗ state")
  })

  it.each<[string, (seen: Observation) => Observation, string]>([
    [
      "shows another",
      (seen) => ({ ...seen, step: { kind: "credentials" } }),
      'step.kind: expected "done", saw "credentials"',
    ],
    ["sends something", (seen) => ({ ...seen, sent: [...(seen.sent ?? []), 7] }), "sent[1]: expected nothing, saw 7"],
  ])("finds an end that %s later, and shrinks what led to it", async (_, change, difference) => {
    let isOver = false
    const driver = showing((seen) => (isOver && seen.step?.kind === "done" ? change(seen) : seen))
    const afterEnd = () => {
      isOver = true
    }
    const start: Driver["start"] = (input) => {
      isOver = false
      return driver.start(input)
    }
    const { message, differences } = await failure({ ...driver, start, afterEnd })
    expect(differences).toContain(`after the end, ${difference}`)
    const [title] = message.split("\n")
    expect(title).toContain(`"${scenario.name}", shrunk to "credentials, then `)
    expect(title).toContain(': connected", went wrong at step 2 of 2')
  })

  it("lets no request wait for longer than one can, where the reply to it is left out", async () => {
    const { maxWait } = authIntentCatalogue
    let waited = 0
    const isLost = ({ state }: Observation) => waited >= maxWait && state !== "idle"
    const driver = showing((seen) => (isLost(seen) ? { state: "lost" } : seen))
    const start: Driver["start"] = (input) => {
      waited = 0
      return driver.start(input)
    }
    const clock: Driver["clock"] = (ms, asleep) => {
      waited += ms
      return driver.clock(ms, asleep)
    }
    const isDelayed = { ...driver, start, clock }
    const { scenario: shrunk } = await failure(isDelayed, write("credentials", "2FA", "time is up"))
    expect(shrunk.name).toBe("credentials, 2FA, then time is up: expired")
    // Its timeout would end it at this moment.
    const draft = getStudy(authIntentMachine, authIntentCatalogue).write({ provider: "INSTAGRAM" })
    for (const label of ["credentials", "2FA"]) draft.play(label)
    for (const clock of [maxWait - 1, 1]) draft.make({ clock })
    expect((await failure(isDelayed, draft.finish())).scenario.steps).toHaveLength(4)
  })

  it("leaves a failure as it is where nothing is to be shrunk", async () => {
    const driver = showing((seen) => (seen.state === "checkpoint.otp" ? { state: "lost" } : seen))
    const error = await runScenario(scenario, driver, { shrinkFor: 0 }).catch((reason: unknown) => reason)
    expect(error).toMatchObject({ index: 5, scenario: { name: scenario.name } })
  })

  const [step] = scenario.steps
  it.each<[string, unknown, string]>([
    ["no scenario", undefined, "scenario is missing"],
    ["a list of scenarios", [scenario], "scenario.name is missing"],
    ["no steps", { ...scenario, steps: undefined }, "scenario.steps is missing"],
    ["a step without `expect`", { ...scenario, steps: [step, { do: step?.do }] }, "scenario.steps.1.expect is missing"],
    [
      "a step that does not hold what is sent",
      { ...scenario, steps: [{ do: step?.do, expect: { state: "submitting" } }] },
      "scenario.steps.0.expect.sent is missing",
    ],
  ])("refuses %s, and says where", async (_, wrong, message) => {
    const refused = { name: "AuthIntentError", code: "invalid_option", message: expect.stringContaining(message) }
    await expect(runScenario(wrong as never, createActorDriver())).rejects.toMatchObject(refused)
    expect(() => drawScenario(wrong as never)).toThrow(expect.objectContaining({ code: "invalid_option" }))
    expect(() => formatScenarios([wrong] as never)).toThrow(expect.objectContaining({ code: "invalid_option" }))
    expect(() => getCoverage([wrong] as never)).toThrow(expect.objectContaining({ code: "invalid_option" }))
  })

  it.each<[string, unknown, unknown]>([
    ["no driver", undefined, {}],
    ["a driver that has no clock", { ...createActorDriver(), clock: undefined }, {}],
    ["options that are null", createActorDriver(), null],
    ["an option that there is not", createActorDriver(), { shrinkfor: 0 }],
    ["a time that is none", createActorDriver(), { shrinkFor: Number.NaN }],
    ["a timeout that no timer counts", createActorDriver(), { timeout: Number.POSITIVE_INFINITY }],
  ])("refuses %s", async (_, driver, options) => {
    const run = runScenario(scenario, driver as never, options as never)
    await expect(run).rejects.toMatchObject({ name: "AuthIntentError", code: "invalid_option" })
  })

  it("may shrink for as long as it takes", () =>
    runScenario(scenario, createActorDriver(), { shrinkFor: Number.POSITIVE_INFINITY }))

  it("tries nothing shorter where what must hold is of another machine", async () => {
    const driver = createActorDriver()
    const start = vi.spyOn(driver, "start")
    const change = (each: Scenario["steps"][number]) => ({ ...each, expect: { ...each.expect, tags: ["other"] } })
    const steps = scenario.steps.map((each, index) => (index === 4 ? change(each) : each))
    expect(await failure(driver, { ...scenario, steps })).toMatchObject({ index: 4 })
    expect(start).toHaveBeenCalledOnce()
  })

  it("refuses a driver that plays another scenario", async () => {
    const driver = createActorDriver()
    const first = runScenario(scenario, driver)
    await expect(runScenario(scenario, driver)).rejects.toMatchObject({ code: "invalid_option" })
    await first
    await runScenario(scenario, driver)
  })

  it.each(["start", "person", "server", "observe", "stop"] as const)(
    "fails where %s() of a driver does not return, by no timer that a test has replaced",
    async (method) => {
      vi.useFakeTimers()
      const driver = { ...createActorDriver(), [method]: () => new Promise<never>(() => {}) }
      const start = vi.spyOn(driver, "start")
      const run = runScenario(scenario, driver, { timeout: 50 })
      await expect(run).rejects.toThrow(`${method}() of the driver has not returned: it took more than 50 ms`)
      // No shorter scenario is tried: each try could take as long.
      expect(start).toHaveBeenCalledOnce()
    },
  )

  it.each([
    [{ person: "code.sumbit", code: "1" }, "event: type should be"],
    [{ person: "code.submit", code: 123456 }, "event: code should be a text"],
  ])("says what of a scenario by hand is none of a person's: %j", async (move, message) => {
    const wrong = { ...scenario, steps: [{ ...step, do: move }] } as never
    await expect(runScenario(wrong, createActorDriver(), { shrinkFor: 0 })).rejects.toThrow(message)
  })

  it.each([
    [{ do: step?.do, ignored: true }, "can() says that credentials.submit applies, though it should not"],
    [{ do: personMoves["right code"] }, "can() says that code.submit does not apply, though it should"],
  ])("reports where can() differs from a scenario that was written by hand: %j", async (change, message) => {
    const wrong = { ...scenario, steps: [{ ...step, ...change }] } as Scenario
    await expect(runScenario(wrong, createActorDriver(), { shrinkFor: 0 })).rejects.toThrow(message)
  })

  it("calls a driver with every part of a move, and afterEnd only at an end", async () => {
    const calls: unknown[] = []
    const record = (...args: unknown[]) => void calls.push(args)
    const driver = { start() {}, person() {}, server: record, clock: record, observe: () => ({}), afterEnd: record }
    const moves: Scenario["steps"][number]["do"][] = [
      { server: { fault: "no connection" }, to: "second" },
      { clock: 5 },
      { clock: 5, asleep: true },
    ]
    const { expect: expected } = scenario.steps[0] as Scenario["steps"][number]
    const steps = moves.map((move) => ({ do: move, expect: expected }))
    expect(formatScenarios([{ ...scenario, steps }])).toContain('server second {fault: "no connection"}')
    await runScenario({ ...scenario, steps }, driver)
    expect(calls).toEqual([
      [{ fault: "no connection" }, "second"],
      [5, false],
      [5, true],
    ])
  })

  it("reports what differs rather than that the driver cannot stop, which else is a failure of the last step", async () => {
    const stop = () => throwing("stop")
    const driver = { ...showing((seen) => ({ ...seen, state: "idle" })), stop }
    expect((await failure(driver)).message).toContain('state: expected "submitting", saw "idle"')
    const run = runScenario(scenario, { ...createActorDriver(), stop }, { shrinkFor: 0 })
    await expect(run).rejects.toMatchObject({ name: "ScenarioError", index: scenario.steps.length - 1 })
  })

  it("carries what a driver threw, and stops it", async () => {
    const cause = new Error("no such button")
    const stop = vi.fn()
    const driver = { ...createActorDriver(), person: () => throwing(cause), stop }
    expect(await failure(driver)).toMatchObject({ cause, index: 0 })
    expect(stop).toHaveBeenCalled()
  })
})

const circle: { self?: unknown } = {}
circle.self = circle

it.each<[string, Partial<Driver>, string]>([
  ["starts", { start: () => Promise.reject(new Error("no browser")) }, "start() of the driver threw Error: no browser"],
  [
    "acts, and throws what is no error",
    { person: () => throwing({ code: 7 }) },
    'person() of the driver threw {"code":7}',
  ],
  [
    "acts, and throws what leads back to itself",
    { person: () => throwing(circle) },
    "person() of the driver threw an object",
  ],
  ["responds", { server: () => Promise.reject("offline") }, "server() of the driver threw offline"],
  ["observes", { observe: () => Promise.reject() }, "observe() of the driver threw undefined"],
  ["stops", { stop: () => Promise.reject(new Error("busy")) }, "stop() of the driver threw Error: busy"],
  ["is over", { afterEnd: () => throwing("late") }, "afterEnd() of the driver threw late"],
  ["observes nothing", { observe: () => undefined as never }, "observe() of the driver returns nothing"],
  ["observes a list", { observe: () => [] as never }, "observe() of the driver returns []"],
])("a failure names the method of a driver that fails while it %s", async (_, part, message) => {
  expect((await failure({ ...createActorDriver(), ...part })).message).toContain(message)
})

it("a transport that drops the signal of a request fails where that is left", async () => {
  const transport = (fetch: ScriptedFetch["fetch"]) =>
    createPostpressTransport({ apiKey: "test", fetch: (url, { signal, ...init }) => fetch(url, init) })
  const { message } = await failure(createActorDriver({ transport }), write("credentials", "canceled"))
  expect(message).toContain("has not aborted the request that was left")
})

it("a transport that sends nothing counts as stuck", async () => {
  const transport = () => ({ submit: () => new Promise<never>(() => {}) })
  const driver = createActorDriver({ transport })
  vi.spyOn(performance, "now").mockReturnValueOnce(0).mockReturnValueOnce(0).mockReturnValue(6_000)
  await expect(runScenario(scenario, driver, { shrinkFor: 0 })).rejects.toThrow("no request has come to the server")
})

it("an actor is stopped with its request once its scenario has been played", async () => {
  let signal: AbortSignal | null | undefined
  const transport = (fetch: ScriptedFetch["fetch"]) =>
    createPostpressTransport({
      apiKey: "test",
      fetch: (url, init) => {
        signal = init?.signal
        return fetch(url, init)
      },
    })
  await runScenario(write("credentials"), createActorDriver({ transport }))
  expect(signal?.aborted).toBe(true)
})

it.each([
  ["sends a form where JSON belongs", "username=ada", "transport.submit threw a SyntaxError"],
  ["returns no outcome", JSON.stringify({ ...login, provider: "INSTAGRAM" }), "the outcome of transport.submit"],
])("a failure names the mistake of a transport that %s", async (_, body, message) => {
  const transport = (fetch: ScriptedFetch["fetch"]) => ({ submit: () => fetch("", { body }) })
  expect((await failure(createActorDriver({ transport: transport as never }))).message).toContain(message)
})

it("a user name of white space alone is sent by neither the model nor the actor", async () => {
  const draft = getStudy(authIntentMachine, authIntentCatalogue).write({ provider: "INSTAGRAM" })
  draft.make({ person: "credentials.submit", credentials: { ...login, username: "  " } })
  const blank = draft.finish()
  expect(blank.steps.map(({ expect: held }) => held.sent)).toEqual([[]])
  await runScenario(blank, createActorDriver())
})
