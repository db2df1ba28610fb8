import { Readable } from "node:stream"
import { expect, it, vi } from "vitest"
import { readText } from "../../src/http/read-text.ts"

it("a body whose rest is no longer waited for is what has come of it", async () => {
  const waiting = new AbortController()
  const body = new ReadableStream({
    start: (queue) => queue.enqueue(Buffer.from("begun")),
    pull: () => waiting.abort(),
  })
  const text = () => expect.fail("It was read at once")
  expect(await readText({ body, text }, 1_000, { signal: waiting.signal })).toBe("begun")
})

it("a body that comes once nobody waits for it is let go of", async () => {
  const cancel = vi.fn()
  const body = new ReadableStream({ cancel })
  const read = readText({ body, text: async () => "" }, 1_000, { signal: AbortSignal.abort() })
  expect(await read).toBe("")
  expect(cancel).toHaveBeenCalledOnce()
})

it("a body that is too long is let go of, and nothing of it is kept", async () => {
  const cancel = vi.fn()
  const body = new ReadableStream({ pull: (queue) => queue.enqueue(Buffer.from("more")), cancel })
  const text = () => expect.fail("It was read at once")
  expect(await readText({ body, text }, 7, { signal: new AbortController().signal })).toBeUndefined()
  expect(cancel).toHaveBeenCalledOnce()
})

it("a body that nothing here can decode is no text", async () => {
  vi.stubGlobal(
    "TextDecoder",
    class extends TextDecoder {
      constructor(label?: string, options?: TextDecoderOptions) {
        if (options?.fatal) throw new RangeError("The fatal option is unsupported")
        super(label, options)
      }
    },
  )
  const { signal } = new AbortController()
  const body = Readable.from([Buffer.from("{}")])
  const read = readText({ body, text: () => expect.fail("It has a body") }, 1_000, { signal })
  await expect(read).resolves.toBeUndefined()
})
