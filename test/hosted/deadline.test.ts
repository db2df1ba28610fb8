import { describe, expect, test } from "vitest"
import type { HostedAuthEvent } from "../../machines/hosted-auth.types.ts"
import { driveHostedAuth } from "./drive-hosted-auth.ts"
import { callback, deadline, lifetime, linked, placeOf } from "./places.ts"

const day = 86_400_000
const hour = 3_600_000

async function at(name: string) {
  const driven = driveHostedAuth()
  await placeOf(name).arrive(driven)
  return driven
}

describe.each(["redirected", "back with success", "back with failure"])("%s", (name) => {
  test("1 ms before the deadline it still waits, and the callback connects", async () => {
    const { actor, clock, state } = await at(name)
    clock.tick(lifetime - 1)
    expect(state()).toBe("redirected")
    actor.send(callback())
    expect(state()).toBe("connected")
  })

  test("at the deadline it is expired, with no timer left", async () => {
    const { clock, output } = await at(name)
    clock.tick(lifetime)
    expect(output()).toMatchObject({ status: "expired", userId: "ada", expiresAt: deadline })
    expect(clock.pending).toBe(0)
  })

  test("after it nothing moves", async () => {
    const { actor, clock } = await at(name)
    clock.tick(lifetime + hour)
    const before = actor.getSnapshot()
    for (const event of [callback(), { type: "link.request" }, { type: "return.success" }] as HostedAuthEvent[]) {
      expect(before.can(event)).toBe(false)
    }
    expect(before.value).toBe("expired")
  })

  test("no return moves it", async () => {
    const { actor, clock, state } = await at(name)
    for (let turn = 0; turn < 9; turn++) {
      clock.tick(lifetime / 10)
      actor.send({ type: turn % 2 ? "return.success" : "return.failure" })
      actor.send(callback({ userId: "eve" }))
    }
    clock.tick(lifetime / 10 - 1)
    expect(state()).toBe("redirected")
    clock.tick(1)
    expect(state()).toBe("expired")
  })

  test("a clock that is put back leaves it no more than it was armed for", async () => {
    const { clock, state } = await at(name)
    clock.jump(-hour)
    clock.tick(lifetime)
    expect(state()).toBe("expired")
  })
})

test("it counts from the link's own time, not from when the actor heard of it", async () => {
  const driven = await at("linking")
  driven.clock.tick(60_000)
  await driven.answer(linked)
  driven.clock.tick(lifetime - 60_001)
  expect(driven.state()).toBe("redirected")
  driven.clock.tick(1)
  expect(driven.state()).toBe("expired")
})

test("no delay is armed for more than a day", async () => {
  const driven = await at("linking")
  driven.clock.jump(-30 * day)
  await driven.answer({ ...linked, at: deadline - lifetime, expiresAt: deadline + 1e12 })
  expect(driven.clock.armed).toEqual([day])
  driven.clock.tick(day)
  expect(driven.state()).toBe("expired")
})

test("a clock that was put ahead expires it at once", async () => {
  const driven = await at("linking")
  driven.clock.jump(day)
  await driven.answer({ ...linked, at: deadline - lifetime })
  driven.clock.tick(0)
  expect(driven.state()).toBe("expired")
})

test("idle has no deadline", async () => {
  const { clock } = await at("idle")
  expect(clock.armed).toEqual([])
})
