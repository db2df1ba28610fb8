import { inspect } from "node:util"
import { describe, expect, test } from "vitest"
import type { PostpressCredentials } from "../../src/transports/postpress.ts"
import { never } from "./answers.ts"
import { Canaries } from "./canaries.ts"
import type { PlayedIntent, PlayOptions } from "./played-intent.ts"
import { submitUnboxed } from "./submit-unboxed.ts"
import { textOf } from "./text-of.ts"
import { watchLogins } from "./watch-logins.ts"

const watch = watchLogins()

describe("The search for canaries finds one", () => {
  const canaries = new Canaries()
  const { password } = canaries.credentials
  const cycle: unknown[] = [password]
  cycle.push({ cycle })

  const forms: [form: string, text: string][] = [
    ["as it is", `a ${password} b`],
    ["as JSON", JSON.stringify({ a: JSON.stringify({ password }) })],
    ["in the form of a URL", encodeURIComponent(password)],
    ["as inspected", inspect({ password })],
    ["in capitals", password.toUpperCase()],
    ["in base64", Buffer.from(password).toString("base64")],
    ["in base64, one byte on", Buffer.from(`.${password}`).toString("base64")],
    ["in base64, two bytes on", Buffer.from(`..${password}`).toString("base64url")],
    ["under a symbol", textOf({ [Symbol.for("a")]: password })],
    ["in a name", textOf({ [password]: 1 })],
    ["in a hidden property", textOf(Object.defineProperty({}, "a", { value: { password } }))],
    ["in a map", textOf(new Map([["a", new Set([password])]]))],
    ["in an error's cause", textOf(new Error("a", { cause: new Error(password) }))],
    ["in a cycle", textOf(cycle)],
    ["on a function", textOf(Object.assign(() => {}, { password }))],
  ]
  test.each(forms)("%s", (_form, text) => expect(canaries.find(text)).toEqual(["password"]))

  test("in a number", () => expect(canaries.find(textOf({ a: Number(canaries.code) }))).toEqual(["code"]))

  test("in a number grouped as people write it", () => {
    const grouped = canaries.phone.number.replace(/(..)/g, "$1 ")
    expect(canaries.find(`call (+33) ${grouped}`)).toEqual(["phone"])
  })

  test("only where there is one", () => expect(canaries.find(textOf(new Canaries()))).toEqual([]))
})

/** A transport that does with a password what none should. */
const careless = (use: (password: string) => unknown): PlayOptions => ({
  transport: () => ({
    async submit({ credentials }) {
      const { password } = credentials.open() as PostpressCredentials
      const detail = String(use(password))
      return { kind: "rejected", failure: { type: "a", status: 500, title: "b", recovery: "retry", detail } }
    },
    solve: () => Promise.reject(new Error("none")),
  }),
})

describe("The watch over a login finds a password", () => {
  const inFailure = [
    ...["inspected event", "inspected @xstate.event", "inspected @xstate.snapshot", "actor", "snapshot", "context"],
    ...["persisted snapshot", "saved intent", "step", "clone", "advanced"],
  ]
  const found: [where: string, options: PlayOptions, surfaces: string[]][] = [
    ["in a failure", careless((password) => password), inFailure],
    ["on the console", careless((password) => console.debug({ password })), ["console.debug"]],
    ["on a stream", careless((password) => process.stderr.write(password)), ["stream"]],
    ["in a warning", careless((password) => process.emit("warning", new Error(password))), ["warning"]],
  ]
  test.each(found)("%s", async (_where, options, surfaces) => {
    const { leaks } = await watch({ options, play: (intent) => intent.logIn(never) })
    expect([...leaks]).toEqual(expect.arrayContaining(surfaces.map((surface) => `password in ${surface}`)))
  })

  test("in an event that boxes nothing", async () => {
    const play = async (intent: PlayedIntent) => intent.send(submitUnboxed(intent.canaries), never)
    const { leaks } = await watch({ play })
    const surfaces = ["inspected event", "inspected @xstate.event", "persisted snapshot", "actor"]
    expect([...leaks]).toEqual(expect.arrayContaining(surfaces.map((surface) => `password in ${surface}`)))
  })
})
