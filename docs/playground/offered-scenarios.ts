import type { Plugin } from "vite"
import { authIntentCatalogue } from "../../src/testing/auth-intent/catalogue.ts"
import { firstReplies } from "../../src/testing/auth-intent/moves.ts"
import type { AuthIntentVocabulary } from "../../src/testing/auth-intent/vocabulary.ts"
import { getScenarios } from "../../src/testing/get-scenarios.ts"
import type { Expectation, Move } from "../../src/testing/scenario.ts"

/** A generated scenario, reduced to the parts that the page compares. */
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

// The playground itself resumes after a reload, and the sandbox's clock never goes back.
const without = [
  ...authIntentCatalogue.rare,
  ...Object.keys(authIntentCatalogue.starts).filter((start) => start !== ""),
  ...Object.keys(firstReplies).filter((reply) => !replies.includes(reply)),
  ...["asleep", "reload", "a minute passes", "empty credentials", "empty code", "empty phone number"],
]

/** Generates the playground's scenarios: every pair of consecutive transitions, to an end. */
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

/** Provides the scenarios as data, generated during the build, so that the page searches no graph. */
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
