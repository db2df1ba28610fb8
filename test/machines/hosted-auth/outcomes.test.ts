import { describe, expect, it } from "vitest"
import { createActor, toPromise } from "xstate"
import { clientFailure } from "../../../machines/failures.ts"
import { hostedAuthMachine } from "../../../machines/hosted-auth.machine.ts"
import {
  at,
  deadline,
  failure,
  lifetime,
  linked,
  rejected,
  startsAt,
  unavailable,
  unsubscribed,
  url,
} from "./places.ts"

const badRequest = failure(400, "errors/invalid_parameters", "correct")
const gone = failure(410, "errors/unknown", "restart")
const freshUrl = "https://auth.postpress.ai/fresh"
const fresh = { kind: "linked", url: freshUrl, expiresAt: deadline + lifetime } as const
const connected = { status: "connected", userId: "ada", accountId: "acc_1" }

/** The error of a slot: a test would find it in any place. */
const thrown = Object.assign(new Error("the error of a stranger"), { by: "a stranger" })

/** Errors of a slot, and results that are no outcome of it. */
const broken = [thrown, undefined, null, "linked", {}, { kind: "something_else" }]
const brokenLinks = [
  ...broken,
  { kind: "linked" },
  { kind: "linked", url, expiresAt: Number.NaN },
  { kind: "linked", url, expiresAt: Number.POSITIVE_INFINITY },
  { kind: "linked", url, expiresAt: "2026-06-30T12:00:00.701Z" },
  { kind: "linked", url: "", expiresAt: deadline },
  { kind: "linked", url: 7, expiresAt: deadline },
  { kind: "rejected" },
  { kind: "rejected", failure: null },
  { kind: "rejected", failure: { recovery: "stop" } },
  { kind: "rejected", failure: { type: "errors/unknown", status: 410 } },
  { kind: "rejected", failure: { type: "errors/unknown", status: 410, recovery: "later" } },
  { kind: "rejected", failure: { type: "errors/unknown", status: "410", recovery: "restart" } },
]
const brokenConnections = [...broken, { kind: "connected" }, { kind: "connected", accountId: "" }]
const logged = (event: string) => [
  `hostedAuth: xstate.${event} came from a slot that is empty, threw or returned no outcome`,
]
const unexpected = clientFailure("client/unexpected")

describe.each<[place: string, outcomes: unknown[], state: string, context: object]>([
  ["linking", brokenLinks, "failed", { failure: unexpected }],
  ["linking again", brokenLinks, "redirected.waiting", { url, failure: { ...unexpected, recovery: "retry" } }],
  ["finding", brokenConnections, "redirected.waiting", { url, failure: undefined }],
])("what is no outcome, %s,", (place, outcomes, state, context) => {
  it.each(outcomes)("is logged and no more, and leaves a link that is out: %j", async (outcome) => {
    const driven = await at(place)
    const { slot, resolve, reject } = driven.request()
    await (outcome === thrown ? reject(outcome) : resolve(outcome))
    expect(driven.state()).toBe(state)
    expect(driven.context()).toMatchObject(context)
    expect(driven.logs).toEqual(logged(`${outcome === thrown ? "error" : "done"}.actor.${slot}`))
    expect(JSON.stringify(driven.actor.getPersistedSnapshot())).not.toContain("stranger")
  })
})

describe.each(["linking", "finding"])("%s", (place) => {
  it("an outcome with a getter that throws is no outcome", async () => {
    const driven = await at(place)
    const { slot, resolve } = driven.request()
    const failure = {
      get type(): never {
        throw thrown
      },
    }
    await resolve({ kind: "rejected", failure })
    expect(driven.logs).toEqual(logged(`done.actor.${slot}`))
  })

  it.each([gone, unsubscribed])("fails with $type", async (why) => {
    const { respond, output } = await at(place)
    await respond(rejected(why))
    expect(output()).toEqual({ status: "failed", userId: "ada", failure: why })
  })
})

describe("linking", () => {
  it("a failure keeps its declared parts alone", async () => {
    const { respond, context } = await at("linking")
    const why = { ...unavailable, about: "method" as const, retryAt: startsAt + 1_000 }
    await respond(rejected({ ...why, title: "the words of a stranger" } as typeof why))
    expect(context().failure).toStrictEqual(why)
  })

  it.each(["soon", Number.NaN])("a failure without a time to retry at has none: %s", async (retryAt) => {
    const { respond, context } = await at("linking")
    await respond(rejected({ ...unavailable, retryAt: retryAt as number }))
    expect(context().failure).toStrictEqual(unavailable)
  })

  it("a link is believed to live a day at most", async () => {
    const { respond, context } = await at("linking")
    await respond({ ...linked, at: startsAt + 5, expiresAt: startsAt + 1e12 })
    expect(context().expiresAt).toBe(startsAt + 5 + 86_400_000)
  })

  it.each([undefined, Number.NaN, "now"])("a link without a time of its own keeps its expiry: %s", async (time) => {
    const { clock, respond, context, state } = await at("linking")
    await respond({ ...linked, at: time })
    expect([context().expiresAt, state()]).toEqual([deadline, "redirected.waiting"])
    expect(clock.armed).toEqual([lifetime, lifetime, 5_000])
  })

  it.each([0, 1, 1e9])("a link that had expired %i ms before it came is expired", async (late) => {
    const { respond, output } = await at("linking")
    await respond({ ...linked, at: deadline + late })
    expect(output()).toEqual({ status: "expired", userId: "ada", expiresAt: deadline })
  })

  it.each([badRequest, unavailable])("$type leads back to idle, and is shown", async (why) => {
    const { respond, context, state } = await at("linking")
    await respond(rejected(why))
    expect([state(), context().failure]).toEqual(["idle", why])
  })
})

describe("linking again", () => {
  it("the fresh link takes the place of the one that is out, and of its time", async () => {
    const { respond, clock, context, state } = await at("linking again")
    await respond(fresh)
    expect(context()).toMatchObject({ url: freshUrl, expiresAt: deadline + lifetime })
    clock.advance(2 * lifetime - 1)
    expect(state()).toBe("redirected.finding")
    clock.advance(1)
    expect(state()).toBe("expired")
  })

  it("the last nine links before it are remembered, and looked up", async () => {
    const { actor, respond, context } = await at("redirected")
    for (let count = 1; count <= 10; count += 1) {
      actor.send({ type: "link.request" })
      await respond({ ...fresh, url: `${freshUrl}/${count}` })
    }
    const urls = Array.from({ length: 9 }, (_, index) => `${freshUrl}/${index + 1}`)
    const links = { earlierUrls: urls, url: `${freshUrl}/10` }
    expect(context()).toMatchObject(links)
    actor.send({ type: "return.success" })
    const { findConnection } = actor.getSnapshot().children
    expect(findConnection?.getSnapshot()).toMatchObject({ input: links })
  })

  it.each([badRequest, unavailable, gone, unsubscribed])(
    "$type is shown, and the link stays as it was",
    async (why) => {
      const { respond, context, logs, state } = await at("linking again")
      await respond(rejected(why))
      expect([state(), logs]).toEqual(["redirected.waiting", []])
      expect(context()).toMatchObject({ url, expiresAt: deadline, failure: why })
    },
  )

  it.each([
    [deadline - 1, "redirected.waiting"],
    [deadline, "expired"],
    [deadline + 1, "expired"],
  ])("a rejection at %i finds it %s", async (moment, expected) => {
    const { respond, state } = await at("linking again")
    await respond(rejected(unavailable, { at: moment }))
    expect(state()).toBe(expected)
  })

  it("the link that is out does not expire while another is on its way", async () => {
    const { clock, state } = await at("linking again")
    clock.advance(lifetime)
    expect([state(), clock.pending.length]).toEqual(["linking", 0])
  })
})

it.each(["linking", "linking again", "finding"])("an outcome after a cancel moves nothing: %s", async (name) => {
  for (const late of [linked, rejected(unsubscribed), { kind: "connected", accountId: "acc_1" }]) {
    const { actor, respond } = await at(name)
    actor.send({ type: "intent.cancel" })
    const before = actor.getSnapshot()
    await respond(late)
    expect(actor.getSnapshot()).toBe(before)
  }
})

describe("finding the connection", () => {
  it("is polled for every 5 s, by the link and the user", async () => {
    const { clock, respond, requests, state } = await at("redirected")
    for (let times = 1; times <= 5; times++) {
      clock.advance(4_999)
      expect([state(), requests.length]).toEqual(["redirected.waiting", times])
      clock.advance(1)
      expect([state(), requests.length]).toEqual(["redirected.finding", times + 1])
      expect([requests.at(-1)?.slot, requests.at(-1)?.input]).toEqual(["findConnection", { url, userId: "ada" }])
      await respond({ kind: "pending" })
    }
  })

  it("has no user and no account where the login has none", async () => {
    const { actor, clock, respond, requests } = await at("idle", { providers: "*" })
    actor.send({ type: "link.request" })
    await respond(linked)
    clock.advance(5_000)
    expect(requests.map(({ input }) => input)).toStrictEqual([{ providers: "*" }, { url }])
  })

  it("connects, clears what was shown, and leaves no timer", async () => {
    const { clock, context, respond, output } = await at("back with failure")
    clock.advance(5_000)
    await respond({ kind: "connected", accountId: "acc_1" })
    expect([output(), context().failure, clock.pending.length]).toEqual([connected, undefined, 0])
  })

  it.each([badRequest, unavailable])("$type is polled again, unseen", async (why) => {
    const { clock, context, respond, logs, state } = await at("finding")
    await respond(rejected(why))
    expect([state(), context().failure, logs]).toEqual(["redirected.waiting", undefined, []])
    clock.advance(5_000)
    expect(state()).toBe("redirected.finding")
  })

  it("of the wrong moment is expired", async () => {
    const { respond, output } = await at("finding")
    await respond(rejected(unavailable, { at: deadline }))
    expect(output()).toMatchObject({ status: "expired" })
  })
})

it("a createLink slot that is empty fails it and is logged", async () => {
  const logs: string[] = []
  const actor = createActor(hostedAuthMachine, {
    input: { providers: "IMAP" },
    logger: (line: string) => logs.push(line),
  }).start()
  actor.send({ type: "link.request" })
  expect(await toPromise(actor)).toMatchObject({ status: "failed", failure: { type: "client/unexpected" } })
  expect(logs).toEqual(logged("error.actor.createLink"))
})

it("a findConnection slot that is empty knows of no connection, and logs nothing", async () => {
  const logs: string[] = []
  const record = { version: 1, state: "redirected", providers: "*", url, expiresAt: Date.now() + lifetime } as const
  const options = { input: { resume: record }, logger: (line: string) => logs.push(line) }
  const actor = createActor(hostedAuthMachine, options).start()
  actor.send({ type: "return.success" })
  await new Promise(setImmediate)
  expect([actor.getSnapshot().value, logs]).toEqual([{ redirected: "waiting" }, []])
  actor.stop()
})
