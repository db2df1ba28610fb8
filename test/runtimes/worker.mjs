import { runChecks } from "./checks.mjs"
import { createTestRelay } from "./relay.mjs"

/** Runs the checks in a worker; its host serves the HTTP part. */
export default {
  async fetch(_, { SANDBOX_URL, RELAY_URL }) {
    const host = { relay: createTestRelay(), sandboxUrl: SANDBOX_URL, relayUrl: RELAY_URL }
    return Response.json(await runChecks(host))
  },
}
