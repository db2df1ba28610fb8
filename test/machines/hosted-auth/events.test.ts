import { beforeEach, describe, expect, it, vi } from "vitest"
import { at, callback, deadline, events, lifetime, url } from "./places.ts"

// graph.test.ts checks the target of each event over the whole graph, and that nothing else connects.

const connected = { status: "connected", userId: "ada", accountId: "acc_1" }
const day = 86_400_000

beforeEach(() => void vi.spyOn(console, "warn").mockImplementation(() => {}))

it("a request for a link clears the failure and the return of the last one", async () => {
  const driven = await at("back with failure")
  driven.actor.send(events["link.request"])
  const { failure, returned, url: out, expiresAt } = driven.context()
  expect([failure, returned, out, expiresAt]).toEqual([undefined, undefined, url, deadline])
})

describe("a callback", () => {
  it("without a user is accepted where the login has none either", async () => {
    const { actor, output } = await at("redirected", { providers: "*" })
    actor.send(callback())
    expect(output()).toBeUndefined()
    actor.send(callback({ userId: undefined }))
    expect(output()).toStrictEqual({ status: "connected", accountId: "acc_1" })
  })

  it.each([undefined, null, "", 7])("whose account is %j connects nothing", async (accountId) => {
    const { actor, output } = await at("redirected")
    expect(actor.getSnapshot().can(callback({ accountId }))).toBe(false)
    actor.send(callback({ accountId }))
    expect([actor.getSnapshot().status, output()]).toEqual(["active", undefined])
    actor.send(callback())
    expect(output()).toEqual(connected)
  })
})

describe("a return with success", () => {
  it("while a poll is in flight polls anew, and abandons the other", async () => {
    const { actor, requests } = await at("finding")
    actor.send(events["return.success"])
    expect(requests.map(({ signal }) => signal.aborted)).toEqual([false, true, false])
  })

  it("that is repeated does not move the deadline", async () => {
    const { actor, clock, output, state } = await at("redirected")
    for (let times = 0; times < 9; times++) {
      clock.advance(lifetime / 10)
      actor.send(events["return.success"])
    }
    clock.advance(lifetime / 10 - 1)
    expect(state()).toBe("redirected.finding")
    clock.advance(1)
    expect(output()).toMatchObject({ status: "expired", mayBeConnected: true })
  })
})

describe("a return with success while a link is requested", () => {
  it("is from the link that is out, whose account may be connected", async () => {
    const { actor, context, output } = await at("linking again")
    actor.send(events["return.success"])
    expect(context().returned).toBe("success")
    actor.send(events["intent.cancel"])
    expect(output()).toMatchObject({ failure: { type: "client/canceled" }, mayBeConnected: true })
  })

  it("is of another login where no link is out", async () => {
    const { actor, output } = await at("linking")
    actor.send(events["return.success"])
    actor.send(events["intent.cancel"])
    expect(output()).not.toHaveProperty("mayBeConnected")
  })
})

describe("a return with failure", () => {
  it("is shown until the link expires, and leaves a poll in flight", async () => {
    const { actor, clock, context, requests, output } = await at("finding")
    actor.send(events["return.failure"])
    const shown = { type: "client/hosted_failed", status: 0, recovery: "restart" }
    expect([context().returned, context().failure]).toEqual(["failure", shown])
    expect(requests.map(({ signal }) => signal.aborted)).toEqual([false, false])
    clock.advance(lifetime)
    expect(output()).toMatchObject({ status: "expired", failure: shown })
  })

  it("gives way to a success, and takes its place", async () => {
    const { actor, context } = await at("redirected")
    actor.send(events["return.failure"])
    actor.send(events["return.success"])
    expect([context().returned, context().failure]).toEqual(["success", undefined])
    actor.send(events["return.failure"])
    expect(context()).toMatchObject({ returned: "failure", failure: { type: "client/hosted_failed" } })
  })
})

describe("a laptop that slept past the deadline", () => {
  it("finds the login expired by its next timer or response", async () => {
    const { clock, respond, state } = await at("finding")
    clock.jump(day)
    await respond({ kind: "pending" })
    clock.advance(0)
    expect(state()).toBe("expired")
  })

  it("finds it expired by a return with success, which may be true", async () => {
    const { actor, clock, output } = await at("redirected")
    clock.jump(day)
    actor.send(events["return.success"])
    clock.advance(0)
    expect(output()).toMatchObject({ status: "expired", expiresAt: deadline, mayBeConnected: true })
  })
})
