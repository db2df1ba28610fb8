import { describe, expect, it } from "vitest"
import { createActor, toPromise } from "xstate"
import type { Failure, Recovery } from "../../machines/failures.ts"
import type { Provider } from "../../machines/providers.ts"
import type { AuthIntentError } from "../../src/auth-intent-error.ts"
import { submitCredentials } from "../../src/intent/events.ts"
import { withTransport } from "../../src/intent/with-transport.ts"
import { Secret } from "../../src/secret.ts"
import {
  createIntelliwiseTransport,
  type IntelliwiseCredentials,
  type IntelliwiseOptions,
} from "../../src/transports/intelliwise.ts"
import { rejected } from "../harness/outcomes.ts"
import { printed } from "../harness/printed.ts"
import { createContext } from "../harness/send-postpress.ts"
import { type Reply, serve } from "../harness/serve.ts"

const sessionToken = "token-77aa31"
const login = { code: "ig-code-2468", type: "oauth", clientId: "client-9" }

/** The document's example, with a recognizable session. */
const session = {
  id: 42,
  sessionid: "sess-0f3e",
  selectedcustomer: { id: 7, slackchannel: "#c", displayname: "C", deleted: false },
  start: "2025-05-04T09:42:00Z",
  refreshed_start: "2025-05-04T09:42:00Z",
  ip: "192.0.2.1",
  valid: true,
  is_api_key: false,
  is_dg: false,
  missing2fa: false,
  start_in_vpn: false,
  auth_by_credentials: true,
}

const give =
  (body: unknown, status = 200, headers?: Record<string, string>): Reply =>
  () =>
    Response.json(body, { status, headers })

interface Call extends Partial<IntelliwiseOptions> {
  provider?: Provider
  credentials?: unknown
}

function submit(baseUrl: string, { provider = "INSTAGRAM", credentials = login, ...options }: Call = {}) {
  const secret = new Secret(credentials) as Secret<IntelliwiseCredentials>
  const transport = createIntelliwiseTransport({ baseUrl, sessionToken, ...options })
  return transport.submit({ provider, credentials: secret }, createContext())
}

describe("a request", () => {
  it("is as documented", async () => {
    const server = await serve(give(session))
    await submit(server.url, { buildId: "build-1", packageId: "package-2" })
    expect(server.received).toMatchObject([
      {
        method: "POST",
        path: "/api/opendata/instagram/login?iw-build-id=build-1&iw-package-id=package-2",
        headers: { "x-session-token": sessionToken, "content-type": "application/json" },
        body: '{"data":{"code":"ig-code-2468","type":"oauth","client_id":"client-9"}}',
      },
    ])
  })

  it.each([
    [{}, ""],
    [{ buildId: "1.2" }, "?iw-build-id=1.2"],
    [{ packageId: "de.iw" }, "?iw-package-id=de.iw"],
    [{ buildId: "a&b=c #é", packageId: "+" }, "?iw-build-id=a%26b%3Dc+%23%C3%A9&iw-package-id=%2B"],
  ])("with the ids %j has the query %j", async (ids, query) => {
    const server = await serve(give(session))
    await submit(server.url, ids)
    expect((await server.first).path).toBe(`/api/opendata/instagram/login${query}`)
  })

  it.each([
    [{ code: " c " }, { code: "c", type: null, client_id: null }],
    [
      { code: "c", type: null, clientId: null },
      { code: "c", type: null, client_id: null },
    ],
    [
      { code: "c", type: "t", more: 1 },
      { code: "c", type: "t", client_id: null },
    ],
  ])("with %j sends %j", async (credentials, data) => {
    const server = await serve(give(session))
    await submit(server.url, { credentials })
    expect(JSON.parse((await server.first).body)).toEqual({ data })
  })
})

const refused = { ...rejected("client/invalid_input", 0, "correct"), sent: false }

it.each([
  [null],
  [{}],
  [{ code: "" }],
  [{ code: "  " }],
  [{ code: 5 }],
  [{ code: "x".repeat(1001) }],
  [{ code: "c", type: 5 }],
  [{ code: "c", clientId: ["c"] }],
  [{ username: "ada", password: "hunter2" }],
])("is refused without a request: credentials like %j", async (credentials) => {
  const server = await serve(give(session))
  expect(await submit(server.url, { credentials })).toEqual(refused)
  expect(server.received).toEqual([])
})

describe("a response", () => {
  it("that is valid is connected, and the whole session comes out once, as a secret", async () => {
    const server = await serve(give(session))
    const outcome = await submit(server.url)
    expect(outcome).toEqual({ kind: "connected", accountId: "42", session: expect.any(Secret) })
    expect(printed(outcome)).not.toContain("sess-0f3e")

    if (outcome.kind !== "connected") throw new Error("not connected")
    const secret = outcome.session as Secret<unknown>
    expect(secret.open()).toEqual(session)
    expect(() => secret.open()).toThrow("only once")
  })

  it("may leave out what is not needed", async () => {
    const server = await serve(give({ id: 1, valid: true }))
    expect(await submit(server.url)).toMatchObject({ kind: "connected", accountId: "1" })
  })

  const needsFactor = ["client/second_factor_required", "stop"] as const
  const invalid = ["client/invalid_session", "restart"] as const
  it.each<[more: object, type: Failure["type"], recovery: Recovery]>([
    [{ missing2fa: true }, ...needsFactor],
    [{ missing2fa: true, valid: true }, ...needsFactor],
    [{ missing2fa: true, valid: "no" }, ...needsFactor],
    [{ missing2fa: true, id: undefined }, ...needsFactor],
    [{ missing2fa: true, id: null, sessionid: null }, ...needsFactor],
    [{ missing2fa: false }, ...invalid],
    [{ missing2fa: null }, ...invalid],
    [{ missing2fa: false, id: null, sessionid: null }, ...invalid],
  ])("with %j in place of a valid session's is refused as %s", async (more, type, recovery) => {
    const server = await serve(give({ ...session, valid: false, ...more }))
    const outcome = await submit(server.url)
    expect(outcome).toEqual(rejected(type, 200, recovery))
    expect(printed(outcome)).not.toContain("sess-0f3e")
  })

  it.each<[title: string, body: unknown]>([
    ["id is missing", { ...session, id: undefined }],
    ["id is a text", { ...session, id: "42" }],
    ["id is no whole number", { ...session, id: 4.2 }],
    ["id is too great to be exact", { ...session, id: 2 ** 53 }],
    ["valid is missing", { ...session, valid: undefined }],
    ["valid is a text", { ...session, valid: "true" }],
    ["missing2fa is a text", { ...session, missing2fa: "false" }],
    ["it is a list", [session]],
    ["it is null", null],
    ["it is of another API", { object: "AccountCreated", account_id: "acc_1" }],
  ])("is no session where %s", async (_, body) => {
    const server = await serve(give(body))
    expect(await submit(server.url)).toEqual(rejected("client/invalid_response", 200, "retry"))
  })

  it.each<[number, Recovery]>([
    [201, "retry"],
    [302, "stop"],
    [401, "correct"],
    [500, "retry"],
  ])("with a %i is no session, however good, and its recovery is %s", async (status, recovery) => {
    const server = await serve(give(session, status))
    const outcome = await submit(server.url)
    expect(outcome).toEqual(rejected("client/invalid_response", status, recovery))
    expect(printed(outcome)).not.toContain("sess-0f3e")
    expect(server.received).toHaveLength(1)
  })
})

it("a response that never came is a lost one", async () => {
  const fetch = () => Promise.reject(new TypeError("fetch failed"))
  expect(await submit("https://acme.example", { fetch })).toEqual(rejected("client/network", 0, "retry"))
})

it("another provider on the bare machine is a mistake, and nothing is sent", async () => {
  const server = await serve(give(session))
  const mistakes: AuthIntentError[] = []
  const transport = createIntelliwiseTransport({ baseUrl: server.url, sessionToken })
  const machine = withTransport(transport, { onMistake: (error) => mistakes.push(error) })
  const actor = createActor(machine, { input: { provider: "LINKEDIN" } }).start()
  actor.send(submitCredentials(login))
  expect(await toPromise(actor)).toMatchObject({ status: "failed", failure: { type: "client/unexpected" } })
  expect(mistakes).toMatchObject([{ code: "invalid_provider", message: "the transport does not serve LINKEDIN" }])
  expect(server.received).toEqual([])
})
