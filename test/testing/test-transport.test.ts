import { describe, expect, it, vi } from "vitest"
import type { Fetch } from "../../src/http/post-json.ts"
import { platformTimers } from "../../src/testing/create-test-clock.ts"
import { testTransport } from "../../src/testing/test-transport.ts"
import type { TransportTestOptions } from "../../src/testing/transport-probe.ts"
import type { AuthTransport, Solution } from "../../src/transports/auth-transport.ts"

import {
  type Create,
  connected,
  credentials,
  demanding,
  graphQl,
  isRejected,
  named,
  ours,
  postpress,
  withoutSolve,
} from "./right-transports.ts"
import { around, bad, changing, isConnected, mistaken, solving, throwing, trusting } from "./wrong-transports.ts"

describe.each(Object.entries(ours))("the %s transport", (_, checks) => {
  it.each(checks)("$name", ({ run }) => run())
})

/** Runs one check of a transport. */
const runOf = (
  createTransport: Create,
  name: string,
  response: TransportTestOptions<unknown>["connected"] = connected,
) =>
  testTransport(createTransport, { credentials, connected: response })
    .find((each) => each.name === name)
    ?.run()

describe("testTransport", () => {
  it("has a bad transport for each of its checks", () => {
    expect(ours.postpress.map(({ name }) => name)).toEqual(Object.keys(bad))
  })

  const each = Object.entries(bad).flatMap(([name, transports]) =>
    [transports].flat().map((create) => ({ name, create })),
  )

  it.each(each)("fails a transport that does not hold: $name", async ({ name, create }) => {
    for (const method of ["debug", "error", "table"] as const) vi.spyOn(console, method).mockReturnValue()
    await expect(runOf(create, name)).rejects.toMatchObject({ code: "nonconforming_transport" })
  })

  const openingTwice = around(async (send, context) => (await send(context)) && send(context))
  it.each<[string, string, Create]>([
    ["Error before it sent anything", "connects, and returns the account id", throwing],
    ["TypeError where fetch failed", "returns an outcome where the connection fails", mistaken],
    ["SyntaxError at a 200", "reads no body without end", trusting],
    ["AuthIntentError (secret_spent) at a 201", "connects, and returns the account id", openingTwice],
  ])(
    "reports the class of what was thrown, a code of ours, and where, as its message may hold the request: %s",
    (thrown, name, create) =>
      expect(runOf(create, name)).rejects.toThrow(`submit threw ${thrown}, in place of returning an outcome`),
  )

  it.each<[Solution["kind"], string]>([
    ["code", "solve with a code threw Error before it sent anything"],
    ["phone", "solve with a phone threw Error before it sent anything"],
    ["inApp", "solve with inApp threw Error before it sent anything"],
    ["method", "solve with method threw Error before it sent anything"],
  ])("names the kind of solution: %s", (kind, message) =>
    expect(runOf(solving(kind, throwing), "opens a secret once")).rejects.toThrow(message),
  )

  const refusing = changing((outcome) => (outcome.kind === "connected" ? isRejected : outcome))
  it.each<[string, Create, TransportTestOptions<unknown>["connected"]]>([
    ["submit returned no connection", demanding, connected],
    ["submit returned no connection", demanding, { submit: connected, solve: connected }],
    ["submit returned no connection", graphQl, { ...named, submit: named.solve }],
    ["solve with a code returned no connection", graphQl, { ...named, solve: named.submit }],
    ["solve with a code returned no connection", refusing, { solve: connected }],
  ])("asks each operation to connect that has a response for it: %s", (message, create, response) =>
    expect(runOf(create, "connects, and returns the account id", response)).rejects.toThrow(message),
  )

  it.each([
    ["accepts an account id that is built from the response", (id: string) => `acme:${id}`, true],
    ["takes no short text of the response for an account id", () => "[object Object] 1", false],
  ])("%s", async (_, change, isRight) => {
    const create = changing((outcome) =>
      outcome.kind === "connected" ? { ...outcome, accountId: change(outcome.accountId) } : outcome,
    )
    const running = runOf(create, "connects, and returns the account id", {
      ...connected,
      body: { ...connected.body, version: 1 },
    })
    if (isRight) await running
    else await expect(running).rejects.toThrow("returned an account id that is not in the response")
  })

  it("asks the operation to connect after a failure that can connect", () =>
    expect(runOf(refusing, "is as good after a failure as before", { solve: connected })).rejects.toThrow(
      "solve with a code does not connect after a failure",
    ))

  it("responds to credentials that need not connect as to a solution", () => {
    const dated: Create = (fetch) => {
      const { submit, ...rest } = demanding(fetch)
      return {
        ...rest,
        async submit(request, context) {
          const outcome = await submit(request, context)
          return outcome.kind === "checkpoint" ? { ...outcome, receivedAt: new Date() } : outcome
        },
      }
    }
    const checked = runOf(dated, "returns plain data", { solve: connected })
    return expect(checked).rejects.toThrow("submit returns what is no plain data")
  })

  it("finds a number of the credentials in a URL", async () => {
    const create = (fetch: Fetch): AuthTransport<{ pin: number }> => ({
      async submit({ credentials }) {
        await fetch(`https://api.example/${credentials.open().pin}`, { method: "POST" } as never)
        return isConnected
      },
    })
    const checks = testTransport(create, { credentials: { pin: 24_681_357 }, connected })
    const check = checks.find(({ name }) => name === "puts no secret into a URL or a header")
    await expect(check?.run()).rejects.toThrow("submit puts a secret into its URL or a header")
  })

  it("reports a request that does not settle, and where", async () => {
    const hanging = around(async (send, context) => send(context).then(() => new Promise<never>(() => {})))
    const [check] = testTransport(hanging, { credentials, connected })
    vi.spyOn(platformTimers, "setTimeout").mockImplementation((run, ms) => setTimeout(run, (ms ?? 0) / 100))
    await expect(check?.run()).rejects.toThrow("submit did not settle at a 201: it took more than 3000 ms")
  })

  it.each([undefined, null, {}, Promise.resolve(postpress(() => new Response()))])(
    "fails what creates %o in place of a transport",
    (created) => {
      const test = () => testTransport(() => created as never, { credentials, connected })
      expect(test).toThrow(expect.objectContaining({ name: "AuthIntentError", code: "nonconforming_transport" }))
    },
  )

  it.each<[string, unknown, unknown]>([
    ["a transport in place of a function", postpress(() => new Response()), { credentials, connected }],
    ["no options", postpress, undefined],
    ["no credentials", postpress, { connected }],
    ["no response to connect by", postpress, { credentials }],
    ["a response without its status", postpress, { credentials, connected: { body: {} } }],
    ["a body that is no JSON", postpress, { credentials, connected: { status: 201, body: undefined } }],
    ["a body that JSON cannot hold", postpress, { credentials, connected: { status: 201, body: { id: 7n } } }],
    ["a response of submit alone", postpress, { credentials, connected: { submit: connected } }],
    [
      "responses without their status",
      postpress,
      { credentials, connected: { submit: { body: {} }, solve: connected } },
    ],
    ["a response of solve that is none", postpress, { credentials, connected: { solve: 201 } }],
    ["a response of both and one of each", postpress, { credentials, connected: { ...connected, solve: connected } }],
    ["a response of no operation", postpress, { credentials, connected: { solve: connected, sumbit: connected } }],
    ["a response of a solve that there is not", withoutSolve, { credentials, connected: { solve: connected } }],
    ["an option that there is not", postpress, { credentials, connected, porvider: "LINKEDIN" }],
    ["a provider that there is not", postpress, { credentials, connected, provider: "instagram" }],
  ])("refuses %s", (_, createTransport, options) => {
    const test = () => testTransport(createTransport as Create, options as never)
    expect(test).toThrow(expect.objectContaining({ name: "AuthIntentError", code: "invalid_option" }))
  })

  it("names the response that is missing beside one of submit", () => {
    const test = () => testTransport(postpress, { credentials, connected: { submit: connected } as never })
    expect(test).toThrow("options.connected.solve is missing")
  })

  it("checks only the credentials of a transport without checkpoints", async () => {
    const seen: string[] = []
    const createTransport: Create = (fetch) => ({
      submit: (request, context) => {
        seen.push("submit")
        return postpress(fetch).submit(request, context)
      },
    })
    await testTransport(createTransport, { credentials, connected })[0]?.run()
    expect(seen).toEqual(["submit"])
  })
})
