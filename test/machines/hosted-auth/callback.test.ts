import { beforeEach, describe, expect, test, vi } from "vitest"
import type { HostedAuthEvent } from "../../../machines/hosted-auth.types.ts"
import { at, callback, lifetime } from "./places.ts"

const connected = { status: "connected", userId: "ada", accountId: "acc_1" }
const success: HostedAuthEvent = { type: "return.success" }
const failure: HostedAuthEvent = { type: "return.failure" }
const request: HostedAuthEvent = { type: "link.request" }

beforeEach(() => {
  const warn = vi.spyOn(console, "warn").mockImplementation(() => {})
  return () => warn.mockRestore()
})

describe("a callback", () => {
  test.each<[string, HostedAuthEvent[]]>([
    ["after both", [success, failure, callback()]],
    ["while a fresh link is on its way", [request, callback()]],
    ["after one of another user", [callback({ userId: "eve", accountId: "acc_evil" }), callback()]],
  ])("connects: %s", async (_, events) => {
    const { actor, clock, output } = await at("redirected")
    for (const event of events) actor.send(event)
    expect([output(), clock.pending.length]).toEqual([connected, 0])
  })

  test("clears what was shown", async () => {
    const { actor, context } = await at("back with failure")
    actor.send(callback())
    expect([context().accountId, context().failure]).toEqual(["acc_1", undefined])
  })

  test("without a user is accepted where the login has none either", async () => {
    const { actor, output } = await at("redirected", { providers: "*" })
    actor.send(callback())
    expect(output()).toBeUndefined()
    actor.send(callback({ userId: undefined }))
    expect(output()).toStrictEqual({ status: "connected", accountId: "acc_1" })
  })

  test.each([undefined, null, "", 7])("whose account is %j connects nothing", async (accountId) => {
    const { actor, output } = await at("redirected")
    expect(actor.getSnapshot().can(callback({ accountId }))).toBe(false)
    actor.send(callback({ accountId }))
    expect([actor.getSnapshot().status, output()]).toEqual(["active", undefined])
    actor.send(callback())
    expect(output()).toEqual(connected)
  })

  test("of another account reconnects nothing", async () => {
    const { actor, output } = await at("redirected", { providers: "*", userId: "ada", reconnectAccount: "acc_1" })
    actor.send(callback({ accountId: "acc_2" }))
    expect(output()).toBeUndefined()
    actor.send(callback({ status: "RECONNECTED" }))
    expect(output()).toEqual(connected)
  })
})

describe("a return with success", () => {
  test("alone connects no account, and polls at once", async () => {
    const { actor, context, output, requests, state } = await at("redirected")
    actor.send(success)
    expect([state(), requests.length, requests.at(-1)?.slot]).toEqual(["redirected.finding", 2, "findConnection"])
    expect([context().returned, context().failure, output()]).toEqual(["success", undefined, undefined])
  })

  test("connects where the host's back end has both halves", async () => {
    const { actor, respond, output } = await at("redirected")
    actor.send(success)
    await respond({ kind: "connected", accountId: "acc_1" })
    expect(output()).toEqual(connected)
  })

  test("while a poll is in flight polls anew, and abandons the other", async () => {
    const { actor, inFlight, requests } = await at("finding")
    actor.send(success)
    expect([requests.length, requests[1]?.signal.aborted, inFlight()]).toEqual([3, true, [requests[2]]])
  })

  test("that is repeated does not move the deadline", async () => {
    const { actor, clock, output, state } = await at("redirected")
    for (let times = 0; times < 9; times++) {
      clock.advance(lifetime / 10)
      actor.send(success)
    }
    clock.advance(lifetime / 10 - 1)
    expect(state()).toBe("redirected.finding")
    clock.advance(1)
    expect(output()).toMatchObject({ status: "expired", mayBeConnected: true })
  })
})

describe("a return with failure", () => {
  test("is shown, and ends nothing before the link does", async () => {
    const { actor, clock, context, output, state } = await at("redirected")
    actor.send(failure)
    const shown = { type: "client/hosted_failed", status: 0, recovery: "restart" }
    expect([state(), context().returned, context().failure]).toEqual(["redirected.waiting", "failure", shown])
    clock.advance(lifetime)
    expect(output()).toMatchObject({ status: "expired", failure: shown })
  })

  test("leaves a question on its way", async () => {
    const { actor, inFlight, respond, output } = await at("finding")
    actor.send(failure)
    expect(inFlight()).toHaveLength(1)
    await respond({ kind: "connected", accountId: "acc_1" })
    expect(output()).toEqual(connected)
  })

  test("gives way to a success, and takes its place", async () => {
    const { actor, context } = await at("redirected")
    actor.send(failure)
    actor.send(success)
    expect([context().returned, context().failure]).toEqual(["success", undefined])
    actor.send(failure)
    expect(context()).toMatchObject({ returned: "failure", failure: { type: "client/hosted_failed" } })
  })
})
