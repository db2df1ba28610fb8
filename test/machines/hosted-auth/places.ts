import type { Failure } from "../../../machines/failures.ts"
import { hostedAuthMachine } from "../../../machines/hosted-auth.machine.ts"
import type { HostedAuthEvent, HostedAuthInput, SavedHostedAuth } from "../../../machines/hosted-auth.types.ts"
import type { TestClock } from "../../../src/testing/create-test-clock.ts"
import { type Driven as AnyDriven, driveMachine, startsAt } from "../../harness/drive-machine.ts"

export type Driven = AnyDriven<typeof hostedAuthMachine>

/** How long the first link of these tests lives, in ms, and when it expires. */
export const lifetime = 600_000
export const deadline = startsAt + lifetime
export { startsAt }

export const url = "https://auth.postpress.ai/pqb%2Gz77l.o72WXNPdqWX45jxqP5xMMlQp02zho8GAXZq0HWsAGiQ%3D"
export const linked = { kind: "linked", url, expiresAt: deadline } as const

export const driveHosted = (input: HostedAuthInput = { providers: "*", userId: "ada" }, clock?: TestClock): Driven =>
  driveMachine(hostedAuthMachine, { input, ...(clock && { clock }) })

export const failure = (status: number, type: Failure["type"], recovery: Failure["recovery"]): Failure => ({
  type,
  status,
  recovery,
})

export const unavailable = failure(503, "errors/service_unavailable", "retry")
export const unsubscribed = failure(403, "errors/subscription_required", "stop")
export const rejected = (why: Failure, more: { at?: number } = {}) =>
  ({ kind: "rejected", failure: why, ...more }) as const

export const callback = (more: object = {}): HostedAuthEvent => ({
  type: "callback.received",
  accountId: "acc_1",
  status: "CREATION_SUCCESS",
  userId: "ada",
  ...more,
})

/** One event of each type; the callback is the login's own. */
export const events = {
  "link.request": { type: "link.request" },
  "callback.received": callback(),
  "return.success": { type: "return.success" },
  "return.failure": { type: "return.failure" },
  "intent.cancel": { type: "intent.cancel" },
} satisfies Record<HostedAuthEvent["type"], HostedAuthEvent>

type EventType = keyof typeof events

/** One point of a login: how to reach it, and what applies there. */
export interface Place {
  name: string
  /** Its state, as a path. */
  state: string
  tag: "input" | "busy" | "done"
  /** The state that each event leads to; one that is not named changes nothing. */
  accepts: Partial<Record<EventType, string>>
  /** The state that a record of it goes on in, where that is another. */
  resumes?: SavedHostedAuth["state"] | "redirected.waiting"
  arrive(driven: Driven): Promise<void>
}

const request = async ({ actor }: Driven) => actor.send({ type: "link.request" })

const redirect = async (driven: Driven) => {
  await request(driven)
  await driven.respond(linked)
}

const then =
  (...sent: HostedAuthEvent[]) =>
  async (driven: Driven) => {
    await redirect(driven)
    for (const event of sent) driven.actor.send(event)
  }

const refused = (why: Failure) => async (driven: Driven) => {
  await request(driven)
  await driven.respond(rejected(why))
}

const cancel = { "intent.cancel": "failed" } as const
const start = { ...cancel, "link.request": "linking" } as const
const wait = {
  ...start,
  "callback.received": "connected",
  "return.success": "redirected.finding",
  "return.failure": "redirected.waiting",
} as const
const ask = { ...wait, "return.failure": "redirected.finding" } as const

/** Every point of a login. */
export const places: Place[] = [
  { name: "idle", state: "idle", tag: "input", accepts: start, arrive: async () => {} },
  { name: "idle, refused", state: "idle", tag: "input", accepts: start, arrive: refused(unavailable) },
  { name: "linking", state: "linking", tag: "busy", accepts: cancel, resumes: "idle", arrive: request },
  {
    name: "linking again",
    state: "linking",
    tag: "busy",
    accepts: { ...cancel, "callback.received": "connected" },
    resumes: "redirected.waiting",
    arrive: then({ type: "link.request" }),
  },
  { name: "redirected", state: "redirected.waiting", tag: "input", accepts: wait, arrive: redirect },
  {
    name: "finding",
    state: "redirected.finding",
    tag: "input",
    accepts: ask,
    resumes: "redirected.waiting",
    async arrive(driven) {
      await redirect(driven)
      driven.clock.advance(5_000)
    },
  },
  {
    name: "back with success",
    state: "redirected.finding",
    tag: "input",
    accepts: ask,
    resumes: "redirected.waiting",
    arrive: then({ type: "return.success" }),
  },
  {
    name: "back with failure",
    state: "redirected.waiting",
    tag: "input",
    accepts: wait,
    arrive: then({ type: "return.failure" }),
  },
  { name: "connected", state: "connected", tag: "done", accepts: {}, arrive: then(callback()) },
  {
    name: "expired",
    state: "expired",
    tag: "done",
    accepts: {},
    async arrive(driven) {
      await then({ type: "return.failure" })(driven)
      driven.clock.jump(lifetime)
      driven.clock.advance(5_000)
      await driven.respond({ kind: "pending" })
      driven.clock.advance(0)
    },
  },
  { name: "failed", state: "failed", tag: "done", accepts: {}, arrive: refused(unsubscribed) },
  { name: "canceled", state: "failed", tag: "done", accepts: {}, arrive: then({ type: "intent.cancel" }) },
]

/** Starts a login and leads it to a place. */
export async function at(name: string, input?: HostedAuthInput): Promise<Driven> {
  const place = places.find((each) => each.name === name)
  if (place === undefined) throw new Error(`No place is called ${name}`)
  const driven = driveHosted(input)
  await place.arrive(driven)
  return driven
}
