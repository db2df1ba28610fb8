import { defineConfig } from "vitest/config"

/** These start a browser, and wait for it more than they compute. */
const browser = [
  "docs/examples/**/*.test.ts",
  "test/react/**/*.test.ts",
  "test/playground/**/*.test.ts",
  "test/**/*-in-a-browser.test.ts",
]

/** These install the tarball, bundle, run a compiler over it, or run the command line that was built. */
const packaged = ["test/package/**/*.test.ts", "test/terminal/**/*.test.ts"]

/** These try thousands of cases, generate them, run a whole engine or other runtimes: too long for the quick loop. */
const exhaustive = [
  "test/oracle/*.test.ts",
  "test/server/**/{hostile*,interleavings,upstream}.test.ts",
  "test/durable/in-process.test.ts",
  "test/secrets/{boundary,heap}.test.ts",
  "test/testing/{scenarios,random,examples,any-machine,runtimes}.test.ts",
]

const project = (name: string, include: string[], exclude: string[] = []) => ({
  test: {
    name,
    include,
    setupFiles: "test/harness/clean-up.ts",
    // Files share no state, so that what they import is loaded once for all of them.
    isolate: false,
    // What was built runs as it is. Most of what tests make is garbage at once, which a roomy nursery collects for less.
    server: { deps: { external: [/\/dist\//] } },
    execArgv: ["--max-semi-space-size=64"],
    exclude: ["**/node_modules/**", ...exclude],
    // Some tests wait for a compiler or a browser, beside others that keep the same cores busy.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Pages that are open at a time: more of them only wait for each other.
    maxConcurrency: 3,
  },
})

export default defineConfig({
  test: {
    passWithNoTests: false,
    // Vitest leaves one core idle by default, which on two cores is half of them.
    maxWorkers: 2,
    projects: [
      project("unit", ["test/**/*.test.ts"], [...browser, ...packaged, ...exhaustive]),
      project("exhaustive", exhaustive),
      project("browser", browser, packaged),
      project("package", packaged),
    ],
  },
})
