import { describe, expect, it, vi } from "vitest"
import { assertNotBrowser } from "../../src/http/assert-not-browser.ts"
import { createHostedLinks } from "../../src/server/hosted/create-hosted-links.ts"
import { createRelay } from "../../src/server/relay/create-relay.ts"
import { createIntelliwiseTransport } from "../../src/transports/intelliwise.ts"
import { createPostpressTransport } from "../../src/transports/postpress.ts"
import { expectMistake, thrownBy } from "../harness/expect-mistake.ts"

const key = "key-4f1c9a77"

const worker = { WorkerGlobalScope: class {}, WorkerLocation: class {} }

/** The global names that distinguish a place. */
const places = {
  "a page": { window: globalThis, document: {} },
  "a web worker of a page": { ...worker, navigator: { userAgent: "x" } },
  "a worker without a navigator": { ...worker, navigator: undefined },
  "a service worker": { ...worker, navigator: { userAgent: "Chrome" } },
}

const enter = (globals: Record<string, unknown>) => {
  for (const [name, value] of Object.entries(globals)) vi.stubGlobal(name, value)
}

describe.each(Object.entries(places))("in %s", (_, globals) => {
  it.each([
    ["postpress", () => createPostpressTransport({ apiKey: key })],
    ["intelliwise", () => createIntelliwiseTransport({ baseUrl: "https://a.example", sessionToken: key })],
  ])("%s refuses its key, and does not show it", (_, create) => {
    enter(globals)
    const message = /: send from a server, through the relay(\. In a test: dangerouslyAllowBrowser)?$/
    expectMistake(create, "api_key_in_page", message, key)
  })

  it("postpress goes ahead where dangerouslyAllowBrowser is set", () => {
    enter(globals)
    expect(() => createPostpressTransport({ apiKey: key, dangerouslyAllowBrowser: true })).not.toThrow()
    const refused = () => createPostpressTransport({ apiKey: key, dangerouslyAllowBrowser: false })
    expectMistake(refused, "api_key_in_page", /dangerouslyAllow/)
  })

  it("a relay with hosted routes goes ahead where dangerouslyAllowBrowser is set, and else refuses its key", () => {
    enter(globals)
    const keys = [{ id: "1", secret: "0123456789abcdef0123456789abcdef" }] as const
    const page = { publicUrl: "https://app.example/api/auth", returnTo: "https://app.example/connect" }
    const relay = { apiKey: key, basePath: "/api/auth", getUserId: () => "user_1", keys, ...page }
    expect(() => createRelay({ ...relay, dangerouslyAllowBrowser: true })).not.toThrow()
    expect(thrownBy(() => createRelay(relay))).toMatchObject({ code: "api_key_in_page" })
    expect(thrownBy(() => createHostedLinks({ apiKey: key, keys }))).toMatchObject({ code: "api_key_in_page" })
  })
})

it.each<[string, Record<string, unknown>]>([
  ["a server", {}],
  ["a window alone, as some libraries define it", { window: globalThis }],
  ["a document alone", { document: {} }],
  ["a worker's scope alone, as libraries define it", { WorkerGlobalScope: class {}, navigator: { userAgent: "x" } }],
  ["a worker's location alone", { WorkerLocation: class {}, navigator: { userAgent: "x" } }],
  ["a worker of Deno", { ...worker, navigator: { userAgent: "Deno/2.9.6" } }],
  ["a Cloudflare worker", { ...worker, navigator: { userAgent: "Cloudflare-Workers" } }],
  ["a runtime without a navigator", { navigator: undefined }],
])("%s may hold a key", (_, globals) => {
  enter(globals)
  expect(() => assertNotBrowser()).not.toThrow()
})
