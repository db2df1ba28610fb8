import { assign, fromPromise, setup } from "xstate"
import * as guards from "./auth-intent.guards.ts"
import { answer } from "./auth-intent.guards.ts"
import type {
  AuthIntentContext,
  AuthIntentEvent,
  AuthIntentInput,
  AuthIntentOutput,
  Outcome,
  Solution,
  SolveInput,
  SubmitInput,
} from "./auth-intent.types.ts"
import { canceled, interrupted, unexpected } from "./failures.ts"
import { timeLeft } from "./time-left.ts"

/** One lifetime after the first checkpoint, or closer: a clock that was put back must not give time away. */
function deadline({ expiresAt = Number.POSITIVE_INFINITY, intentLifetime }: AuthIntentContext, at: number): number {
  return Math.min(expiresAt, at + intentLifetime)
}

function toSolution(event: AuthIntentEvent): Solution {
  switch (event.type) {
    case "code.submit":
      return { kind: "code", secret: event.code }
    case "phone.submit":
      return { kind: "phone", secret: event.phone }
    case "method.switch":
      return { kind: "anotherWay" }
    default: // asked for, or asked by itself when the poll is due
      return { kind: "approval" }
  }
}

/** Rejects clearly until a transport is provided for it. */
const slot = <Input>(name: string) =>
  fromPromise<Outcome, Input>(async () => {
    throw new Error(`provide() an actor for "${name}", or use createAuthIntent`)
  })

/**
 * Connects one third-party account through a provider that answers with checkpoints, all inside one deadline.
 * Pure: answers and secrets reach it through events, input and the two actors, which `.provide()` fills in.
 */
export const authIntentMachine = setup({
  types: {
    context: {} as AuthIntentContext,
    events: {} as AuthIntentEvent,
    input: {} as AuthIntentInput,
    output: {} as AuthIntentOutput,
    tags: {} as "input" | "busy" | "done",
  },
  actors: {
    submitCredentials: slot<SubmitInput>("submitCredentials"),
    solveCheckpoint: slot<SolveInput>("solveCheckpoint"),
  },
  guards: {
    isConnected: guards.isConnected,
    isCheckpoint: guards.isCheckpoint,
    isLate: guards.isLate,
    isIntentOver: guards.isIntentOver,
    isFatal: guards.isFatal,
    isWrongSolution: guards.isWrongSolution,
    isNotYet: guards.isNotYet,
    isTwoFactor: guards.isTwoFactor,
    isOtp: guards.isOtp,
    isInApp: guards.isInApp,
    isPhone: guards.isPhone,
    canApproveInApp: guards.canApproveInApp,
    isPolling: guards.isPolling,
    isApproving: guards.isApproving,
    canTypeInstead: guards.canTypeInstead,
    wasConnected: guards.wasConnected,
    wasExpired: guards.wasExpired,
    wasFailed: guards.wasFailed,
    wasAtCheckpoint: guards.wasAtCheckpoint,
  },
  delays: {
    intentTimeout: ({ context: { expiresAt = 0, intentLifetime }, self }) => timeLeft(self, expiresAt, intentLifetime),
    solveTimeout: ({ context: { expiresAt = 0, solveGrace, intentLifetime }, self }) =>
      timeLeft(self, expiresAt + solveGrace, intentLifetime),
    inAppPoll: ({ context }) => Math.min(context.inAppPollInterval, context.intentLifetime),
  },
  actions: {
    rememberAccount: assign(({ event }) => ({ accountId: answer(event, "connected")?.accountId, failure: undefined })),
    rememberCheckpoint: assign(({ context, event }) => {
      const outcome = answer(event, "checkpoint")
      if (outcome === undefined) return {}
      const { accountId, checkpoint, at } = outcome
      return { accountId, checkpoint, expiresAt: deadline(context, at), timedOut: false }
    }),
    rememberFailure: assign(({ event }) => ({ failure: answer(event, "rejected")?.failure })),
    rememberRefusal: assign(({ context, event }) => {
      const outcome = answer(event, "rejected")
      if (outcome === undefined) return {}
      const { at, failure } = outcome
      // 0 is no answer at all, so it says nothing new about the intent.
      const timedOut = failure.status === 0 ? context.timedOut : failure.status === 408
      return { expiresAt: deadline(context, at), timedOut }
    }),
    countAttempt: assign(({ context }) => ({ attempts: context.attempts + 1 })),
    startSubmitting: assign({ failure: undefined }),
    startSolving: assign(({ event }) => ({ failure: undefined, solution: toSolution(event).kind })),
    stopSolving: assign({ solution: undefined }),
    failAsCanceled: assign({ failure: canceled }),
    failAsUnexpected: assign({ failure: unexpected }),
  },
}).createMachine({
  id: "authIntent",
  context: ({ input: { provider, resume, ...options } }) => ({
    provider,
    accountId: resume?.accountId,
    checkpoint: resume?.checkpoint,
    expiresAt: resume?.expiresAt,
    attempts: resume?.attempts ?? 0,
    failure: resume?.state === "submitting" || resume?.state === "solving" ? interrupted : resume?.failure,
    timedOut: resume?.timedOut ?? false,
    intentLifetime: options.intentLifetime ?? 300_000,
    solveGrace: options.solveGrace ?? 10_000,
    inAppPollInterval: options.inAppPollInterval ?? 5_000,
  }),
  initial: "idle",
  states: {
    idle: {
      tags: "input",
      always: [
        { guard: "wasConnected", target: "connected" },
        { guard: "wasExpired", target: "expired" },
        { guard: "wasFailed", target: "failed" },
        { guard: "wasAtCheckpoint", target: "checkpoint" },
      ],
      on: {
        "credentials.submit": "submitting",
        "intent.cancel": { target: "failed", actions: "failAsCanceled" },
      },
    },

    submitting: {
      tags: "busy",
      entry: "startSubmitting",
      invoke: {
        id: "submitCredentials",
        src: "submitCredentials",
        input: ({ context, event }) => ({
          provider: context.provider,
          credentials: (event as Extract<AuthIntentEvent, { type: "credentials.submit" }>).credentials,
        }),
        onDone: [
          { guard: "isConnected", target: "connected", actions: "rememberAccount" },
          { guard: "isCheckpoint", target: "checkpoint", actions: "rememberCheckpoint" },
          { guard: "isFatal", target: "failed", actions: "rememberFailure" },
          { target: "idle", actions: "rememberFailure" },
        ],
        onError: { target: "failed", actions: "failAsUnexpected" },
      },
      on: {
        "intent.cancel": { target: "failed", actions: "failAsCanceled" },
      },
    },

    checkpoint: {
      tags: "input",
      after: { intentTimeout: "expired" },
      always: { guard: "isLate", target: "expired" },
      on: {
        "inApp.approve": { guard: "canApproveInApp", target: "solving" },
        "method.switch": "solving",
        "intent.cancel": { target: "failed", actions: "failAsCanceled" },
      },
      // Every type is unsupported until it is recognized.
      initial: "unsupported",
      states: {
        unsupported: {
          always: [
            { guard: "isTwoFactor", target: "twoFactor" },
            { guard: "isOtp", target: "otp" },
            { guard: "isInApp", target: "inApp" },
            { guard: "isPhone", target: "phone" },
          ],
          on: { "code.submit": "#authIntent.solving" },
        },
        twoFactor: {
          on: { "code.submit": "#authIntent.solving" },
        },
        otp: {
          on: { "code.submit": "#authIntent.solving" },
        },
        inApp: {
          after: { inAppPoll: { guard: "isPolling", target: "#authIntent.solving" } },
          on: { "inApp.approve": "#authIntent.solving" },
        },
        phone: {
          on: { "phone.submit": "#authIntent.solving" },
        },
      },
    },

    solving: {
      tags: "busy",
      entry: "startSolving",
      exit: "stopSolving",
      // The provider has the last word: what was sent in time may still be accepted.
      after: { solveTimeout: "expired" },
      invoke: {
        id: "solveCheckpoint",
        src: "solveCheckpoint",
        input: ({ context, event }) => ({
          provider: context.provider,
          accountId: context.accountId ?? "",
          expiresAt: context.expiresAt ?? 0,
          solution: toSolution(event),
        }),
        onDone: [
          { guard: "isConnected", target: "connected", actions: "rememberAccount" },
          { guard: "isCheckpoint", target: "checkpoint", actions: "rememberCheckpoint" },
          { guard: "isIntentOver", target: "expired", actions: "rememberFailure" },
          { guard: "isFatal", target: "failed", actions: "rememberFailure" },
          { guard: "isNotYet", target: "checkpoint", actions: "rememberRefusal" },
          {
            guard: "isWrongSolution",
            target: "checkpoint",
            actions: ["rememberFailure", "rememberRefusal", "countAttempt"],
          },
          { target: "checkpoint", actions: ["rememberFailure", "rememberRefusal"] },
        ],
        onError: { target: "failed", actions: "failAsUnexpected" },
      },
      on: {
        "code.submit": { guard: "canTypeInstead", target: "solving", reenter: true },
        "method.switch": { guard: "isApproving", target: "solving", reenter: true },
        "intent.cancel": { target: "failed", actions: "failAsCanceled" },
      },
    },

    connected: {
      type: "final",
      tags: "done",
      // The session goes by here and never enters the context.
      output: ({ context: { provider, accountId }, event }) => {
        const session = answer(event, "connected")?.session
        return { status: "connected", provider, accountId, ...(session && { session }) }
      },
    },
    expired: {
      type: "final",
      tags: "done",
      output: ({ context: { provider, accountId, expiresAt, failure } }) => ({
        status: "expired",
        provider,
        accountId,
        expiresAt,
        failure,
      }),
    },
    failed: {
      type: "final",
      tags: "done",
      output: ({ context: { provider, accountId, failure } }) => ({ status: "failed", provider, accountId, failure }),
    },
  },
  output: ({ event }) => event.output as AuthIntentOutput,
})
