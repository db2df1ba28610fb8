import { describe, expect, it } from "vitest"
import { parseSavedHostedAuth, saveHostedAuth } from "../../../src/hosted/saved-hosted-auth.ts"
import { createTestClock } from "../../../src/testing/create-test-clock.ts"
import { at, deadline, driveHosted, lifetime, startsAt, url } from "./places.ts"

/** Goes to a place and saves there, through JSON. */
async function savedAt(name: string) {
  const driven = await at(name)
  const record: unknown = JSON.parse(JSON.stringify(saveHostedAuth(driven.actor.getSnapshot())))
  driven.actor.stop()
  return record
}

const resume = (record: unknown, now = startsAt) =>
  driveHosted({ resume: parseSavedHostedAuth(record) }, createTestClock({ now }))

describe.each(["redirected", "back with success", "back with failure", "linking again"])("saved %s", (name) => {
  it("it has what is left of the link", async () => {
    const record = await savedAt(name)
    const { clock, state } = resume(record, startsAt + lifetime - 4_000)
    expect(clock.armed).toEqual([4_000, 4_000, 5_000])
    clock.advance(3_999)
    expect(state()).toBe("redirected.waiting")
    clock.advance(1)
    expect(state()).toBe("expired")
  })

  it.each([0, 1, 1e9])("and resumed %i ms past the deadline it is expired", async (late) => {
    const record = await savedAt(name)
    const { clock, output } = resume(record, deadline + late)
    clock.advance(0)
    expect(output()).toMatchObject({ status: "expired", userId: "ada", expiresAt: deadline })
  })

  it("and resumed by a clock that is far behind, it has a day at most", async () => {
    const record = await savedAt(name)
    expect(resume(record, 0).clock.armed).toEqual([86_400_000, 86_400_000, 5_000])
  })

  it("and resumed again by that clock, it has what is left of the day", async () => {
    const { actor } = resume(await savedAt(name), 0)
    const again = resume(saveHostedAuth(actor.getSnapshot()), 3_600_000)
    expect(again.clock.armed).toEqual([82_800_000, 82_800_000, 5_000])
  })
})

it("a resume of undefined is none, and the context holds nothing of the input but what it names", () => {
  const input = { providers: "*", userId: "ada", apiKey: "canary", resume: undefined } as const
  const { context, state } = driveHosted(input)
  expect([state(), context()]).toEqual(["idle", { providers: "*", userId: "ada" }])
})

it("a reconnect is still one", () => {
  const input = { providers: ["IMAP"], userId: "ada", reconnectAccount: "acc_7" } as const
  const { actor } = driveHosted(input)
  const { actor: resumed, requests } = resume(saveHostedAuth(actor.getSnapshot()))
  resumed.send({ type: "link.request" })
  expect(requests.map((each) => each.input)).toEqual([input])
})

describe("a record", () => {
  const canary = "CANARY-7f3a"
  const failure = { type: "client/hosted_failed", status: 0, recovery: "restart" }
  const whole = {
    version: 1,
    state: "redirected",
    providers: ["LINKEDIN", "IMAP"],
    userId: "ada",
    reconnectAccount: "acc_7",
    url,
    expiresAt: deadline,
    returned: "failure",
    accountId: "acc_1",
    failure,
  }
  const bare = { version: 1, state: "idle", providers: "*" }

  it.each([whole, bare, ...["linking", "connected", "expired", "failed"].map((state) => ({ ...whole, state }))])(
    "is read back as it was written: $state",
    (record) => {
      expect(parseSavedHostedAuth(record)).toEqual(record)
    },
  )

  it("is for its user, where one is required", () => {
    expect(parseSavedHostedAuth(whole, { userId: "ada" })).toEqual(whole)
    expect(() => parseSavedHostedAuth(whole, { userid: "ada" } as object)).toThrow("without userid, which is no option")
    for (const record of [whole, bare]) {
      expect(() => parseSavedHostedAuth(record, { userId: "eve" })).toThrow(
        expect.objectContaining({ name: "AuthIntentError", code: "invalid_saved_intent" }),
      )
    }
  })

  it("loses what is not ours", () => {
    expect(parseSavedHostedAuth({ ...whole, password: canary })).toEqual(whole)
  })

  const without = (part: keyof typeof whole) =>
    Object.fromEntries(Object.entries(whole).filter(([name]) => name !== part))

  it.each<[string, unknown]>([
    ["nothing", undefined],
    ["null", null],
    ["a text", canary],
    ["a record without version", { ...without("version") }],
    ["a later version", { ...whole, version: 2 }],
    ["an unknown state", { ...whole, state: canary }],
    ["no providers", without("providers")],
    ["an unknown provider", { ...whole, providers: [canary] }],
    ["an empty user", { ...whole, userId: "" }],
    ["a link that is script", { ...whole, url: `javascript:alert("${canary}")` }],
    ["an earlier link that is script", { ...whole, earlierUrls: [`javascript:alert("${canary}")`] }],
    ["earlier links that are no list", { ...whole, earlierUrls: canary }],
    ["redirected without its link", without("url")],
    ["redirected without its time", without("expiresAt")],
    ["a link without its time, while another is requested", { ...without("expiresAt"), state: "linking" }],
    ["a time that is a text", { ...whole, expiresAt: "2026-06-30T12:00:00.701Z" }],
    ["an unknown return", { ...whole, returned: canary }],
    ["connected without an account", { ...without("accountId"), state: "connected" }],
    ["expired without a time", { ...without("expiresAt"), state: "expired" }],
    ["failed without a failure", { ...without("failure"), state: "failed" }],
    ["a failure that is none", { ...whole, failure: { type: canary } }],
  ])("is refused where it is %s, and not repeated", (_, record) => {
    const parse = () => parseSavedHostedAuth(record)
    expect(parse).toThrow(expect.objectContaining({ name: "AuthIntentError", code: "invalid_saved_intent" }))
    expect(parse).toThrow(expect.objectContaining({ message: expect.not.stringContaining(canary) }))
  })

  it.each([null, canary, { userId: 7 }, { userId: null }, { userId: "" }])("is read for no user of %j", (options) => {
    const parse = () => parseSavedHostedAuth(whole, options as never)
    expect(parse).toThrow(expect.objectContaining({ name: "AuthIntentError", code: "invalid_option" }))
  })

  it("of a later version has what to do in its message", () => {
    expect(() => parseSavedHostedAuth({ version: 3, canary })).toThrow(
      "version should be 1 (a later one needs a newer auth-intent)",
    )
  })
})
