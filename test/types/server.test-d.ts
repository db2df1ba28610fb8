import { createPostpressTransport, createRelayTransport, parseSavedHostedAuth, submitCode } from "../../src/index.ts"
import { createPageIntent } from "../../src/page/index.ts"
import {
  createHostedLinks,
  createIntents,
  createMemoryStore,
  createRelay,
  parseNotification,
} from "../../src/server/index.ts"

const keys = [{ id: "k1", secret: "x" }] as const
const relay = { apiKey: "key", basePath: "/api/auth", getUserId: () => "ada", keys }

// A relay needs the signed-in user and its keys.
createRelay(relay)
// @ts-expect-error A variable of the environment may be missing.
createRelay({ ...relay, apiKey: process.env["POSTPRESS_API_KEY"] })
// @ts-expect-error A user's id is a text.
createRelay({ ...relay, getUserId: () => 7 })
// @ts-expect-error There is no such limit.
createRelay({ ...relay, limits: { code: 1 } })
// @ts-expect-error There is no such option.
createRelay({ ...relay, onConected: () => {} })
// @ts-expect-error A store is asynchronous.
createRelay({ ...relay, store: new Map<string, string>() })

// A link has known providers and a lifetime.
const links = createHostedLinks({ apiKey: "key", keys })
const link = { userId: "ada", providers: "*", expiresAt: 1, successUrl: "https://app.example" } as const
links.createLink({ type: "create", ...link })
links.createLink({ type: "reconnect", ...link, reconnectAccount: "acc_1" })
// @ts-expect-error There is no such provider.
links.createLink({ type: "create", ...link, providers: ["TWITTER"] })
// @ts-expect-error A time is in ms.
links.createLink({ type: "create", ...link, expiresAt: new Date() })
// @ts-expect-error The keys are missing.
parseNotification({})

// Intents are started for a provider, and receive events.
const intents = createIntents({ transport: createPostpressTransport({ apiKey: "key" }), store: createMemoryStore() })
intents.send("ada", submitCode("123456"))
// @ts-expect-error JSON is parsed first.
intents.send("ada", { type: "code.submit", code: "123456" })
// @ts-expect-error An event is needed.
intents.send("ada", null)
// @ts-expect-error A provider is needed.
intents.start("ada")

// `createPageIntent` takes a function that returns complete options.
createPageIntent(() => ({ relay: "/api/auth", provider: "INSTAGRAM" }))
// @ts-expect-error Options come from a function.
createPageIntent({ relay: "/api/auth", provider: "INSTAGRAM" })
// @ts-expect-error The function is not async.
createPageIntent(async () => ({ relay: "/api/auth", provider: "INSTAGRAM" }))
// @ts-expect-error Headers are not waited for.
createRelayTransport({ baseUrl: "/api/auth", headers: Promise.resolve({ "x-csrf": "1" }) })
// @ts-expect-error A `Headers` has no properties.
createRelayTransport({ baseUrl: "/api/auth", headers: new Headers() })
// @ts-expect-error A variable of the environment may be missing.
createRelayTransport({ baseUrl: process.env["RELAY"] })
// @ts-expect-error A map declares nothing.
createPostpressTransport({ apiKey: "key", failures: new Map([["errors/new", { status: 423, recovery: "stop" }]]) })
// @ts-expect-error A field of a form may be a file, or missing.
submitCode(new FormData().get("code"))
parseSavedHostedAuth({}, { userId: undefined })
// @ts-expect-error A user's id is a text.
parseSavedHostedAuth({}, { userId: null })
