import { runChecks } from "./checks.mjs"

// Runs the checks in a page. Its origin serves the sandbox and the relay.
globalThis.results = runChecks({ isPage: true, sandboxUrl: `${location.origin}/v1`, relayUrl: "/api/auth" })
