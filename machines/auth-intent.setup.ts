import { assign, fromPromise } from "xstate"
import * as actions from "./auth-intent.actions.ts"
import { guards } from "./auth-intent.guards.ts"
import { toSolution } from "./auth-intent.requests.ts"
import type {
  AuthIntentContext,
  AuthIntentEvent,
  AuthIntentInput,
  AuthIntentOutput,
  Outcome,
  SolveInput,
  SubmitInput,
} from "./auth-intent.types.ts"
import { defaultTimes, remaining } from "./clock.ts"
import { known } from "./known.ts"
import { logBy } from "./log-by.ts"
import { setup } from "./setup.ts"

export { connectedOutput, expiredOutput, failedOutput, outputOfEnd, toContext } from "./auth-intent.context.ts"

/** Creates an actor that rejects, for a slot that is not filled yet. */
const createEmptySlot = /* @__NO_SIDE_EFFECTS__ */ <Input>() =>
  fromPromise<Outcome, Input>(async () => {
    throw new Error("the slot is empty")
  })

interface InputArgs {
  context: AuthIntentContext
  event: AuthIntentEvent
}

/** Builds the input of the `submitCredentials` slot. Only `credentials.submit` starts this slot. */
export const submitInput = ({ context: { provider }, event }: InputArgs): SubmitInput => ({
  provider,
  credentials: (event as Extract<AuthIntentEvent, { type: "credentials.submit" }>).credentials,
})

/** Builds the input of the `solveCheckpoint` slot. */
export const solveInput = ({ context: { provider, accountId, expiresAt }, event }: InputArgs): SolveInput => ({
  provider,
  accountId: known(accountId),
  expiresAt: known(expiresAt),
  solution: toSolution(event),
})

/** The implementations of the names in the chart. */
export const authIntentSetup = setup({
  types: {} as {
    context: AuthIntentContext
    events: AuthIntentEvent
    input: AuthIntentInput
    output: AuthIntentOutput
    tags: "input" | "busy" | "done"
  },
  actors: {
    submitCredentials: createEmptySlot<SubmitInput>(),
    solveCheckpoint: createEmptySlot<SolveInput>(),
  },
  guards,
  delays: {
    /** The time until the deadline. */
    intentTimeout: ({ context: { expiresAt = 0, intentLifetime }, self }) => remaining(self, expiresAt, intentLifetime),
    /** The time until the deadline, and the grace. */
    solveTimeout: ({ context: { expiresAt = 0, solveGrace, intentLifetime }, self }) =>
      remaining(self, expiresAt + solveGrace, intentLifetime + solveGrace),
    /** The poll interval, or the longer time until the provider accepts the next request. */
    inAppPoll: ({ context: { inAppPollInterval, retryAt = 0, intentLifetime }, self }) =>
      Math.min(Math.max(inAppPollInterval, remaining(self, retryAt, intentLifetime)), intentLifetime),
  },
  actions: {
    rememberAccount: assign(actions.rememberAccount),
    rememberCheckpoint: assign(actions.rememberCheckpoint),
    rememberFailure: assign(actions.rememberFailure),
    rememberPoll: assign(actions.rememberPoll),
    countAttempt: assign(actions.countAttempt),
    startSubmitting: assign(actions.startSubmitting),
    startSolving: assign(actions.startSolving),
    takeOverPoll: assign(actions.takeOverPoll),
    leaveRequest: assign(actions.leaveRequest),
    failAsCanceled: assign(actions.failAsCanceled),
    failAsUnexpected: assign(actions.failAsUnexpected),
    /** Logs which slot rejected. The error may hold the request, so it is not logged. */
    logRejectedActor: ({ event, self }) => {
      logBy(self, `authIntent: ${event.type}: the slot is empty or threw; use withTransport(transport)`)
    },
    /** Logs each option out of range. XState has no way to refuse an input, so the default replaces the option. */
    logIgnoredOptions: ({ context, event, self }) => {
      for (const name of Object.keys(defaultTimes) as (keyof typeof defaultTimes)[]) {
        const given = (event as { input?: AuthIntentInput }).input?.[name]
        if (given !== undefined && given !== context[name]) {
          logBy(self, `authIntent: ${name} is out of range: it is ${context[name]} ms`)
        }
      }
    },
  },
})
