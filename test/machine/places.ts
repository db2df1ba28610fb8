import type { Checkpoint, Failure } from "../../machines/auth-intent.types.ts"
import {
  approveInApp,
  cancelIntent,
  submitCode,
  submitCredentials,
  submitPhone,
  switchMethod,
} from "../../src/events.ts"
import type { Driven } from "./drive-machine.ts"

/** Ms that a person takes to answer: more than the grace, less than a poll. */
export const thinking = 15_000

/** The polls of these tests, in ms. */
export const inAppPollInterval = 20_000

/** When the first checkpoint arrives, in epoch ms, and when its intent ends. */
export const startsAt = 1_000_000
export const deadline = startsAt + 300_000

export const restricted: Failure = {
  type: "errors/account_restricted",
  status: 403,
  title: "Account restricted",
  recovery: "stop",
}

/** One point of a login: how to get there, and what is sent there. */
export interface Place {
  name: string
  /** Its state, as a path. */
  state: string
  tag: "input" | "busy" | "done"
  /** The state it came from and goes back to, where it is `solving`. */
  from?: string
  /** What is on its way, where it is `busy`. */
  sends?: "credentials" | "code" | "phone" | "approval" | "anotherWay"
  /** Goes where the person decides. */
  arrive(driven: Driven): Promise<void>
  /** What the person, or the poll, then does. */
  act(driven: Driven): void
}

const nothing = () => {}

const submitted = async ({ actor, clock }: Driven) => {
  clock.set(startsAt)
  actor.send(submitCredentials({ username: "ada", password: "pw" }))
}

const at = (checkpoint: Checkpoint) => async (driven: Driven) => {
  await submitted(driven)
  await driven.answer({ kind: "checkpoint", accountId: "acc_1", checkpoint })
}

/** The five kinds of checkpoint, with and without approval in the provider's app. */
export const checkpoints = [
  { name: "2FA", state: "checkpoint.twoFactor", checkpoint: { type: "2FA" } },
  { name: "Messenger's 2FA", state: "checkpoint.twoFactor", checkpoint: { type: "2FA", canApproveInApp: true } },
  { name: "OTP", state: "checkpoint.otp", checkpoint: { type: "OTP", hint: "SMS" } },
  { name: "in-app", state: "checkpoint.inApp", checkpoint: { type: "IN_APP_VALIDATION" } },
  { name: "phone", state: "checkpoint.phone", checkpoint: { type: "PHONE_REGISTER" } },
  { name: "unknown type", state: "checkpoint.unsupported", checkpoint: { type: "CAPTCHA", data: { image: [1] } } },
  {
    name: "approvable unknown type",
    state: "checkpoint.unsupported",
    checkpoint: { type: "PUSH", canApproveInApp: true },
  },
] satisfies { name: string; state: string; checkpoint: Checkpoint }[]

const waiting: Place[] = checkpoints.map(({ name, state, checkpoint }) => ({
  name,
  state,
  tag: "input",
  arrive: at(checkpoint),
  act: nothing,
}))

const actions = {
  code: ({ actor }: Driven) => actor.send(submitCode("123456")),
  phone: ({ actor }: Driven) => actor.send(submitPhone({ countryCode: "33", number: "0612345678" })),
  approval: ({ actor }: Driven) => actor.send(approveInApp()),
  anotherWay: ({ actor }: Driven) => actor.send(switchMethod()),
}

const solving = (name: string, sends: keyof typeof actions): Place => {
  const from = checkpoints.find((each) => each.name === name)
  if (from === undefined) throw new Error(`No checkpoint is called ${name}`)
  return {
    name: `solving ${name} by ${sends}`,
    state: "solving",
    tag: "busy",
    from: from.state,
    sends,
    arrive: at(from.checkpoint),
    act: (driven) => {
      driven.clock.increment(thinking)
      actions[sends](driven)
    },
  }
}

/** Every way to be solving. */
export const solvings: Place[] = [
  ...["2FA", "Messenger's 2FA", "OTP", "unknown type", "approvable unknown type"].map((name) => solving(name, "code")),
  solving("phone", "phone"),
  ...["in-app", "Messenger's 2FA", "approvable unknown type"].map((name) => solving(name, "approval")),
  {
    ...solving("in-app", "approval"),
    name: "solving in-app by a poll",
    act: ({ clock }) => clock.increment(inAppPollInterval),
  },
  ...checkpoints.map(({ name }) => solving(name, "anotherWay")),
]

export const idle: Place = { name: "idle", state: "idle", tag: "input", arrive: async () => {}, act: nothing }

export const submitting: Place = {
  name: "submitting",
  state: "submitting",
  tag: "busy",
  sends: "credentials",
  arrive: submitted,
  act: nothing,
}

const finals: Place[] = [
  {
    name: "connected",
    state: "connected",
    tag: "done",
    arrive: async (driven) => {
      await submitted(driven)
      await driven.answer({ kind: "connected", accountId: "acc_1" })
    },
    act: nothing,
  },
  {
    name: "expired",
    state: "expired",
    tag: "done",
    arrive: at({ type: "2FA" }),
    act: ({ clock }) => clock.set(deadline),
  },
  {
    name: "failed",
    state: "failed",
    tag: "done",
    arrive: async (driven) => {
      await submitted(driven)
      await driven.answer({ kind: "rejected", failure: restricted })
    },
    act: nothing,
  },
  {
    name: "canceled",
    state: "failed",
    tag: "done",
    arrive: at({ type: "2FA" }),
    act: ({ actor }) => actor.send(cancelIntent()),
  },
]

/** Every point of a login. */
export const places: Place[] = [idle, submitting, ...waiting, ...solvings, ...finals]

/** Goes to a place from the start. */
export async function goTo(place: Place, driven: Driven): Promise<void> {
  await place.arrive(driven)
  place.act(driven)
}
