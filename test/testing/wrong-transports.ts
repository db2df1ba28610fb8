import { clientFailure } from "../../machines/failures.ts"
import { attempt } from "../../src/attempt.ts"
import { AuthIntentError } from "../../src/auth-intent-error.ts"
import type { TransportOutcome } from "../../src/failures/interpret-response.ts"
import type { Fetch } from "../../src/http/post-json.ts"
import { Secret } from "../../src/secret.ts"
import { sentAt } from "../../src/testing/transport-probe.ts"
import type { Solution, TransportContext } from "../../src/transports/auth-transport.ts"
import type { PostpressCredentials } from "../../src/transports/postpress.ts"

import { type Create, connected, credentials, isRejected, postpress, requesting, wiping } from "./right-transports.ts"

type Send = (context: TransportContext) => Promise<TransportOutcome>

/** A good transport, with each of its requests wrapped. */
export const around =
  (change: (send: Send, context: TransportContext) => Promise<TransportOutcome>): Create =>
  (fetch) => {
    const { submit, solve } = postpress(fetch)
    return {
      submit: (request, context) => change((more) => submit(request, more), context),
      ...(solve && { solve: (request, context) => change((more) => solve(request, more), context) }),
    }
  }

/** A good transport with changed outcomes. */
export const changing = (change: (outcome: TransportOutcome) => TransportOutcome): Create =>
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
export const solving =
  (kind: Solution["kind"], createOther: Create): Create =>
  (fetch) => ({
    submit: postpress(fetch).submit,
    solve: async (request, context) =>
      (await (request.solution.kind === kind ? createOther : postpress)(fetch).solve?.(request, context)) ?? isRejected,
  })

export const isConnected: TransportOutcome = { kind: "connected", accountId: "acc_1" }

/** A transport that reports each rejected request as not sent. */
const neverSent = changing((outcome) => (outcome.kind === "rejected" ? { ...outcome, sent: false } : outcome))

/** A transport that throws without JSON, and takes all JSON for a success. */
export const trusting = hasty(async (response) => ((await response.json()) ? isConnected : isRejected))
export const mistaken = hasty(() => isRejected)

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
export const throwing: Create = () => {
  const reject = () => Promise.reject(new Error("correct horse"))
  return { submit: reject, solve: reject }
}

/** A transport that sends codes as numbers. */
const withNumbers = fetching((fetch) => (url, init) => {
  const { code, ...body } = JSON.parse(init.body)
  return fetch(url, { ...init, body: JSON.stringify({ ...body, code: Number(code) }) })
})

/** The transports that fail each check. */
export const bad: Record<string, Create | Create[]> = {
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
