import { beforeEach, describe, expect, it, vi } from "vitest"
import { waitFor } from "xstate"
import { createAuthIntent } from "../../src/intent/create-auth-intent.ts"
import { cancelIntent, submitCode, submitCredentials } from "../../src/intent/events.ts"
import { getState } from "../../src/intent/get-step.ts"
import { waitForIntent } from "../../src/intent/wait-for-intent.ts"
import { createRelayTransport } from "../../src/transports/relay.ts"

/** The polyfill of React Native up to 0.85: events and a flag, no reason and no newer method. */
class PolyfilledSignal {
  aborted = false
  onabort: (() => void) | null = null
  readonly #listeners = new Set<() => void>()

  addEventListener(type: string, listener: () => void): void {
    if (type === "abort") this.#listeners.add(listener)
  }

  removeEventListener(_type: string, listener: () => void): void {
    this.#listeners.delete(listener)
  }

  abort(): void {
    if (this.aborted) return
    this.aborted = true
    this.onabort?.()
    for (const listener of this.#listeners) listener()
  }
}

class PolyfilledController {
  readonly signal = new PolyfilledSignal()

  abort(): void {
    this.signal.abort()
  }
}

/** React Native's `URL`: it parses, and has no static methods. */
class PlainUrl extends URL {
  static override canParse: never
}

beforeEach(() => {
  vi.stubGlobal("AbortController", PolyfilledController)
  vi.stubGlobal("AbortSignal", PolyfilledSignal)
  Object.defineProperty(PlainUrl, "canParse", { value: undefined })
  vi.stubGlobal("URL", PlainUrl)
  vi.stubGlobal("navigator", { product: "ReactNative" })
})

/** React Native's fetch has no streams: a response is a text. */
const respond = (status: number, json: object) => ({
  status,
  headers: new Headers(),
  text: async () => JSON.stringify(json),
})

const login = { username: "ada", password: "pw" }

describe("in React Native", () => {
  it("a login through the relay is connected", async () => {
    const bodies: string[] = []
    const transport = createRelayTransport({
      baseUrl: "https://app.example.com/auth",
      fetch: async (url, { body }) => {
        bodies.push(body)
        return url.endsWith("/checkpoint")
          ? respond(201, { object: "AccountCreated", account_id: "acc_1" })
          : respond(202, { object: "Checkpoint", account_id: "acc_1", checkpoint: { type: "2FA" } })
      },
    })
    const actor = createAuthIntent({ transport, provider: "INSTAGRAM" }).start()
    actor.send(submitCredentials(login))
    await waitFor(actor, (snapshot) => getState(snapshot) === "checkpoint.twoFactor")
    actor.send(submitCode("123456"))
    expect(await waitForIntent(actor)).toMatchObject({ status: "connected" })
    expect(bodies).toHaveLength(2)
  })

  it("a cancel aborts the request in flight", async () => {
    const signals: AbortSignal[] = []
    const transport = createRelayTransport({
      baseUrl: "https://app.example.com/auth",
      fetch: (_, { signal }) => {
        signals.push(signal)
        return new Promise(() => {})
      },
    })
    const actor = createAuthIntent({ transport, provider: "INSTAGRAM" }).start()
    actor.send(submitCredentials(login))
    await vi.waitFor(() => expect(signals).toHaveLength(1))
    actor.send(cancelIntent())
    expect(signals[0]).toBeInstanceOf(PolyfilledSignal)
    expect(signals[0]?.aborted).toBe(true)
    expect(await waitForIntent(actor)).toMatchObject({ status: "failed", mayBeConnected: true })
  })
})
