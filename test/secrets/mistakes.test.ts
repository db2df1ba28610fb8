import { describe, expect, test } from "vitest"
import { createActor, toPromise } from "xstate"
import { authIntentMachine } from "../../machines/auth-intent.machine.ts"
import { advanceIntent } from "../../src/intent/advance-intent.ts"
import { type AuthIntentOptions, createAuthIntent } from "../../src/intent/create-auth-intent.ts"
import { submitCode, submitCredentials } from "../../src/intent/events.ts"
import { newIntent, parseSavedIntent } from "../../src/intent/saved-intent.ts"
import { waitForIntent } from "../../src/intent/wait-for-intent.ts"
import type { AuthTransport } from "../../src/transports/auth-transport.ts"
import { createIntelliwiseTransport } from "../../src/transports/intelliwise.ts"
import { createPostpressTransport } from "../../src/transports/postpress.ts"
import { Canaries } from "./canaries.ts"
import { textOf } from "./watch.ts"

const canaries = new Canaries()
const { apiKey, sessionToken, credentials, code, phone } = canaries
const { password } = credentials

const transport: AuthTransport<unknown> = { submit: () => new Promise(() => {}), solve: () => new Promise(() => {}) }
const provider = "INSTAGRAM"
const saved = newIntent({ provider })
const create = (options: object) => createAuthIntent({ transport, provider, ...options } as AuthIntentOptions<unknown>)
const url = `https://ada:${encodeURIComponent(password)}@api.example/?key=${apiKey}`

/** Secrets where none belongs, each a mistake that throws. */
const mistakes: [mistake: string, code: string, act: () => unknown][] = [
  ["an API key with a line break", "invalid_option", () => createPostpressTransport({ apiKey: `${apiKey}\n` })],
  ["an API key in a list", "invalid_option", () => createPostpressTransport({ apiKey: [apiKey] as never })],
  ["a key for a fetch", "invalid_option", () => createPostpressTransport({ apiKey, fetch: apiKey as never })],
  ["a key for a timeout", "invalid_option", () => createPostpressTransport({ apiKey, timeout: apiKey as never })],
  ["a key in a base URL", "invalid_base_url", () => createPostpressTransport({ apiKey, baseUrl: url })],
  ["a key for a base URL", "invalid_base_url", () => createPostpressTransport({ apiKey, baseUrl: apiKey })],
  [
    "a session token with a line break",
    "invalid_option",
    () => createIntelliwiseTransport({ baseUrl: "https://a.example", sessionToken: `${sessionToken}\n` }),
  ],
  ["a token in a base URL", "invalid_base_url", () => createIntelliwiseTransport({ baseUrl: url, sessionToken })],
  ["a password for a provider", "invalid_provider", () => create({ provider: password })],
  ["a password for a first provider", "invalid_provider", () => newIntent({ provider: password as never })],
  ["a password for a transport", "invalid_option", () => create({ transport: password })],
  ["a password for a lifetime", "invalid_option", () => create({ intentLifetime: password })],
  ["a password for a clock", "invalid_option", () => create({ clock: { now: password } })],
  ["a password for a record", "invalid_saved_intent", () => create({ resume: password })],
  ["a code for a version", "invalid_saved_intent", () => parseSavedIntent({ ...saved, version: Number(code) })],
  ["a code for a state", "invalid_saved_intent", () => parseSavedIntent({ ...saved, state: code })],
  ["a phone for an account", "invalid_saved_intent", () => parseSavedIntent({ ...saved, accountId: phone })],
  ["a password for a failure", "invalid_saved_intent", () => parseSavedIntent({ ...saved, failure: credentials })],
  [
    "a password for a lifetime of a record",
    "invalid_option",
    () => parseSavedIntent(saved, { intentLifetime: password as never }),
  ],
  [
    "a key for a schema",
    "invalid_option",
    () => createPostpressTransport({ apiKey, checkpoints: { A: apiKey as never } }),
  ],
  [
    "a key for a declared failure",
    "invalid_option",
    () => createPostpressTransport({ apiKey, failures: { a: apiKey as never } }),
  ],
  [
    "credentials for a record",
    "invalid_saved_intent",
    () => advanceIntent(credentials as never, undefined, { transport }),
  ],
]

describe("a mistake that throws shows no secret", () => {
  test.each(mistakes)("%s", async (_mistake, errorCode, act) => {
    const error = await (async () => act())().catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ name: "AuthIntentError", code: errorCode })
    expect(canaries.find(textOf(error))).toEqual([])
  })

  test("an intent that is stopped", async () => {
    const actor = create({}).start()
    actor.send(submitCredentials(credentials))
    const ended = waitForIntent(actor).catch((error: unknown) => error)
    actor.stop()
    expect(await ended).toMatchObject({ name: "AuthIntentError", code: "intent_stopped" })
    expect(canaries.find(textOf(await ended))).toEqual([])
  })

  test("a machine with no transport", async () => {
    const errors: unknown[] = []
    const logs: unknown[] = []
    const actor = createActor(authIntentMachine, {
      input: { provider },
      logger: (...values: unknown[]) => logs.push(...values),
      inspect: (event) => "event" in event && "error" in event.event && errors.push(event.event["error"]),
    }).start()
    actor.send(submitCredentials(credentials))
    const output = await toPromise(actor)
    expect(logs).toEqual([expect.stringContaining("submitCredentials")])
    expect(canaries.find(textOf([errors, logs, output]))).toEqual([])
  })

  test("an event that does not apply", async () => {
    const advanced = await advanceIntent(saved, submitCode(code), { transport })
    expect(advanced.saved).toEqual(saved)
    expect(canaries.find(textOf(advanced))).toEqual([])
  })
})
