import type { Failure, Recovery } from "../../machines/auth-intent.types.ts"
import type { HostedAuthEvent, SavedHostedAuth } from "../../machines/hosted-auth.types.ts"
import { type Driven, startsAt } from "./drive-hosted-auth.ts"

/** How long the first link of these tests lives, in ms, and when it expires. */
export const lifetime = 600_000
export const deadline = startsAt + lifetime

export const url = "https://auth.postpress.ai/pqb%2Gz77l.o72WXNPdqWX45jxqP5xMMlQp02zho8GAXZq0HWsAGiQ%3D"

export const linked = { kind: "linked", url, expiresAt: deadline } as const

export const failure = (status: number, type: string, recovery: Recovery): Failure => ({
  type,
  status,
  title: type,
  recovery,
})

export const unavailable = failure(503, "errors/service_unavailable", "retry")
export const unsubscribed = failure(403, "errors/subscription_required", "stop")

export const callback = (more: object = {}): HostedAuthEvent => ({
  type: "callback.received",
  accountId: "acc_1",
  status: "CREATION_SUCCESS",
  userId: "ada",
  ...more,
})

/** One point of a login: how to get there, and what it is like. */
export interface Place {
  name: string
  state: SavedHostedAuth["state"]
  tag: "input" | "busy" | "done"
  /** Where a resume takes it, where that is not its own state. */
  resumes?: SavedHostedAuth["state"]
  arrive(driven: Driven): Promise<void>
}

const request = async ({ actor }: Driven) => actor.send({ type: "link.request" })

const redirect = async (driven: Driven) => {
  await request(driven)
  await driven.answer(linked)
}

const then =
  (...events: HostedAuthEvent[]) =>
  async (driven: Driven) => {
    await redirect(driven)
    for (const event of events) driven.actor.send(event)
  }

const refused = (why: Failure) => async (driven: Driven) => {
  await request(driven)
  await driven.answer({ kind: "rejected", failure: why })
}

/** Every point of a login. */
export const places: Place[] = [
  { name: "idle", state: "idle", tag: "input", arrive: async () => {} },
  { name: "idle, refused", state: "idle", tag: "input", arrive: refused(unavailable) },
  { name: "linking", state: "linking", tag: "busy", resumes: "idle", arrive: request },
  {
    name: "linking again",
    state: "linking",
    tag: "busy",
    resumes: "redirected",
    arrive: then({ type: "link.request" }),
  },
  { name: "redirected", state: "redirected", tag: "input", arrive: redirect },
  { name: "back with success", state: "redirected", tag: "input", arrive: then({ type: "return.success" }) },
  { name: "back with failure", state: "redirected", tag: "input", arrive: then({ type: "return.failure" }) },
  { name: "connected", state: "connected", tag: "done", arrive: then(callback()) },
  {
    name: "expired",
    state: "expired",
    tag: "done",
    arrive: async (driven) => {
      await then({ type: "return.failure" })(driven)
      driven.clock.tick(lifetime)
    },
  },
  { name: "failed", state: "failed", tag: "done", arrive: refused(unsubscribed) },
  { name: "canceled", state: "failed", tag: "done", arrive: then({ type: "intent.cancel" }) },
]

export function placeOf(name: string): Place {
  const place = places.find((each) => each.name === name)
  if (place === undefined) throw new Error(`No place is called ${name}`)
  return place
}
