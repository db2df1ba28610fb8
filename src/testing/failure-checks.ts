import { isLost } from "../../machines/auth-intent.rejections.ts"
import type { Fetch } from "../http/post-json.ts"
import { brokenOff, createResponse, endless, endlessChunks, failedFetch } from "./faulty-responses.ts"
import { type Check, sentAt } from "./transport-probe.ts"

/** The checks with a failed connection, or with a response that does not report what happened. */
export const failureChecks: Record<string, Check> = {
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
  "never reports that nothing was sent where a response was lost or came": async ({
    send,
    statuses,
    isOther,
    assert,
  }) => {
    for (const status of statuses) {
      const { outcome, rejected } = await send(async () => createResponse(status, "{}"))
      assert(outcome !== undefined && rejected?.sent !== false, `reports that nothing was sent, at a ${status}`)
    }
    const fetches: [when: string, fetch: Fetch][] = [
      // The last error is a browser's: it has no cause.
      ...["ECONNRESET", "EPIPE", "ETIMEDOUT", "UND_ERR_HEADERS_TIMEOUT", "UND_ERR_SOCKET", "no code"].map(
        (code): [string, Fetch] => [`at ${code}`, failedFetch(code)],
      ),
      ["where the response breaks off", async () => brokenOff(201)],
      ...statuses
        .filter((status) => [200, 500, 502, 504].includes(status))
        .map((status): [string, Fetch] => [`at a ${status}`, async () => createResponse(status, "{}")]),
    ]
    for (const [when, fetch] of fetches) {
      const { rejected } = await send(fetch)
      const isInDoubt = rejected === undefined ? isOther : isLost({}, { at: sentAt, ...rejected })
      assert(isInDoubt, `leaves no doubt whether the account is connected, ${when}`)
    }
  },
  "reports the status and when to try again": async ({ send, assert }) => {
    const { rejected } = await send(async () => createResponse(429, "{}", { "retry-after": "30" }))
    assert(rejected?.failure.status === 429, "does not report the status")
    assert(rejected?.failure.retryAt === sentAt + 30_000, "does not report Retry-After")
    assert(rejected?.failure.recovery === "retry", "cannot be tried again after a pause")
    for (const time of ["Fri, 31 Dec 2027 23:59:59 GMT", "soon", "-1"]) {
      const { outcome } = await send(async () => createResponse(429, "{}", { "retry-after": time }))
      assert(outcome !== undefined, `returned what is no outcome at Retry-After: ${time}`)
    }
  },
}
