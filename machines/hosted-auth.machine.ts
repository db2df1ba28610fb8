import type { HostedAuthMachine } from "./hosted-auth.machine-type.ts"
import {
  connectedOutput,
  expiredOutput,
  failedOutput,
  findInput,
  hostedAuthSetup,
  linkInput,
  outputOfEnd,
  toContext,
} from "./hosted-auth.setup.ts"

/**
 * Connects one third-party account through the hosted wizard. The person follows a link to it, and the API's callback
 * reports the account before the link expires. The machine is pure: `provide()` fills in `createLink` and
 * `findConnection`.
 * @example
 * const machine = hostedAuthMachine.provide({ actors: { createLink: fromPromise(({ input }) => requestLink(input)) } })
 */
export const hostedAuthMachine: HostedAuthMachine = hostedAuthSetup.createMachine({
  id: "hostedAuth",
  description: "One attempt to connect one account through the hosted wizard",
  context: toContext,
  initial: "resuming",
  states: {
    resuming: {
      description: "Sorts a saved login to its place; a new one starts in idle",
      always: [
        { guard: "wasConnected", target: "connected" },
        { guard: "wasExpired", target: "expired" },
        { guard: "wasFailed", target: "failed" },
        {
          guard: "hasLink",
          target: "redirected",
          description: "Also where a second link was being requested: the first one is still valid",
        },
        { target: "idle" },
      ],
    },

    idle: {
      description: "Waits until the person wants to connect an account",
      tags: "input",
      on: {
        "link.request": "linking",
        "intent.cancel": { target: "failed", actions: "failAsCanceled" },
      },
    },

    linking: {
      description: "A link is being requested",
      tags: "busy",
      entry: "startLinking",
      invoke: {
        id: "createLink",
        src: "createLink",
        input: linkInput,
        onDone: [
          { guard: "isLinked", target: "redirected", actions: "rememberLink" },
          {
            guard: "hasLink",
            target: "redirected",
            actions: ["rememberFailure", "logBrokenSlot"],
            description: "The link that is out may still be followed to its end",
          },
          { guard: "isFatal", target: "failed", actions: "rememberFailure" },
          { guard: "isRejected", target: "idle", actions: "rememberFailure" },
          {
            target: "failed",
            actions: ["failAsUnexpected", "logBrokenSlot"],
            description: "The slot returned no outcome",
          },
        ],
        onError: [
          { guard: "hasLink", target: "redirected", actions: ["failAsUnexpected", "logBrokenSlot"] },
          { target: "failed", actions: ["failAsUnexpected", "logBrokenSlot"] },
        ],
      },
      on: {
        "callback.received": { guard: "isOurCallback", target: "connected", actions: "rememberAccount" },
        "return.success": {
          guard: "hasLink",
          actions: "returnAsSuccess",
          description: "From the wizard of the link that is out, whose account may be connected",
        },
        "intent.cancel": { target: "failed", actions: "failAsCanceled" },
      },
    },

    redirected: {
      id: "redirected",
      description: "The person is at the wizard. The callback decides, or the deadline: anybody can open a return URL",
      tags: "input",
      after: { linkTimeout: "expired" },
      always: { guard: "isLate", target: "expired", description: "The response came past the deadline" },
      on: {
        "link.request": {
          target: "linking",
          description: "A link works once: a person who came back without finishing needs a new one",
        },
        "callback.received": { guard: "isOurCallback", target: "connected", actions: "rememberAccount" },
        "return.success": { target: "#redirected.finding", reenter: true, actions: "returnAsSuccess" },
        "return.failure": { actions: "returnAsFailure" },
        "intent.cancel": { target: "failed", actions: "failAsCanceled" },
      },
      initial: "waiting",
      states: {
        waiting: {
          description:
            "Until the host's back end is called again. The deadline is read anew each time: a laptop may have slept",
          after: { linkTimeout: "#hostedAuth.expired", findInterval: "finding" },
        },
        finding: {
          description: "The host's back end is called: it knows whether the account is connected",
          invoke: {
            id: "findConnection",
            src: "findConnection",
            input: findInput,
            onDone: [
              { guard: "isConnected", target: "#hostedAuth.connected", actions: "rememberAccount" },
              { guard: "isFatal", target: "#hostedAuth.failed", actions: "rememberFailure" },
              { target: "waiting", actions: "logBrokenSlot" },
            ],
            onError: { target: "waiting", actions: "logBrokenSlot" },
          },
        },
      },
    },

    connected: { description: "The account is connected", type: "final", tags: "done", output: connectedOutput },
    expired: { description: "The link has expired", type: "final", tags: "done", output: expiredOutput },
    failed: {
      description: "The attempt has failed, or was canceled",
      type: "final",
      tags: "done",
      output: failedOutput,
    },
  },
  output: outputOfEnd,
})
