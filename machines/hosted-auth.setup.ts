import { assign, fromPromise } from "xstate"
import { maxLinkLifetime, remaining, timeOf } from "./clock.ts"
import { clientFailure } from "./failures.ts"
import { type HostedAuthArgs as Args, failureOf, guards, readOutcome } from "./hosted-auth.guards.ts"
import type {
  ConnectionOutcome,
  FindInput,
  HostedAuthContext,
  HostedAuthEvent,
  HostedAuthInput,
  HostedAuthOutput,
  LinkOutcome,
  LinkRequest,
} from "./hosted-auth.types.ts"
import { known } from "./known.ts"
import { logBy } from "./log-by.ts"
import { setup } from "./setup.ts"

type Changes = Partial<HostedAuthContext>

/** Builds the context of a new login, or of a login that resumes from its record. */
export function toContext({ input, self }: { input: HostedAuthInput; self: object }): HostedAuthContext {
  if (input.resume === undefined) return toRequest(input)
  const { version, state, expiresAt, ...facts } = input.resume
  const failure = state === "linking" ? clientFailure("client/interrupted") : facts.failure
  return {
    ...facts,
    // Where the clock was set back, each reload would give a far deadline a day more.
    ...(expiresAt !== undefined && { expiresAt: Math.min(expiresAt, timeOf(self) + maxLinkLifetime) }),
    resumedFrom: state,
    ...(failure && { failure }),
  }
}

const toRequest = ({ providers, userId, reconnectAccount }: LinkRequest): LinkRequest => ({
  providers,
  ...(userId !== undefined && { userId }),
  ...(reconnectAccount !== undefined && { reconnectAccount }),
})

/** Builds the input of the `createLink` slot. */
export const linkInput = ({ context }: { context: HostedAuthContext }): LinkRequest => toRequest(context)

/** Builds the input of the `findConnection` slot. */
export const findInput = ({ context: { url, earlierUrls, userId } }: { context: HostedAuthContext }): FindInput => ({
  url: known(url),
  ...(earlierUrls && { earlierUrls }),
  ...(userId !== undefined && { userId }),
})

function rememberLink({ context, event }: Args): Changes {
  const { url, expiresAt, at } = known(readOutcome(event, "linked"))
  return {
    url,
    expiresAt: Number.isFinite(at) ? Math.min(expiresAt, known(at) + maxLinkLifetime) : expiresAt,
    // Every interval looks up each earlier link, so their number has a limit.
    ...(context.url !== undefined && { earlierUrls: [...(context.earlierUrls ?? []), context.url].slice(-9) }),
  }
}

const rememberAccount = ({ event }: Args): Changes => ({
  accountId: "accountId" in event ? event.accountId : known(readOutcome(event, "connected")).accountId,
  failure: undefined,
})

/** With a link, the person may try again; without a link, the login has to start over. */
const failAsUnexpected = ({ context }: Args): Changes => ({
  failure: clientFailure("client/unexpected", context.url === undefined ? {} : { recovery: "retry" }),
})

const rememberFailure = (args: Args): Changes => ({
  failure: failureOf(args.event) ?? failAsUnexpected(args).failure,
})

const userPart = ({ userId }: HostedAuthContext) => (userId === undefined ? {} : { userId })
const mayBeConnectedPart = ({ mayBeConnected }: HostedAuthContext) => (mayBeConnected ? { mayBeConnected } : {})

/** Returns the output of the final state that was reached. XState passes it on without its type. */
export const outputOfEnd = ({ event }: { event: { output: unknown } }) => event.output as HostedAuthOutput

export const connectedOutput = ({ context }: Args): HostedAuthOutput => ({
  status: "connected",
  ...userPart(context),
  accountId: known(context.accountId),
})

export const expiredOutput = ({ context }: Args): HostedAuthOutput => ({
  status: "expired",
  ...userPart(context),
  expiresAt: known(context.expiresAt),
  ...(context.failure && { failure: context.failure }),
  ...mayBeConnectedPart(context),
})

export const failedOutput = ({ context }: Args): HostedAuthOutput => ({
  status: "failed",
  ...userPart(context),
  failure: known(context.failure),
  ...mayBeConnectedPart(context),
})

/** The implementations of the names in the chart. */
export const hostedAuthSetup = setup({
  types: {} as {
    context: HostedAuthContext
    events: HostedAuthEvent
    input: HostedAuthInput
    output: HostedAuthOutput
    tags: "input" | "busy" | "done"
  },
  actors: {
    /** Rejects until an actor is provided for it. */
    createLink: fromPromise<LinkOutcome, LinkRequest>(async () => {
      throw new Error("the slot is empty")
    }),
    /** Returns `pending` until an actor is provided: without an actor, only the callback connects. */
    findConnection: fromPromise<ConnectionOutcome, FindInput>(async () => ({ kind: "pending" })),
  },
  guards,
  delays: {
    /** The time until the link expires. */
    linkTimeout: ({ context: { expiresAt = 0 }, self }) => remaining(self, expiresAt, maxLinkLifetime),
    findInterval: 5_000,
  },
  actions: {
    rememberLink: assign(rememberLink),
    rememberAccount: assign(rememberAccount),
    rememberFailure: assign(rememberFailure),
    startLinking: assign({ failure: undefined, returned: undefined }),
    returnAsSuccess: assign({ failure: undefined, returned: "success", mayBeConnected: true }),
    returnAsFailure: assign({ failure: clientFailure("client/hosted_failed"), returned: "failure" }),
    failAsCanceled: assign({ failure: clientFailure("client/canceled") }),
    failAsUnexpected: assign(failAsUnexpected),
    /** Logs which slot is wrong, but not what it returned or threw. */
    logBrokenSlot: ({ context, event, self }) => {
      const args = { context, event }
      const isOutcome = guards.isLinked(args) || guards.isRejected(args) || guards.isConnected(args)
      if (isOutcome || readOutcome(event, "pending")) return
      logBy(self, `hostedAuth: ${event.type} came from a slot that is empty, threw or returned no outcome`)
    },
  },
})
