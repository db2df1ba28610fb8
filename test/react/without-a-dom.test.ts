import { fileURLToPath } from "node:url"
import { createContext, runInContext } from "node:vm"
import { build } from "esbuild"
import { expect, it } from "vitest"
import { alias } from "./stage.ts"

/** Renders the hook, and plays its login from the first step to the last. The result is a promise. */
const contents = `
  import { createElement } from "react"
  import { renderToString } from "react-dom/server.browser"
  import { createPageIntent } from "auth-intent/page"
  import { useAuthIntent } from "auth-intent/react"
  import { transport } from "../page/transport.ts"

  const options = { transport, provider: "LINKEDIN" }

  function Screen() {
    const { step, busy, getCodeProps } = useAuthIntent(options)
    return [step.kind, busy, getCodeProps().name].join(" ")
  }

  async function play() {
    const shown = [renderToString(createElement(Screen))]
    const login = createPageIntent(() => options)
    login.subscribe(() => shown.push(login.getState().step.kind))
    const stop = login.start()
    const until = async (kind) => {
      for (let turn = 0; turn < 100 && login.getState().step.kind !== kind; turn += 1) await undefined
    }
    login.submitCredentials({ username: "ada", password: "correct horse" })
    await until("code")
    login.submitCode("123456")
    await until("done")
    stop()
    return [...new Set(shown)]
  }
  globalThis.played = play()`

it("the hook renders, and its login goes to its end, with the globals of React Native alone", async () => {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: fileURLToPath(new URL(".", import.meta.url)), loader: "js" },
    ...({ bundle: true, format: "iife", platform: "browser", write: false, logLevel: "error" } as const),
    define: { "process.env.NODE_ENV": '"production"' },
    alias,
  })
  const timers = { setTimeout, clearTimeout, setInterval, clearInterval, queueMicrotask }
  const web = { AbortController, AbortSignal, TextDecoder, TextEncoder, URL, console }
  // The test's renderer needs a MessageChannel. React Native has a window and a navigator, but no events, no
  // connection, no document and no storage.
  const globals = createContext({ ...timers, ...web, MessageChannel, navigator: { product: "ReactNative" } })
  runInContext("globalThis.window = globalThis", globals)
  runInContext(outputFiles[0]?.text ?? "", globals)
  expect(await globals["played"]).toEqual(["credentials false code", "credentials", "code", "done"])
})
