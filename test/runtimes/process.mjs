// Runs the checks in a process of Node, Bun or Deno, which itself serves the sandbox and the relay.
import process from "node:process"
import { startSandbox } from "auth-intent/sandbox"
import { serve } from "srvx"
import { runChecks } from "./checks.mjs"
import { createTestRelay } from "./relay.mjs"

const relay = createTestRelay()
const sandbox = await startSandbox()
const server = serve({ fetch: createTestRelay(), hostname: "127.0.0.1", port: 0, silent: true })
await server.ready()
const results = await runChecks({ relay, sandboxUrl: sandbox.url, relayUrl: new URL("api/auth", server.url).href })
console.log(JSON.stringify(results))
process.exit()
