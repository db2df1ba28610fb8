import nodeFetch from "node-fetch"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { failureTable } from "../../src/failures/failure-table.ts"
import { type SandboxServer, startSandbox } from "../../src/sandbox/start-sandbox.ts"
import { type Client, createClient, type Said } from "./client.ts"

/** Every error that the library knows, as a status and a type. */
const pairs = Object.entries(failureTable).flatMap(([status, types]) =>
  Object.keys(types).map((type): [number, string] => [Number(status), `errors/${type}`]),
)

const envelopeOf = ({ status, body, headers }: Said) => ({ status, body, contentType: headers.get("content-type") })

const envelope = (status: number, type: string) => ({
  status,
  body: {
    title: expect.stringMatching(/^[A-Z][a-z ]+$/),
    detail: expect.stringMatching(/^[A-Z].+\.$/),
    instance: expect.stringMatching(/^req_[\w-]{20,}$/),
    type,
    status,
  },
  contentType: "application/json",
})

describe("over HTTP", () => {
  let server: SandboxServer
  let client: Client

  beforeAll(async () => {
    server = await startSandbox()
    // The platform's fetch makes a network error of a 407.
    client = createClient(nodeFetch as unknown as typeof fetch, server.url)
  })
  afterAll(() => server.close())

  it("there are the 32 pairs of the documents, and the 3 that they do not name", () => {
    expect(pairs).toHaveLength(32 + 3)
  })

  it.each(pairs)("%i %s answers a login", async (status, type) => {
    expect(envelopeOf(await client.login(`error:${status}:${type}`))).toEqual(envelope(status, type))
  })

  it.each(pairs)("%i %s answers every solution", async (status, type) => {
    const account = await client.login(`2fa-error:${status}:${type}`)
    expect(account.short).toBe("202 2FA")
    expect(envelopeOf(await client.solve(account, "123456"))).toEqual(envelope(status, type))
    expect(envelopeOf(await client.solve(account, "TRY_ANOTHER_WAY"))).toEqual(envelope(status, type))
  })
})
