import { describe, expect, test } from "vitest"
import type { Recovery } from "../../machines/auth-intent.types.ts"
import { clientFailure } from "../../src/failures/client-failure.ts"
import { failureTable } from "../../src/failures/failure-table.ts"
import { getMessage, messages } from "../../src/failures/messages.ts"

const ofApi = Object.values(failureTable).flatMap((types: Record<string, Recovery>) =>
  Object.entries(types).map(([type, recovery]) => [`errors/${type}`, recovery] as const),
)

const ofEdge = [
  ["client/network", "retry"],
  ["client/timeout", "retry"],
  ["client/invalid_input", "correct"],
  ["client/unexpected", "restart"],
  ["client/invalid_session", "restart"],
  ["client/second_factor_required", "stop"],
  ["client/hosted_failed", "restart"],
  ["client/invalid_response", "retry"],
] as const

const ofMachine = [
  ["client/interrupted", "retry"],
  ["client/canceled", "restart"],
] as const

const all = [...ofApi, ...ofEdge, ...ofMachine]

/** How a message sends a person on; none that stops says to try the same again. */
const next: Record<Recovery, RegExp> = {
  correct: /\bagain\b/i,
  retry: /\b(try again|once more)\b/i,
  restart: /\bstart again\b/i,
  stop: /^(?!.*\bagain\b)/i,
}

test.each(ofEdge)("%s is a failure with a title whose recovery is %s", (type, recovery) => {
  const failure = clientFailure(type)
  expect(failure).toEqual({ type, status: 0, title: expect.stringMatching(/\w/), recovery })
})

test.each(all)("%s says what happened and, as its recovery is %s, what to do next", (type, recovery) => {
  const message = getMessage({ type, recovery })
  expect(message).toMatch(/^[A-Z][^.]*\. [A-Z].*\.$/)
  expect(message).toMatch(next[recovery])
  expect(message).not.toMatch(/errors\/|client\/|_|\d{3}/)
})

test("there is a message for each type and for nothing else", () => {
  const types = new Set(all.map(([type]) => type))
  expect(new Set(Object.keys(messages))).toEqual(types)
})

test.each(Object.entries(messages))("the text for %s stands on its own", (_, text) => {
  expect(text).toMatch(/^[A-Z][^.]*\. [A-Z].*\.$/)
})

describe("a type that has no message", () => {
  const recoveries: Recovery[] = ["correct", "retry", "restart", "stop"]

  test.each(recoveries)("gets one by its recovery: %s", (recovery) => {
    const message = getMessage({ type: "errors/never_seen_before", recovery })
    expect(message).toMatch(/^[A-Z][^.]*\. [A-Z].*\.$/)
    expect(message).toMatch(next[recovery])
  })

  test.each(["constructor", "toString", "__proto__", "hasOwnProperty", ""])("may be called %j", (type) => {
    const fallback = getMessage({ type: "errors/never_seen_before", recovery: "stop" })
    expect(getMessage({ type, recovery: "stop" })).toBe(fallback)
  })
})

// A page that is no answer of the API may come with any status, and so with any recovery.
test.each(Object.entries(next))(
  "an invalid response whose recovery is %s sends a person the right way",
  (recovery, way) => {
    expect(getMessage({ type: "client/invalid_response", recovery: recovery as Recovery })).toMatch(way)
  },
)

describe("a text of the host's own", () => {
  const texts = { ...messages, "errors/invalid_credentials": "Das stimmt nicht.", "errors/tired": "Müde." }

  test("replaces one message and leaves the others", () => {
    expect(getMessage({ type: "errors/invalid_credentials", recovery: "correct" }, texts)).toBe("Das stimmt nicht.")
    expect(getMessage({ type: "client/network", recovery: "retry" }, texts)).toBe(messages["client/network"])
  })

  test("may be for a type of tomorrow", () => {
    expect(getMessage({ type: "errors/tired", recovery: "retry" }, texts)).toBe("Müde.")
  })

  test("changes nothing for anybody else", () => {
    getMessage({ type: "errors/invalid_credentials", recovery: "correct" }, texts)
    expect(getMessage({ type: "errors/invalid_credentials", recovery: "correct" })).toBe(
      messages["errors/invalid_credentials"],
    )
  })

  test("that is empty leaves nobody without a message", () => {
    const empty = { ...messages, "client/network": "" }
    expect(getMessage({ type: "client/network", recovery: "retry" }, empty)).toMatch(/\w/)
  })
})
