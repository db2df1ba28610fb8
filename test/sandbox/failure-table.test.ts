import { afterAll, beforeAll, expect, it, onTestFinished } from "vitest"
import { SimulatedClock, waitFor } from "xstate"
import type { AuthIntentEvent } from "../../machines/auth-intent.types.ts"
import { failureTable, type Recovery } from "../../machines/failures.ts"
import { createAuthIntent } from "../../src/intent/create-auth-intent.ts"
import { submitCode, submitCredentials } from "../../src/intent/events.ts"
import { getState } from "../../src/intent/get-step.ts"
import { type SandboxServer, startSandbox } from "../../src/sandbox/start-sandbox.ts"
import { createPostpressTransport, type PostpressCredentials } from "../../src/transports/postpress.ts"
import { byStatus, documentedFailures, type FailureRow, failures } from "../failures/table.ts"

const there = "checkpoint.twoFactor"

/** Where a login or a code with a failure of a recovery leads. */
const afterLogin = (recovery: Recovery) => (recovery === "correct" || recovery === "retry" ? "idle" : "failed")
const afterCode = (recovery: Recovery) => (recovery === "correct" || recovery === "retry" ? there : "failed")

const unseen: FailureRow[] = byStatus.map(([status, recovery]) => [status, "errors/unseen", recovery])

const clock = new SimulatedClock()
let server: SandboxServer

beforeAll(async () => {
  server = await startSandbox({ clock })
})
afterAll(() => server.close())

/** An intent at a sandbox, over HTTP, with its login submitted. */
function logIn(username: string) {
  const transport = createPostpressTransport({ apiKey: "sandbox", baseUrl: server.url })
  const actor = createAuthIntent({ transport, provider: "INSTAGRAM", clock }).start()
  onTestFinished(() => void actor.stop())

  async function send(event: AuthIntentEvent<PostpressCredentials>) {
    actor.send(event)
    const snapshot = await waitFor(actor, (snapshot) => !snapshot.hasTag("busy"))
    const { failure, attempts } = snapshot.context
    return { state: getState(snapshot), failure, attempts }
  }
  return { send, login: send(submitCredentials({ username, password: "correct horse" })) }
}

const rows = (unknown: Recovery): FailureRow[] => [...failures, ...unseen, [401, "errors/unseen", unknown]]

/** The platform's fetch makes a network error of a 407. */
const expected = (status: number, type: string, recovery: Recovery) => {
  const known = { status, type: type === "errors/unseen" ? "errors/unknown" : type }
  return expect.objectContaining({ ...(status === 407 ? { status: 0, type: "client/network" } : known), recovery })
}

it.each(rows("correct"))("a login meets %i %s: %s", async (status, type, recovery) => {
  const { state, failure, attempts } = await logIn(`error:${status}:${type}`).login
  expect({ state, failure, attempts }).toEqual({
    state: afterLogin(recovery),
    failure: expected(status, type, recovery),
    attempts: 0,
  })
})

it.each(rows("stop"))("a code meets %i %s: %s", async (status, type, recovery) => {
  const { login, send } = logIn(`2fa-error:${status}:${type}`)
  expect(await login).toEqual({ state: there, failure: undefined, attempts: 0 })
  expect(await send(submitCode("123456"))).toEqual({
    state: afterCode(recovery),
    failure: expected(status, type, recovery),
    attempts: type === "errors/invalid_checkpoint_solution" ? 1 : 0,
  })
})

it("a 429 comes with the time of the next try", async () => {
  const { failure } = await logIn("error:429:errors/too_many_requests").login
  expect(failure).toMatchObject({ recovery: "retry", retryAt: clock.now() + 30_000 })
})

it("every pair that the library knows is expected here, once, and 32 of them are the documents'", () => {
  const known = Object.entries(failureTable).flatMap(([status, types]) =>
    Object.keys(types).map((type) => `${status} errors/${type}`),
  )
  const expected = failures.map(([status, type]) => `${status} ${type}`)
  expect(expected.sort()).toEqual(known.sort())
  expect(new Set(expected).size).toBe(expected.length)
  expect(documentedFailures).toHaveLength(32)
})
