import { fileURLToPath } from "node:url"
import { gzipSync } from "node:zlib"
import { build } from "esbuild"
import { describe, expect, it } from "vitest"
import { alias } from "./stage.ts"

/** Returns the gzip size of a page as a build makes it, without React, in bytes. */
async function weigh(contents: string): Promise<number> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: fileURLToPath(new URL(".", import.meta.url)), loader: "tsx" },
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    platform: "browser",
    jsx: "automatic",
    external: ["react", "react-dom", "react/jsx-runtime"],
    alias,
    write: false,
    logLevel: "error",
  })
  return gzipSync(outputFiles[0]?.contents ?? new Uint8Array(), { level: 9 }).length
}

const core = `import { approveInApp, cancelIntent, createAuthIntent, createRelayTransport, getMessage, getStep, parseSavedIntent,
  saveIntent, submitCode, submitCredentials, submitPhone, switchMethod } from "auth-intent"
globalThis.all = [approveInApp, cancelIntent, createAuthIntent, createRelayTransport, getMessage, getStep, parseSavedIntent,
  saveIntent, submitCode, submitCredentials, submitPhone, switchMethod]`

describe("Above the page that the core alone makes, and without React,", () => {
  it.each([
    ["useAuthIntent", "the hook", 3],
    ["ConnectAccount", "the whole form", 9],
  ])("%s: %s adds at most %i kB", async (name, _, most) => {
    const more = `${core}; import { ${name} } from "auth-intent/react"; globalThis.more = ${name}`
    const added = (await weigh(more)) - (await weigh(core))
    expect(added).toBeGreaterThan(1000)
    expect(added).toBeLessThanOrEqual(most * 1000)
  })
})
