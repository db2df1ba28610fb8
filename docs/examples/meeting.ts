import { defineCatalogue } from "auth-intent/testing"
import { assign, fromPromise, setup, stateIn } from "xstate"

const never = async (): Promise<never> => {
  throw new Error("The application provides this actor")
}

/** A meeting in a browser: its connection, microphone, recording and chat go on side by side, each with a request of its own. */
export const meetingMachine = setup({
  types: {
    context: {} as { losses: number; text: string },
    events: {} as
      | { type: "join" | "leave" | "drop" | "unmute" | "mute" | "record" | "stop" }
      | { type: "say"; text: string },
  },
  actors: {
    connect: fromPromise(never),
    openMicrophone: fromPromise(never),
    startRecording: fromPromise(never),
    uploadRecording: fromPromise(never),
    post: fromPromise<unknown, { text: string }>(never),
  },
  guards: {
    isOnline: stateIn({ connection: "online" }),
    canReconnect: ({ context }) => context.losses < 2,
  },
  actions: { countLoss: assign({ losses: ({ context }) => context.losses + 1 }) },
  delays: { backOff: 2_000, longestRecording: 3_600_000 },
}).createMachine({
  id: "meeting",
  type: "parallel",
  context: { losses: 0, text: "" },
  states: {
    connection: {
      initial: "away",
      states: {
        away: { on: { join: "connecting" } },
        connecting: {
          on: { leave: "away" },
          invoke: {
            id: "connect",
            src: "connect",
            onDone: { target: "online", actions: assign({ losses: 0 }) },
            onError: { target: "lost", actions: "countLoss" },
          },
        },
        online: { on: { leave: "away", drop: { target: "lost", actions: "countLoss" } } },
        lost: {
          on: { leave: "away" },
          after: {
            backOff: [
              { guard: "canReconnect", target: "connecting" },
              { target: "away", actions: assign({ losses: 0 }) },
            ],
          },
        },
      },
    },
    microphone: {
      initial: "muted",
      states: {
        muted: { on: { unmute: { guard: "isOnline", target: "opening" } } },
        opening: { invoke: { id: "openMicrophone", src: "openMicrophone", onDone: "live", onError: "refused" } },
        live: { on: { mute: "muted" } },
        refused: { on: { unmute: { guard: "isOnline", target: "opening" } } },
      },
    },
    recording: {
      initial: "off",
      states: {
        off: { on: { record: { guard: "isOnline", target: "starting" } } },
        starting: { invoke: { id: "startRecording", src: "startRecording", onDone: "on", onError: "off" } },
        on: { on: { stop: "uploading" }, after: { longestRecording: "uploading" } },
        uploading: { invoke: { id: "uploadRecording", src: "uploadRecording", onDone: "off", onError: "kept" } },
        kept: { on: { stop: "uploading" } },
      },
    },
    chat: {
      initial: "quiet",
      states: {
        quiet: {
          on: { say: { guard: "isOnline", target: "posting", actions: assign({ text: ({ event }) => event.text }) } },
        },
        posting: {
          invoke: {
            id: "post",
            src: "post",
            input: ({ context }) => ({ text: context.text }),
            onDone: { target: "quiet", actions: assign({ text: "" }) },
            onError: "unsent",
          },
        },
        unsent: {
          on: { say: { guard: "isOnline", target: "posting", actions: assign({ text: ({ event }) => event.text }) } },
        },
      },
    },
  },
})

/** The moves and replies. Of the context, only the number of losses counts, up to two. */
export const meetingCatalogue = defineCatalogue({
  person: {
    joined: { person: "join" },
    left: { person: "leave" },
    "connection dropped": { person: "drop" },
    unmuted: { person: "unmute" },
    muted: { person: "mute" },
    recorded: { person: "record" },
    stopped: { person: "stop" },
    said: { person: "say", text: "hello" },
  },
  replies: () => ({ "all well": { output: "ok" }, "it failed": { error: "no" } }),
  facts: ({ snapshot: { context } }) => ({ losses: Math.min(context.losses, 2) }),
  timers: { backOff: "back off", longestRecording: "an hour" },
})
