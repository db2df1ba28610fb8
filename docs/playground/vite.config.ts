import { fileURLToPath } from "node:url"
import { defineConfig } from "vite"
import { backEnd } from "./back-end.ts"

const policy = [
  "default-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self' https://stately.ai",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join("; ")

export default defineConfig({
  plugins: [backEnd()],
  resolve: { alias: { "auth-intent": fileURLToPath(new URL("../../src/index.ts", import.meta.url)) } },
  // In one file: a page that goes offline before its first login has all it needs.
  build: { rolldownOptions: { output: { codeSplitting: false } } },
  preview: {
    host: "127.0.0.1",
    port: 4173,
    headers: { "content-security-policy": policy, "referrer-policy": "no-referrer" },
  },
})
