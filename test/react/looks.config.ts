import { defineConfig } from "vitest/config"

/** `npm run test:looks`: a screenshot of every step, at each width and in each look. */
export default defineConfig({ test: { include: ["test/react/looks.ts"], testTimeout: 30_000 } })
