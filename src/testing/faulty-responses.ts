/** Statuses of every class, with and without a standard meaning. */
export const statuses = [
  200, 201, 204, 302, 307, 308, 400, 401, 403, 404, 407, 408, 409, 418, 422, 425, 429, 500, 502, 503, 504, 599,
]

/** Bodies that no API sends for a success. */
export const bodies = [
  "",
  "<html>502</html>",
  '{"object":',
  "null",
  "[]",
  '"text"',
  '{"__proto__":{"object":"AccountCreated"}}',
  "{}",
]

/** Returns bodies with a text in each place where postpress or another API has a text. */
export const bodiesWith = (text: string, status: number): string[] => {
  const problem = { type: `errors/${text}`, title: text, detail: text, instance: text, status }
  const checkpoint = { type: `NEW_${text}`, source: text, [text]: text }
  const words = { ...problem, message: text, code: text, reason: text, error_description: text }
  const body = { ...words, errors: [words], object: "Checkpoint", account_id: "acc_2", checkpoint }
  // Some APIs have a text as their `error`, and some an object.
  return [text, words].map((error) => JSON.stringify({ ...body, error }))
}

/** Returns a response with a body, where its status can have one. */
export const createResponse = (status: number, body: string, headers: Record<string, string> = {}) =>
  new Response([204, 205, 304].includes(status) ? null : body, {
    status,
    // Some libraries read JSON only with this header.
    headers: { "content-type": "application/json", ...headers },
  })

export const brokenOff = (status: number) => {
  const body = new ReadableStream({
    start(controller) {
      controller.enqueue(new TextEncoder().encode('{"object":'))
      controller.error(new TypeError("terminated"))
    },
  })
  return new Response(body, { status })
}

/** How many chunks an endless body has: it ends after them, so that a test does not fill the memory. */
export const endlessChunks = 1000

export const endless = (onRead: () => void) => {
  let chunks = 0
  const body = new ReadableStream({
    pull(controller) {
      onRead()
      chunks += 1
      if (chunks < endlessChunks) controller.enqueue(new Uint8Array(65_536).fill(32))
      else controller.close()
    },
  })
  return new Response(body)
}

/** Builds a `fetch` that rejects as the platform's does. Its cause has the code of the connection's error. */
export const failedFetch = (code: string) => () =>
  Promise.reject(Object.assign(new TypeError("fetch failed"), { cause: Object.assign(new Error(code), { code }) }))
