import { defineConfig } from "vitest/config"
import { BaseSequencer, type TestSpecification } from "vitest/node"

/** The quickest first: a mutant is dead at its first failed test. */
const order = [
  "mutation/",
  "machine/in-app",
  "transports/mask.",
  "transports/messages",
  "transports/judge-answer",
  "secrets/secret",
  "machine/events",
  "machine/deadline",
  "intent/get-step",
  "intent/",
]
const last = ["intent/resume", "machine/outcomes"]

const rank = ({ moduleId }: TestSpecification) => {
  const late = last.findIndex((name) => moduleId.includes(`test/${name}`))
  const early = order.findIndex((name) => moduleId.includes(`test/${name}`))
  if (late >= 0) return order.length + 1 + late
  return early >= 0 ? early : order.length
}

class QuickestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]) {
    return files.sort((one, other) => rank(one) - rank(other))
  }
}

/** The tests that judge what is mutated, as fast as they come: no processes, no build. */
export default defineConfig({
  test: {
    include: [
      "test/mutation/*.test.ts",
      "test/machine/*.test.ts",
      "test/hosted/*.test.ts",
      "test/intent/*.test.ts",
      "test/transports/{judge-answer,mask,masking,messages,options}.test.ts",
      "test/secrets/{mistakes,secret,single-use}.test.ts",
    ],
    exclude: ["test/intent/new-process.test.ts"],
    passWithNoTests: false,
    testTimeout: 20_000,
    sequence: { sequencer: QuickestFirst },
  },
})
