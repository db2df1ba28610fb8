import { fileURLToPath } from "node:url"
import { defineConfig } from "vite"
import { backEnd } from "./back-end.ts"
import { chartLayout } from "./chart-layout.ts"
import { offeredScenarios } from "./offered-scenarios.ts"

const policy = [
  "default-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self' https://stately.ai",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join("; ")

const source = (path: string) => fileURLToPath(new URL(`../../src/${path}`, import.meta.url))

export default defineConfig({
  plugins: [backEnd(), chartLayout(), offeredScenarios()],
  resolve: {
    alias: [
      { find: /^auth-intent$/, replacement: source("index.ts") },
      { find: /^auth-intent\/react$/, replacement: source("react/index.ts") },
      { find: /^auth-intent\/react\/style.css$/, replacement: source("react/style.css") },
    ],
  },
  // In one file: a page that goes offline before its first login has everything loaded.
  build: {
    rolldownOptions: {
      output: { codeSplitting: false },
      // The search of the graph for scenarios takes most of the build. That is no problem to report.
      checks: { pluginTimings: false },
      // "use client" is for frameworks that render on a server.
      onwarn: (warning, warn) => warning.code === "MODULE_LEVEL_DIRECTIVE" || warn(warning),
    },
  },
  preview: {
    host: "127.0.0.1",
    port: 4173,
    headers: { "content-security-policy": policy, "referrer-policy": "no-referrer" },
  },
})
