import { Console } from "node:console"
import { Writable } from "node:stream"
import { inspect } from "node:util"
import * as v from "valibot"
import { describe, expect, it } from "vitest"
import { Secret } from "../../src/secret.ts"
import { Canaries } from "./canaries.ts"
import { textOf } from "./watch.ts"

type Box = Secret<unknown>

const caught = (act: () => unknown): unknown => {
  try {
    return act()
  } catch (error) {
    return error
  }
}

/** Returns the output of a console method. */
function written(method: "log" | "dir" | "table", value: unknown): string {
  let text = ""
  const stdout = new Writable({
    write(chunk, _encoding, done) {
      text += chunk
      done()
    },
  })
  new Console({ stdout, stderr: stdout })[method](value)
  return text
}

const all = { showHidden: true, depth: Number.POSITIVE_INFINITY }

/** Attempts to read the content of a secret, and their results. */
const shown: [way: string, (secret: Box) => unknown, expected: unknown][] = [
  ["JSON.stringify", (secret) => JSON.stringify(secret), '"[secret]"'],
  ["JSON.stringify of what holds it", (secret) => JSON.stringify({ a: [secret] }), '{"a":["[secret]"]}'],
  ["String", (secret) => String(secret), "[secret]"],
  ["Number", (secret) => Number(secret), Number.NaN],
  ["valueOf", (secret) => secret.valueOf() instanceof Secret, true],
  ["util.inspect", (secret) => inspect(secret), "[secret]"],
  ["inspect of what holds it", (secret) => inspect(new Map([[secret, secret]])), "Map(1) { [secret] => [secret] }"],
  ["inspect of all", (secret) => inspect(secret, all), "[secret]"],
  ["inspect as it is", (secret) => inspect(secret, { customInspect: false, ...all }), "Secret { [spent]: [Getter] }"],
  ["inspect of a proxy", (secret) => inspect(new Proxy(secret, {}), { showProxy: true }), "Proxy [ [secret], {} ]"],
  ["console.log", (secret) => written("log", secret), "[secret]\n"],
  ["console.dir", (secret) => written("dir", secret), "Secret {}\n"],
  ["console.table", (secret) => written("table", { secret }), expect.stringContaining("secret")],
  ["structuredClone", (secret) => [structuredClone(secret), structuredClone(secret) instanceof Secret], [{}, false]],
  ["Reflect.ownKeys", (secret) => Reflect.ownKeys(secret), []],
  ["an error's message", (secret) => new Error(`no: ${secret}`).message, "no: [secret]"],
  [
    "an error's cause",
    (secret) => inspect(new Error("no", { cause: secret }), { depth: null }),
    expect.stringContaining("[cause]: [secret]"),
  ],
  [
    "a valibot issue",
    (secret) => inspect(v.safeParse(v.object({ a: v.string() }), { a: secret }), { depth: null }),
    expect.stringContaining("received Secret"),
  ],
]

it.each(shown)("a secret keeps its value from %s", (_way, look, expected) => {
  const canaries = new Canaries()
  const secret = new Secret({ text: canaries.credentials.password, list: [canaries.code] })
  const seen = look(secret)
  expect(seen).toEqual(expected)
  expect(canaries.find(textOf(seen))).toEqual([])
  expect(secret.open()).toEqual({ text: canaries.credentials.password, list: [canaries.code] })
})

describe("a secret", () => {
  it.each([["text"], [{ username: "ada" }], [undefined], [null], [0], [""]])("opens to %j", (value) => {
    expect(new Secret(value).open()).toBe(value)
  })

  it.each(["open", "drop"] as const)("opens no more after %s", (use) => {
    const canaries = new Canaries()
    const secret = new Secret(canaries.credentials.password)
    secret[use]()
    const error = caught(() => secret.open())
    expect(error).toMatchObject({
      name: "AuthIntentError",
      code: "secret_spent",
      message: "A secret opens only once",
    })
    expect(canaries.find(textOf(error))).toEqual([])
  })

  it("shows the same when it is spent", () => {
    const secret = new Secret("text")
    const before = [String(secret), JSON.stringify(secret), inspect(secret)]
    secret.open()
    expect([String(secret), JSON.stringify(secret), inspect(secret)]).toEqual(before)
  })

  it("reports whether it is spent", () => {
    const [opened, dropped, whole] = [new Secret("a"), new Secret("a"), new Secret("a")]
    opened.open()
    dropped.drop()
    expect([opened.spent, dropped.spent, whole.spent]).toEqual([true, true, false])
  })

  it("does not open for an object of its shape", () => {
    const forged = Object.create(Secret.prototype) as Box
    expect(caught(() => forged.open())).toBeInstanceOf(TypeError)
  })
})
