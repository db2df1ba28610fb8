import * as v from "valibot"
import { describe, expect, it, vi } from "vitest"
import { waitFor } from "xstate"
import * as z from "zod"
import { type DataSchema, interpretResponse } from "../../src/failures/interpret-response.ts"
import { getStep } from "../../src/intent/get-step.ts"
import { createPostpressTransport } from "../../src/transports/postpress.ts"
import { credentials, openIntent } from "../harness/open-intent.ts"
import { printed } from "../harness/printed.ts"
import { throwing } from "../harness/throwing.ts"

const wire = (checkpoint: object) => ({ object: "Checkpoint", account_id: "acc_1", checkpoint })

const responseOf = (checkpoint: object) =>
  ({ operation: "submit", provider: "LINKEDIN", status: 202, json: wire(checkpoint) }) as const

/** Interprets a response with valid schemas: a mistake fails the test. */
const interpret = (checkpoint: object, checkpoints: Record<string, DataSchema>) =>
  interpretResponse(responseOf(checkpoint), { checkpoints }, { onMistake: ({ message }) => expect.fail(message) })

const demanded = (checkpoint: object) => ({ kind: "checkpoint", accountId: "acc_1", checkpoint })

/** A Standard Schema written by hand, the interface of every library. */
const byHand = (validate: DataSchema["~standard"]["validate"]): DataSchema => ({ "~standard": { validate } })

const libraries: [string, DataSchema][] = [
  ["valibot", v.object({ public_key: v.string() })],
  ["zod", z.object({ public_key: z.string() })],
  [
    "a hand",
    byHand((value) => {
      const { public_key } = value as { public_key?: unknown }
      return typeof public_key === "string" ? { value: { public_key } } : { issues: [{ message: "no key" }] }
    }),
  ],
  [
    "valibot, asynchronous",
    v.objectAsync({
      public_key: v.pipeAsync(
        v.string(),
        v.checkAsync(async () => true),
      ),
    }),
  ],
  ["zod, asynchronous", z.object({ public_key: z.string().refine(async () => true) })],
]

describe.each(libraries)("a checkpoint declared by a schema of %s", (_, schema) => {
  it("has what the schema lets through, and nothing beside it", async () => {
    const outcome = await interpret({ type: "CAPTCHA", public_key: "pk_1", detail: "D" }, { CAPTCHA: schema })
    expect(outcome).toStrictEqual(demanded({ type: "CAPTCHA", data: { public_key: "pk_1" } }))
  })

  it("has no data where what came does not match", async () => {
    const outcome = await interpret({ type: "CAPTCHA", public_key: 5 }, { CAPTCHA: schema })
    expect(outcome).toStrictEqual(demanded({ type: "CAPTCHA" }))
  })

  it("keeps a type that the library does not know", async () => {
    const outcome = await interpret({ type: "PUZZLE", public_key: "pk_1" }, { PUZZLE: schema })
    expect(outcome).toStrictEqual(demanded({ type: "PUZZLE", data: { public_key: "pk_1" } }))
  })
})

const anything = byHand((value) => ({ value }))
const returning = (value: unknown) => interpret({ type: "CAPTCHA" }, { CAPTCHA: byHand(() => ({ value })) })

describe("a declared checkpoint", () => {
  it("is validated without its type", async () => {
    const outcome = await interpret({ type: "CAPTCHA", a: 1, source: "SMS" }, { CAPTCHA: anything })
    expect(outcome).toStrictEqual(demanded({ type: "CAPTCHA", hint: "SMS", data: { a: 1, source: "SMS" } }))
  })

  it("may be of a type that has a state of its own", async () => {
    const schema = v.object({ length: v.number() })
    const outcome = await interpret({ type: "OTP", length: 6 }, { OTP: schema })
    expect(outcome).toStrictEqual(demanded({ type: "OTP", data: { length: 6 } }))
  })

  it("leaves the data of all others outside", async () => {
    const outcome = await interpret({ type: "QRCODE", image: "x" }, { CAPTCHA: anything })
    expect(outcome).toStrictEqual(demanded({ type: "QRCODE" }))
  })

  it.each(["__proto__", "constructor", "toString", "hasOwnProperty"])("is not %s by accident", async (type) => {
    expect(await interpret({ type }, { CAPTCHA: anything })).toStrictEqual(demanded({ type: "UNKNOWN" }))
  })

  it("whose data pollutes a prototype leaves it alone", async () => {
    const checkpoint = JSON.parse('{"type":"CAPTCHA","__proto__":{"polluted":1},"x":1}')
    const outcome = await interpret(checkpoint, { CAPTCHA: anything })
    expect(outcome).toMatchObject({ checkpoint: { data: { x: 1 } } })
    // A copy by assignment would change its own prototype, or everyone's.
    expect(outcome).not.toHaveProperty("checkpoint.data.polluted")
    expect({}).not.toHaveProperty("polluted")
  })
})

describe("the data of a declared checkpoint", () => {
  /** Data of this many bytes as JSON. */
  const ofBytes = (bytes: number, letter = "x") => {
    const frame = JSON.stringify({ text: "" }).length
    return { text: letter.repeat((bytes - frame) / new TextEncoder().encode(letter).length) }
  }

  it.each([
    ["16 KiB", ofBytes(16_384)],
    ["16 KiB of letters of three bytes", ofBytes(16_384 - 1, "€")],
    ["nothing", {}],
    ["null", null],
    ["a text", "x"],
    ["a list", [1, [2]]],
  ])("may be %s", async (_, data) => {
    expect(await returning(data)).toStrictEqual(demanded({ type: "CAPTCHA", data }))
  })

  const cycle: { self?: unknown } = {}
  cycle.self = cycle

  it.each([
    ["16 KiB and a byte", ofBytes(16_385)],
    ["fewer characters but more bytes", ofBytes(16_388, "€")],
    ["undefined", undefined],
    ["a big integer", 5n],
    ["a cycle", cycle],
    ["a value whose toJSON throws", { toJSON: () => expect.fail("thrown by toJSON") }],
  ])("is left out where it is %s", async (_, data) => {
    expect(await returning(data)).toStrictEqual(demanded({ type: "CAPTCHA" }))
  })

  it("passes where there is no TextEncoder", async () => {
    const data = ofBytes(16_384 - 1, "€")
    vi.stubGlobal("TextEncoder", undefined)
    expect(await returning(data)).toEqual(demanded({ type: "CAPTCHA", data }))
  })

  it("is JSON, whatever the schema made of it", async () => {
    const outcome = await returning({ day: new Date(0), not: Number.NaN, map: new Map([[1, 2]]), none: undefined })
    expect(outcome).toStrictEqual(
      demanded({ type: "CAPTCHA", data: { day: "1970-01-01T00:00:00.000Z", not: null, map: {} } }),
    )
  })
})

it("a schema that is quick enough leaves no timer behind", async () => {
  vi.useFakeTimers()
  await interpret({ type: "CAPTCHA" }, { CAPTCHA: anything })
  expect(vi.getTimerCount()).toBe(0)
})

describe("a schema that breaks", () => {
  const canary = "pk_canary"

  /** Interprets a checkpoint by such a schema, and records the reports. */
  function interpretBy(schema: DataSchema, signal?: AbortSignal) {
    const mistakes: Error[] = []
    const response = responseOf({ type: "CAPTCHA", public_key: canary })
    const report = (error: Error) => mistakes.push(error)
    return {
      mistakes,
      interpreted: interpretResponse(response, { checkpoints: { CAPTCHA: schema } }, { onMistake: report, signal }),
    }
  }
  const never = byHand(() => new Promise(() => {}))

  const broken: [string, DataSchema][] = [
    ["throws", byHand((value) => throwing(new Error(JSON.stringify(value))))],
    ["rejects", byHand((value) => Promise.reject(new Error(JSON.stringify(value))))],
    ["returns nothing", byHand(() => undefined as never)],
    ["throws in a transform", z.unknown().transform(() => expect.fail(canary))],
  ]

  it.each(broken)("costs the data alone where it %s, and is reported with nothing of it", async (_, schema) => {
    const { mistakes, interpreted } = interpretBy(schema)
    expect(await interpreted).toStrictEqual(demanded({ type: "CAPTCHA" }))
    const message = "the schema of the checkpoint CAPTCHA threw"
    expect(mistakes).toMatchObject([{ name: "AuthIntentError", code: "callback_threw", message }])
    expect(printed(mistakes)).not.toContain(canary)
  })

  it.each(broken)("costs the data alone where it %s, and nobody is to hear of it", async (_, schema) => {
    const response = responseOf({ type: "CAPTCHA", public_key: canary })
    const interpreted = interpretResponse(response, { checkpoints: { CAPTCHA: schema } })
    expect(await interpreted).toStrictEqual(demanded({ type: "CAPTCHA" }))
  })

  it("costs the data alone where it does not settle in five seconds", async () => {
    vi.useFakeTimers()
    const { mistakes, interpreted } = interpretBy(never)
    await vi.advanceTimersByTimeAsync(4_999)
    expect(mistakes).toEqual([])
    await vi.advanceTimersByTimeAsync(1)
    expect(await interpreted).toStrictEqual(demanded({ type: "CAPTCHA" }))
    expect(mistakes).toMatchObject([{ message: "the schema of the checkpoint CAPTCHA took more than 5000 ms" }])
  })

  it.each(["before", "meanwhile"])("is not waited for, nor a mistake, where it was left %s", async (when) => {
    vi.useFakeTimers()
    const left = new AbortController()
    if (when === "before") left.abort()
    const { mistakes, interpreted } = interpretBy(never, left.signal)
    left.abort()
    expect(await interpreted).toStrictEqual(demanded({ type: "CAPTCHA" }))
    expect([mistakes, vi.getTimerCount()]).toEqual([[], 0])
  })

  it("reaches onMistake of an intent that goes on at its checkpoint", async () => {
    const mistakes: Error[] = []
    const transport = createPostpressTransport({
      apiKey: "key",
      fetch: () => Response.json(wire({ type: "CAPTCHA" }), { status: 202 }),
      checkpoints: { CAPTCHA: byHand(() => expect.fail("broken")) },
    })
    const { actor } = openIntent({ transport, onMistake: (error) => mistakes.push(error) })
    actor.send(credentials())
    await waitFor(actor, (snapshot) => !snapshot.hasTag("busy"))
    expect(getStep(actor.getSnapshot())).toMatchObject({ kind: "code", checkpoint: { type: "CAPTCHA" } })
    expect(mistakes).toMatchObject([{ code: "callback_threw" }])
  })
})
