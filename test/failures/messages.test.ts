import { describe, expect, it } from "vitest"
import { clientFailures, type Failure, failureTable, type Recovery } from "../../machines/failures.ts"
import { getMessage, type Messages, messages } from "../../src/failures/messages.ts"

const ofApi = Object.entries(failureTable).flatMap(([status, types]) =>
  Object.entries<Recovery>(types).map(([type, recovery]): Failure => {
    return { type: `errors/${type}`, status: Number(status), recovery }
  }),
)
const own = Object.entries(clientFailures).map(([type, recovery]): Failure => ({ type, status: 0, recovery }))
const all = [...ofApi, ...own]

const recoveries: Recovery[] = ["correct", "retry", "restart", "stop"]
const abouts = ["credentials", "code", "phone", "approval", "method"] as const

/** The words of a message that name the next action. */
const next: Record<Recovery, RegExp> = {
  correct: /\bagain\b|\bContinue\b|\bEnter\b/,
  retry: /\b(again|once more|Approve|Look)\b/,
  restart: /\bstart again\b/i,
  stop: /^(?!.*\b(try|start) again\b)/i,
}

/** One sentence for the event, and one for the next action. */
const twoSentences = /^[A-Z][^.]*\. [A-Z][^.]*\.$/

const failed = (failure: Failure) => ({ status: "failed" as const, failure })

it.each(all)("$status $type has a text with what to do next: $recovery", (failure) => {
  const message = getMessage(failure)
  expect(message).toMatch(twoSentences)
  expect(message).toMatch(next[failure.recovery])
  expect(message).not.toMatch(/errors\/|client\/|_|\d{3}/)
  expect(getMessage(failed(failure))).toBe(message)
})

it.each(all)("$status $type has a text for whatever it was sent for", (failure) => {
  for (const about of abouts) expect(getMessage({ ...failure, about })).toMatch(/^[A-Z][^.]*\.( [A-Z][^.]*\.)?$/)
})

it("there is a text for each type, each recovery and each end, and no other", () => {
  const types = new Set(all.map(({ type }) => type))
  types.delete("client/invalid_response")
  const plain = Object.keys(messages).filter((key) => !key.includes(":"))
  const others = [...recoveries, "tooManyRequests", "tooManyRequestsUntil", "mayBeConnected", "connected", "expired"]
  expect(plain.sort()).toEqual([...types, ...others].sort())
  // An empty message would fall back to its recovery's.
  expect(Object.values(messages)).not.toContain("")
})

it("a text for what a request was sent for belongs to a type or a recovery that there is", () => {
  for (const key of Object.keys(messages).filter((name) => name.includes(":"))) {
    const [type = "", about] = key.split(":")
    expect(Object.keys(messages)).toContain(type)
    expect(abouts).toContain(about)
  }
})

describe("what was sent for", () => {
  const correct = { type: "errors/unknown", status: 400, recovery: "correct" } as const
  const wrong = { type: "errors/invalid_checkpoint_solution", status: 401, recovery: "correct" } as const
  const invalid = { type: "client/invalid_input", status: 0, recovery: "correct" } as const
  const interrupted = { type: "client/interrupted", status: 0, recovery: "retry" } as const

  it.each<[string, Failure, RegExp]>([
    ["another way that is refused is nothing to check", { ...correct, about: "method" }, /other way/],
    ["another way that the table refuses, too", { ...correct, type: "errors/invalid_request", about: "method" }, /./],
    ["another way is no wrong code", { ...wrong, about: "method" }, /other way/],
    ["a wrong code is a code", { ...wrong, about: "code" }, /code/],
    ["a wrong phone number is none", { ...wrong, about: "phone" }, /number/],
    ["what is no code", { ...invalid, about: "code" }, /code/],
    ["what is no phone number", { ...invalid, about: "phone" }, /phone number/],
    ["what are no credentials", { ...invalid, about: "credentials" }, /username and password/],
    ["an interrupted approval asks for no entry", { ...interrupted, about: "approval" }, /^(?!.*[Ee]nter).*approval/],
    ["an interrupted switch has nothing to enter", { ...interrupted, about: "method" }, /^(?!.*[Ee]nter)/],
  ])("decides the text: %s", (_, failure, expected) => {
    expect(getMessage(failure)).toMatch(expected)
  })

  it.each(["method", "approval"] as const)("does not send a person who entered nothing to check it: %s", (about) => {
    for (const { type, status, recovery } of ofApi.filter((failure) => failure.recovery === "correct")) {
      expect(getMessage({ type, status, recovery, about })).not.toMatch(/entered|Enter|enter|Fill|Shorten/)
    }
  })

  it("leaves the person's own cancel no error", () => {
    const message = getMessage({ type: "client/canceled", status: 0, recovery: "restart" })
    expect(message).toMatch(/^You canceled/)
    expect(message).not.toMatch(/error|wrong|failed/i)
  })
})

it.each([
  ["inherits its texts", Object.create(messages)],
  ["looks each text up", new Proxy({}, { get: (_, key) => Reflect.get(messages, key) })],
])("a translation that %s has at least the text of the recovery", (_, texts) => {
  expect(getMessage({ type: "errors/new", status: 400, recovery: "correct" }, texts)).toBe(messages.correct)
  const own = { ...messages, "errors/quota": "The plan allows no more." }
  const declared = { type: "errors/quota", status: 422, recovery: "correct", about: "method" } as const
  expect(getMessage(declared, own)).toBe("The plan allows no more.")
})

describe("a 429", () => {
  const limited: Failure = { type: "errors/unknown", status: 429, recovery: "retry" }
  const now = () => 1_000_000

  it.each([
    [1_000, "0:01"],
    [999, "0:01"],
    [29_001, "0:30"],
    [60_000, "1:00"],
    [61_000, "1:01"],
    [3_600_000, "60:00"],
    [0, "0:00"],
    [-5_000, "0:00"],
  ])("that ends in %i ms says so: %s", (ms, time) => {
    const message = getMessage({ ...limited, retryAt: now() + ms }, messages, { now })
    expect(message).toContain(time)
    expect(message).toMatch(/yourself/)
    expect(message).not.toContain("{time}")
    const ended = { status: "failed", failure: { ...limited, retryAt: now() + ms } } as const
    expect(getMessage(ended, messages, { now })).toBe(message)
  })

  it("without a time is about the person trying again, whatever its type", () => {
    for (const type of ["errors/unknown", "client/invalid_response", "errors/request_timeout"]) {
      expect(getMessage({ ...limited, type })).toBe(messages.tooManyRequests)
    }
    expect(messages.tooManyRequests).toMatch(/yourself/)
  })

  it("counts by the system's clock by default", () => {
    expect(getMessage({ ...limited, retryAt: Date.now() + 3_600_000 })).toMatch(/(60:00|59:5\d)/)
  })
})

describe("how an intent ended", () => {
  const failure: Failure = { type: "client/canceled", status: 0, recovery: "restart" }

  it("decides the text by its status", () => {
    expect(getMessage({ status: "connected" })).toBe(messages.connected)
    expect(getMessage({ status: "expired" })).toBe(messages.expired)
    expect(getMessage({ status: "expired", failure })).toBe(messages.expired)
    expect(getMessage({ status: "failed", failure })).toBe(messages["client/canceled"])
    expect(getMessage({ status: "failed" })).toMatch(/Start again\.$/)
  })

  it("sends a person to look whether the account is connected, where it may be", () => {
    for (const status of ["expired", "failed"] as const) {
      expect(getMessage({ status, failure, mayBeConnected: true })).toBe(messages.mayBeConnected)
    }
    expect(messages.mayBeConnected).toMatch(/may be connected.*Look.*before you start again/)
  })
})

describe("a type that has no text", () => {
  it.each(recoveries)("has that of its recovery: %s", (recovery) => {
    const message = getMessage({ type: "errors/never_seen_before", status: 400, recovery })
    expect(message).toBe(messages[recovery])
    expect(message).toMatch(next[recovery])
    expect(getMessage({ type: "client/invalid_response", status: 400, recovery })).toBe(message)
    expect(getMessage({ type: "errors/unknown", status: 400, recovery })).toBe(message)
  })

  it.each(["constructor", "__proto__", "hasOwnProperty", "", "connected:", "correct"])("may be called %j", (type) => {
    const message = getMessage({ type, status: 403, recovery: "stop" })
    expect(message).toMatch(twoSentences)
  })
})

describe("a translation", () => {
  const whole = Object.fromEntries(
    Object.keys(messages).map((key) => [key, `Übersetzt: ${key}, {time}`]),
  ) as unknown as Messages
  /** The texts that a host must provide. */
  const least = Object.fromEntries(Object.entries(whole).filter(([key]) => !key.includes(":"))) as unknown as Messages

  it.each([
    ["of every text", whole],
    ["without the texts for what was sent for", least],
  ])("%s leaves no English behind", (_, texts) => {
    const failures = [...all, ...recoveries.map((recovery) => ({ type: "errors/unknown", status: 400, recovery }))]
    for (const failure of failures) {
      for (const about of [undefined, ...abouts]) {
        const sent = { ...failure, ...(about && { about }) }
        for (const each of [sent, { ...sent, status: 429 }, { ...sent, status: 429, retryAt: Date.now() + 9_000 }]) {
          expect(getMessage(each, texts)).toMatch(/^Übersetzt/)
          expect(getMessage(failed(each), texts)).toMatch(/^Übersetzt/)
        }
      }
    }
    for (const status of ["connected", "expired"] as const) {
      expect(getMessage({ status }, texts)).toMatch(/^Übersetzt/)
      expect(getMessage({ status, mayBeConnected: true }, texts)).toMatch(/^Übersetzt/)
    }
  })

  it("of one text leaves the others as they are, and anybody else's", () => {
    const failure: Failure = { type: "errors/invalid_credentials", status: 401, recovery: "correct" }
    const texts = { ...messages, "errors/invalid_credentials": "Das stimmt nicht." }
    expect(getMessage(failure, texts)).toBe("Das stimmt nicht.")
    expect(getMessage(failure)).toBe(messages["errors/invalid_credentials"])
    const network: Failure = { type: "client/network", status: 0, recovery: "retry" }
    expect(getMessage(network, texts)).toBe(messages["client/network"])
  })

  it("that is empty is replaced by the text of its recovery", () => {
    const texts = { ...messages, "client/network": "" }
    expect(getMessage({ type: "client/network", status: 0, recovery: "retry" }, texts)).toBe(messages.retry)
  })
})
