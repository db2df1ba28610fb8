import { expect, test } from "vitest"
import { readText } from "../../src/http/read-text.ts"

test("a body whose rest is no longer waited for is what has come of it", async () => {
  const waiting = new AbortController()
  const body = new ReadableStream({
    start: (queue) => queue.enqueue(Buffer.from("begun")),
    pull: () => waiting.abort(),
  })
  const text = () => expect.fail("It was read at once")
  expect(await readText({ body, text }, 1_000, { signal: waiting.signal })).toBe("begun")
})
