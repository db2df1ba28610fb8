import type { Fetch } from "../http/post-json.ts"
import {
  bodies,
  bodiesWith,
  brokenOff,
  createResponse,
  endless,
  endlessChunks,
  failedFetch,
  statuses,
} from "./faulty-responses.ts"
import { findSecrets } from "./find-secrets.ts"
import { epoch, type Probe } from "./transport-probe.ts"

/** A word of the server's that nothing declares. */
const undeclared = "undeclared-7d1f"

type Check = (probe: Probe) => Promise<void>

/** A fetch during which a controller aborts: it hangs until then, as the platform's does. */
const abortedBy =
  (controller: AbortController, onAbort = () => {}): Fetch =>
  (_, { signal }) =>
    new Promise((_resolve, reject) => {
      signal?.addEventListener("abort", () => {
        onAbort()
        reject(signal.reason)
      })
      queueMicrotask(() => controller.abort())
    })

/** Makes a check of a code one of every kind of solution. */
const ofEveryKind =
  (check: Check): Check =>
  async (probe) => {
    for (const each of [probe, ...probe.others]) await check(each)
  }

/** Every check by its name: each throws for an operation that does not conform. */
export const transportChecks: Record<string, Check> = {
  "connects, and returns the account id": async ({ send, ok, connected, assert }) => {
    if (connected === undefined) return
    const { outcome } = await send(ok)
    assert(outcome?.kind === "connected", "returned no connection")
    const accountId = outcome?.kind === "connected" ? outcome.accountId : ""
    // A transport may add to the id that it was given. A short text would be in any id by chance.
    const isTheirs = connected.some((text) => text === accountId || (text.length > 3 && accountId.includes(text)))
    assert(
      isTheirs,
      "returned an account id that is not in the response; one that is built from a text there needs four characters of it",
    )
  },
  "opens a secret once": ofEveryKind(async ({ send, ok, isOptional, assert }) => {
    const { boxed, opened, requests } = await send(ok)
    const isRefused = isOptional && opened + requests.length === 0
    assert(opened === boxed || isRefused, `opened its secret ${opened} times, and sent ${requests.length} requests`)
  }),
  "puts no secret into a URL or a header": ofEveryKind(async ({ send, ok, secrets, assert }) => {
    const { requests } = await send(ok)
    const texts = requests.flatMap(({ url, headers }) => [url, ...new Headers(headers).values()])
    const isShown = texts.some((text) => findSecrets(text, secrets).length > 0)
    assert(!isShown, "puts a secret into its URL or a header, which logs keep")
  }),
  "sends with a method that nothing on the way repeats": ofEveryKind(async ({ send, ok, assert }) => {
    const { requests } = await send(ok)
    const isPost = requests.every(({ method }) => ["POST", "PATCH"].includes(String(method).toUpperCase()))
    assert(isPost, "does not send with POST: other requests are repeated, or responded to from a cache")
  }),
  "sends one request, whatever the response": async ({ send, ok, assert }) => {
    const fetches: [when: string, fetch: Fetch][] = [
      ["at a success", ok],
      ...["ECONNRESET", "ECONNREFUSED", "ENOTFOUND"].map((code): [string, Fetch] => [`at ${code}`, failedFetch(code)]),
      ...statuses.map((status): [string, Fetch] => [
        `at a ${status}`,
        async () => createResponse(status, "{}", { location: "https://example.com/" }),
      ]),
    ]
    for (const [when, fetch] of fetches) {
      const { requests } = await send(fetch)
      assert(requests.length === 1, `sent ${requests.length} requests ${when}`)
    }
  },
  "follows no redirect": async ({ send, ok, assert }) => {
    const { requests } = await send(ok)
    const isManual = requests.every(({ redirect }) => ["manual", "error"].includes(String(redirect)))
    assert(isManual, "lets fetch follow redirects, and a secret with them")
  },
  "returns an outcome for every response": ofEveryKind(async ({ send, statuses, assert }) => {
    for (const status of statuses) {
      for (const body of bodies) {
        const { outcome } = await send(async () => createResponse(status, body))
        assert(outcome !== undefined, `returned no outcome for ${status} ${body}`)
        assert(outcome?.kind === "rejected", `took ${status} ${body} for a success`)
      }
    }
  }),
  "returns an outcome where the connection fails": async ({ send, assert }) => {
    const throwing: Fetch = () => {
      throw new TypeError("fetch failed")
    }
    for (const fetch of [throwing, failedFetch("ECONNRESET"), async () => brokenOff(200)]) {
      const { rejected } = await send(fetch)
      assert(rejected?.failure.recovery === "retry", "cannot be tried again after a failed connection")
    }
  },
  "reads no body without end": async ({ send, assert }) => {
    let chunks = 0
    const { rejected } = await send(async () => endless(() => (chunks += 1)))
    assert(rejected !== undefined, "took a body without end for a success")
    assert(chunks < endlessChunks, "reads more than 60 MB of a body")
  },
  "reports that nothing was sent where there was no connection": async ({ send, assert }) => {
    for (const code of ["ENOTFOUND", "ECONNREFUSED"]) {
      const { rejected } = await send(failedFetch(code))
      assert(rejected?.sent === false, `does not report that nothing was sent at ${code}`)
    }
  },
  "never reports that nothing was sent where a response was lost or came": async ({ send, assert }) => {
    for (const fetch of [
      failedFetch("ECONNRESET"),
      async () => brokenOff(201),
      async () => createResponse(500, "{}"),
    ]) {
      const { rejected } = await send(fetch)
      assert(rejected !== undefined && rejected.sent !== false, "reports that nothing was sent")
    }
  },
  "reports the status and when to try again": async ({ send, assert }) => {
    const { rejected } = await send(async () => createResponse(429, "{}", { "retry-after": "30" }))
    assert(rejected?.failure.status === 429, "does not report the status")
    assert(rejected?.failure.retryAt === epoch + 30_000, "does not report Retry-After")
    assert(rejected?.failure.recovery === "retry", "cannot be tried again after a pause")
  },
  "passes on nothing that was not declared, and no secret": async ({ send, secrets, assert }) => {
    const { returned, mistakes } = await send(failedFetch("ECONNRESET"))
    const passed = [JSON.stringify(returned), ...mistakes].join(" ")
    assert(findSecrets(passed, secrets).length === 0, "passes on a secret where the connection fails")
    for (const status of [200, 202, 400, 401, 403, 500]) {
      for (const text of [undeclared, ...secrets]) {
        for (const body of bodiesWith(text, status)) {
          const { returned, mistakes } = await send(async () => createResponse(status, body))
          const passed = [JSON.stringify(returned), ...mistakes].some((each) => each?.includes(text))
          assert(!passed, `passes on what a ${status} holds: ${text === undeclared ? "any text" : "a secret"}`)
        }
      }
    }
  },
  "returns plain data": async ({ send, ok, assert }) => {
    const { returned } = await send(ok)
    const { session: _, ...rest } = { session: undefined, ...Object(returned) }
    const isPlain = (value: unknown): boolean =>
      typeof value !== "object" || value === null
        ? typeof value !== "function"
        : [Object.prototype, Array.prototype].includes(Object.getPrototypeOf(value)) &&
          Object.values(value).every(isPlain)
    assert(isPlain(rest), "returns what is no plain data")
  },
  "sends nothing once it was aborted": async ({ send, ok, assert }) => {
    const { requests } = await send(ok, { signal: AbortSignal.abort() })
    assert(requests.length === 0, "sent a request that was aborted before")
  },
  "aborts the request in flight, and settles": async ({ send, assert }) => {
    const controller = new AbortController()
    let wasAborted = false
    const hanging = abortedBy(controller, () => {
      wasAborted = true
    })
    // A turn of the event loop, and then another, is more than an abort takes.
    const turns = new Promise<undefined>((resolve) => {
      controller.signal.addEventListener("abort", () => setTimeout(() => setTimeout(() => resolve(undefined))))
    })
    const settled = await Promise.race([send(hanging, { signal: controller.signal }), turns])
    assert(wasAborted, "does not hand on the signal")
    assert(settled !== undefined, "does not settle when it is aborted")
    assert(settled?.rejected?.sent !== false, "reports that nothing was sent, of a request that was in flight")
  },
  "is as good after a failure as before": async ({ send, ok, connected, assert }) => {
    if (connected === undefined) return
    const controller = new AbortController()
    for (const failing of [failedFetch("ECONNRESET"), abortedBy(controller)]) {
      const fetches: Fetch[] = [failing, ok]
      const fetch: Fetch = (...args) => (fetches.shift() ?? ok)(...args)
      const { outcome, boxed, opened } = await send(fetch, { times: 2, signal: controller.signal })
      assert(outcome?.kind === "connected", "does not connect after a failure")
      assert(opened === boxed, `opened ${opened} secrets of ${boxed} requests`)
    }
  },
}
