import { expect, it, vi } from "vitest"
import type { Fetch } from "../../../src/http/post-json.ts"
import { Secret } from "../../../src/secret.ts"
import type { Solution } from "../../../src/transports/auth-transport.ts"
import { createRelayTransport } from "../../../src/transports/relay.ts"
import { holdTimers } from "../../harness/hold-timers.ts"
import { createContext } from "../../harness/send-postpress.ts"
import { createPageTransport, hostRelay, password } from "./host-relay.ts"

const context = createContext()
const provider = "TWITTER"

it("a page waits for a relay that waits 30 s each for the API and for its host", async () => {
  holdTimers()
  const fetch: Fetch = () =>
    new Promise((resolve) => {
      setTimeout(() => resolve(Response.json({ object: "AccountCreated", account_id: "t2" }, { status: 201 })), 85_000)
    })
  const transport = createRelayTransport({ baseUrl: "/api/auth", fetch })
  const outcome = transport.solve?.({ provider, accountId: "t1", solution: { kind: "inApp" } }, context)
  await vi.advanceTimersByTimeAsync(85_000)
  expect(await outcome).toEqual({ kind: "connected", accountId: "t2" })
})

/** A page with a relay, in front of an API that demands a code and has accounts with this id. */
function open(account_id: string) {
  const { relay, connected } = hostRelay({
    fetch: async (_, { body }) =>
      JSON.parse(body).code === undefined
        ? Response.json({ object: "Checkpoint", account_id, checkpoint: { type: "2FA" } }, { status: 202 })
        : Response.json({ object: "AccountCreated", account_id }, { status: 201 }),
  })
  const transport = createPageTransport(relay)
  const submit = () => transport.submit({ provider, credentials: new Secret({ username: "ada", password }) }, context)
  const solution = (): Solution => ({ kind: "code", secret: new Secret("123456") })
  const solve = (accountId: string) => transport.solve?.({ provider, accountId, solution: solution() }, context)
  return { connected, submit, solve }
}

it.each([
  ["letters", "a"],
  ["letters of three bytes", "€"],
  ["marks that JSON escapes", "\u0001"],
])("an account id of 1000 %s has a token that the page accepts, and sends back", async (_, letter) => {
  const id = `a${letter.repeat(999)}`
  const { submit, solve, connected } = open(id)
  const submitted = await submit()
  expect(submitted.kind).toBe("checkpoint")
  const solved = await solve("accountId" in submitted ? submitted.accountId : "")
  expect([solved?.kind, connected]).toEqual(["connected", [{ userId: "ada", provider, accountId: id }]])
})
