import type { AuthIntentMachine } from "./auth-intent.machine-type.ts"
import {
  authIntentSetup,
  connectedOutput,
  expiredOutput,
  failedOutput,
  outputOfEnd,
  solveInput,
  submitInput,
  toContext,
} from "./auth-intent.setup.ts"

/**
 * Connects one third-party account through a provider that responds with checkpoints, all inside one deadline.
 * The machine is pure: responses and secrets come by events, by input and from the two actors of `withTransport`.
 * @example
 * const actor = createActor(withTransport(transport), { input: { provider: "INSTAGRAM" } })
 */
export const authIntentMachine: AuthIntentMachine = authIntentSetup.createMachine({
  id: "authIntent",
  description: "One attempt to connect one account",
  context: toContext,
  initial: "resuming",
  states: {
    resuming: {
      description: "Sorts a saved intent, and sends nothing",
      entry: "logIgnoredOptions",
      always: [
        { guard: "wasConnected", target: "connected" },
        { guard: "wasExpired", target: "expired" },
        { guard: "wasFailed", target: "failed" },
        { guard: "wasAtCheckpoint", target: "checkpoint" },
        { target: "idle" },
      ],
    },

    idle: {
      description: "Waits for credentials",
      tags: "input",
      on: {
        "credentials.submit": "submitting",
        "intent.cancel": { target: "failed", actions: "failAsCanceled" },
      },
    },

    submitting: {
      description: "The credentials are on their way",
      tags: "busy",
      entry: "startSubmitting",
      invoke: {
        id: "submitCredentials",
        src: "submitCredentials",
        input: submitInput,
        onDone: [
          { guard: "isConnected", target: "connected", actions: "rememberAccount" },
          {
            guard: "isCheckpoint",
            target: "checkpoint",
            actions: "rememberCheckpoint",
            description: "The deadline is set",
          },
          { guard: "isFatal", target: "failed", actions: "rememberFailure" },
          { target: "idle", actions: "rememberFailure", description: "The person may try again" },
        ],
        onError: { target: "failed", actions: ["failAsUnexpected", "logRejectedActor"] },
      },
      on: {
        "intent.cancel": { target: "failed", actions: ["failAsCanceled", "leaveRequest"] },
      },
    },

    checkpoint: {
      description: "The provider wants something",
      tags: "input",
      after: { intentTimeout: "expired" },
      always: { guard: "isLate", target: "expired", description: "The response came too late" },
      on: {
        "inApp.approve": { guard: "canApproveInApp", target: "solving" },
        "method.switch": { target: "solving", description: "Requests another checkpoint" },
        "intent.cancel": { target: "failed", actions: "failAsCanceled" },
      },
      initial: "recognizing",
      states: {
        recognizing: {
          description: "Sorts the checkpoint by its type",
          always: [
            { guard: "isTwoFactor", target: "twoFactor" },
            { guard: "isOtp", target: "otp" },
            { guard: "isInApp", target: "inApp" },
            { guard: "isPhone", target: "phone" },
            { target: "unsupported" },
          ],
        },
        twoFactor: {
          description: "A code of the second factor",
          on: { "code.submit": "#solving" },
        },
        otp: {
          description: "A code that was sent",
          on: { "code.submit": "#solving" },
        },
        inApp: {
          description: "An approval in the provider's app, polled for",
          after: { inAppPoll: { guard: "isPollingOn", target: "#solving" } },
          on: { "inApp.approve": "#solving" },
        },
        phone: {
          description: "A phone number to send a code to",
          on: { "phone.submit": "#solving" },
        },
        unsupported: {
          description: "Any other type: a code or another way still works",
          on: { "code.submit": "#solving" },
        },
      },
    },

    solving: {
      id: "solving",
      description: "A solution is on its way; sent in time, it may still be accepted",
      tags: "busy",
      entry: "startSolving",
      after: { solveTimeout: { target: "expired", actions: "leaveRequest" } },
      invoke: {
        id: "solveCheckpoint",
        src: "solveCheckpoint",
        input: solveInput,
        onDone: [
          { guard: "isConnected", target: "connected", actions: "rememberAccount" },
          {
            guard: "isCheckpoint",
            target: "checkpoint",
            actions: "rememberCheckpoint",
            description: "The next one, or the same again; the deadline stays",
          },
          {
            guard: "isIntentOver",
            target: "expired",
            actions: "rememberFailure",
            description: "The provider has destroyed the intent",
          },
          { guard: "isFatal", target: "failed", actions: "rememberFailure" },
          {
            guard: "isPoll",
            target: "checkpoint",
            actions: "rememberPoll",
            description: "A failed poll replaces nothing that a person caused",
          },
          { guard: "isWrongEntry", target: "checkpoint", actions: ["rememberFailure", "countAttempt"] },
          { target: "checkpoint", actions: "rememberFailure" },
        ],
        onError: { target: "checkpoint", actions: ["failAsUnexpected", "logRejectedActor"] },
      },
      on: {
        "code.submit": {
          guard: "canTypeCode",
          target: "solving",
          reenter: true,
          actions: "leaveRequest",
          description: "The approval is aborted",
        },
        "phone.submit": { guard: "canTypePhone", target: "solving", reenter: true, actions: "leaveRequest" },
        "method.switch": { guard: "isApproving", target: "solving", reenter: true, actions: "leaveRequest" },
        "inApp.approve": {
          guard: "isPoll",
          actions: "takeOverPoll",
          description: "The poll becomes the person's request",
        },
        "intent.cancel": { target: "failed", actions: ["failAsCanceled", "leaveRequest"] },
      },
    },

    connected: { description: "The account is connected", type: "final", tags: "done", output: connectedOutput },
    expired: { description: "The deadline has passed", type: "final", tags: "done", output: expiredOutput },
    failed: {
      description: "The attempt failed, or was canceled",
      type: "final",
      tags: "done",
      output: failedOutput,
    },
  },
  output: outputOfEnd,
})
