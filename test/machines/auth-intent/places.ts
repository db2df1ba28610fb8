import { expect } from "vitest"
import { authIntentMachine } from "../../../machines/auth-intent.machine.ts"
import type { AuthIntentEvent, AuthIntentInput, Checkpoint } from "../../../machines/auth-intent.types.ts"
import type { Failure } from "../../../machines/failures.ts"
import {
  approveInApp,
  cancelIntent,
  submitCode,
  submitCredentials,
  submitPhone,
  switchMethod,
} from "../../../src/intent/events.ts"
import type { IntentStep } from "../../../src/intent/get-step.ts"
import { parseSavedIntent, saveIntent } from "../../../src/intent/saved-intent.ts"
import type { TestClock } from "../../../src/testing/create-test-clock.ts"
import * as harness from "../../harness/drive-machine.ts"

export type Driven = harness.Driven<typeof authIntentMachine>

/** Ms until a person reacts: more than the grace, less than a poll. */
export const thinking = 15_000

/** The polls of the places, in ms. */
export const inAppPollInterval = 20_000

export const lifetime = 300_000
export const grace = 10_000

/** When the intents of the places start, at their first checkpoint, and when they end, in epoch ms. */
export const { startsAt } = harness
export const deadline = startsAt + lifetime

/** Starts the machine with its slots filled by hand. */
export const driveIntent = (input: Partial<AuthIntentInput> = {}, clock?: TestClock): Driven =>
  harness.driveMachine(authIntentMachine, { input: { provider: "INSTAGRAM", ...input }, ...(clock && { clock }) })

/** One event of each type. */
export const events = {
  "credentials.submit": () => submitCredentials({ username: "ada", password: "pw" }),
  "code.submit": () => submitCode("123456"),
  "phone.submit": () => submitPhone({ countryCode: "33", number: "0612345678" }),
  "inApp.approve": approveInApp,
  "method.switch": switchMethod,
  "intent.cancel": cancelIntent,
} satisfies Record<AuthIntentEvent["type"], () => AuthIntentEvent>

export type EventType = keyof typeof events

export const failure = (status: number, type: Failure["type"], recovery: Failure["recovery"]): Failure => ({
  type,
  status,
  recovery,
})

export const restricted = failure(403, "errors/account_restricted", "stop")
export const wrongSolution = failure(401, "errors/invalid_checkpoint_solution", "correct")
export const timeout = failure(408, "errors/request_timeout", "retry")
export const badRequest = failure(400, "errors/invalid_parameters", "correct")
export const unavailable = failure(503, "errors/service_unavailable", "retry")
export const network = failure(0, "client/network", "retry")
export const overtaken = failure(409, "errors/operation_canceled", "restart")

/** Outcomes, as a transport returns them. */
export const rejected = (why: Failure, more: { at?: number; sent?: false } = {}) =>
  ({ kind: "rejected", failure: why, ...more }) as const
export const demanded = (checkpoint: Checkpoint, more: { at?: number; accountId?: string } = {}) =>
  ({ kind: "checkpoint", accountId: "acc_1", checkpoint, ...more }) as const
export const connected = { kind: "connected", accountId: "acc_1" } as const

/** What is in flight where the machine is busy. */
export type Sends = "credentials" | "code" | "phone" | "inApp" | "method"

/** What an event does: the request that it starts, `takes` the one in flight for the person's, `ends` the intent, or nothing. */
export type Effect = Sends | "takes" | "ends" | undefined

/** One point of a login: how to reach it, and what applies there. */
export interface Place {
  name: string
  /** Its state, as a path. */
  state: string
  tag: "input" | "busy" | "done"
  /** The state that a rejection leads back to, where it is busy. */
  from?: string
  sends?: Sends
  /** What each event does; one that is not named changes nothing. */
  accepts: Partial<Record<EventType, Effect>>
  /** What `getStep` returns there: the kind, and which offers it makes. */
  step: { kind: IntentStep["kind"]; canSwitchMethod?: boolean; canApproveInApp?: boolean; canCancel?: true }
  /** Leads to where the person or the poll decides. */
  arrive(driven: Driven): Promise<void>
  /** What the person, or the poll, then does. */
  act(driven: Driven): void
}

const nothing = () => {}

/** Leads to a checkpoint, from the start. */
export const arriveAt = (checkpoint: Checkpoint) => async (driven: Driven) => {
  driven.actor.send(events["credentials.submit"]())
  await driven.respond(demanded(checkpoint))
}

/** Starts an intent that has come to a checkpoint. */
export async function reach(checkpoint: Checkpoint, input?: Partial<AuthIntentInput>, clock?: TestClock) {
  const driven = driveIntent(input, clock)
  await arriveAt(checkpoint)(driven)
  return driven
}

type Typed = "code" | "phone"

/** The kinds of checkpoint: their state, what the person types there, and whether an approval is offered. */
const kinds: { name: string; state: string; checkpoint: Checkpoint; types?: Typed; approves?: true }[] = [
  { name: "2FA", state: "twoFactor", checkpoint: { type: "2FA" }, types: "code" },
  {
    name: "Messenger's 2FA",
    state: "twoFactor",
    checkpoint: { type: "2FA", canApproveInApp: true },
    types: "code",
    approves: true,
  },
  { name: "OTP", state: "otp", checkpoint: { type: "OTP", hint: "SMS" }, types: "code" },
  { name: "in-app", state: "inApp", checkpoint: { type: "IN_APP_VALIDATION" }, approves: true },
  { name: "phone", state: "phone", checkpoint: { type: "PHONE_REGISTER" }, types: "phone" },
  {
    name: "approvable phone",
    state: "phone",
    checkpoint: { type: "PHONE_REGISTER", canApproveInApp: true },
    types: "phone",
    approves: true,
  },
  { name: "unknown type", state: "unsupported", checkpoint: { type: "NEW", data: { image: [1] } }, types: "code" },
  {
    name: "approvable unknown type",
    state: "unsupported",
    checkpoint: { type: "NEW", canApproveInApp: true },
    types: "code",
    approves: true,
  },
]

type Kind = (typeof kinds)[number]

const cancel = { "intent.cancel": "ends" } as const
const typing = ({ types }: Kind): Place["accepts"] => (types ? { [`${types}.submit`]: types } : {})
const switching = { ...cancel, "method.switch": "method" } as const

const stepKind = ({ types }: Kind) => types ?? "approval"
const offers = { canSwitchMethod: true, canCancel: true } as const

/** Every kind of checkpoint, with and without an approval in the provider's app. */
export const waiting = kinds.map((kind) => ({
  name: kind.name,
  checkpoint: kind.checkpoint,
  state: `checkpoint.${kind.state}`,
  tag: "input" as const,
  accepts: { ...switching, ...typing(kind), ...(kind.approves && { "inApp.approve": "inApp" as const }) },
  step: { kind: stepKind(kind), canApproveInApp: kind.approves ?? false, ...offers },
  arrive: arriveAt(kind.checkpoint),
  act: nothing,
})) satisfies Place[]

const actions: Record<Exclude<Sends, "credentials">, (driven: Driven) => void> = {
  code: ({ actor }) => actor.send(events["code.submit"]()),
  phone: ({ actor }) => actor.send(events["phone.submit"]()),
  inApp: ({ actor }) => actor.send(approveInApp()),
  method: ({ actor }) => actor.send(switchMethod()),
}

const solving = (kind: Kind, sends: Exclude<Sends, "credentials">): Place => {
  const isApproval = sends === "inApp"
  return {
    name: `solving ${kind.name} by ${sends}`,
    state: "solving",
    tag: "busy",
    from: `checkpoint.${kind.state}`,
    sends,
    accepts: isApproval ? { ...switching, ...typing(kind) } : cancel,
    step: isApproval ? { kind: stepKind(kind), canApproveInApp: false, ...offers } : { kind: "wait", canCancel: true },
    arrive: arriveAt(kind.checkpoint),
    act(driven) {
      driven.clock.advance(thinking)
      actions[sends](driven)
    },
  }
}

const kindOf = (name: string): Kind => {
  const kind = kinds.find((each) => each.name === name)
  if (kind === undefined) throw new Error(`No checkpoint is called ${name}`)
  return kind
}

const approval = solving(kindOf("in-app"), "inApp")

/** The machine's own question about an approval. */
export const poll: Place = {
  ...approval,
  name: "solving in-app by a poll",
  accepts: { ...approval.accepts, "inApp.approve": "takes" },
  step: { ...approval.step, canApproveInApp: true },
  act: ({ clock }) => clock.advance(inAppPollInterval),
}

/** Every way to be solving. */
export const everySolving: Place[] = [
  ...kinds.flatMap((kind) => [
    ...(kind.types ? [solving(kind, kind.types)] : []),
    ...(kind.approves ? [solving(kind, "inApp")] : []),
    solving(kind, "method"),
  ]),
  poll,
]

/** One place for each thing that can be in flight: what the chart tells apart while it is solving. */
export const solvings: Place[] = [
  solving(kindOf("2FA"), "code"),
  solving(kindOf("phone"), "phone"),
  approval,
  poll,
  solving(kindOf("in-app"), "method"),
]

export const idle: Place = {
  name: "idle",
  state: "idle",
  tag: "input",
  accepts: { ...cancel, "credentials.submit": "credentials" },
  step: { kind: "credentials", canCancel: true },
  arrive: async () => {},
  act: nothing,
}

export const submitting: Place = {
  name: "submitting",
  state: "submitting",
  tag: "busy",
  from: "idle",
  sends: "credentials",
  accepts: cancel,
  step: { kind: "wait", canCancel: true },
  arrive: async () => {},
  act: ({ actor }) => actor.send(events["credentials.submit"]()),
}

const final = (name: string, state: string, arrive: Place["arrive"], act: Place["act"] = nothing): Place => ({
  name,
  state,
  tag: "done",
  accepts: {},
  step: { kind: "done" },
  arrive,
  act,
})

const respondedWith = (outcome: unknown) => async (driven: Driven) => {
  submitting.act(driven)
  await driven.respond(outcome)
}

const finals: Place[] = [
  final("connected", "connected", respondedWith(connected)),
  final("expired", "expired", arriveAt({ type: "2FA" }), ({ clock }) => clock.advance(lifetime)),
  final("failed", "failed", respondedWith(rejected(restricted))),
  final("canceled", "failed", arriveAt({ type: "2FA" }), ({ actor }) => actor.send(cancelIntent())),
  final("expired while solving", "expired", arriveAt({ type: "2FA" }), ({ actor, clock }) => {
    actor.send(submitCode("123456"))
    clock.advance(lifetime + grace)
  }),
  final("canceled while solving", "failed", arriveAt({ type: "2FA" }), ({ actor }) => {
    actor.send(submitCode("123456"))
    actor.send(cancelIntent())
  }),
]

/** Where the person's last try was refused. */
const refused: Place[] = [
  { ...idle, name: "idle, refused", arrive: respondedWith(rejected(badRequest)) },
  ...waiting.slice(0, 1).map((place) => ({
    ...place,
    name: `${place.name}, refused`,
    async arrive(driven: Driven) {
      await place.arrive(driven)
      driven.actor.send(submitCode("000000"))
      await driven.respond(rejected(wrongSolution))
    },
  })),
]

/** Every point of a login. */
export const places: Place[] = [idle, submitting, ...waiting, ...everySolving, ...refused, ...finals]

/** Starts an intent and leads it to a place. */
export async function at(place: Place, input: Partial<AuthIntentInput> = {}): Promise<Driven> {
  const driven = driveIntent({ inAppPollInterval, ...input })
  await place.arrive(driven)
  place.act(driven)
  return driven
}

/** Lets the time pass after which an intent expires, and not earlier. */
export function passUntilExpired({ clock, state }: Driven, ms: number): void {
  clock.advance(ms - 1)
  expect(state()).not.toBe("expired")
  clock.advance(1)
  expect(state()).toBe("expired")
}

/** Saves an intent as JSON keeps it, stops it, and goes on from the record by the same clock. */
export function reload({ actor, clock }: Driven, input: Partial<AuthIntentInput> = {}): Driven {
  const record: unknown = JSON.parse(JSON.stringify(saveIntent(actor.getSnapshot())))
  actor.stop()
  return driveIntent({ resume: parseSavedIntent(record, { clock }), ...input }, clock)
}

/** What the latest request sends. */
export function sent(driven: Driven): string {
  const { input } = driven.request()
  const { solution } = input as { solution?: { kind: string } }
  return solution?.kind ?? "credentials"
}
