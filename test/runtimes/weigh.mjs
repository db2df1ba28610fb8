import { gzipSync } from "node:zlib"
import { build } from "esbuild"

/** The code that each use of the library loads, in one file each. */
const uses = {
  "the machine alone": 'export { authIntentMachine } from "auth-intent"',
  "a page with a relay": `export {
    approveInApp, cancelIntent, createAuthIntent, createRelayTransport, getMessage, getStep, messages,
    parseSavedIntent, saveIntent, submitCode, submitCredentials, submitPhone, switchMethod, waitForIntent,
  } from "auth-intent"`,
  "`<ConnectAccount>` with its page, without React": 'export { ConnectAccount } from "auth-intent/react"',
  "a back end with postpress": 'export { createAuthIntent, createPostpressTransport } from "auth-intent"',
}

/** Weighs each use in the folder of the installed library: minified, `gzip -9`, with all loaded code but React. */
export const weigh = (resolveDir) =>
  Promise.all(
    Object.entries(uses).map(async ([name, contents]) => {
      const { outputFiles } = await build({
        stdin: { contents, resolveDir },
        bundle: true,
        minify: true,
        format: "esm",
        target: "es2022",
        external: ["react", "react/jsx-runtime"],
        write: false,
        logLevel: "error",
      })
      return [name, `${(gzipSync(outputFiles[0].contents, { level: 9 }).length / 1000).toFixed(1)} kB`]
    }),
  )
