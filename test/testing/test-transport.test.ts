import { describe, expect, it, vi } from "vitest"
import { clientFailure } from "../../machines/failures.ts"
import { attempt } from "../../src/attempt.ts"
import { AuthIntentError } from "../../src/auth-intent-error.ts"
import type { Operation, TransportOutcome } from "../../src/failures/interpret-response.ts"
import { toFailure } from "../../src/failures/to-failure.ts"
import { createPostJson, type Fetch } from "../../src/http/post-json.ts"
import { Secret } from "../../src/secret.ts"
import { platformTimers } from "../../src/testing/create-test-clock.ts"
import { testTransport } from "../../src/testing/test-transport.ts"
import { sentAt, type TransportTestOptions } from "../../src/testing/transport-probe.ts"
import {
  type AuthTransport,
  type Solution,
  type TransportContext,
  toLost,
  unsent,
} from "../../src/transports/auth-transport.ts"
import { createIntelliwiseTransport } from "../../src/transports/intelliwise.ts"
import { createPostpressTransport, type PostpressCredentials } from "../../src/transports/postpress.ts"
import { createRelayTransport } from "../../src/transports/relay.ts"

const credentials = { username: "ada-lovelace", password: "correct horse" }
const connected = { status: 201, body: { object: "AccountCreated", account_id: "acc_1" } }

const postpress = (fetch: Fetch) => createPostpressTransport({ apiKey: "key", fetch })

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
const named = {
  submit: { status: 200, body: { data: { submit: { id: "acc_1" } } } },
  solve: { status: 200, body: { data: { solve: { id: "acc_1" } } } },
}

/** A transport to a GraphQL API. */
const graphQl = (fetch: Fetch): AuthTransport<PostpressCredentials> => {
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
const demanding = (fetch: Fetch): AuthTransport<PostpressCredentials> => {
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

const withoutSolve = (fetch: Fetch): AuthTransport<PostpressCredentials> => ({ submit: postpress(fetch).submit })

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
const wiping: Create = (fetch) => {
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
const requesting =
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

const ours = {
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

describe.each(Object.entries(ours))("the %s transport", (_, checks) => {
  it.each(checks)("$name", ({ run }) => run())
})

type Transport = AuthTransport<PostpressCredentials>
type Create = (fetch: Fetch) => Transport
type Send = (context: TransportContext) => Promise<TransportOutcome>

/** A good transport, with each of its requests wrapped. */
const around =
  (change: (send: Send, context: TransportContext) => Promise<TransportOutcome>): Create =>
  (fetch) => {
    const { submit, solve } = postpress(fetch)
    return {
      submit: (request, context) => change((more) => submit(request, more), context),
      ...(solve && { solve: (request, context) => change((more) => solve(request, more), context) }),
    }
  }

/** A good transport with changed outcomes. */
const changing = (change: (outcome: TransportOutcome) => TransportOutcome): Create =>
  around(async (send, context) => change(await send(context)))

/** A good transport, with each of its fetches wrapped. */
const fetching =
  (change: (fetch: Fetch) => Fetch): Create =>
  (fetch) =>
    postpress(change(fetch))

/** A good transport that also writes its request into a URL or a header. */
const showing = (show: (body: Record<string, string>) => { query?: string; headers?: Record<string, string> }) =>
  fetching((fetch) => (url, init) => {
    const { query = "", headers = {} } = show(JSON.parse(init.body))
    return fetch(url + query, { ...init, headers: { ...init.headers, ...headers } })
  })

/** A good transport that repeats a request after some responses. */
const repeating = (isRepeated: (response: Response) => boolean) =>
  fetching((fetch) => async (url, init) => {
    const response = (await fetch(url, init)) as Response
    return isRepeated(response) ? fetch(url, init) : response
  })

/** A transport written in a hurry. */
const hasty =
  (interpret: (response: Response) => TransportOutcome | Promise<TransportOutcome>): Create =>
  (fetch) => {
    const send = async (secret: Secret<unknown>, { signal }: TransportContext) => {
      const body = JSON.stringify(secret.open())
      const init = { method: "POST", headers: {}, body, redirect: "manual", signal } as const
      return interpret((await fetch("https://api.example", init)) as Response)
    }
    return {
      submit: (request, context) => send(request.credentials, context),
      solve: ({ solution }, context) => send("secret" in solution ? solution.secret : new Secret(""), context),
    }
  }

/** A good transport that solves one kind in another way. */
const solving =
  (kind: Solution["kind"], createOther: Create): Create =>
  (fetch) => ({
    submit: postpress(fetch).submit,
    solve: async (request, context) =>
      (await (request.solution.kind === kind ? createOther : postpress)(fetch).solve?.(request, context)) ?? isRejected,
  })

const isConnected: TransportOutcome = { kind: "connected", accountId: "acc_1" }
const isRejected: TransportOutcome = { kind: "rejected", failure: clientFailure("client/invalid_response") }

/** A transport that reports each rejected request as not sent. */
const neverSent = changing((outcome) => (outcome.kind === "rejected" ? { ...outcome, sent: false } : outcome))

/** A transport that throws without JSON, and takes all JSON for a success. */
const trusting = hasty(async (response) => ((await response.json()) ? isConnected : isRejected))
const mistaken = hasty(() => isRejected)

/** The members in which APIs put their texts. */
interface Words {
  title?: string
  message?: string
  code?: string
  error?: string | { message?: string }
  reason?: string
  error_description?: string
  errors?: { message?: string; detail?: string }[]
}

/** A transport whose failure type is a text of the API, and a correct type without such a text. */
const passingOn =
  (read: (body: Words, status: number) => string | undefined): Create =>
  (fetch) => {
    let word: string | undefined
    const reading: Fetch = async (url, init) => {
      const response = (await fetch(url, init)) as Response
      const text = await response.clone().text()
      word = read(Object(attempt(() => JSON.parse(text))), response.status)
      return response
    }
    return changing((outcome) =>
      outcome.kind === "rejected" && word !== undefined
        ? { ...outcome, failure: { ...outcome.failure, type: word } }
        : outcome,
    )(reading)
  }

/** A transport that sends its secrets unopened. */
const unopening: Create = (fetch) => {
  const { submit, solve } = postpress(fetch)
  return {
    submit: (request, context) => submit({ ...request, credentials: new Secret(credentials) }, context),
    solve: async (request, context) => {
      const secret = new Secret({ countryCode: "33", number: "600000000" })
      return (await solve?.({ ...request, solution: { kind: "phone", secret } }, context)) ?? isRejected
    },
  }
}

const inUrl = showing((body) => ({ query: `?body=${encodeURIComponent(JSON.stringify(body))}` }))
const byGet = fetching((fetch) => (url, init) => fetch(url, { ...init, method: "GET" }))

/** A transport that requests a phone number's code without the number. */
const withoutNumber: Create = (fetch) => {
  const { submit, solve } = postpress(fetch)
  return {
    submit,
    solve: async (request, context) =>
      (await solve?.({ ...request, solution: { kind: "method" } }, context)) ?? isRejected,
  }
}

/** A transport that throws an error with the request in it. */
const throwing: Create = () => {
  const reject = () => Promise.reject(new Error("correct horse"))
  return { submit: reject, solve: reject }
}

/** A transport that sends codes as numbers. */
const withNumbers = fetching((fetch) => (url, init) => {
  const { code, ...body } = JSON.parse(init.body)
  return fetch(url, { ...init, body: JSON.stringify({ ...body, code: Number(code) }) })
})

/** The transports that fail each check. */
const bad: Record<string, Create | Create[]> = {
  "connects, and returns the account id": [
    changing((outcome) => (outcome.kind === "connected" ? isRejected : outcome)),
    changing((outcome) => (outcome.kind === "connected" ? { ...outcome, accountId: "undefined" } : outcome)),
    changing((outcome) => (outcome.kind === "connected" ? { ...outcome, accountId: "acc" } : outcome)),
  ],
  "opens a secret once": [unopening, solving("phone", withoutNumber)],
  "sends a code as it is": [withNumbers, requesting(withNumbers)],
  "puts no secret into a URL or a header": [
    inUrl,
    (fetch) => wiping((url, init) => fetch(`${url}?body=${encodeURIComponent(init.body)}`, init)),
    solving("code", inUrl),
    solving("phone", inUrl),
    showing((body) => ({ headers: { "x-login": JSON.stringify(body) } })),
    showing(({ password = "" }) => ({ query: `?${new URLSearchParams({ password })}` })),
    showing(({ password }) => ({ headers: { authorization: `Basic ${btoa(`ada:${password}`)}` } })),
  ],
  "sends with a method that nothing on the way repeats": [
    requesting(fetching((fetch) => (url, init) => fetch(url, { ...init, method: "PUT" }))),
    byGet,
    solving("inApp", byGet),
    fetching((fetch) => (url, init) => fetch(url, { ...init, method: "PUT" as "POST" })),
  ],
  "sends one request, whatever the response": [
    () => ({ submit: async () => isRejected, solve: async () => isRejected }),
    repeating(({ status }) => status === 503),
    repeating(({ status }) => status === 201),
    repeating(({ status }) => status === 307),
    // A transport that sends an approval twice.
    solving(
      "inApp",
      repeating(() => true),
    ),
    // A transport that repeats a request after an unreadable response.
    fetching((fetch) => async (url, init) => {
      const response = (await fetch(url, init)) as Response
      const text = await response.text().catch(() => "")
      return attempt(() => JSON.parse(text)) || response.status !== 200
        ? Response.json(JSON.parse(text || "{}"), response)
        : fetch(url, init)
    }),
    // A transport that sends no approval, and does not report so.
    solving("inApp", () => ({ submit: async () => isRejected, solve: async () => isRejected })),
    // A transport that returns the first caller's outcome to concurrent callers.
    (fetch) => {
      const transport = postpress(fetch)
      let first: Promise<TransportOutcome> | undefined
      const share = (send: () => Promise<TransportOutcome> | undefined) => {
        first ??= send()?.finally(() => {
          first = undefined
        })
        return first ?? Promise.resolve(isRejected)
      }
      return {
        submit: (request, context) => share(() => transport.submit(request, context)),
        solve: (request, context) => share(() => transport.solve?.(request, context)),
      }
    },
    fetching((fetch) => async (url, init) => {
      try {
        return await fetch(url, init)
      } catch {
        return fetch(url, init)
      }
    }),
  ],
  "follows no redirect": ["follow", undefined]
    .map((redirect) => fetching((fetch) => (url, init) => fetch(url, { ...init, redirect: redirect as "manual" })))
    .flatMap((create) => [create, requesting(create), solving("inApp", create)]),
  "returns an outcome for every response": [trusting, solving("phone", trusting), solving("method", throwing)],
  "returns an outcome where the connection fails": [
    mistaken,
    solving("inApp", mistaken),
    // A transport that gives up when a response breaks off.
    (fetch) => {
      let hasCome = false
      const watched: Fetch = async (...request) => {
        const response = await fetch(...request)
        hasCome = true
        return response
      }
      const stop: Create = changing((outcome) =>
        hasCome && outcome.kind === "rejected"
          ? { ...outcome, failure: { ...outcome.failure, recovery: "stop" } }
          : outcome,
      )
      return stop(watched)
    },
  ],
  "reads no body without end": [
    hasty(({ status }) => (status === 200 ? isConnected : isRejected)),
    fetching((fetch) => async (url, init) => {
      const response = (await fetch(url, init)) as Response
      const reader = response.body?.getReader()
      for (let chunk = 0; chunk < 1000 && !(await reader?.read())?.done; chunk += 1);
      return response
    }),
  ],
  "reports that nothing was sent where there was no connection": [
    changing((outcome) => (outcome.kind === "rejected" ? { kind: "rejected", failure: outcome.failure } : outcome)),
    // A transport that recognizes only a name that is not found.
    fetching((fetch) => async (url, init) => {
      try {
        return await fetch(url, init)
      } catch (error) {
        throw Object(error).cause.code === "ENOTFOUND" ? error : new TypeError("fetch failed")
      }
    }),
  ],
  "never reports that nothing was sent where a response was lost or came": [
    neverSent,
    solving("phone", neverSent),
    ...[307, 400, 404, 503].map((status) =>
      changing((outcome) =>
        outcome.kind === "rejected" && outcome.failure.status === status ? { ...outcome, sent: false } : outcome,
      ),
    ),
    ...["UND_ERR_HEADERS_TIMEOUT", "EPIPE", "no code"].map((lost) =>
      fetching((fetch) => async (url, init) => {
        try {
          return await fetch(url, init)
        } catch (error) {
          throw Object(error).cause?.code === lost ? Object.assign(new Error(), { code: "ENOTFOUND" }) : error
        }
      }),
    ),
    ...[408, 504].map((status) =>
      changing((outcome) =>
        outcome.kind === "rejected" && outcome.failure.status === status ? { ...outcome, sent: false } : outcome,
      ),
    ),
    // A transport that takes each 5xx for a 503, which was not processed.
    changing((outcome) => {
      if (outcome.kind !== "rejected" || outcome.failure.status < 500) return outcome
      return { ...outcome, failure: { type: "errors/service_unavailable", status: 503, recovery: "retry" } }
    }),
    // A transport that reads only the status, and ignores a broken body.
    fetching((fetch) => async (url, init) => {
      const response = await fetch(url, init)
      return response.status === 201 ? Response.json(connected.body, { status: 201 }) : response
    }),
    changing((outcome) =>
      outcome.kind === "rejected" && outcome.failure.status === 500 ? { ...outcome, sent: false } : outcome,
    ),
  ],
  "reports the status and when to try again": [
    // A transport that takes a date for a number of seconds.
    hasty(({ status, headers }) => {
      const retryAt = sentAt + Number(headers.get("retry-after")) * 1000
      return { kind: "rejected", failure: { type: "errors/unknown", status, recovery: "retry", retryAt } }
    }),
    changing((outcome) =>
      outcome.kind === "rejected" ? { ...outcome, failure: { ...outcome.failure, retryAt: 30 } } : outcome,
    ),
    changing((outcome) => {
      if (outcome.kind !== "rejected") return outcome
      const { retryAt: _, ...failure } = outcome.failure
      return { ...outcome, failure }
    }),
    changing((outcome) =>
      outcome.kind === "rejected" ? { ...outcome, failure: { ...outcome.failure, recovery: "stop" } } : outcome,
    ),
  ],
  "passes on nothing that was not declared, and no secret": [
    passingOn(({ reason }) => reason),
    passingOn(({ error_description }) => error_description),
    passingOn(({ errors }) => errors?.[0]?.detail),
    // A transport that passes on the text of a 409.
    passingOn(({ message }, status) => (status === 409 ? message : undefined)),
    // A transport that logs a phone number in a table.
    solving(
      "phone",
      fetching((fetch) => (url, init) => {
        console.table([JSON.parse(init.body)])
        return fetch(url, init)
      }),
    ),
    // A transport whose account ids contain the password.
    changing((outcome) =>
      outcome.kind === "connected"
        ? { ...outcome, accountId: `${outcome.accountId}:${credentials.password}` }
        : outcome,
    ),
    // Transports that log a sent request, a refused one, and a lost one.
    ...[201, 401].map((written) =>
      fetching((fetch) => async (url, init) => {
        const response = await fetch(url, init)
        if (response.status === written) console.debug("POST", init.body)
        return response
      }),
    ),
    fetching((fetch) => async (url, init) => {
      try {
        return await fetch(url, init)
      } catch (error) {
        console.error("lost", { init })
        throw error
      }
    }),
    around(async (send, context) => {
      const outcome = await send(context)
      const isLost = outcome.kind === "rejected" && outcome.failure.type === "client/network"
      if (isLost) context.onMistake?.(new AuthIntentError("invalid_option", `lost: ${JSON.stringify(credentials)}`))
      return outcome
    }),
    around(async (send, context) => {
      const outcome = await send(context)
      const isLost = outcome.kind === "rejected" && outcome.failure.type === "client/network"
      if (isLost) context.onMistake?.(new AuthIntentError("invalid_option", `lost: ${btoa(credentials.password)}`))
      return outcome
    }),
    around(async (send, context) => {
      const outcome = await send(context)
      const isRefused = outcome.kind === "rejected" && outcome.failure.status === 400
      if (isRefused) context.onMistake?.(new AuthIntentError("invalid_option", `refused: ${credentials.password}`))
      return outcome
    }),
    passingOn(({ title }) => title),
    passingOn(({ message }) => message),
    passingOn(({ code }) => code),
    passingOn(({ error }) => (typeof error === "string" ? error : undefined)),
    passingOn(({ error }) => (typeof error === "string" ? undefined : error?.message)),
    passingOn(({ errors }) => errors?.[0]?.message),
  ],
  "returns plain data": [
    changing((outcome) => ({ ...outcome, receivedAt: new Date() })),
    changing((outcome) => ({ ...outcome, again: () => {} })),
  ],
  "sends nothing once it was aborted": around((send, context) =>
    send({ ...context, signal: new AbortController().signal }),
  ),
  "aborts the request in flight, and settles": [
    // A transport that does not abort an approval.
    solving(
      "inApp",
      fetching((fetch) => (url, init) => fetch(url, { ...init, signal: new AbortController().signal })),
    ),
    around((send, context) =>
      send(context.signal.aborted ? context : { ...context, signal: new AbortController().signal }),
    ),
    neverSent,
    requesting(fetching((fetch) => (url, init) => fetch(url, { ...init, signal: new AbortController().signal }))),
    // A transport that forwards the signal only until the response comes.
    (fetch) => ({
      async submit({ credentials }, { signal }) {
        const controller = new AbortController()
        const stop = () => controller.abort()
        if (signal.aborted) stop()
        signal.addEventListener("abort", stop)
        const body = JSON.stringify(credentials.open())
        const init = { method: "POST", headers: {}, body, redirect: "manual", signal: controller.signal } as const
        const response = await Promise.resolve(fetch("https://api.example", init)).catch(() => undefined)
        signal.removeEventListener("abort", stop)
        await response?.text()
        return isRejected
      },
    }),
    // A transport that settles without aborting its request.
    around((send, context) => {
      const left = new Promise<TransportOutcome>((resolve) =>
        context.signal.addEventListener("abort", () =>
          resolve({ kind: "rejected", failure: clientFailure("client/network") }),
        ),
      )
      return Promise.race([send({ ...context, signal: new AbortController().signal }), left])
    }),
  ],
  "is as good after a failure as before": [
    (fetch) => {
      const transport = postpress(fetch)
      let isBroken = false
      return {
        async submit(request, context) {
          const outcome = isBroken ? isRejected : await transport.submit(request, context)
          isBroken ||= outcome.kind === "rejected"
          return outcome
        },
      }
    },
    // A transport that returns the first connected account to everybody.
    (fetch) => {
      const transport = postpress(fetch)
      let first: TransportOutcome | undefined
      return {
        async submit(request, context) {
          const outcome = first ?? (await transport.submit(request, context))
          if (outcome.kind === "connected") first = outcome
          return outcome
        },
      }
    },
    // A transport that is canceled for everybody after the first cancel.
    (fetch) => {
      const transport = postpress(fetch)
      const shared = new AbortController()
      return {
        submit(request, context) {
          context.signal.addEventListener("abort", () => shared.abort())
          return transport.submit(request, { ...context, signal: shared.signal })
        },
      }
    },
    // A transport that sends the first credentials for everybody.
    (fetch) => {
      const transport = postpress(fetch)
      let first: PostpressCredentials | undefined
      return {
        submit({ credentials, ...request }, context) {
          first ??= credentials.open()
          return transport.submit({ ...request, credentials: new Secret(first) }, context)
        },
      }
    },
  ],
}

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
