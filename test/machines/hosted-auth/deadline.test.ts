import { beforeEach, describe, expect, test, vi } from "vitest"
import type { HostedAuthEvent } from "../../../machines/hosted-auth.types.ts"
import { at, callback, type Driven, deadline, lifetime, linked } from "./places.ts"

const day = 86_400_000
const hour = 3_600_000

beforeEach(() => {
  const warn = vi.spyOn(console, "warn").mockImplementation(() => {})
  return () => warn.mockRestore()
})

const isWaiting = ({ state }: Driven) => state().startsWith("redirected")

describe.each(["redirected", "finding", "back with success", "back with failure"])("%s", (name) => {
  const arrive = async () => {
    const driven = await at(name)
    return { ...driven, left: deadline - driven.clock.now() }
  }

  test("1 ms before the deadline it still waits, and the callback connects", async () => {
    const driven = await arrive()
    driven.clock.advance(driven.left - 1)
    expect(isWaiting(driven)).toBe(true)
    driven.actor.send(callback())
    expect(driven.state()).toBe("connected")
  })

  test("at the deadline it is expired, with no timer, and nothing moves it", async () => {
    const { actor, clock, left, output } = await arrive()
    clock.advance(left)
    expect(output()).toMatchObject({ status: "expired", userId: "ada", expiresAt: deadline })
    expect(clock.pending.length).toBe(0)
    clock.advance(hour)
    const sent: HostedAuthEvent[] = [callback(), { type: "link.request" }, { type: "return.success" }]
    for (const event of sent) expect(actor.getSnapshot().can(event)).toBe(false)
  })

  test("a clock that is put back leaves it no more than it was armed for", async () => {
    const { clock, state } = await arrive()
    clock.jump(-hour)
    clock.advance(lifetime)
    expect(state()).toBe("expired")
  })

  test("a laptop that slept past it finds it expired once its state is read", async () => {
    const { clock, inFlight, respond, state } = await arrive()
    clock.jump(day)
    expect(state()).not.toBe("expired")
    clock.advance(5_000)
    if (inFlight().length > 0) await respond({ kind: "pending" })
    clock.advance(0)
    expect(state()).toBe("expired")
  })

  test("a laptop that slept past it finds it expired by a return with success, which may be true", async () => {
    const { actor, clock, output } = await arrive()
    clock.jump(day)
    actor.send({ type: "return.success" })
    clock.advance(0)
    expect(output()).toMatchObject({ status: "expired", expiresAt: deadline, mayBeConnected: true })
  })
})

test("it counts from the link's own time, not from when the machine processes it", async () => {
  const driven = await at("linking")
  driven.clock.advance(60_000)
  await driven.respond(linked)
  driven.clock.advance(lifetime - 60_001)
  expect(isWaiting(driven)).toBe(true)
  driven.clock.advance(1)
  expect(driven.state()).toBe("expired")
})

test("no delay is armed for more than a day", async () => {
  const driven = await at("linking")
  driven.clock.jump(-30 * day)
  await driven.respond({ ...linked, at: deadline - lifetime, expiresAt: deadline + 1e12 })
  expect(driven.clock.armed).toEqual([day, day, 5_000])
  driven.clock.advance(day)
  expect(driven.state()).toBe("expired")
})

test("a clock that was put ahead expires it at once", async () => {
  const driven = await at("linking")
  driven.clock.jump(day)
  await driven.respond({ ...linked, at: deadline - lifetime })
  driven.clock.advance(0)
  expect(driven.state()).toBe("expired")
})
