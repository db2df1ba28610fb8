import type { Fetch } from "../http/post-json.ts"
import { transportSchema } from "../transports/auth-transport.schema.ts"
import type { AuthTransport } from "../transports/auth-transport.ts"
import { parse } from "../values.schema.ts"
import { fail } from "./model/fail.ts"
import { testTransportArguments } from "./testing.schema.ts"
import { transportChecks } from "./transport-checks.ts"
import { createProbe, kinds, type TransportTestOptions } from "./transport-probe.ts"

/** One check, for the test runner of your choice. */
export interface TransportCheck {
  /** A sentence about the transport. */
  name: string
  /**
   * Resolves where the transport conforms.
   * @throws AuthIntentError `nonconforming_transport`.
   */
  run(): Promise<void>
}

/**
 * Returns the checks that every transport should pass, one by one, for any test runner. Each check creates its own
 * transport, with a scripted `fetch`: nothing leaves this machine.
 * @throws AuthIntentError `invalid_option`, or `nonconforming_transport` where `createTransport` returns no transport.
 * @example
 * for (const { name, run } of testTransport((fetch) => createMyTransport({ fetch }), { credentials, connected })) it(name, run)
 */
export function testTransport<Credentials>(
  createTransport: (fetch: typeof globalThis.fetch & Fetch) => AuthTransport<Credentials>,
  options: TransportTestOptions<Credentials>,
): TransportCheck[] {
  parse(testTransportArguments, { createTransport, options }, "invalid_option", "testTransport")
  const first = createTransport(async () => new Response("{}"))
  parse(transportSchema, first, "nonconforming_transport", "testTransport: what createTransport returned")
  if ("solve" in options.connected && !first.solve) {
    fail("invalid_option", "testTransport: options.connected.solve is of a transport that has a solve")
  }
  const served = { ...options, provider: options.provider ?? first.providers?.[0] }
  async function findKind() {
    // Every fault is played with a code, unless the API knows no codes.
    for (const kind of kinds) {
      const { send, ok } = createProbe(createTransport, served, "solve", kind)
      if ((await send(ok)).rejected?.sent !== false) return kind
    }
    return "code"
  }
  return Object.entries(transportChecks).map(([name, check]) => ({
    name,
    async run() {
      await check(createProbe(createTransport, served, "submit"))
      if (first.solve) await check(createProbe(createTransport, served, "solve", await findKind()))
    },
  }))
}
