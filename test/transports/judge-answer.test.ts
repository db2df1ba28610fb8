import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { waitFor } from "xstate"
import type { Outcome, Provider, Recovery } from "../../machines/auth-intent.types.ts"
import { submitCredentials } from "../../src/events.ts"
import { failureTable } from "../../src/failures/failure-table.ts"
import { type Asked, judgeAnswer } from "../../src/failures/judge-answer.ts"
import { mask } from "../../src/http/mask.ts"
import { createAuthIntent } from "../../src/intent/create-auth-intent.ts"
import { getStep } from "../../src/intent/get-step.ts"

const at = 1_700_000_000_000
const steps = ["submit", "solve"] as const
const providers: Provider[] = ["INSTAGRAM", "LINKEDIN", "MESSENGER", "TWITTER"]

const judge = (status: number, body: unknown, asked: Partial<Asked> = {}) =>
  judgeAnswer({ step: "submit", provider: "INSTAGRAM", ...asked }, { status, body, at })

const invalidResponse = (status: number, recovery: Recovery) => ({
  kind: "rejected",
  at,
  failure: { type: "client/invalid_response", status, title: "Not an answer of the API", recovery },
})

/** The table of the documents and of section 4, written out by hand a second time. */
const table: [status: number, type: string, recovery: Recovery][] = [
  [400, "invalid_parameters", "correct"],
  [400, "missing_parameters", "correct"],
  [400, "invalid_request", "correct"],
  [400, "malformed_request", "correct"],
  [400, "content_too_large", "correct"],
  [400, "too_many_characters", "correct"],
  [400, "unescaped_characters", "correct"],
  [400, "limit_too_high", "correct"],
  [401, "invalid_checkpoint_solution", "correct"],
  [401, "invalid_credentials", "correct"],
  [401, "invalid_api_key", "stop"],
  [401, "not_signed_in", "stop"],
  [403, "account_restricted", "stop"],
  [403, "account_mismatch", "restart"],
  [403, "insufficient_permissions", "stop"],
  [403, "session_mismatch", "restart"],
  [403, "feature_not_subscribed", "stop"],
  [403, "subscription_required", "stop"],
  [403, "unknown_authentication_context", "restart"],
  [403, "action_required", "restart"],
  [403, "resource_access_restricted", "stop"],
  [407, "proxy_auth_error", "retry"],
  [408, "request_timeout", "retry"],
  [409, "operation_canceled", "restart"],
  [409, "already_exists", "stop"],
  [500, "unexpected_error", "retry"],
  [500, "provider_error", "retry"],
  [500, "authentication_intent_error", "restart"],
  [502, "proxy_error", "retry"],
  [503, "no_client_session", "retry"],
  [503, "no_channel", "retry"],
  [503, "no_handler", "retry"],
  [503, "network_down", "retry"],
  [503, "service_unavailable", "retry"],
  [504, "request_timeout", "retry"],
]

/** What a status means by itself, on submit and on solve. */
const statuses: [status: number, onSubmit: Recovery, onSolve: Recovery][] = [
  [100, "stop", "stop"],
  [300, "stop", "stop"],
  [301, "stop", "stop"],
  [302, "stop", "stop"],
  [304, "stop", "stop"],
  [307, "stop", "stop"],
  [308, "stop", "stop"],
  [400, "correct", "correct"],
  [401, "correct", "stop"],
  [402, "stop", "stop"],
  [403, "stop", "stop"],
  [404, "restart", "restart"],
  [405, "stop", "stop"],
  [406, "stop", "stop"],
  [407, "retry", "retry"],
  [408, "retry", "retry"],
  [409, "stop", "stop"],
  [410, "restart", "restart"],
  [411, "stop", "stop"],
  [413, "correct", "correct"],
  [414, "stop", "stop"],
  [415, "stop", "stop"],
  [418, "stop", "stop"],
  [422, "correct", "correct"],
  [424, "stop", "stop"],
  [425, "retry", "retry"],
  [426, "stop", "stop"],
  [428, "stop", "stop"],
  [429, "retry", "retry"],
  [451, "stop", "stop"],
  [499, "stop", "stop"],
  [500, "retry", "retry"],
  [501, "retry", "retry"],
  [502, "retry", "retry"],
  [503, "retry", "retry"],
  [504, "retry", "retry"],
  [520, "retry", "retry"],
  [599, "retry", "retry"],
  [600, "stop", "stop"],
  [999, "stop", "stop"],
]

const byStep = statuses.flatMap(([status, onSubmit, onSolve]) => [
  ["submit" as const, status, onSubmit] as const,
  ["solve" as const, status, onSolve] as const,
])

describe("the failure table", () => {
  test("has these pairs and no others", () => {
    const pairs = Object.entries(failureTable).flatMap(([status, types]) =>
      Object.keys(types).map((type) => `${status} ${type}`),
    )
    expect(new Set(pairs)).toEqual(new Set(table.map(([status, type]) => `${status} ${type}`)))
    expect(pairs).toHaveLength(table.length)
  })

  const cases = steps.flatMap((step) => table.map((row) => [step, ...row] as const))
  test.each(cases)("on %s, %i errors/%s means %s", (step, status, type, recovery) => {
    const body = { title: "A title", detail: "Some detail", instance: "req_1", type: `errors/${type}`, status }
    expect(judge(status, body, { step })).toEqual({ kind: "rejected", at, failure: { ...body, recovery } })
  })
})

describe("an unknown type", () => {
  test.each(byStep)("on %s with a %i means %s", (step, status, recovery) => {
    const body = { title: "New", type: "errors/never_seen_before", status }
    expect(judge(status, body, { step })).toEqual({ kind: "rejected", at, failure: { ...body, recovery } })
  })

  test.each([
    ["a known type on another status", 403, "errors/invalid_checkpoint_solution", "stop"],
    ["a known type on a status that has no row", 404, "errors/account_restricted", "restart"],
    ["a known type without its prefix", 403, "account_mismatch", "stop"],
    ["a known type with its prefix twice", 403, "errors/errors/account_mismatch", "stop"],
    ["a known type with its prefix inside", 403, "account_errors/mismatch", "stop"],
    ["a known type in capitals", 403, "ERRORS/ACCOUNT_MISMATCH", "stop"],
    ["a type of this library from the wire", 500, "client/canceled", "retry"],
    ["a prefix alone", 409, "errors/", "stop"],
    ["constructor", 403, "errors/constructor", "stop"],
    ["toString", 503, "errors/toString", "retry"],
    ["hasOwnProperty", 401, "errors/hasOwnProperty", "correct"],
    ["__proto__", 500, "errors/__proto__", "retry"],
    ["a bare __proto__", 400, "__proto__", "correct"],
  ])("is judged by its status: %s", (_, status, type, recovery) => {
    const answer = judge(status, { title: "T", type, status })
    expect(answer).toMatchObject({ failure: { type, status, recovery } })
  })

  test("is masked like any text, a known one is not", () => {
    const typed = (type: string) => {
      const answer = {
        status: 403,
        body: { title: "T", type, status: 403 },
        at,
        mask: (text: string) => mask(text, ["account"]),
      }
      return judgeAnswer({ step: "submit", provider: "INSTAGRAM" }, answer)
    }
    expect(typed("errors/my_account")).toMatchObject({ failure: { type: "errors/my_[secret]" } })
    expect(typed("errors/account_restricted")).toMatchObject({ failure: { type: "errors/account_restricted" } })
  })

  test("is judged by the status of the answer, not by the one in its body", () => {
    const body = { title: "T", type: "errors/account_restricted", status: 500 }
    expect(judge(403, body)).toMatchObject({ failure: { status: 403, recovery: "stop" } })
    expect(judge(503, body)).toMatchObject({ failure: { status: 503, recovery: "retry" } })
  })
})

describe("what is not an envelope", () => {
  test.each(byStep)("on %s with a %i means %s", (step, status, recovery) => {
    expect(judge(status, undefined, { step })).toEqual(invalidResponse(status, recovery))
  })

  test.each([
    ["nothing", undefined],
    ["null", null],
    ["a text", "errors/account_mismatch"],
    ["a number", 403],
    ["a list", [{ title: "T", type: "errors/account_mismatch", status: 403 }]],
    ["an empty object", {}],
    ["no type", { title: "T", status: 403 }],
    ["an empty type", { title: "T", type: "", status: 403 }],
    ["a type that is a number", { title: "T", type: 5, status: 403 }],
    ["a type that is null", { title: "T", type: null, status: 403 }],
    ["a type that is a list", { title: "T", type: ["errors/account_mismatch"], status: 403 }],
    ["a type that is an object", { title: "T", type: {}, status: 403 }],
    ["a type of 101 characters", { title: "T", type: "x".repeat(101), status: 403 }],
    ["a type that is markup", { title: "T", type: "<script>alert(1)</script>", status: 403 }],
    ["no status", { title: "T", type: "errors/account_mismatch" }],
    ["a status that is a text", { title: "T", type: "errors/account_mismatch", status: "403" }],
    ["a status that is null", { title: "T", type: "errors/account_mismatch", status: null }],
    ["a success with an error's status", { object: "AccountCreated", account_id: "acc_1" }],
  ])("is judged by its status alone: %s", (_, body) => {
    expect(judge(403, body)).toEqual(invalidResponse(403, "stop"))
  })
})

describe("an envelope's texts", () => {
  const base = { type: "errors/account_mismatch", status: 403 }

  test.each([
    ["missing", undefined],
    ["null", null],
    ["a number", 5],
    ["an empty text", ""],
    ["a list", ["T"]],
    ["an object", { text: "T" }],
  ])("count as absent when %s", (_, text) => {
    const answer = judge(403, { ...base, title: text, detail: text, instance: text })
    expect(answer).toEqual({ kind: "rejected", at, failure: { ...base, title: base.type, recovery: "restart" } })
  })

  test("are cut at 1 000 characters", () => {
    const long = "é".repeat(1_001)
    const cut = "é".repeat(1_000)
    const answer = judge(403, { ...base, title: long, detail: long, instance: long })
    expect(answer).toMatchObject({ failure: { title: cut, detail: cut, instance: cut } })
  })

  test("are kept whole up to that", () => {
    const whole = "é".repeat(1_000)
    expect(judge(403, { ...base, title: whole })).toMatchObject({ failure: { title: whole } })
  })

  test("come without the extra fields around them", () => {
    const answer = judge(403, { ...base, title: "T", stack: "at …", request: { headers: { cookie: "c" } } })
    expect(answer).toEqual({ kind: "rejected", at, failure: { ...base, title: "T", recovery: "restart" } })
  })
})

describe("a success", () => {
  const created = { object: "AccountCreated", account_id: "acc_1" }

  test.each([
    [201, "AccountCreated"],
    [200, "AccountCreated"],
    [202, "AccountCreated"],
    [201, "AccountReconnected"],
  ])("with a %i and %s is connected", (status, object) => {
    for (const step of steps) {
      expect(judge(status, { ...created, object }, { step })).toEqual({ kind: "connected", at, accountId: "acc_1" })
    }
  })

  test("may say more than is known", () => {
    const answer = judge(201, { ...created, plan: "pro", nested: { deep: [1] } })
    expect(answer).toEqual({ kind: "connected", at, accountId: "acc_1" })
  })

  test("may have an account id of up to 4 000 characters", () => {
    const account_id = "a".repeat(4000)
    expect(judge(201, { ...created, account_id })).toEqual({ kind: "connected", at, accountId: account_id })
  })
})

describe("a checkpoint", () => {
  const wire = (checkpoint: object) => ({ object: "Checkpoint", account_id: "acc_1", checkpoint })

  test.each(["2FA", "OTP", "IN_APP_VALIDATION", "PHONE_REGISTER"])("of type %s is passed on without data", (type) => {
    for (const step of steps) {
      const answer = judge(202, wire({ type, length: 6 }), { step })
      expect(answer).toEqual({ kind: "checkpoint", at, accountId: "acc_1", checkpoint: { type } })
    }
  })

  test("may come with any success status and with extra fields", () => {
    const body = { ...wire({ type: "OTP" }), expires_in: 300 }
    for (const status of [200, 201, 202, 203, 299]) {
      expect(judge(status, body)).toEqual({
        kind: "checkpoint",
        at,
        accountId: "acc_1",
        checkpoint: { type: "OTP" },
      })
    }
  })

  test("can be approved in the app where it is Messenger's 2FA, and nowhere else", () => {
    const types = ["2FA", "OTP", "IN_APP_VALIDATION", "PHONE_REGISTER", "CAPTCHA"]
    const approvable = providers.flatMap((provider) =>
      types
        .filter((type) => {
          const answer = judge(202, wire({ type }), { provider })
          return answer.kind === "checkpoint" && answer.checkpoint.canApproveInApp
        })
        .map((type) => `${provider} ${type}`),
    )
    expect(approvable).toEqual(["MESSENGER 2FA"])
  })

  test("cannot be made approvable by the wire", () => {
    const answer = judge(202, wire({ type: "2FA", canApproveInApp: true }))
    expect(answer).toEqual({ kind: "checkpoint", at, accountId: "acc_1", checkpoint: { type: "2FA" } })
  })

  test.each([
    ["SMS", "SMS"],
    ["APP", "APP"],
    ["sms", undefined],
    ["PIGEON", undefined],
    ["constructor", undefined],
    [5, undefined],
    [null, undefined],
    [["SMS"], undefined],
    [{}, undefined],
  ])("with the source %j has the hint %j", (source, hint) => {
    const answer = judge(202, wire({ type: "2FA", source }))
    expect(answer).toEqual({ kind: "checkpoint", at, accountId: "acc_1", checkpoint: { type: "2FA", hint } })
  })

  test("of an unknown type keeps what came with it", () => {
    const data = { site_key: "k", nested: { list: [1, null, "x"] } }
    const answer = judge(202, wire({ type: "CAPTCHA", ...data }))
    expect(answer).toEqual({ kind: "checkpoint", at, accountId: "acc_1", checkpoint: { type: "CAPTCHA", data } })
  })
})

describe("a checkpoint of an unknown type, in an intent", () => {
  async function meet(checkpoint: unknown) {
    const body = { object: "Checkpoint", account_id: "acc_1", checkpoint }
    const outcome = judge(202, body)
    const transport = { submit: async () => outcome, solve: async () => outcome }
    const actor = createAuthIntent({ transport, provider: "INSTAGRAM" }).start()
    actor.send(submitCredentials({}))
    const snapshot = await waitFor(actor, (state) => !state.hasTag("busy"))
    actor.stop()
    return snapshot
  }

  /** Data that takes so many bytes as JSON. */
  const ofBytes = (bytes: number, letter = "x") => {
    const frame = new TextEncoder().encode(JSON.stringify({ text: "" })).length
    return { text: letter.repeat((bytes - frame) / new TextEncoder().encode(letter).length) }
  }

  test.each([
    ["2 048 bytes", ofBytes(2048)],
    ["2 047 bytes of two-byte letters", ofBytes(2047, "é")],
    ["nothing at all", {}],
  ])("keeps data of %s", async (_, data) => {
    const snapshot = await meet({ type: "CAPTCHA", ...data })
    expect(snapshot.matches({ checkpoint: "unsupported" })).toBe(true)
    expect(getStep(snapshot).checkpoint).toEqual({ type: "CAPTCHA", data })
  })

  test.each([
    ["2 049 bytes", ofBytes(2049)],
    ["fewer characters but more bytes", ofBytes(2049, "é")],
    ["a megabyte", ofBytes(1_000_000)],
  ])("goes on without data of %s", async (_, data) => {
    const snapshot = await meet({ type: "CAPTCHA", ...data })
    expect(snapshot.matches({ checkpoint: "unsupported" })).toBe(true)
    expect(getStep(snapshot).checkpoint).toEqual({ type: "CAPTCHA" })
  })

  test.each(["constructor", "toString", "__proto__", "hasOwnProperty"])("may be called %s", async (type) => {
    const snapshot = await meet({ type })
    expect(snapshot.matches({ checkpoint: "unsupported" })).toBe(true)
    expect(getStep(snapshot)).toMatchObject({ kind: "code", checkpoint: { type } })
  })

  test("cannot reach a prototype", async () => {
    const polluting = '{"type":"NEW","__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"x":1}'
    const snapshot = await meet(JSON.parse(polluting))
    const data = getStep(snapshot).checkpoint?.data
    expect(data).toMatchObject({ x: 1 })
    expect(data).not.toHaveProperty("polluted")
    expect({}).not.toHaveProperty("polluted")
  })
})

describe("garbage with a success status", () => {
  const created = { object: "AccountCreated", account_id: "acc_1" }
  const checkpoint = { object: "Checkpoint", account_id: "acc_1", checkpoint: { type: "2FA" } }
  const wrong: [string, unknown][] = [
    ["missing", undefined],
    ["null", null],
    ["a number", 5],
    ["true", true],
    ["an empty text", ""],
    ["a list", ["AccountCreated", "2FA"]],
    ["an empty object", {}],
  ]
  const wrongField = wrong.flatMap(([name, value]) => [
    [`object is ${name}`, { ...created, object: value }],
    [`account_id is ${name}`, { ...created, account_id: value }],
    [`a checkpoint's object is ${name}`, { ...checkpoint, object: value }],
    [`a checkpoint's account_id is ${name}`, { ...checkpoint, account_id: value }],
    [`checkpoint is ${name}`, { ...checkpoint, checkpoint: value }],
    [`the checkpoint's type is ${name}`, { ...checkpoint, checkpoint: { type: value } }],
  ]) as [string, unknown][]

  test.each([
    ...wrongField,
    ["there is no body", undefined],
    ["the body is null", null],
    ["the body is a text", "AccountCreated"],
    ["the body is a number", 201],
    ["the body is a list", [created]],
    ["the body is an error", { title: "T", type: "errors/account_restricted", status: 403 }],
    ["object is in small letters", { ...created, object: "accountcreated" }],
    ["object is of another resource", { ...created, object: "Account" }],
    ["account_id has 4 001 characters", { ...created, account_id: "a".repeat(4001) }],
    ["the checkpoint's type has 101 characters", { ...checkpoint, checkpoint: { type: "X".repeat(101) } }],
  ])("is to be tried again: %s", (_, body) => {
    for (const step of steps) {
      for (const status of [200, 201, 202, 204, 299]) {
        expect(judge(status, body, { step })).toEqual(invalidResponse(status, "retry"))
      }
    }
  })
})

test("when to try again is passed on with any rejection", () => {
  const asked = { step: "submit", provider: "TWITTER" } as const
  const retryAt = at + 7_000
  const body = { title: "T", type: "errors/service_unavailable", status: 503 }
  for (const [status, rejected] of [
    [503, body],
    [429, undefined],
    [200, undefined],
  ] as const) {
    expect(judgeAnswer(asked, { status, body: rejected, at, retryAt })).toMatchObject({ failure: { status, retryAt } })
  }
})

describe("any answer at all", () => {
  const words = fc.oneof(
    fc.string(),
    fc.constantFrom("2FA", "OTP", "errors/request_timeout", "__proto__"),
    fc.jsonValue(),
    fc.constant(undefined),
  )
  /** Half a letter as well as a whole one. */
  const unit = fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code))
  /** An answer in which any part may be missing or be anything. */
  const nearly = (answer: Record<string, unknown>) => {
    const wrong = Object.keys(answer).map((part) => words.map((value) => ({ ...answer, [part]: value })))
    return fc.oneof(
      fc.constant(answer),
      ...wrong,
      fc.record(Object.fromEntries(Object.keys(answer).map((part) => [part, words]))),
    )
  }
  const checkpoint = nearly({ type: "2FA", source: "SMS", more: 1 })
  const bodies = fc.oneof(
    nearly({ object: "AccountCreated", account_id: "acc_1" }),
    checkpoint.chain((inner) => nearly({ object: "Checkpoint", account_id: "acc_1", checkpoint: inner })),
    nearly({ title: "T", detail: "D", instance: "I", type: "errors/account_restricted", status: 403 }),
    fc.jsonValue({ maxDepth: 6 }),
    fc.constant(undefined),
  )
  const asParsed = (body: unknown) => (body === undefined ? undefined : JSON.parse(JSON.stringify(body)))
  const answers = fc.record({
    step: fc.constantFrom(...steps),
    provider: fc.constantFrom(...providers),
    status: fc.oneof(fc.integer({ min: 100, max: 599 }), fc.constantFrom(200, 201, 202)),
    body: bodies.map(asParsed),
    retryAt: fc.option(fc.nat(), { nil: undefined }),
    secrets: fc.array(fc.string({ unit, minLength: 1 }), { maxLength: 3 }),
  })
  const isText = (value: unknown, most: number) => typeof value === "string" && value.length > 0 && value.length <= most

  /** What makes an outcome sound, said apart from the schema that the edge checks it with. */
  function flawsOf(outcome: Outcome, status: number): string[] {
    const success = status >= 200 && status < 300
    switch (outcome.kind) {
      case "connected":
        return [success ? "" : "connected by an error", isText(outcome.accountId, 4000) ? "" : "account id"]
      case "checkpoint": {
        const { type, hint, canApproveInApp } = outcome.checkpoint
        return [
          success ? "" : "a checkpoint by an error",
          isText(outcome.accountId, 4000) ? "" : "account id",
          isText(type, 100) ? "" : "type",
          [undefined, "SMS", "APP"].includes(hint) ? "" : "hint",
          [undefined, true].includes(canApproveInApp) ? "" : "canApproveInApp",
        ]
      }
      case "rejected": {
        const { failure } = outcome
        return [
          failure.status === status ? "" : "status",
          isText(failure.type, 100) ? "" : "type",
          isText(failure.title, 1000) ? "" : "title",
          failure.detail === undefined || isText(failure.detail, 1000) ? "" : "detail",
          failure.instance === undefined || isText(failure.instance, 1000) ? "" : "instance",
          ["correct", "retry", "restart", "stop"].includes(failure.recovery) ? "" : "recovery",
        ]
      }
    }
  }

  test("gives a sound outcome of plain JSON", () => {
    const kinds = new Set<string>()
    const property = fc.property(answers, ({ step, provider, secrets, ...answer }) => {
      const outcome = judgeAnswer({ step, provider }, { ...answer, at, mask: (text) => mask(text, secrets) })
      kinds.add(outcome.kind)
      expect(outcome.at).toBe(at)
      expect(flawsOf(outcome, answer.status).filter(Boolean)).toEqual([])
      expect(JSON.parse(JSON.stringify(outcome))).toEqual(outcome)
    })
    fc.assert(property, { numRuns: 3_000 })
    expect(kinds).toEqual(new Set(["connected", "checkpoint", "rejected"]))
  })
})
