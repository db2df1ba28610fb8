import { defineCatalogue, type Vocabulary } from "auth-intent/testing"
import { assign, fromPromise, setup } from "xstate"

/** The data of an applicant: a score by bureau, once there is one. */
interface CreditContext {
  name: string
  scores: Readonly<Record<string, number>>
  rates: readonly number[]
  error?: string | undefined
}

const bureaus = ["EquiGavin", "GavUnion", "Gavperian"]
const never = async (): Promise<never> => {
  throw new Error("The application provides this actor")
}

/** One bureau: its score comes from our own reports, or else from the bureau itself. */
const checkBureau = (bureau: string) => {
  const remember = {
    target: "complete",
    actions: {
      type: "rememberScore" as const,
      params: ({ event }: { event: { output: unknown } }) => ({ bureau, score: Number(event.output) }),
    },
  }
  return {
    initial: "lookingUp",
    states: {
      lookingUp: {
        invoke: {
          id: `${bureau} report`,
          src: "findReport" as const,
          input: ({ context }: { context: CreditContext }) => ({ bureau, name: context.name }),
          onDone: [{ guard: "isScore" as const, ...remember }, { target: "fetching" }],
          onError: "failed",
        },
      },
      fetching: {
        invoke: {
          id: `${bureau} score`,
          src: "fetchScore" as const,
          input: ({ context }: { context: CreditContext }) => ({ bureau, name: context.name }),
          onDone: remember,
          onError: "failed",
        },
      },
      complete: { type: "final" as const },
      failed: { type: "final" as const },
    },
  }
}

/**
 * A credit check as in XState's example "credit-check-api": three bureaus at a time, then rates for the middle score.
 * @see https://github.com/statelyai/xstate/tree/main/examples/credit-check-api
 */
export const creditCheckMachine = setup({
  types: { context: {} as CreditContext, events: {} as { type: "submit"; name: string } },
  actors: {
    verify: fromPromise<string, { name: string }>(never),
    findReport: fromPromise<number, { bureau: string; name: string }>(never),
    fetchScore: fromPromise<number, { bureau: string; name: string }>(never),
    computeRates: fromPromise<number[], { score: number }>(never),
  },
  guards: {
    isScore: ({ event }) => Number((event as { output?: unknown }).output) > 0,
    hasAllScores: ({ context }) => Object.keys(context.scores).length === bureaus.length,
  },
  actions: {
    rememberScore: assign({
      scores: ({ context }, { bureau, score }: { bureau: string; score: number }) => ({
        ...context.scores,
        [bureau]: score,
      }),
    }),
  },
}).createMachine({
  id: "creditCheck",
  context: { name: "", scores: {}, rates: [] },
  initial: "entering",
  states: {
    entering: {
      on: {
        submit: {
          target: "verifying",
          actions: assign({ name: ({ event }) => event.name, scores: {}, error: undefined }),
        },
      },
    },
    verifying: {
      invoke: {
        id: "verify",
        src: "verify",
        input: ({ context }) => ({ name: context.name }),
        onDone: "checking",
        onError: { target: "entering", actions: assign({ error: "not verified" }) },
      },
    },
    checking: {
      type: "parallel",
      states: Object.fromEntries(bureaus.map((bureau) => [bureau, checkBureau(bureau)])),
      onDone: [
        { guard: "hasAllScores", target: "computing" },
        { target: "entering", actions: assign({ error: "a score is missing" }) },
      ],
    },
    computing: {
      invoke: {
        id: "computeRates",
        src: "computeRates",
        input: ({ context }) => ({ score: Object.values(context.scores).sort((one, other) => one - other)[1] ?? 0 }),
        onDone: { target: "offered", actions: assign({ rates: ({ event }) => event.output }) },
        onError: { target: "entering", actions: assign({ error: "no rates" }) },
      },
    },
    offered: { type: "final" },
  },
})

/** The moves of an applicant, and the replies to a request: how the invoked actor ends. */
interface CreditVocabulary extends Vocabulary {
  person: { person: "submit"; name: string }
  reply: { output: number | string | number[] } | { error: string }
}

/** The moves and replies. A reply depends on the invoked actor: for example, a report is found, missing or broken. */
export const creditCheckCatalogue = defineCatalogue<CreditVocabulary>({
  person: { submitted: { person: "submit", name: "Ada" } },
  replies: ({ src, id }) => ({
    ...(src === "findReport" && { found: { output: 700 + id.length }, "not found": { output: 0 } }),
    ...(src === "fetchScore" && { fetched: { output: 650 } }),
    ...(src === "verify" && { verified: { output: "Ada" } }),
    ...(src === "computeRates" && { computed: { output: [3.1, 3.4] } }),
    broken: { error: "down" },
  }),
  facts: ({ snapshot: { context } }) => ({
    error: context.error,
    scores: Object.keys(context.scores).length,
  }),
  goal: "offered",
})
