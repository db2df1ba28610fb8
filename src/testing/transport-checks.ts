import type { Fetch } from "../http/post-json.ts"
import { failureChecks } from "./failure-checks.ts"
import { bodies, bodiesWith, brokenOff, createResponse, failedFetch, statuses } from "./faulty-responses.ts"
import { findSecrets } from "./find-secrets.ts"
import { hasNoClass } from "./plain-data.ts"
import { recordConsole } from "./record-console.ts"
import { type Check, code } from "./transport-probe.ts"

/** A word of the server that nothing declares. */
const undeclared = "undeclared-7d1f"

/** Builds a fetch that hangs until the controller aborts during it, as the platform's fetch does. */
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

/** Builds a fetch whose body stalls until the controller aborts during it, as the platform's body does. */
const abortedInBody =
  (controller: AbortController): Fetch =>
  async (_, { signal }) => {
    const body = new ReadableStream(
      {
        start: (stream) => signal?.addEventListener("abort", () => stream.error(signal.reason)),
        pull: () => controller.abort(),
      },
      { highWaterMark: 0 },
    )
    return new Response(body, { headers: { "content-type": "application/json" } })
  }

/** Extends a check to every kind of solution that the API knows. */
const ofEveryKind =
  (check: Check): Check =>
  async (probe) => {
    await check(probe)
    for (const other of probe.others) {
      const { requests } = await other.send(other.ok)
      if (requests.length > 0) await check(other)
    }
  }

/** Every check by its name: each throws for an operation that does not conform. */
export const transportChecks: Record<string, Check> = {
  "connects, and returns the account id": async ({ send, ok, connected, assert }) => {
    if (connected === undefined) return
    const { outcome, accountId: given } = await send(ok)
    assert(outcome !== undefined, "returned what is no outcome")
    assert(outcome?.kind === "connected", "returned no connection")
    const accountId = outcome?.kind === "connected" ? outcome.accountId : ""
    // A transport may add to the given id. A short text would be in any id by chance.
    // The response to a solution need not repeat the account id.
    const isTheirs = [given, ...connected].some(
      (text) => text === accountId || (text.length > 3 && accountId.includes(text)),
    )
    assert(
      isTheirs,
      "returned an account id that is not in the response; one that is built from a text there needs four characters of it",
    )
  },
  "opens a secret once": ofEveryKind(async ({ send, ok, assert }) => {
    const { boxed, opened, requests } = await send(ok)
    assert(opened === boxed, `opened its secret ${opened} times, and sent ${requests.length} requests`)
  }),
  "sends a code as it is": async ({ send, ok, assert }) => {
    const { requests } = await send(ok)
    const texts = await Promise.all(requests.map(({ body }) => new Response(body).text()))
    const isCut = texts.some((text) => text.includes(code.slice(1)) && !text.includes(code))
    assert(!isCut, "sends a code without the 0 that it begins with")
  },
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
  "sends one request, whatever the response": async ({ send, ok, others, assert }) => {
    const fetches: [when: string, fetch: Fetch][] = [
      ["at a success", ok],
      ["where the response breaks off", async () => brokenOff(200)],
      ["at a page of HTML", async () => createResponse(200, "<html>")],
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
    for (const other of others) {
      const { requests, rejected } = await other.send(ok)
      other.assert(requests.length <= 1, `sent ${requests.length} requests`)
      other.assert(requests.length > 0 || rejected?.sent === false, "does not report that nothing was sent")
    }
    const { requests } = await send(ok, { times: 2, atOnce: true })
    assert(requests.length === 2, `sent ${requests.length} requests for two at once`)
  },
  "follows no redirect": ofEveryKind(async ({ send, ok, assert }) => {
    const { requests } = await send(ok)
    const isManual = requests.every(({ redirect }) => ["manual", "error"].includes(String(redirect)))
    assert(isManual, "lets fetch follow redirects, and a secret with them")
  }),
  "returns an outcome for every response": ofEveryKind(async ({ send, statuses, isOther, assert }) => {
    for (const status of statuses) {
      for (const body of bodies) {
        const { outcome } = await send(async () => createResponse(status, body))
        assert(outcome !== undefined, `returned no outcome for ${status} ${body}`)
        const isCheckpoint = isOther && outcome?.kind === "checkpoint"
        assert(outcome?.kind === "rejected" || isCheckpoint, `took ${status} ${body} for a success`)
      }
    }
  }),
  ...Object.fromEntries(Object.entries(failureChecks).map(([name, check]) => [name, ofEveryKind(check)])),
  "passes on nothing that was not declared, and no secret": ofEveryKind(
    async ({ send, ok, statuses, secrets, assert }) => {
      const fetches: [when: string, fetch: Fetch][] = [
        ["at a success", ok],
        ["at a 401", async () => createResponse(401, "{}")],
        ["where the connection fails", failedFetch("ECONNRESET")],
      ]
      for (const [when, fetch] of fetches) {
        const [{ returned, mistakes }, written] = await recordConsole(() => send(fetch))
        assert(findSecrets(written, secrets).length === 0, `writes a secret to the console ${when}`)
        const passed = [JSON.stringify(returned), ...mistakes].join(" ")
        assert(findSecrets(passed, secrets).length === 0, `passes on a secret ${when}`)
      }
      for (const text of [undeclared, ...secrets]) {
        for (const status of text === undeclared ? [202, ...statuses] : [200, 202, 400, 401, 403, 500]) {
          for (const body of bodiesWith(text, status)) {
            const { returned, mistakes } = await send(async () => createResponse(status, body))
            const passed = [JSON.stringify(returned), ...mistakes].some((each) => each?.includes(text))
            assert(!passed, `passes on what a ${status} holds: ${text === undeclared ? "any text" : "a secret"}`)
          }
        }
      }
    },
  ),
  "returns plain data": async ({ send, ok, assert }) => {
    const { returned } = await send(ok)
    const { session: _, ...rest } = { session: undefined, ...Object(returned) }
    const isData = (value: unknown): boolean =>
      typeof value !== "object" || value === null
        ? typeof value !== "function"
        : hasNoClass(value) && Object.values(value).every(isData)
    assert(isData(rest), "returns what is no plain data")
  },
  "sends nothing once it was aborted": async ({ send, ok, assert }) => {
    const { requests } = await send(ok, { signal: AbortSignal.abort() })
    assert(requests.length === 0, "sent a request that was aborted before")
  },
  "aborts the request in flight, and settles": ofEveryKind(async ({ send, assert }) => {
    let wasAborted = false
    const onAbort = () => {
      wasAborted = true
    }
    for (const [hang, when] of [
      [abortedBy, ""],
      [abortedInBody, " in the body of a response"],
    ] as const) {
      const controller = new AbortController()
      // Two turns of the event loop are more than an abort takes.
      const turns = new Promise<undefined>((resolve) => {
        controller.signal.addEventListener("abort", () => setTimeout(() => setTimeout(() => resolve(undefined))))
      })
      const sending = send(hang(controller, onAbort), { signal: controller.signal })
      const settled = await Promise.race([sending, turns])
      assert(wasAborted, "does not hand on the signal")
      assert(settled !== undefined, `does not settle when it is aborted${when}`)
      assert(settled?.rejected?.sent !== false, "reports that nothing was sent, of a request that was in flight")
    }
  }),
  "is as good after a failure as before": async ({ send, ok, connected, assert }) => {
    if (connected === undefined) return
    const controller = new AbortController()
    for (const failing of [failedFetch("ECONNRESET"), async () => createResponse(503, "{}"), abortedBy(controller)]) {
      const fetches: Fetch[] = [failing, ok]
      const fetch: Fetch = (...args) => (fetches.shift() ?? ok)(...args)
      const { outcome, boxed, opened } = await send(fetch, { times: 2, signal: controller.signal })
      assert(outcome?.kind === "connected", "does not connect after a failure")
      assert(opened === boxed, `opened ${opened} secrets of ${boxed} requests`)
    }
    const fetches: Fetch[] = [ok, async () => createResponse(503, "{}")]
    const { outcome } = await send((...args) => (fetches.shift() ?? ok)(...args), { times: 2 })
    assert(outcome?.kind === "rejected", "returns the outcome of an earlier request")
  },
}
