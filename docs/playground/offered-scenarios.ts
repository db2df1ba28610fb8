import type { Plugin } from "vite"
import { authIntentCatalogue } from "../../src/testing/auth-intent/catalogue.ts"
import { firstReplies } from "../../src/testing/auth-intent/moves.ts"
import type { AuthIntentVocabulary } from "../../src/testing/auth-intent/vocabulary.ts"
import { getScenarios } from "../../src/testing/get-scenarios.ts"
import type { Expectation, Move } from "../../src/testing/scenario.ts"

/** A generated scenario, with what the page compares. */
export interface PlayableScenario {
  name: string
  steps: {
    do: Move<AuthIntentVocabulary>
    expect: Pick<Expectation<AuthIntentVocabulary>, "state" | "sent" | "output">
  }[]
}

/** The replies that a visitor knows from the form. */
const replies = [
  "connected",
  "2FA",
  "OTP",
  "approval in the app",
  "phone number wanted",
  "401 invalid_checkpoint_solution",
  "408 request_timeout",
  "503 service_unavailable",
  "no connection",
]

// The playground goes on after a reload as the person left it, and a clock of the sandbox never goes back.
const without = [
  ...authIntentCatalogue.rare,
  ...Object.keys(authIntentCatalogue.starts).filter((start) => start !== ""),
  ...Object.keys(firstReplies).filter((reply) => !replies.includes(reply)),
  ...["asleep", "reload", "a minute passes", "empty credentials", "empty code", "empty phone number"],
]

/** Generates what the playground offers: every pair of transitions that can follow each other, to an end. */
function findScenarios(): PlayableScenario[] {
  return getScenarios({ strategy: "pairs", without, maxDepth: 16 })
    .filter(({ steps }) => steps.at(-1)?.expect.output !== undefined)
    .map(({ name, steps }) => ({
      name,
      steps: steps.map(({ do: move, expect: { state, sent, output } }) => ({
        do: move,
        expect: { state, sent, ...(output !== undefined && { output }) },
      })),
    }))
}

/** Gives the page the scenarios as data, generated when it is built: no graph is walked there. */
export function offeredScenarios(): Plugin {
  const name = "virtual:scenarios"
  return {
    name: "offered-scenarios",
    resolveId: (id) => (id === name ? `\0${name}` : undefined),
    load: (id) =>
      id === `\0${name}`
        ? `export const scenarios = JSON.parse(${JSON.stringify(JSON.stringify(findScenarios()))})`
        : undefined,
  }
}
