import { createActorDriver } from "../../src/testing/create-actor-driver.ts"
import type { ScriptedFetch } from "../../src/testing/create-scripted-fetch.ts"
import type { Driver } from "../../src/testing/driver.ts"
import { createPostpressTransport } from "../../src/transports/postpress.ts"
import { withoutWords } from "./sandbox-scenarios.ts"

/** The sandbox, in process or over HTTP. */
export interface PlayedSandbox {
  fetch?: typeof fetch
  url?: string
  advance(ms: number): void
}

/** Holds each request back until it is its turn to be answered: by then the sandbox's clock has moved on. */
function holdRequests(sandbox: PlayedSandbox): ScriptedFetch {
  const send = sandbox.fetch ?? fetch
  let release: (() => void) | undefined
  let requests = 0
  return {
    fetch: (input, init) => {
      requests += 1
      return new Promise((resolve, reject) => {
        release = () => send(input, init).then(resolve, reject)
        init?.signal?.addEventListener("abort", () => {
          release = undefined
        })
      })
    },
    answer() {
      if (release === undefined) throw new Error("No request has come")
      release()
      release = undefined
    },
    get waiting() {
      return release !== undefined
    },
    get requests() {
      return requests
    },
  }
}

/** Drives the actor against the sandbox, and moves both their clocks. */
export function createSandboxDriver(sandbox: PlayedSandbox): Driver {
  const held = holdRequests(sandbox)
  const transport = createPostpressTransport({ apiKey: "sandbox", fetch: held.fetch, baseUrl: sandbox.url })
  const driver = createActorDriver(held, transport)
  return {
    ...driver,
    async clock(ms, asleep) {
      sandbox.advance(ms)
      await driver.clock(ms, asleep)
    },
    async observe() {
      return withoutWords(await driver.observe())
    },
  }
}
