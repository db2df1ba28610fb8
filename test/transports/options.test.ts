import * as undici from "undici"
import { describe, expect, it } from "vitest"
import { createPostJson, type PostJsonOptions } from "../../src/http/post-json.ts"
import { createSandbox } from "../../src/sandbox/create-sandbox.ts"
import { createHostedLinks } from "../../src/server/hosted/create-hosted-links.ts"
import { createNodeFetch } from "../../src/server/node-fetch.ts"
import { createIntelliwiseTransport, type IntelliwiseOptions } from "../../src/transports/intelliwise.ts"
import { createPostpressTransport, type PostpressOptions } from "../../src/transports/postpress.ts"
import { createRelayTransport, type RelayTransportOptions } from "../../src/transports/relay.ts"
import { expectMistake, thrownBy } from "../harness/expect-mistake.ts"
import { printed } from "../harness/printed.ts"

const key = "key-4f1c9a77"

const postpress = (options: unknown) => createPostpressTransport(options as PostpressOptions)
const intelliwise = (options: unknown) => createIntelliwiseTransport(options as IntelliwiseOptions)
const relay = (options: unknown) => createRelayTransport(options as RelayTransportOptions)

const schema = { "~standard": { validate: () => ({ value: {} }) } }
const mostTimers = 2_147_483_647

describe("createPostpressTransport refuses", () => {
  it.each<[option: string, value: unknown, expected: RegExp]>([
    ["apiKey", undefined, /missing/],
    ["apiKey", "", /visible ASCII/],
    ["apiKey", ` ${key}`, /visible ASCII/],
    ["apiKey", `${key}\n`, /visible ASCII/],
    ["apiKey", `${key}é`, /visible ASCII/],
    ["timeout", 0, /number from 1 to 2147483647/],
    ["timeout", Number.NaN, /number from 1 to 2147483647/],
    ["timeout", mostTimers + 1, /number from 1 to 2147483647/],
    ["timeout", "5", /number from 1 to 2147483647/],
    ["fetch", "fetch", /function/],
    ["dangerouslyAllowBrowser", "true", /true or false/],
    ["onResponse", {}, /function/],
    ["failures", "errors/new", /Object|Record/],
    ["failures", { "errors/new": "stop" }, /an object/],
    ["failures", new Map([["errors/new", { status: 423, recovery: "stop" }]]), /plain Object/],
    ["failures", [{ status: 423, recovery: "stop" }], /plain Object/],
    ["failures", { "errors/new": { status: 423 } }, /recovery is missing/],
    ["failures", { "errors/new": { status: 423, recovery: key } }, /correct.*retry.*restart.*stop/],
    ["failures", { "errors/new": { status: 200, recovery: "stop" } }, /number from 400 to 599/],
    ["failures", { ["x".repeat(101)]: { status: 423, recovery: "stop" } }, /text of 1 to 100 characters/],
    ["checkpoints", "CAPTCHA", /Object|Record/],
    ["checkpoints", new Map([["CAPTCHA", schema]]), /plain Object/],
    ["checkpoints", { "": schema }, /text of 1 to 100 characters/],
    ["checkpoints", { CAPTCHA: {} }, /a Standard Schema/],
    ["checkpoints", { CAPTCHA: { "~standard": { validate: key } } }, /a Standard Schema/],
    ["checkpoints", { CAPTCHA: null }, /a Standard Schema/],
  ])("%s of %o", (option, value, expected) => {
    const named = new RegExp(`^createPostpressTransport: (?=.*${option}).*(?:${expected.source})`)
    expectMistake(() => postpress({ apiKey: key, [option]: value }), "invalid_option", named, key)
  })

  it.each([[undefined], [null], [key], [5], [[]]])("no options, but %o", (options) => {
    const named = /^createPostpressTransport: .*(missing|should be)/
    expectMistake(() => postpress(options), "invalid_option", named, key)
  })

  it("several at once, naming each", () => {
    const { message } = thrownBy(() => postpress({ apiKey: "", timeout: 0, fetch: key }))
    expect(message).toBe(
      "createPostpressTransport: apiKey should be a text of visible ASCII characters, not empty; fetch should be a function; timeout should be a number from 1 to 2147483647",
    )
  })

  it("no declarations because of where they come from: a module, a class, an object without a prototype", async () => {
    const file = `data:text/javascript,${encodeURIComponent('export const CAPTCHA = { "~standard": { validate() {} } }')}`
    const exported = await import(/* @vite-ignore */ file)
    const bare = Object.assign(Object.create(null), exported)
    const ofClass = Object.assign(new (class {})(), exported)
    for (const checkpoints of [exported, bare, ofClass, Object.freeze({ ...exported })]) {
      expect(postpress({ apiKey: key, checkpoints })).toHaveProperty("submit")
    }
  })

  it("a base URL of null, and sends nothing to the API's own", () => {
    expect(thrownBy(() => postpress({ apiKey: key, baseUrl: null })).code).toBe("invalid_base_url")
  })
})

describe("createIntelliwiseTransport refuses", () => {
  it.each<[option: string, value: unknown, expected: RegExp]>([
    ["sessionToken", undefined, /missing/],
    ["sessionToken", "", /visible ASCII/],
    ["sessionToken", `${key}\n`, /visible ASCII/],
    ["buildId", "", /text of 1 to 1000/],
    ["buildId", "x".repeat(1001), /text of 1 to 1000/],
    ["packageId", null, /text of 1 to 1000/],
    ["fetch", "fetch", /function/],
  ])("%s of %o", (option, value, expected) => {
    const given = { baseUrl: "https://a.test", sessionToken: key, [option]: value }
    const named = new RegExp(`^createIntelliwiseTransport: (?=.*${option}).*(?:${expected.source})`)
    expectMistake(() => intelliwise(given), "invalid_option", named, key)
  })

  it("options without a base URL", () => {
    expect(thrownBy(() => intelliwise({ sessionToken: key })).code).toBe("invalid_base_url")
  })
})

it.each<[string, object, string]>([
  ["headers with a name that is none", { headers: { "x y": key } }, "headers should be names and values"],
  ["headers with a value of two lines", { headers: { x: `a\n${key}` } }, "headers should be names and values"],
  ["headers as a Headers", { headers: new Headers({ x: key }) }, "headers should be names and values"],
  ["headers as a promise", { headers: Promise.resolve({ x: key }) }, "headers should be names and values"],
  ["a header that is undefined", { headers: { x: undefined } }, "headers should be names and values"],
  [
    "a header whose getter throws",
    { headers: Object.defineProperty({}, "x", { enumerable: true, get: () => expect.fail(key) }) },
    "headers should be names and values",
  ],
  ["one header of two that is a number", { headers: { x: key, y: 7 } }, "headers should be names and values"],
  ["a fetch that is none", { fetch: key }, "fetch should be a function"],
])("createRelayTransport and createPostJson refuse %s", (_, wrong, message) => {
  const callers = [
    ["createRelayTransport", () => relay({ baseUrl: "/api", ...wrong })],
    ["createPostJson", () => createPostJson(wrong as PostJsonOptions)],
  ] as const
  for (const [caller, call] of callers) {
    const error = thrownBy(call)
    expect(error).toMatchObject({ code: "invalid_option", message: `${caller}: ${message}` })
    expect(printed(error)).not.toContain(key)
  }
})

it("createPostJson refuses a timeout that no timer holds", () => {
  const error = thrownBy(() => createPostJson({ timeout: mostTimers + 1 }))
  expect(error).toMatchObject({ code: "invalid_option", message: expect.stringContaining("createPostJson: timeout") })
})

it.each([[1], [30_000], [mostTimers], [1.5]])("a timeout of %d ms is accepted", (timeout) => {
  expect(() => postpress({ apiKey: key, timeout })).not.toThrow()
})

it("an API key is all that postpress needs", () => {
  expect(postpress({ apiKey: key })).toEqual({ submit: expect.any(Function), solve: expect.any(Function) })
})

it.each<[name: string, build: (options: object) => unknown]>([
  ["createPostpressTransport", (options) => postpress({ ...options, apiKey: key })],
  ["createIntelliwiseTransport", (options) => intelliwise({ ...options, sessionToken: key })],
  ["createHostedLinks", (options) => createHostedLinks({ ...options, apiKey: key, keys: [] })],
  ["createNodeFetch", (options) => createNodeFetch({ ...options, undici })],
  ["createSandbox", createSandbox],
])(
  "%s refuses an option that there is not: with a misspelled base URL, it would send to the real API",
  (name, build) => {
    const options = { baseURL: "http://127.0.0.1:4010/v1" }
    expect(() => build(options)).toThrow(`${name}: it should be without baseURL, which is no option`)
  },
)

it("a transport shows nothing of its options", () => {
  const baseUrl = "https://api.example.com/v1"
  const built = [
    postpress({ apiKey: key, baseUrl }),
    intelliwise({ sessionToken: key, baseUrl }),
    relay({ headers: { "x-csrf": key }, baseUrl }),
  ]
  for (const transport of built) {
    expect(printed(transport)).not.toContain(key)
    expect(printed(transport)).not.toContain("example.com")
  }
})
