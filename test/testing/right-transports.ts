import { clientFailure } from "../../machines/failures.ts"
import type { Operation, TransportOutcome } from "../../src/failures/interpret-response.ts"
import { toFailure } from "../../src/failures/to-failure.ts"
import { createPostJson, type Fetch } from "../../src/http/post-json.ts"
import { Secret } from "../../src/secret.ts"
import { testTransport } from "../../src/testing/test-transport.ts"
import { type AuthTransport, type TransportContext, toLost, unsent } from "../../src/transports/auth-transport.ts"
import { createIntelliwiseTransport } from "../../src/transports/intelliwise.ts"
import { createPostpressTransport, type PostpressCredentials } from "../../src/transports/postpress.ts"
import { createRelayTransport } from "../../src/transports/relay.ts"

export type Transport = AuthTransport<PostpressCredentials>
export type Create = (fetch: Fetch) => Transport

export const credentials = { username: "ada-lovelace", password: "correct horse" }
export const connected = { status: 201, body: { object: "AccountCreated", account_id: "acc_1" } }

export const postpress = (fetch: Fetch) => createPostpressTransport({ apiKey: "key", fetch })

export const isRejected: TransportOutcome = { kind: "rejected", failure: clientFailure("client/invalid_response") }

/** A transport that waits before it sends, for example for a token. */
const waiting = (fetch: Fetch): AuthTransport<PostpressCredentials> =>
  postpress(async (...request) => {
    await new Promise((resolve) => setImmediate(resolve))
    return fetch(...request)
  })

/** A transport to an API whose only checkpoint is a code. */
const withCodesAlone = (fetch: Fetch): AuthTransport<PostpressCredentials> => {
  const { submit, solve } = postpress(fetch)
  return {
    submit,
    solve: async (request, context) =>
      (request.solution.kind === "code" && solve?.(request, context)) || unsent("client/invalid_input"),
  }
}

/** The responses of a GraphQL API, which contain the name of each operation. */
export const named = {
  submit: { status: 200, body: { data: { submit: { id: "acc_1" } } } },
  solve: { status: 200, body: { data: { solve: { id: "acc_1" } } } },
}

/** A transport to a GraphQL API. */
export const graphQl = (fetch: Fetch): AuthTransport<PostpressCredentials> => {
  const postJson = createPostJson({ fetch })
  const send = async (
    operation: Operation,
    variables: unknown,
    context: TransportContext,
  ): Promise<TransportOutcome> => {
    const response = await postJson("https://api.example/graphql", { operation, variables }, context)
    if (response.kind !== "response") return toLost(response)
    const { data } = Object(response.json) as { data?: Partial<Record<Operation, { id: string }>> }
    const { id } = data?.[operation] ?? {}
    if (id !== undefined) return { kind: "connected", accountId: id }
    return { kind: "rejected", failure: toFailure({ operation, ...response, json: undefined }) }
  }
  return {
    submit: ({ credentials }, context) => send("submit", credentials.open(), context),
    solve: ({ solution }, context) =>
      send("solve", "secret" in solution ? solution.secret.open() : solution.kind, context),
  }
}

/** A transport to an API that always demands a code. */
export const demanding = (fetch: Fetch): AuthTransport<PostpressCredentials> => {
  const { submit, ...rest } = postpress(fetch)
  return {
    ...rest,
    async submit(request, context) {
      const outcome = await submit(request, context)
      if (outcome.kind !== "connected") return outcome
      return { kind: "checkpoint", accountId: outcome.accountId, checkpoint: { type: "OTP" } }
    },
  }
}

export const withoutSolve = (fetch: Fetch): AuthTransport<PostpressCredentials> => ({ submit: postpress(fetch).submit })

/** A transport that accepts only its own account ids. Its API does not repeat the id after a solution. */
const withItsIds = (fetch: Fetch): AuthTransport<PostpressCredentials> => {
  const transport = postpress(fetch)
  const postJson = createPostJson({ fetch })
  return {
    async submit(request, context) {
      const outcome = await transport.submit(request, context)
      return outcome.kind === "connected" ? { ...outcome, accountId: `acme:${outcome.accountId}` } : outcome
    },
    async solve({ accountId, solution }, context) {
      if (!accountId.startsWith("acme:")) throw new RangeError(accountId)
      const value = "secret" in solution ? solution.secret.open() : solution.kind
      const response = await postJson("https://api.example", { accountId, value }, context)
      if (response.kind !== "response") return toLost(response)
      if (response.status === 204) return { kind: "connected", accountId }
      return { kind: "rejected", failure: toFailure({ operation: "solve", ...response, json: undefined }) }
    },
  }
}

/** A transport of one provider, not the first of the list. */
const ofLinkedIn = (fetch: Fetch): AuthTransport<PostpressCredentials> => {
  const { submit } = postpress(fetch)
  return {
    providers: ["LINKEDIN"],
    submit: async (request, context) =>
      request.provider === "LINKEDIN" ? submit(request, context) : unsent("client/invalid_input"),
  }
}

/** A transport that overwrites its opened secrets. */
export const wiping: Create = (fetch) => {
  const { submit, ...rest } = postpress(fetch)
  return {
    ...rest,
    async submit(request, context) {
      const opened = request.credentials.open()
      const copy = new Secret({ ...opened })
      for (const name of Object.keys(opened)) Reflect.deleteProperty(opened, name)
      return submit({ ...request, credentials: copy }, context)
    },
  }
}

/** A transport on a library that passes on a `Request`, as many do. */
export const requesting =
  (create: Create): Create =>
  (fetch) =>
    create((url, init) => (fetch as typeof globalThis.fetch)(new Request(url, init)))

/** A transport on a library that reads JSON only if a header declares it. */
const byContentType: Create = (fetch) =>
  postpress(async (url, init) => {
    const response = await fetch(url, init)
    return response.headers.get("content-type")?.includes("json") ? response : new Response(null, response as Response)
  })

/** A transport to an API without codes. */
const withApprovalsAlone: Create = (fetch) => {
  const { submit, solve } = postpress(fetch)
  return {
    submit,
    solve: async (request, context) =>
      (request.solution.kind === "inApp" && solve?.(request, context)) || unsent("client/invalid_input"),
  }
}

/** A transport to an API whose success has no content. */
const silent =
  (status: number, text: string): Create =>
  (fetch) => {
    const { submit } = postpress(fetch)
    const postJson = createPostJson({ fetch })
    return {
      submit,
      async solve({ accountId, solution }, context) {
        const value = "secret" in solution ? solution.secret.open() : solution.kind
        const response = await postJson("https://api.example", { accountId, value }, context)
        if (response.kind !== "response") return toLost(response)
        if (response.status === status && response.text === text) return { kind: "connected", accountId }
        return { kind: "rejected", failure: toFailure({ operation: "solve", ...response, json: undefined }) }
      },
    }
  }

/** A transport to an API whose checkpoint after a phone number does not repeat the account id. */
const askingOn: Create = (fetch) => {
  const { submit, solve } = postpress(fetch)
  const sending = silent(200, "{}")(fetch)
  return {
    submit,
    async solve(request, context) {
      if (request.solution.kind !== "phone") return (await solve?.(request, context)) ?? isRejected
      const outcome = (await sending.solve?.(request, context)) ?? isRejected
      return outcome.kind === "connected" ? { ...outcome, kind: "checkpoint", checkpoint: { type: "OTP" } } : outcome
    },
  }
}

/** A transport with the account id in its URL and in its log. */
const ofUsernames = (fetch: Fetch): Transport => {
  const { submit } = postpress(fetch)
  return {
    submit,
    async solve(request, context) {
      const { accountId } = request
      console.debug("solve", accountId)
      const { solve } = postpress((url, init) => fetch(`${url}/${encodeURIComponent(accountId)}`, init))
      return (await solve?.(request, context)) ?? isRejected
    },
  }
}

const username = { status: 201, body: { object: "AccountCreated", account_id: credentials.username } }
const silentBody = (status: number, body: unknown) => ({ submit: connected, solve: { status, body } })

export const ours = {
  requesting: testTransport((fetch: typeof globalThis.fetch) => requesting(postpress)(fetch), {
    credentials,
    connected,
  }),
  byContentType: testTransport(byContentType, { credentials, connected }),
  withApprovalsAlone: testTransport(withApprovalsAlone, { credentials, connected }),
  withoutBody: testTransport(silent(200, ""), { credentials, connected: silentBody(200, null) }),
  ofEmptyObject: testTransport(silent(200, "{}"), { credentials, connected: silentBody(200, {}) }),
  askingOn: testTransport(askingOn, { credentials, connected }),
  ofUsernames: testTransport(ofUsernames, { credentials, connected: username }),
  withItsIds: testTransport(withItsIds, {
    credentials,
    connected: { submit: connected, solve: { status: 204, body: null } },
  }),
  ofLinkedIn: testTransport(ofLinkedIn, { credentials, connected }),
  wiping: testTransport(wiping, { credentials, connected }),
  withoutSolve: testTransport(withoutSolve, { credentials, connected }),
  graphQl: testTransport(graphQl, { credentials, connected: named }),
  demanding: testTransport(demanding, { credentials, connected: { solve: connected } }),
  withCodesAlone: testTransport(withCodesAlone, { credentials, connected }),
  waiting: testTransport(waiting, { credentials, connected }),
  postpress: testTransport(postpress, { credentials, connected, provider: "LINKEDIN" }),
  relay: testTransport((fetch) => createRelayTransport({ baseUrl: "https://app.example/auth", fetch }), {
    credentials,
    connected,
  }),
  intelliwise: testTransport(
    (fetch) => createIntelliwiseTransport({ baseUrl: "https://acme.example", sessionToken: "token", fetch }),
    {
      credentials: { code: "AQB4-7kJ2" },
      connected: { status: 200, body: { valid: true, id: 42, missing2fa: false } },
    },
  ),
}
