import { defineConfig } from "vitest/config"

/** These start a browser, and wait for it more than they compute. */
const browser = [
  "docs/examples/**/*.test.ts",
  "test/react/**/*.test.ts",
  "test/playground/**/*.test.ts",
  "test/**/*browser*.test.ts",
]

/** These install the tarball, bundle, or run a compiler over it. */
const packaged = ["test/package/**/*.test.ts", "test/types/**/*.test.ts"]

const project = (name: string, include: string[], exclude: string[] = [], isolate = true) => ({
  test: {
    name,
    include,
    isolate,
    exclude: ["**/node_modules/**", ...exclude],
    // Some tests wait for a compiler or a browser, beside others that keep the same cores busy.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})

export default defineConfig({
  test: {
    passWithNoTests: false,
    // Vitest leaves one core idle by default, which on two cores is half of them.
    maxWorkers: 2,
    projects: [
      // Unit tests share no state, so that what they import is loaded once for all of them.
      project("unit", ["test/**/*.test.ts"], [...browser, ...packaged], false),
      project("browser", browser, packaged),
      project("package", packaged),
    ],
  },
})
