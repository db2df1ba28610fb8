import { describe, expect, it } from "vitest"
import { AuthIntentError } from "../../../src/auth-intent-error.ts"
import { createRelay, type RelayOptions } from "../../../src/server/relay/create-relay.ts"
import { apiKey, keys } from "./host-relay.ts"

const options: RelayOptions = { apiKey, basePath: "/api/auth", getUserId: () => "ada", keys }

describe("createRelay refuses", () => {
  it.each<[string, string, unknown]>([
    ["origins", "a wildcard", ["*"]],
    ["origins", "null", ["null"]],
    ["origins", "a URL", ["https://app.example/"]],
    ["origins", "a host alone", ["app.example"]],
    ["origins", "a default port", ["https://app.example:443"]],
    ["origins", "a wildcard of a host", ["https://*.app.example"]],
    ["origins", "files", ["file://"]],
    ["origins", "a text", "https://app.example"],
    ["basePath", "a last slash", "/api/"],
    ["basePath", "no first slash", "api"],
    ["basePath", "a URL", "https://app.example/api"],
    ["basePath", "what a URL resolves", "/api/../auth"],
    ["basePath", "what a URL escapes", "/ä"],
    ["basePath", "a query", "/api?x"],
    ["basePath", "a pattern of a router", "/api/auth/*"],
    ["basePath", "a pattern of Next.js", "/api/auth/[...path]"],
    ["basePath", "nothing", undefined],
    ["basePath", "a symbol", Symbol("path")],
    ["onConnect", "a name that no option has", () => {}],
    ["limits", "a map", new Map([["codes", 1]])],
    ["getUserId", "a text", "ada"],
    ["store", "half a store", { get: async () => undefined }],
    ["clock", "a clock that stands", { now: 1_800_000_000_000 }],
    ["onConnected", "a text", "x"],
    ["onProblem", "a number", 7],
    ["apiKey", "an empty text", ""],
    ["failures", "a status that is none", { x: { status: 999, recovery: "stop" } }],
  ])("%s: %s, and names it", (name, _, value) => {
    const create = () => createRelay({ ...options, [name]: value })
    expect(create).toThrow(AuthIntentError)
    expect(create).toThrow(name)
  })

  it.each(["http://api.example", "https://a:b@api.example", "https://api.example?x"])("the base URL %s", (baseUrl) => {
    expect(() => createRelay({ ...options, baseUrl })).toThrow(/baseUrl/)
  })
})

it.each([
  "https://app.example",
  "http://localhost:5173",
  "https://[::1]:8443",
  "capacitor://localhost",
  "tauri://localhost",
])("createRelay accepts the origin %s", (origin) => {
  expect(createRelay({ ...options, origins: [origin] })).toBeTypeOf("function")
})
