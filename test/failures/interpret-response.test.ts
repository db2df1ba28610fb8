import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { failureTable, type Recovery } from "../../machines/failures.ts"
import { type Provider, providers } from "../../machines/providers.ts"
import { type ApiResponse, type Declarations, interpretResponse } from "../../src/failures/interpret-response.ts"
import { documentedFailures, failures as table } from "./table.ts"

const operations = ["submit", "solve"] as const
const checkpointTypes = ["2FA", "OTP", "IN_APP_VALIDATION", "PHONE_REGISTER", "CAPTCHA", "QRCODE", "CONTRACT_CHOOSER"]
const created = { object: "AccountCreated", account_id: "acc_1" }

const interpret = (status: number, json: unknown, more: Partial<ApiResponse> = {}, declared?: Declarations) =>
  interpretResponse({ operation: "submit", provider: "INSTAGRAM", status, json, ...more }, declared)

const rejected = (type: string, status: number, recovery: Recovery) => ({
  kind: "rejected",
  failure: { type, status, recovery },
})
const invalid = (status: number, recovery: Recovery) => rejected("client/invalid_response", status, recovery)

/** The meaning of a status alone; a 401 is final for a solution, and 0 is a redirect in a page. */
const statuses: Record<Recovery, number[]> = {
  stop: [0, 100, 300, 302, 304, 402, 403, 405, 409, 412, 414, 415, 418, 421, 423, 424, 426, 428, 430, 451, 499],
  correct: [400, 401, 413, 422],
  restart: [404, 410],
  retry: [407, 408, 425, 429, 500, 501, 502, 504, 520, 599],
}

const byOperation = Object.entries(statuses).flatMap(([recovery, each]) =>
  each.flatMap((status) => [
    ["submit" as const, status, recovery as Recovery] as const,
    ["solve" as const, status, status === 401 ? "stop" : (recovery as Recovery)] as const,
  ]),
)

describe("the failure table", () => {
  it("has these pairs and no others", () => {
    const pairs = Object.entries(failureTable).flatMap(([status, types]) =>
      Object.entries(types).map(([type, recovery]) => `${status} errors/${type} ${recovery}`),
    )
    expect(pairs.sort()).toEqual(table.map((row) => row.join(" ")).sort())
    expect(new Set(pairs).size).toBe(pairs.length)
    expect(documentedFailures).toHaveLength(32)
  })

  it.each(table)("%i errors/%s means %s, on submit and solve, with no word of what came with it", async (...row) => {
    const [status, type, recovery] = row
    const json = { title: "A title", detail: "Some detail", instance: "req_1", type, status }
    for (const operation of operations) {
      expect(await interpret(status, json, { operation })).toEqual(rejected(type, status, recovery))
    }
  })

  const types = [...new Set(table.map(([, type]) => type))]

  it.each(types)("%s keeps its type at a status of another, which then counts", async (type) => {
    for (const [operation, status, recovery] of byOperation) {
      if (table.some((row) => row[0] === status && row[1] === type)) continue
      const outcome = await interpret(status, { type }, { operation })
      expect(outcome).toEqual(rejected(type, status, recovery))
    }
  })
})

describe("an unknown type", () => {
  it.each(byOperation)("on %s with a %i is errors/unknown, %s", async (operation, status, recovery) => {
    const json = { title: "New", type: "errors/never_seen_before", status }
    expect(await interpret(status, json, { operation })).toEqual(rejected("errors/unknown", status, recovery))
  })

  it.each([
    ["a known type without its prefix", "account_mismatch"],
    ["a known type with its prefix twice", "errors/errors/account_mismatch"],
    ["a known type among blanks", " errors/account_mismatch "],
    ["a known type with a second line", "errors/account_mismatch\na word of the provider's"],
    ["a known type with a second line of another kind", "errors/account_mismatch\u2028a word of the provider's"],
    ["a type of this library's own from the wire", "client/canceled"],
    ["its own name from the wire", "errors/unknown"],
    ["a number of the table", "errors/403"],
    ["a URI, as RFC 9457 has it", "https://api.example.com/errors/account_mismatch"],
    ["constructor", "errors/constructor"],
    ["__proto__", "errors/__proto__"],
    ["markup", "<script>alert(1)</script>"],
    ["a long text", "x".repeat(100_000)],
  ])("is none of its own: %s", async (_, type) => {
    expect(await interpret(403, { title: "T", type, status: 403 })).toEqual(rejected("errors/unknown", 403, "stop"))
  })
})

it.each([
  ["without a status", {}],
  ["with a status that is a text", { status: "401" }],
  ["with another status", { status: 500 }],
  ["without a title", { title: undefined }],
  ["with texts that are none", { title: 5, detail: [], instance: {} }],
  ["with extensions", { errors: [{ a: 1 }], traceId: "t" }],
])("Problem Details %s are read by their type and the status of HTTP", async (_, more) => {
  const json = { title: "T", type: "errors/invalid_checkpoint_solution", ...more }
  const outcome = await interpret(401, json, { operation: "solve" })
  expect(outcome).toEqual(rejected("errors/invalid_checkpoint_solution", 401, "correct"))
})

describe("what is no Problem Details", () => {
  it.each(byOperation)("on %s with a %i means %s", async (operation, status, recovery) => {
    expect(await interpret(status, undefined, { operation })).toEqual(invalid(status, recovery))
  })

  it.each([
    ["null", null],
    ["a text", "errors/account_mismatch"],
    ["a list", [{ title: "T", type: "errors/account_mismatch", status: 403 }]],
    ["an empty object", {}],
    ["no type", { title: "T", status: 403 }],
    ["an empty type", { title: "T", type: "", status: 403 }],
    ["a type that is a number", { title: "T", type: 5, status: 403 }],
    ["a type that is a list", { title: "T", type: ["errors/account_mismatch"], status: 403 }],
    ["a success with an error's status", { object: "AccountCreated", account_id: "acc_1" }],
  ])("is interpreted by its status alone: %s", async (_, json) => {
    expect(await interpret(403, json)).toEqual(invalid(403, "stop"))
  })
})

it.each([600, 999, 1000, -1, Number.NaN, Number.POSITIVE_INFINITY])("a %d is read as 502", async (status) => {
  expect(await interpret(status, undefined)).toEqual(invalid(502, "retry"))
  expect(await interpret(status, { type: "errors/proxy_error" })).toEqual(rejected("errors/proxy_error", 502, "retry"))
})

it("when to try again is passed on with any rejection", async () => {
  const retryAt = 1_700_000_007_000
  for (const [status, json] of [
    [503, { type: "errors/service_unavailable" }],
    [429, undefined],
    [423, { type: "errors/new" }],
    [200, undefined],
  ] as const) {
    expect(await interpret(status, json, { retryAt })).toMatchObject({ failure: { status, retryAt } })
    expect(await interpret(status, json)).not.toHaveProperty("failure.retryAt")
  }
})

describe("declared failures", () => {
  const failures = {
    "errors/account_locked": { status: 423, recovery: "stop" },
    "errors/slow": { status: 418, recovery: "retry" },
    "errors/account_restricted": { status: 403, recovery: "restart" },
    "https://api.example.com/problems/new": { status: 400, recovery: "restart" },
  } satisfies Declarations["failures"]

  it.each([
    [423, "errors/account_locked", "stop"],
    [418, "errors/slow", "retry"],
    [400, "https://api.example.com/problems/new", "restart"],
    // Replaces the documents' recovery.
    [403, "errors/account_restricted", "restart"],
  ] as const)("%i %s means what the host says: %s", async (status, type, recovery) => {
    for (const operation of operations) {
      const outcome = await interpret(status, { type, detail: "D" }, { operation }, { failures })
      expect(outcome).toEqual(rejected(type, status, recovery))
    }
  })

  it("keep their type at another status, which then counts", async () => {
    const outcome = await interpret(503, { type: "errors/account_locked" }, {}, { failures })
    expect(outcome).toEqual(rejected("errors/account_locked", 503, "retry"))
  })

  it("leave all others as they were", async () => {
    expect(await interpret(403, { type: "errors/account_mismatch" }, {}, { failures })).toEqual(
      rejected("errors/account_mismatch", 403, "restart"),
    )
    expect(await interpret(423, { type: "errors/other" }, {}, { failures })).toEqual(
      rejected("errors/unknown", 423, "stop"),
    )
  })

  it.each(["__proto__", "constructor", "toString"])("hold no %s that they were not given", async (type) => {
    expect(await interpret(423, { type }, {}, { failures })).toEqual(rejected("errors/unknown", 423, "stop"))
  })
})

describe("a success", () => {
  const connected = { kind: "connected", accountId: "acc_1" }

  it.each([
    [201, "AccountCreated"],
    [200, "AccountCreated"],
    [202, "AccountCreated"],
    [201, "AccountReconnected"],
  ])("with a %i and %s is connected", async (status, object) => {
    for (const operation of operations) {
      expect(await interpret(status, { ...created, object, plan: "pro" }, { operation })).toEqual(connected)
    }
  })

  it("may have an account id of up to 1 000 characters", async () => {
    const account_id = "a".repeat(1000)
    expect(await interpret(201, { ...created, account_id })).toEqual({ kind: "connected", accountId: account_id })
  })
})

describe("a checkpoint", () => {
  const wire = (checkpoint: object) => ({ object: "Checkpoint", account_id: "acc_1", checkpoint })
  const demanded = (checkpoint: object) => ({ kind: "checkpoint", accountId: "acc_1", checkpoint })

  it.each(checkpointTypes)("of type %s is passed on without its data", async (type) => {
    for (const operation of operations) {
      const outcome = await interpret(202, wire({ type, length: 6, text: "of the provider" }), { operation })
      expect(outcome).toEqual(demanded({ type }))
    }
  })

  it("may come with any success status and with extra fields", async () => {
    for (const status of [200, 201, 202, 203, 299]) {
      expect(await interpret(status, { ...wire({ type: "OTP" }), more: 1 })).toEqual(demanded({ type: "OTP" }))
    }
  })

  it.each(["PUZZLE", "captcha", "2fa", "UNKNOWN", "constructor", "__proto__", "toString", "x".repeat(5_000)])(
    "of a type that nobody declared is UNKNOWN: %s",
    async (type) => {
      expect(await interpret(202, wire({ type }))).toEqual(demanded({ type: "UNKNOWN" }))
    },
  )

  it("can be approved in the app where it is Messenger's 2FA, and nowhere else", async () => {
    const types = ["2FA", "OTP", "IN_APP_VALIDATION", "PHONE_REGISTER", "CAPTCHA"]
    const found: string[] = []
    for (const provider of providers) {
      for (const type of types) {
        const outcome = await interpret(202, wire({ type }), { provider })
        if (outcome.kind === "checkpoint" && outcome.checkpoint.canApproveInApp) found.push(`${provider} ${type}`)
      }
    }
    expect(found).toEqual(["MESSENGER 2FA"])
  })

  it("cannot be made approvable by the wire", async () => {
    const outcome = await interpret(202, wire({ type: "2FA", canApproveInApp: true, can_approve_in_app: true }))
    expect(outcome).toEqual(demanded({ type: "2FA" }))
  })

  it.each([
    ["SMS", { hint: "SMS" }],
    ["APP", { hint: "APP" }],
    ["sms", {}],
    ["PIGEON", {}],
    [5, {}],
    [null, {}],
    [["SMS"], {}],
  ])("with the source %j has %j", async (source, more) => {
    expect(await interpret(202, wire({ type: "2FA", source }))).toEqual(demanded({ type: "2FA", ...more }))
  })
})

describe("garbage with a success status", () => {
  const checkpoint = { object: "Checkpoint", account_id: "acc_1", checkpoint: { type: "2FA" } }
  const wrong: [string, unknown][] = [
    ["missing", undefined],
    ["null", null],
    ["a number", 5],
    ["an empty text", ""],
    ["a list", ["AccountCreated", "2FA"]],
    ["an empty object", {}],
  ]
  const wrongField = wrong.flatMap(([name, value]): [string, unknown][] => [
    [`object is ${name}`, { ...created, object: value }],
    [`account_id is ${name}`, { ...created, account_id: value }],
    [`a checkpoint's object is ${name}`, { ...checkpoint, object: value }],
    [`a checkpoint's account_id is ${name}`, { ...checkpoint, account_id: value }],
    [`checkpoint is ${name}`, { ...checkpoint, checkpoint: value }],
    [`the checkpoint's type is ${name}`, { ...checkpoint, checkpoint: { type: value } }],
  ])

  it.each([
    ...wrongField,
    ["there is no body", undefined],
    ["the body is null", null],
    ["the body is a text", "AccountCreated"],
    ["the body is a list", [created]],
    ["the body is an error", { title: "T", type: "errors/account_restricted", status: 403 }],
    ["object is in small letters", { ...created, object: "accountcreated" }],
    ["account_id is blank", { ...created, account_id: " \t\n" }],
    ["account_id has 1 001 characters", { ...created, account_id: "a".repeat(1001) }],
  ])("is to be tried again: %s", async (_, json) => {
    for (const operation of operations) {
      for (const status of [200, 201, 202, 204, 299]) {
        expect(await interpret(status, json, { operation })).toEqual(invalid(status, "retry"))
      }
    }
  })
})

describe("any response at all", () => {
  const values = fc.oneof(
    fc.string(),
    fc.constantFrom("2FA", "OTP", "errors/request_timeout", "__proto__"),
    fc.jsonValue(),
    fc.constant(undefined),
  )
  /** A body with each part missing or of any type. */
  const nearly = (body: Record<string, unknown>) =>
    fc.oneof(
      fc.constant(body),
      ...Object.keys(body).map((part) => values.map((value) => ({ ...body, [part]: value }))),
      fc.record(Object.fromEntries(Object.keys(body).map((part) => [part, values]))),
    )
  const bodies = fc.oneof(
    nearly({ object: "AccountCreated", account_id: "acc_1" }),
    nearly({ type: "2FA", source: "SMS", more: 1 }).chain((inner) =>
      nearly({ object: "Checkpoint", account_id: "acc_1", checkpoint: inner }),
    ),
    nearly({ title: "T", detail: "D", instance: "I", type: "errors/account_restricted", status: 403 }),
    fc.jsonValue({ maxDepth: 6 }),
    fc.constant(undefined),
  )
  const responses = fc.record({
    operation: fc.constantFrom(...operations),
    provider: fc.constantFrom<Provider>(...providers),
    status: fc.oneof(fc.integer({ min: 100, max: 999 }), fc.constantFrom(200, 201, 202)),
    json: bodies.map((body) => (body === undefined ? undefined : JSON.parse(JSON.stringify(body)))),
  })

  const knownTypes = new Set(["errors/unknown", "client/invalid_response", ...table.map(([, type]) => type)])

  it("leads to an outcome whose words are all this library's, but for the account id", async () => {
    const kinds = new Set<string>()
    const property = fc.asyncProperty(responses, async (response) => {
      const outcome = await interpretResponse(response)
      kinds.add(outcome.kind)
      if (outcome.kind === "rejected") {
        const { type, status, recovery, ...more } = outcome.failure
        expect(knownTypes.has(type)).toBe(true)
        expect(status).toBe(response.status > 599 ? 502 : response.status)
        expect(["correct", "retry", "restart", "stop"]).toContain(recovery)
        expect(more).toEqual({})
      } else {
        expect([response.status >= 200, response.status < 300]).toEqual([true, true])
        expect(outcome.accountId.trim()).not.toBe("")
      }
      if (outcome.kind === "checkpoint") {
        const { type, hint, canApproveInApp, ...more } = outcome.checkpoint
        expect([...checkpointTypes, "UNKNOWN"]).toContain(type)
        expect([undefined, "SMS", "APP"]).toContain(hint)
        expect([undefined, true]).toContain(canApproveInApp)
        expect(more).toEqual({})
      }
    })
    await fc.assert(property, { numRuns: 2_000 })
    expect(kinds).toEqual(new Set(["connected", "checkpoint", "rejected"]))
  })
})
