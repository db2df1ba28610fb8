import { assign, fromPromise, setup } from "xstate"
import type { Failure } from "./auth-intent.types.ts"
import { canceled, interrupted, unexpected } from "./failures.ts"
import * as guards from "./hosted-auth.guards.ts"
import { answer } from "./hosted-auth.guards.ts"
import type {
  HostedAuthContext,
  HostedAuthEvent,
  HostedAuthInput,
  HostedAuthOutput,
  LinkOutcome,
  LinkRequest,
} from "./hosted-auth.types.ts"
import { timeLeft } from "./time-left.ts"

/** Ms: links die with the daily restart. */
const day = 86_400_000

const returnedFailure: Failure = {
  type: "client/hosted_failed",
  status: 0,
  title: "The hosted wizard gave up",
  recovery: "restart",
}

function toContext(input: HostedAuthInput): HostedAuthContext {
  if (!("resume" in input)) {
    const { providers, userId, reconnectAccount } = input
    return { providers, userId, reconnectAccount }
  }
  const { version, state, ...context } = input.resume
  return state === "linking" ? { ...context, failure: interrupted } : context
}

/**
 * Connects one third-party account through the hosted wizard: a link, a person who is elsewhere, and the callback that
 * alone says that it worked, all before the link expires. Pure: `.provide()` fills in who creates the link.
 */
export const hostedAuthMachine = setup({
  types: {
    context: {} as HostedAuthContext,
    events: {} as HostedAuthEvent,
    input: {} as HostedAuthInput,
    output: {} as HostedAuthOutput,
    tags: {} as "input" | "busy" | "done",
  },
  actors: {
    /** Rejects clearly until it is provided. */
    createLink: fromPromise<LinkOutcome, LinkRequest>(async () => {
      throw new Error('provide() an actor for "createLink"')
    }),
  },
  guards: {
    isLinked: guards.isLinked,
    hasLink: guards.hasLink,
    isLate: guards.isLate,
    isFatal: guards.isFatal,
    isOurCallback: guards.isOurCallback,
    wasConnected: guards.wasConnected,
    wasExpired: guards.wasExpired,
    wasFailed: guards.wasFailed,
    wasRedirected: guards.wasRedirected,
  },
  delays: {
    linkTimeout: ({ context: { expiresAt = 0 }, self }) => timeLeft(self, expiresAt, day),
  },
  actions: {
    rememberLink: assign(({ event }) => {
      const outcome = answer(event, "linked")
      if (outcome === undefined) return {}
      const { url, expiresAt, at } = outcome
      return { url, expiresAt: Math.min(expiresAt, at + day) }
    }),
    rememberAccount: assign(({ event }) =>
      event.type === "callback.received" ? { accountId: event.accountId, failure: undefined } : {},
    ),
    rememberFailure: assign(({ event }) => ({ failure: answer(event, "rejected")?.failure })),
    startLinking: assign({ failure: undefined, returned: undefined }),
    returnAsSuccess: assign({ failure: undefined, returned: "success" }),
    returnAsFailure: assign({ failure: returnedFailure, returned: "failure" }),
    failAsCanceled: assign({ failure: canceled }),
    failAsUnexpected: assign({ failure: unexpected }),
  },
}).createMachine({
  id: "hostedAuth",
  context: ({ input }) => toContext(input),
  initial: "idle",
  states: {
    idle: {
      tags: "input",
      always: [
        { guard: "wasConnected", target: "connected" },
        { guard: "wasExpired", target: "expired" },
        { guard: "wasFailed", target: "failed" },
        { guard: "wasRedirected", target: "redirected" },
      ],
      on: {
        "link.request": "linking",
        "intent.cancel": { target: "failed", actions: "failAsCanceled" },
      },
    },

    linking: {
      tags: "busy",
      entry: "startLinking",
      invoke: {
        id: "createLink",
        src: "createLink",
        input: ({ context: { providers, userId, reconnectAccount } }) => ({ providers, userId, reconnectAccount }),
        onDone: [
          { guard: "isLinked", target: "redirected", actions: "rememberLink" },
          // Whatever became of a further link: the one that is out may still be followed to its end.
          { guard: "hasLink", target: "redirected", actions: "rememberFailure" },
          { guard: "isFatal", target: "failed", actions: "rememberFailure" },
          { target: "idle", actions: "rememberFailure" },
        ],
        onError: { target: "failed", actions: "failAsUnexpected" },
      },
      on: {
        "callback.received": { guard: "isOurCallback", target: "connected", actions: "rememberAccount" },
        "intent.cancel": { target: "failed", actions: "failAsCanceled" },
      },
    },

    redirected: {
      tags: "input",
      after: { linkTimeout: "expired" },
      always: { guard: "isLate", target: "expired" },
      on: {
        // A link works once: whoever comes back without having finished asks for a fresh one.
        "link.request": "linking",
        "callback.received": { guard: "isOurCallback", target: "connected", actions: "rememberAccount" },
        // Anybody can open a return URL, so neither connects nor ends anything: the callback decides, or the deadline.
        "return.success": { actions: "returnAsSuccess" },
        "return.failure": { actions: "returnAsFailure" },
        "intent.cancel": { target: "failed", actions: "failAsCanceled" },
      },
    },

    connected: {
      type: "final",
      tags: "done",
      output: ({ context: { userId, accountId } }) => ({ status: "connected", userId, accountId }),
    },
    expired: {
      type: "final",
      tags: "done",
      output: ({ context: { userId, expiresAt, failure } }) => ({ status: "expired", userId, expiresAt, failure }),
    },
    failed: {
      type: "final",
      tags: "done",
      output: ({ context: { userId, failure } }) => ({ status: "failed", userId, failure }),
    },
  },
  output: ({ event }) => event.output as HostedAuthOutput,
})
