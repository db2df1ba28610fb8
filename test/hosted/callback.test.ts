import { beforeEach, describe, expect, test, vi } from "vitest"
import type { HostedAuthEvent } from "../../machines/hosted-auth.types.ts"
import { driveHostedAuth } from "./drive-hosted-auth.ts"
import { callback, lifetime, linked, placeOf } from "./places.ts"

const connected = { status: "connected", userId: "ada", accountId: "acc_1" }
const success: HostedAuthEvent = { type: "return.success" }
const failure: HostedAuthEvent = { type: "return.failure" }
const request: HostedAuthEvent = { type: "link.request" }

beforeEach(() => {
  const warn = vi.spyOn(console, "warn").mockImplementation(() => {})
  return () => warn.mockRestore()
})

async function redirected(input?: Parameters<typeof driveHostedAuth>[0]) {
  const driven = driveHostedAuth(input)
  await placeOf("redirected").arrive(driven)
  return driven
}

describe("a callback", () => {
  test.each<[string, HostedAuthEvent[]]>([
    ["before the return", [callback()]],
    ["after a return with success", [success, callback()]],
    ["after a return with failure", [failure, callback()]],
    ["after both", [success, failure, callback()]],
    ["while a fresh link is asked for", [request, callback()]],
    ["and then a return", [callback(), success]],
    ["and then a forged failure", [callback(), failure]],
    ["twice", [callback(), callback()]],
    ["and then one for another account", [callback(), callback({ accountId: "acc_2" })]],
    ["and then a cancel", [callback(), { type: "intent.cancel" }]],
    ["after one of another user", [callback({ userId: "eve", accountId: "acc_evil" }), callback()]],
  ])("connects: %s", async (_, events) => {
    const { actor, clock, output } = await redirected()
    for (const event of events) actor.send(event)
    expect(output()).toEqual(connected)
    expect(clock.pending).toBe(0)
  })

  test.each(["CREATION_SUCCESS", "RECONNECTED"])("connects by %s", async (status) => {
    const { actor, output } = await redirected()
    actor.send(callback({ status }))
    expect(output()).toEqual(connected)
  })

  test("clears what was shown", async () => {
    const { actor, context } = await redirected()
    actor.send(failure)
    actor.send(callback())
    expect(context()).toMatchObject({ accountId: "acc_1", failure: undefined })
  })

  test("before there is a link is nobody's, and does not count later", async () => {
    const driven = driveHostedAuth()
    driven.actor.send(callback())
    driven.actor.send(request)
    driven.actor.send(callback())
    await driven.answer(linked)
    expect(driven.state()).toBe("redirected")
    expect(driven.context().accountId).toBeUndefined()
  })

  test("without a user is taken where the login has none either", async () => {
    const { actor, output } = await redirected({ input: { providers: "*" } })
    actor.send(callback())
    expect(output()).toBeUndefined()
    actor.send(callback({ userId: undefined }))
    expect(output()).toEqual({ status: "connected", accountId: "acc_1" })
  })

  test("of another account reconnects nothing", async () => {
    const { actor, output } = await redirected({
      input: { providers: "*", userId: "ada", reconnectAccount: "acc_1" },
    })
    actor.send(callback({ accountId: "acc_2" }))
    expect(output()).toBeUndefined()
    actor.send(callback({ status: "RECONNECTED" }))
    expect(output()).toEqual(connected)
  })
})

describe("a return", () => {
  test("with success alone connects nobody", async () => {
    const { actor, clock, context, output, state } = await redirected()
    for (let times = 0; times < 3; times++) actor.send(success)
    expect([state(), context().returned, context().failure]).toEqual(["redirected", "success", undefined])
    clock.tick(lifetime)
    expect(output()).toMatchObject({ status: "expired" })
  })

  test("with failure is shown, and ends nothing before the link does", async () => {
    const { actor, clock, context, output, state } = await redirected()
    actor.send(failure)
    const shown = { type: "client/hosted_failed", recovery: "restart" }
    expect([state(), context().returned]).toEqual(["redirected", "failure"])
    expect(context().failure).toMatchObject(shown)
    clock.tick(lifetime)
    expect(output()).toMatchObject({ status: "expired", failure: shown })
  })

  test("that follows another takes its place", async () => {
    const { actor, context } = await redirected()
    actor.send(failure)
    actor.send(success)
    expect([context().returned, context().failure]).toEqual(["success", undefined])
    actor.send(failure)
    expect(context()).toMatchObject({ returned: "failure", failure: { type: "client/hosted_failed" } })
  })
})
