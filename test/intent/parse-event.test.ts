import fc from "fast-check"
import { expect, it } from "vitest"
import { attempt } from "../../src/attempt.ts"
import { AuthIntentError } from "../../src/auth-intent-error.ts"
import { submitCode, submitCredentials } from "../../src/intent/events.ts"
import { openEvent, parseEvent } from "../../src/intent/parse-event.ts"
import { Secret } from "../../src/secret.ts"
import { thrownBy } from "../harness/expect-mistake.ts"

it("boxes the secret of an event", () => {
  const event = parseEvent({ type: "code.submit", code: "123456", extra: 1 })
  expect(event).toEqual({ type: "code.submit", code: expect.any(Secret) })
  expect(event.type === "code.submit" && (event.code as Secret<string>).open()).toBe("123456")
})

it.each([
  { type: "credentials.submit", credentials: { username: "ada", password: "correct horse" } },
  { type: "phone.submit", phone: { countryCode: "33", number: "0612345678" } },
  { type: "inApp.approve" },
  { type: "method.switch" },
  { type: "intent.cancel" },
  { type: "code.submit", code: "1".repeat(1000) },
])("parses $type, and opens it again", (json) => {
  expect(openEvent(parseEvent(json))).toEqual(json)
})

it("opens no event with a secret that is none, and repeats nothing of it", () => {
  const error = thrownBy(() => openEvent({ type: "code.submit", 123456: "123456" } as never))
  const message = "event: what it holds besides its type should be a Secret"
  expect(error).toMatchObject({ code: "invalid_secret", message })
})

it("opens credentials of any JSON", () => {
  const credentials = {
    pin: 1,
    isNew: false,
    note: null,
    left: undefined,
    parts: ["1", { deep: [] }],
    none: Object.create(null),
  }
  expect(openEvent(submitCredentials(credentials) as never)).toEqual({ type: "credentials.submit", credentials })
})

const ring: Record<string, unknown> = { "correct horse": 1 }
ring["itself"] = ring

// JSON would change or drop these values.
it.each([
  new Date(0),
  new Map([["pin", "correct horse"]]),
  Number.NaN,
  Number.POSITIVE_INFINITY,
  1n,
  Symbol("correct horse"),
  () => 1,
  new Secret("correct horse"),
  Object("correct horse"),
  { toJSON: () => "correct horse" },
  ring,
])("opens no credentials with %o, which are no JSON", (value) => {
  for (const credentials of [Object(value), { pin: value }, { pins: ["1", value] }, { pins: [{ pin: value }, "1"] }]) {
    const error = thrownBy(() => openEvent(submitCredentials(credentials) as never))
    expect(error).toMatchObject({ code: "invalid_event", message: "event: what its secret holds is no JSON" })
  }
})

const tooLong = "a text of at most 1000 characters"

it("opens no event that could not be parsed again", () => {
  const error = thrownBy(() => openEvent(submitCode("1".repeat(1001))))
  expect(error).toMatchObject({ code: "invalid_event", message: `event: code should be ${tooLong}` })
})

it.each([
  [{ type: "other" }, 'event: type should be ("credentials.submit" | "code.submit"'],
  [{ type: "code.submit", code: 1 }, `event: code should be ${tooLong}`],
  [{ type: "code.submit", code: "1".repeat(1001) }, `event: code should be ${tooLong}`],
  [{ type: "credentials.submit", credentials: null }, "event: credentials should be an object"],
  [{ type: "credentials.submit", credentials: "ada" }, "event: credentials should be an object"],
  [{ type: "phone.submit", phone: {} }, "event: phone.countryCode is missing; phone.number is missing"],
  [{ type: "phone.submit", phone: { countryCode: 3, number: "1" } }, `event: phone.countryCode should be ${tooLong}`],
])("says what is wrong with %j", (json, message) => {
  expect(thrownBy(() => parseEvent(json)).message).toContain(message)
})

it.each([
  null,
  "code.submit",
  {},
  { type: "correct horse" },
  { type: "code.submit" },
  { type: "code.submit", code: 123456 },
  { type: "credentials.submit", credentials: "correct horse" },
  { type: "phone.submit", phone: "correct horse" },
  { type: "xstate.after.intentTimeout.authIntent.checkpoint" },
  { type: "__proto__" },
  JSON.parse('{"type":"code.submit","code":{"__proto__":{"correct horse":1}}}'),
])("refuses %j and repeats nothing of it", (json) => {
  const error = thrownBy(() => parseEvent(json))
  expect(error).toMatchObject({ name: "AuthIntentError", code: "invalid_event" })
  expect(String(error)).not.toMatch(/correct horse|123456|1111/)
})

it("returns an event or throws invalid_event for any JSON", () => {
  const types = fc.constantFrom("code.submit", "phone.submit", "credentials.submit", "inApp.approve", "secret-type")
  // A text near the maximal length: drawing each letter would take most of this test's time.
  const long = fc
    .tuple(fc.string(), fc.integer({ min: 990, max: 1010 }))
    .map(([text, length]) => text.padEnd(length, "1"))
  const part = fc.oneof(fc.jsonValue(), long)
  const json = fc.oneof(
    fc.jsonValue(),
    fc.record({ type: types, code: part, phone: part, credentials: part }, { requiredKeys: ["type"] }),
  )
  fc.assert(
    fc.property(json, (value) => {
      const error = attempt(() => parseEvent(value)) ? undefined : thrownBy(() => parseEvent(value))
      expect(error === undefined || (error instanceof AuthIntentError && error.code === "invalid_event")).toBe(true)
      expect(String(error)).not.toContain("secret-type")
    }),
    { numRuns: 10_000 },
  )
})
