import { defineConfig } from "vitest/config"
import { BaseSequencer, type TestSpecification } from "vitest/node"

/** The quickest tests first: a mutant is dead at its first failed test. */
const order = [
  "mutation/",
  "machines/auth-intent/",
  "machines/hosted-auth/outcomes",
  "failures/",
  "secrets/secret",
  "http/",
  "transports/",
  "oracle/",
  "machines/hosted-auth/",
  "intent/",
]

const rank = ({ moduleId }: TestSpecification) => {
  if (moduleId.includes("graph")) return order.length + 1
  const early = order.findIndex((name) => moduleId.includes(`test/${name}`))
  return early >= 0 ? early : order.length
}

class QuickestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]) {
    return files.sort((one, other) => rank(one) - rank(other))
  }
}

/** The tests of the mutated code, at full speed: no processes, no build. */
export default defineConfig({
  test: {
    include: [
      "test/mutation/*.test.ts",
      "test/{call-within,values.schema}.test.ts",
      "test/{failures,http,intent,machines,transports}/**/*.test.ts",
      "test/oracle/oracle.test.ts",
      "test/secrets/{secret,single-use}.test.ts",
    ],
    // This test starts servers, and a mutant does not wait for them.
    exclude: ["test/transports/fetch-implementations.test.ts"],
    setupFiles: "test/harness/clean-up.ts",
    passWithNoTests: false,
    testTimeout: 20_000,
    sequence: { sequencer: QuickestFirst },
  },
})
