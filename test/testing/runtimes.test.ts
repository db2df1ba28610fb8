import { fileURLToPath } from "node:url"
import { build } from "esbuild"
import { Window } from "happy-dom"
// @ts-expect-error It ships no types.
import { JSDOM } from "jsdom"
import { Miniflare } from "miniflare"
import { describe, expect, it, onTestFinished } from "vitest"

/** The program of each runtime: it generates, plays, and reports the results as text. */
const program = `
  import { createActorDriver, getScenarios, runScenario } from "./index.ts"
  globalThis.play = async () => {
    const driver = createActorDriver()
    const without = ["Messenger", "no polling", "other times", "a phone number or an approval", "asleep"]
    const scenarios = getScenarios({ strategy: "shortest", without })
    for (const scenario of scenarios) await runScenario(scenario, driver)
    return scenarios.map(({ name }) => name).join("; ")
  }
`
async function bundle(more: string, conditions: string[]): Promise<string> {
  const resolveDir = fileURLToPath(new URL("../../src/testing/", import.meta.url))
  const { outputFiles } = await build({
    stdin: { contents: program + more, resolveDir, loader: "ts" },
    ...{ bundle: true, write: false, platform: "neutral", mainFields: ["module", "main"], conditions },
    format: more ? "esm" : "iife",
  })
  return outputFiles[0]?.text ?? ""
}

const played = /^canceled: failed; credentials, then connected: connected; .*time is up: expired/

const script = await bundle("", ["browser", "import"])

describe("auth-intent/testing generates and plays", () => {
  it("in jsdom, whose window has its own globals and no fetch", async () => {
    const { window } = new JSDOM("", { runScripts: "outside-only", url: "https://app.example" })
    onTestFinished(() => window.close())
    // Globals that every browser has, and jsdom does not.
    Object.assign(window, { Response, Headers, TextDecoder, TextEncoder, structuredClone, ReadableStream })
    window.eval(script)
    expect(await (window["play"] as () => Promise<string>)()).toMatch(played)
  })

  it("in happy-dom", async () => {
    const window = new Window({ url: "https://app.example", settings: { enableJavaScriptEvaluation: true } })
    onTestFinished(() => window.happyDOM.close())
    window.eval(script)
    expect(await (window as object as { play(): Promise<string> }).play()).toMatch(played)
  })

  it("in a Cloudflare worker", async () => {
    const respond = "export default { fetch: async () => new Response(await globalThis.play()) }"
    const worker = new Miniflare({
      modules: true,
      script: await bundle(respond, ["workerd", "worker", "import"]),
      compatibilityDate: "2026-01-01",
      cf: false,
    })
    onTestFinished(() => worker.dispose())
    expect(await (await fetch(await worker.ready)).text()).toMatch(played)
  })
})
