import type { Failure } from "../../../machines/failures.ts"
import { hostedAuthMachine } from "../../../machines/hosted-auth.machine.ts"
import type { HostedAuthEvent, HostedAuthInput } from "../../../machines/hosted-auth.types.ts"
import type { TestClock } from "../../../src/testing/create-test-clock.ts"
import { type Driven as AnyDriven, driveMachine } from "../../harness/drive-machine.ts"
import { startsAt } from "../../harness/outcomes.ts"

type Driven = AnyDriven<typeof hostedAuthMachine>

/** The lifetime of the first link of these tests, in ms, and its expiry. */
export const lifetime = 600_000
export const deadline = startsAt + lifetime
export { startsAt }

export const url = "https://auth.postpress.ai/pqb%2Gz77l.o72WXNPdqWX45jxqP5xMMlQp02zho8GAXZq0HWsAGiQ%3D"
export const linked = { kind: "linked", url, expiresAt: deadline } as const

export const driveHosted = (input: HostedAuthInput = { providers: "*", userId: "ada" }, clock?: TestClock): Driven =>
  driveMachine(hostedAuthMachine, input, clock)

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

/** One event of each type; the callback belongs to the login. */
export const events = {
  "link.request": { type: "link.request" },
  "callback.received": callback(),
  "return.success": { type: "return.success" },
  "return.failure": { type: "return.failure" },
  "intent.cancel": { type: "intent.cancel" },
} satisfies Record<HostedAuthEvent["type"], HostedAuthEvent>

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

/** Every point of a login at which tests begin, and the way to it. */
const places: Record<string, (driven: Driven) => Promise<void>> = {
  idle: async () => {},
  linking: request,
  "linking again": then({ type: "link.request" }),
  redirected: redirect,
  async finding(driven) {
    await redirect(driven)
    driven.clock.advance(5_000)
  },
  "back with success": then({ type: "return.success" }),
  "back with failure": then({ type: "return.failure" }),
}

/** Starts a login and leads it to a place. */
export async function at(name: string, input?: HostedAuthInput): Promise<Driven> {
  const arrive = places[name]
  if (arrive === undefined) throw new Error(`No place is called ${name}`)
  const driven = driveHosted(input)
  await arrive(driven)
  return driven
}
