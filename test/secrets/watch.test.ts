import { inspect } from "node:util"
import { describe, expect, it } from "vitest"
import type { PostpressCredentials } from "../../src/transports/postpress.ts"
import { Canaries, encodings } from "./canaries.ts"
import { never, type PlayedIntent, type PlayOptions } from "./logins.ts"
import { submitUnboxed, textOf, watchLogins } from "./watch.ts"

const watch = watchLogins()

describe("the search for canaries finds one", () => {
  const canaries = new Canaries()
  const { password } = canaries.credentials
  const cycle: unknown[] = [password]
  cycle.push({ cycle })

  const forms: [form: string, text: string][] = [
    ["as it is", `a ${password} b`],
    ["as JSON", JSON.stringify({ a: JSON.stringify({ password }) })],
    ["in the form of a URL", encodeURIComponent(password)],
    ["as inspected", inspect({ password })],
    ["under a symbol", textOf({ [Symbol.for("a")]: password })],
    ["in a name", textOf({ [password]: 1 })],
    ["in a hidden property", textOf(Object.defineProperty({}, "a", { value: { password } }))],
    ["in a map", textOf(new Map([["a", new Set([password])]]))],
    ["in an error's cause", textOf(new Error("a", { cause: new Error(password) }))],
    ["in a cycle", textOf(cycle)],
    ["on a function", textOf(Object.assign(() => {}, { password }))],
  ]
  it.each(forms)("%s", (_form, text) => expect(canaries.find(text)).toEqual(["password"]))

  it.each(Object.keys(encodings))("spelled %s, wherever it stands", (encoding) => {
    const encode = encodings[encoding] ?? expect.fail("No such encoding")
    const { apiKey, code, phone } = canaries
    for (const [name, text] of Object.entries({ code, phone: phone.number.slice(1), apiKey: apiKey.slice(1, 25) })) {
      for (const before of ["", "a", "ab", "abc"]) {
        expect([name, canaries.find(`${before}${encode(text)} and more`)]).toEqual([name, [name]])
      }
    }
  })

  it("in a number", () => expect(canaries.find(textOf({ a: Number(canaries.code) }))).toEqual(["code"]))

  it("only where there is one", () => expect(canaries.find(textOf(new Canaries()))).toEqual([]))
})

/** A transport that misuses a password. */
const careless = (use: (password: string) => unknown): PlayOptions => ({
  transport: () => ({
    async submit({ credentials }) {
      const { password } = credentials.open() as PostpressCredentials
      return { kind: "rejected", failure: { type: String(use(password)), status: 500, recovery: "retry" } }
    },
  }),
})

describe("the watch over a login finds a password", () => {
  const inFailure = [
    ...["inspected event", "inspected @xstate.event", "inspected @xstate.snapshot", "actor", "snapshot", "context"],
    ...["persisted snapshot", "record", "step", "clone", "advanced"],
  ]
  const found: [where: string, options: PlayOptions, surfaces: string[]][] = [
    ["in a failure", careless((password) => password), inFailure],
    ["on the console", careless((password) => console.debug({ password })), ["console.debug"]],
    ["on a stream", careless((password) => process.stderr.write(password)), ["stream"]],
    ["in a warning", careless((password) => process.emit("warning", new Error(password))), ["warning"]],
  ]
  it.each(found)("%s", async (_where, options, surfaces) => {
    const { leaks } = await watch({ options, play: (intent) => intent.logIn(never) })
    expect([...leaks]).toEqual(expect.arrayContaining(surfaces.map((surface) => `password in ${surface}`)))
  })

  it("in an event that boxes nothing", async () => {
    const play = async (intent: PlayedIntent) => intent.send(submitUnboxed(intent.canaries), never)
    const { leaks } = await watch({ play })
    const surfaces = ["inspected event", "inspected @xstate.event", "persisted snapshot", "actor"]
    expect([...leaks]).toEqual(expect.arrayContaining(surfaces.map((surface) => `password in ${surface}`)))
  })
})
