import type { Checkpoint } from "../../machines/auth-intent.types.ts"
import { approveInApp, cancelIntent, submitCode, submitPhone, switchMethod } from "../../src/intent/events.ts"
import {
  connected,
  credentials,
  type OpenIntent,
  openAt,
  openIntent,
  rejected,
  wrongCode,
} from "../harness/open-intent.ts"

/** Where an intent can be, and how it gets there. */
export interface Place {
  name: string
  state: string
  open(): Promise<OpenIntent>
  /** The state that it resumes in. */
  resumed: string
}

const phone = () => submitPhone({ countryCode: "33", number: "0612345678" })

/** The checkpoints that the machine tells apart, with the state of each and the event that solves it. */
export const checkpoints = [
  { name: "2FA", checkpoint: { type: "2FA" }, state: "twoFactor", solve: () => submitCode("123456") },
  {
    name: "approvable 2FA",
    checkpoint: { type: "2FA", canApproveInApp: true },
    state: "twoFactor",
    solve: () => submitCode("123456"),
  },
  { name: "OTP", checkpoint: { type: "OTP", hint: "SMS" }, state: "otp", solve: () => submitCode("123456") },
  { name: "in-app", checkpoint: { type: "IN_APP_VALIDATION" }, state: "inApp", solve: approveInApp },
  { name: "phone", checkpoint: { type: "PHONE_REGISTER" }, state: "phone", solve: phone },
  {
    name: "approvable phone",
    checkpoint: { type: "PHONE_REGISTER", canApproveInApp: true },
    state: "phone",
    solve: phone,
  },
  {
    name: "declared type",
    checkpoint: { type: "CAPTCHA", data: { key: "k" } },
    state: "unsupported",
    solve: () => submitCode("123456"),
  },
  { name: "unknown type", checkpoint: { type: "UNKNOWN" }, state: "unsupported", solve: () => submitCode("123456") },
] as const satisfies { name: string; checkpoint: Checkpoint; state: string; solve: () => object }[]

const approvable = checkpoints.filter((each) => "canApproveInApp" in each.checkpoint || each.state === "inApp")

async function at(checkpoint: Checkpoint, ...events: Parameters<OpenIntent["actor"]["send"]>[0][]) {
  const intent = await openAt(checkpoint)
  for (const event of events) intent.actor.send(event)
  return intent
}

async function polling(): Promise<OpenIntent> {
  const intent = await openAt({ type: "IN_APP_VALIDATION" })
  intent.clock.advance(5_000)
  return intent
}

async function ended(how: (intent: OpenIntent) => Promise<void> | void): Promise<OpenIntent> {
  const intent = await openAt({ type: "2FA" })
  await how(intent)
  return intent
}

/** Every state, with each thing that can be in flight. */
export const places: Place[] = [
  { name: "idle", state: "idle", resumed: "idle", open: async () => openIntent() },
  {
    name: "idle after a refusal",
    state: "idle",
    resumed: "idle",
    async open() {
      const intent = openIntent()
      intent.actor.send(credentials())
      await intent.reply(rejected("errors/invalid_credentials", 401, "correct"))
      return intent
    },
  },
  {
    name: "submitting",
    state: "submitting",
    resumed: "idle",
    async open() {
      const intent = openIntent()
      intent.actor.send(credentials())
      return intent
    },
  },
  ...checkpoints.flatMap(({ name, checkpoint, state, solve }): Place[] => [
    { name, state: `checkpoint.${state}`, resumed: `checkpoint.${state}`, open: () => at(checkpoint) },
    {
      name: `${name} after a refusal`,
      state: `checkpoint.${state}`,
      resumed: `checkpoint.${state}`,
      async open() {
        const intent = await at(checkpoint, solve())
        await intent.reply(wrongCode)
        return intent
      },
    },
    { name: `solving ${name}`, state: "solving", resumed: `checkpoint.${state}`, open: () => at(checkpoint, solve()) },
    {
      name: `switching from ${name}`,
      state: "solving",
      resumed: `checkpoint.${state}`,
      open: () => at(checkpoint, switchMethod()),
    },
  ]),
  ...approvable.map(({ name, checkpoint, state }): Place => {
    const open = () => at(checkpoint, approveInApp())
    return { name: `approving ${name}`, state: "solving", resumed: `checkpoint.${state}`, open }
  }),
  { name: "polling", state: "solving", resumed: "checkpoint.inApp", open: polling },
  {
    name: "connected",
    state: "connected",
    resumed: "connected",
    open: () =>
      ended(({ actor, reply }) => {
        actor.send(submitCode("123456"))
        return reply(connected)
      }),
  },
  { name: "expired", state: "expired", resumed: "expired", open: () => ended(({ clock }) => clock.advance(300_000)) },
  {
    name: "expired with a code in flight",
    state: "expired",
    resumed: "expired",
    open: () =>
      ended(({ actor, clock }) => {
        actor.send(submitCode("123456"))
        clock.advance(310_000)
      }),
  },
  {
    name: "failed",
    state: "failed",
    resumed: "failed",
    open: () =>
      ended(({ actor, reply }) => {
        actor.send(submitCode("123456"))
        return reply(rejected("errors/account_restricted", 403, "stop"))
      }),
  },
  {
    name: "canceled with a code in flight",
    state: "failed",
    resumed: "failed",
    open: () =>
      ended(({ actor }) => {
        actor.send(submitCode("123456"))
        actor.send(cancelIntent())
      }),
  },
]
