import { describe, expect, test } from "vitest"
import { createActor, toPromise } from "xstate"
import { hostedAuthMachine } from "../../machines/hosted-auth.machine.ts"
import { driveHostedAuth, startsAt } from "./drive-hosted-auth.ts"
import { callback, deadline, failure, lifetime, linked, placeOf, unavailable, unsubscribed, url } from "./places.ts"

const badRequest = failure(400, "errors/invalid_parameters", "correct")
const gone = failure(410, "errors/gone", "restart")
const freshUrl = "https://auth.postpress.ai/fresh"
const fresh = { kind: "linked", url: freshUrl, expiresAt: deadline + lifetime } as const

async function at(name: string) {
  const driven = driveHostedAuth()
  await placeOf(name).arrive(driven)
  return driven
}

test.each(["linking", "linking again"])("%s is busy with one request", async (name) => {
  const { requests } = await at(name)
  expect(requests.filter(({ signal }) => !signal.aborted).length).toBe(name === "linking" ? 1 : 2)
  expect(requests.map(({ input }) => input)).toEqual(requests.map(() => ({ providers: "*", userId: "ada" })))
})

describe("linking", () => {
  test("a link is remembered, with its time", async () => {
    const { answer, context, state } = await at("linking")
    await answer(linked)
    expect(state()).toBe("redirected")
    expect(context()).toMatchObject({ url, expiresAt: deadline, failure: undefined })
  })

  test("a link is believed to live a day at most", async () => {
    const { answer, context } = await at("linking")
    await answer({ ...linked, at: startsAt + 5, expiresAt: startsAt + 1e12 })
    expect(context().expiresAt).toBe(startsAt + 5 + 86_400_000)
  })

  test.each([0, 1, 1e9])("a link that has expired %i ms before it came is expired", async (late) => {
    const { answer, output } = await at("linking")
    await answer({ ...linked, at: deadline + late })
    expect(output()).toMatchObject({ status: "expired", userId: "ada", expiresAt: deadline })
  })

  test("a link that expires 1 ms after it came can be followed", async () => {
    const { answer, state } = await at("linking")
    await answer({ ...linked, at: deadline - 1 })
    expect(state()).toBe("redirected")
  })

  test.each([badRequest, unavailable])("$type goes back to idle, and is shown", async (why) => {
    const { answer, context, state } = await at("linking")
    await answer({ kind: "rejected", failure: why })
    expect(state()).toBe("idle")
    expect(context()).toMatchObject({ failure: why })
  })

  test.each([gone, unsubscribed])("$type fails", async (why) => {
    const { answer, output } = await at("linking")
    await answer({ kind: "rejected", failure: why })
    expect(output()).toEqual({ status: "failed", userId: "ada", failure: why })
  })
})

describe("linking again", () => {
  test("the fresh link takes the place of the one that is out, and of its time", async () => {
    const { answer, clock, context, state } = await at("linking again")
    await answer(fresh)
    expect(context()).toMatchObject({ url: freshUrl, expiresAt: deadline + lifetime })
    clock.tick(lifetime)
    expect(state()).toBe("redirected")
    clock.tick(lifetime)
    expect(state()).toBe("expired")
  })

  test.each([badRequest, unavailable, gone, unsubscribed])(
    "$type is shown, and leaves the link that is out as it was",
    async (why) => {
      const { actor, answer, context, output, state } = await at("linking again")
      await answer({ kind: "rejected", failure: why })
      expect(state()).toBe("redirected")
      expect(context()).toMatchObject({ url, expiresAt: deadline, failure: why })
      actor.send(callback())
      expect(output()).toEqual({ status: "connected", userId: "ada", accountId: "acc_1" })
    },
  )

  test.each([
    [deadline - 1, "redirected"],
    [deadline, "expired"],
    [deadline + 1, "expired"],
  ])("a rejection at %i finds it %s", async (at_, state_) => {
    const { answer, state } = await at("linking again")
    await answer({ kind: "rejected", at: at_, failure: unavailable })
    expect(state()).toBe(state_)
  })

  test("the link that is out does not expire while it is waited for another", async () => {
    const { clock, state } = await at("linking again")
    clock.tick(lifetime)
    expect(state()).toBe("linking")
    expect(clock.pending).toBe(0)
  })
})

describe.each(["linking", "linking again"])("%s", (name) => {
  test("an actor that rejects fails it as unexpected, and its error goes nowhere", async () => {
    const { actor, fail, output } = await at(name)
    await fail(new Error("the error of a stranger"))
    expect(output()).toMatchObject({ status: "failed", failure: { type: "client/unexpected", recovery: "restart" } })
    expect(JSON.stringify(actor.getPersistedSnapshot())).not.toContain("stranger")
  })

  test.each([linked, { kind: "rejected", failure: unsubscribed } as const])(
    "an answer after a cancel moves nothing: $kind",
    async (late) => {
      const { actor, answer } = await at(name)
      actor.send({ type: "intent.cancel" })
      const before = actor.getSnapshot()
      await answer(late)
      expect(actor.getSnapshot()).toBe(before)
    },
  )
})

test("an answer after the callback moves nothing", async () => {
  const { actor, answer, output } = await at("linking again")
  actor.send(callback())
  await answer(fresh)
  expect(output()).toEqual({ status: "connected", userId: "ada", accountId: "acc_1" })
})

test("a slot that nobody filled says so, and fails it", async () => {
  const errors: unknown[] = []
  const actor = createActor(hostedAuthMachine, {
    input: { providers: "IMAP" },
    inspect: ({ type, ...more }) => {
      if (type === "@xstate.event" && "event" in more && "error" in more.event) errors.push(more.event["error"])
    },
  }).start()
  actor.send({ type: "link.request" })
  expect(await toPromise(actor)).toMatchObject({ status: "failed", failure: { type: "client/unexpected" } })
  expect(errors).toEqual([new Error('provide() an actor for "createLink"')])
})
